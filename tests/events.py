"""The signatures in ``events/``: ``python -m tests.events`` writes them again after an edit."""

import json
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from tests.senders import SECRET_OF, hub, standard

FOLDER = Path(__file__).parent.parent / "events"


def requests() -> Iterator[tuple[Path, dict[str, Any]]]:
    """Yield every event that came over HTTP, with its file."""
    for path in sorted(FOLDER.glob("*/*.json")):
        event = json.loads(path.read_text(encoding="utf-8"))
        if "requestContext" in event:
            yield path, event


def signed(event: dict[str, Any]) -> dict[str, Any]:
    """Return the request with the headers that its sender puts on it."""
    headers, body = event["headers"], event.get("body", "").encode()
    sent = {"content-length": str(len(body))}
    if "x-hub-signature-256" in headers:
        sent |= hub(body)
    elif "webhook-id" in headers:
        query = event["rawQueryString"]
        target = f"{event['rawPath']}?{query}" if query else event["rawPath"]
        is_get = event["requestContext"]["http"]["method"] == "GET"
        at = datetime.fromtimestamp(event["requestContext"]["timeEpoch"] / 1000, UTC)
        secret = SECRET_OF[event["rawPath"]]
        sent |= standard(secret, target.encode() if is_get else body, at, headers["webhook-id"])
    return event | {"headers": dict(sorted((headers | sent).items()))}


def main() -> None:
    """Write the files whose signature is not that of their content."""
    for path, event in requests():
        if signed(event) != event:
            path.write_text(f"{json.dumps(signed(event), indent=2)}\n", encoding="utf-8")
            print(f"signed {path}")


if __name__ == "__main__":
    main()
