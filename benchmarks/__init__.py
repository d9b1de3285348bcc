"""Ours, what others do and the limit of what can be done, measured side by side in one run."""
