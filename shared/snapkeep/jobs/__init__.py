"""What the three functions do with a client: look, act, and say what became of each disk."""
