"""Objects in one bucket of BOS, by the same signatures (BOS, Ikc5nv3wc)."""

from typing import Any
from urllib.parse import quote

from snapkeep.bce.client import Sender
from snapkeep.bce.errors import ApiError, NotFound, TransportError
from snapkeep.bce.reply import Call
from snapkeep.times import Deadline

_EXISTS = 412


class Bucket:
    """One bucket. Every method may raise ``ApiError``, ``TransportError``, ``DeadlineExceeded``."""

    def __init__(self, transport: Sender, deadline: Deadline) -> None:
        self._transport, self._deadline = transport, deadline

    def put(self, key: str, body: str, content_type: str, *, once: bool = False) -> None:
        """Write an object.

        Args:
            once: leave an object that is there as it is.
        """
        headers = [("Content-Type", content_type)]
        if once:
            headers.append(("If-None-Match", "*"))
        call = Call(
            "PutObject", "PUT", _path(key), (), body.encode(), replies=False, headers=tuple(headers)
        )
        try:
            self._transport.send(call, self._deadline)
        except ApiError as error:
            if not (once and error.status == _EXISTS):
                raise

    def get_json(self, key: str) -> dict[str, Any] | None:
        """Return an object that is a JSON object, ``None`` if there is none or it is damaged."""
        # an empty object is one as well, hence no reply is asked for
        call = Call("GetObject", "GET", _path(key), replies=False)
        try:
            return self._transport.send(call, self._deadline)
        except NotFound:
            return None
        except TransportError as error:
            if error.code != "UnreadableReply":
                raise
            return None


def _path(key: str) -> str:
    return f"/{quote(key, safe='/')}"
