"""snapkeep at a terminal: the same functions, for a person."""

from snapkeep.cli.commands import main

__all__ = ["main"]
