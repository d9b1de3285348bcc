"""Where keys may be sent."""

import re
from urllib.parse import urlsplit

from snapkeep.bce.errors import EndpointRefused

# BCC, and a bucket of BOS, virtual-hosted (BOS, Ck1rk80hn)
_HOST = re.compile(
    r"bcc\.[a-z]{2,5}\.baidubce\.com|[a-z0-9][a-z0-9-]{2,62}\.[a-z]{2,5}\.bcebos\.com"
)
LOOPBACK = frozenset({"127.0.0.1", "localhost", "::1"})


def check_endpoint(endpoint: str) -> str:
    """Return the endpoint if keys may be sent there: https on a BCC or BOS host, or loopback.

    Raises:
        EndpointRefused: otherwise; the remedy is in the message.
    """
    refused = EndpointRefused(
        f"{endpoint[:80]!r} is no endpoint that keys may be sent to: use"
        " https://bcc.<region>.baidubce.com, or a loopback address for a fake cloud"
    )
    try:
        parts = urlsplit(endpoint)
        _ = parts.port  # raises where it is no port
    except ValueError as error:
        raise refused from error
    plain = parts.path in {"", "/"} and not (parts.query or parts.fragment or "@" in parts.netloc)
    local = parts.scheme in {"http", "https"} and parts.hostname in LOOPBACK
    cloud = parts.scheme == "https" and bool(_HOST.fullmatch(parts.netloc))
    if plain and (local or cloud):
        return f"{parts.scheme}://{parts.netloc}"
    raise refused
