"""Edits of a good page, which make it a bad one."""

from collections.abc import Callable
from typing import Any

Json = dict[str, Any]
Edit = Callable[[Json], Json]
ABSENT = object()


def page(**members: Any) -> Edit:
    """Return an edit of a page; ``ABSENT`` takes a member away."""
    return lambda body: {k: v for k, v in (body | members).items() if v is not ABSENT}
