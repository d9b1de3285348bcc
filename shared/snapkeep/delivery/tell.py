"""Sending a message to the channels, through Apprise."""

import logging
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from typing import Any

from snapkeep.channels import Channel

# of one channel, parts and pauses between them included
SECONDS = 20


class StrictPost:
    """``requests`` for the plugins of DingTalk and WeCom: these services answer a message that they
    refuse with 200 and an ``errcode``, and Apprise looks at the status alone."""

    def __init__(self, requests: Any) -> None:
        self._requests = requests

    def __getattr__(self, name: str) -> Any:
        return getattr(self._requests, name)

    def post(self, *args: Any, **options: Any) -> Any:
        response = self._requests.post(*args, **options)
        try:
            refused = bool(response.json()["errcode"])
        except (ValueError, KeyError, TypeError):
            # both always say one
            refused = True
        if refused and response.status_code == 200:
            response.status_code = 400
        return response


def tell(channels: Iterable[Channel], title: str, body: str) -> dict[str, str]:
    """Send a message, in Markdown, to every channel whatever becomes of the others.

    Returns:
        why, by the name of each channel that did not take it; never with its address.
    """
    # it takes more than 0.1 s to import, and most runs have nothing to tell
    from apprise import Apprise, AppriseAsset, NotifyFormat, OverflowMode  # noqa: PLC0415
    from apprise.plugins import dingtalk, wecombot  # noqa: PLC0415

    plugins: tuple[Any, ...] = (dingtalk, wecombot)
    for plugin in plugins:
        if not isinstance(plugin.requests, StrictPost):
            plugin.requests = StrictPost(plugin.requests)

    # its log has addresses in it
    logging.getLogger("apprise").disabled = True
    # a message that is sent on to another address arrives nowhere, and is answered 200
    asset = AppriseAsset(http_redirects=False, service_timeout=SECONDS)
    failures = {}
    for channel in channels:
        # unlike add(), it takes one address and not a list of them
        service = Apprise.instantiate(channel.url, asset=asset)
        if service is None:
            failures[channel.name] = "its address is none that Apprise knows"
            continue
        # a message too long for the service would be refused, which some do with a 200
        service.overflow_mode = OverflowMode.SPLIT
        if not body.isascii():
            # Apprise counts characters, the services bytes, of which a Chinese one has three
            service.body_maxlen //= 3
        with _unlogged():
            told = Apprise(service).notify(
                body=body, title=title, body_format=NotifyFormat.MARKDOWN
            )
        if not told:
            failures[channel.name] = "it did not take the message"
    return failures


@contextmanager
def _unlogged() -> Iterator[None]:
    """Keep the paths of requests, which are addresses, out of the log at any level."""
    log = logging.getLogger("urllib3.connectionpool")
    before, log.disabled = log.disabled, True
    try:
        yield
    finally:
        log.disabled = before
