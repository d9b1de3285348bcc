"""Where a run is stopped: the calls of a whole one, and the hands that stop it."""

from collections.abc import Iterator
from typing import Any

import requests
from requests.adapters import BaseAdapter

from tests.account.accounts import Account
from tests.fake_bce import Call, StraightAdapter

# as often as the client asks
ATTEMPTS = 4


class Interrupted(BaseAdapter):
    """Ctrl-C while an answer is on its way: the cloud has done its work, and nobody hears of it."""

    def __init__(self, made: Account, *numbers: int) -> None:
        super().__init__()
        self._inner, self._numbers, self._count = StraightAdapter(made.cloud), numbers, 0

    def send(
        self, request: requests.PreparedRequest, *args: Any, **options: Any
    ) -> requests.Response:
        self._count += 1
        response = self._inner.send(request, *args, **options)
        if self._count in self._numbers:
            raise KeyboardInterrupt
        return response

    def close(self) -> None:
        """There is nothing to close."""


def at(number: int, made: Account) -> None:
    """Interrupt right before the cloud is asked for the so many-th time."""

    def stop(call: Call) -> None:
        if len(made.cloud.journal) == number:
            raise KeyboardInterrupt

    made.cloud.on_call = stop


def writes(journal: list[Call]) -> Iterator[int]:
    """Yield the numbers of the calls that change something, from 1."""
    yield from (number for number, call in enumerate(journal, 1) if call.method != "GET")


def created(journal: list[Call]) -> int:
    """Return the number of the first create."""
    return next(n for n, call in enumerate(journal, 1) if call.operation == "CreateSnapshot")


def removal(journal: list[Call]) -> list[Call]:
    """Return the calls after the last probe, which asks for the first snapshot once more."""
    last = max(n for n, call in enumerate(journal) if call.operation == "CreateSnapshot")
    # the detail of what that answered belongs to the probe
    return journal[last + 2 :]
