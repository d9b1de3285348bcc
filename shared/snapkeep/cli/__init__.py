"""snapkeep at a terminal: the same functions, for a person."""

from snapkeep.cli import checks, commands, expirations, holds, serving, signing, simulations
from snapkeep.cli.app import main

# importing a module of commands is what adds them
__all__ = [
    "checks",
    "commands",
    "expirations",
    "holds",
    "main",
    "serving",
    "signing",
    "simulations",
]
