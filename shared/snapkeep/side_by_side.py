"""Doing the same with each of many things: one by one, or as many at a time as somebody allows."""

from collections.abc import Callable, Iterable
from typing import Protocol, TypeVar

Thing = TypeVar("Thing")
Result = TypeVar("Result")


class Each(Protocol):
    """Does something with each of many, and returns the results in their order.

    Raises:
        Exception: what the work raised first; what had not begun by then may be left out.
    """

    def __call__(
        self, work: Callable[[Thing], Result], things: Iterable[Thing]
    ) -> list[Result]: ...


def one_by_one(work: Callable[[Thing], Result], things: Iterable[Thing]) -> list[Result]:
    """Be the ``Each`` that needs no threads."""
    return [work(thing) for thing in things]
