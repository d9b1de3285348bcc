"""Telling and storing a report."""
