"""Replies that are none, and replies that lie."""
