"""The report: one model, whose numbers are the same wherever they are shown."""
