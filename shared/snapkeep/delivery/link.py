"""A link to the report of now, which a browser may open for some days."""

from collections.abc import Iterable
from datetime import datetime, timedelta

from snapkeep.senders import Scheme, Sender
from snapkeep.signatures import PAGE_TARGET, sign_link

LIVES = timedelta(days=7)


def report_link(url: str | None, senders: Iterable[Sender], now: datetime) -> str:
    """Return a link signed with the newest secret of the first sender that has the scheme for it.

    Args:
        url: of ``GET /report``.
        senders: of list-report.

    Returns:
        an empty text if there is no URL or no such sender.
    """
    keys = [
        secret.key
        for sender in senders
        if sender.scheme is Scheme.STANDARD
        for secret in sender.secrets
        if secret.until is None
    ]
    if not (url and keys):
        return ""
    target = sign_link(keys[0], PAGE_TARGET, int((now + LIVES).timestamp()))
    return url.removesuffix("/report") + target
