"""The report in every form that it can be asked for."""
