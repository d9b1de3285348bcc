"""A line to the cloud on which the answers to one operation are replaced."""

from collections.abc import Callable
from typing import Any

from requests import PreparedRequest, Response
from requests.adapters import BaseAdapter

from tests.client.line import respond
from tests.fake_bce import FakeCloud, StraightAdapter
from tests.proof.replies.grammar import Broken

# from the true one, and what the cloud knows besides
Answer = Callable[[bytes, FakeCloud], Broken]


class Replacing(BaseAdapter):
    """Carries requests to the cloud and, until it is over, replaces the answers to one operation
    from the nth on.

    Attributes:
        since: how many calls the cloud had seen at the first one, 0 before.
        truth: what that answer should have been.
    """

    def __init__(self, cloud: FakeCloud, operation: str, nth: int, answer: Answer) -> None:
        super().__init__()
        self.is_over, self.since, self.truth = False, 0, b""
        self._inner, self._cloud = StraightAdapter(cloud), cloud
        self._operation, self._left, self._answer = operation, nth, answer

    def send(self, request: PreparedRequest, *args: Any, **options: Any) -> Response:
        response = self._inner.send(request, *args, **options)
        is_meant = self._cloud.journal[-1].operation == self._operation
        self._left -= is_meant
        if self.is_over or self._left > 0 or not is_meant:
            return response
        reply = response.raw.read()
        if not self.since:
            self.since, self.truth = len(self._cloud.journal), reply
        made = self._answer(reply, self._cloud)
        answer = respond(made.status, made.body)
        answer.headers = response.headers
        return answer

    def close(self) -> None:
        """There is nothing to close."""
