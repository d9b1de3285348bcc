"""Every fault, and every pair of faults, at every call of every flow."""
