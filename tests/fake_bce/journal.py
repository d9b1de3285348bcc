"""What the cloud was asked, in the order in which it was asked."""

import json
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any


@dataclass(slots=True)
class Call:
    """One request and what became of it.

    Attributes:
        at: arrival, on the cloud's clock, aware, UTC.
        operation: the API's name of the operation, ``Unknown`` where nothing matches.
        target: path and query as sent, percent-encoded.
        status: HTTP status the client was sent; 0 while under way, and for ever where the answer
            was lost (reset, timeout, kill).
        code: error code of the answer, ``None`` for a good one.
        headers: of the request, names lower-case, without Authorization and session token.
        fault: kind of the scripted fault that fired, ``None`` for none.
    """

    at: datetime
    region: str
    operation: str
    method: str
    target: str
    headers: dict[str, str] = field(default_factory=dict)
    body: str = ""
    status: int = 0
    code: str | None = None
    request_id: str = ""
    fault: str | None = None

    @property
    def json(self) -> Any:
        """The request body, parsed; ``None`` for an empty one."""
        return json.loads(self.body) if self.body else None
