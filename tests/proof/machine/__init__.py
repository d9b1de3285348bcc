"""A state machine of hypothesis beside the fake cloud."""
