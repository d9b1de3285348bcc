"""Functions as others write them, each as little as it can be; they answer and do nothing else."""
