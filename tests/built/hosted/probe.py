"""Handlers that do what a confined function must not be able to do."""

import os
from pathlib import Path
from typing import Any


def write(event: Any, context: object) -> str:
    """Try to write beside the code, and return what came of it."""
    try:
        Path(os.environ["LAMBDA_TASK_ROOT"], event).write_text("written", encoding="utf-8")
    except OSError as error:
        return type(error).__name__
    return "written"


def grow(event: Any, context: object) -> int:
    """Take so many bytes of memory."""
    return len(bytearray(event))
