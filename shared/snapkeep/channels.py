"""Where reports are told: chat rooms and mailboxes, each by an address that is a secret."""

import re
from dataclasses import dataclass, field

from snapkeep.errors import InvalidInput
from snapkeep.strict import Table, read_json

MAX_CHANNELS = 20
# chat and mail; Apprise has more, for this machine or for any address that takes a POST. With https
# it knows the address that a service itself gives out
SCHEMES = (
    *("slack", "feishu", "lark", "dingtalk", "wecombot", "workflows"),
    *("mailto", "mailtos", "https"),
)
_NAME = re.compile(r"[a-z][a-z0-9-]{0,31}")
_URL = re.compile(rf"(?:{'|'.join(SCHEMES)})://[!-~]+")


@dataclass(frozen=True, slots=True)
class Channel:
    """One channel; ``url`` is Apprise's, such as ``slack://...`` or ``feishu://...``."""

    name: str
    url: str = field(repr=False)


def read_channels(text: str) -> tuple[Channel, ...]:
    """Read the channels' secret, a JSON object with the list ``channels``.

    Raises:
        InvalidInput: says what is wrong, and nothing of what stands there.
    """
    try:
        table = Table(read_json(text))
        channels = tuple(_channel(each) for each in table.tables("channels"))
        table.done()
    except InvalidInput as error:
        message = f'must be {{"channels": [{{"name": "...", "url": "..."}}]}}: {error.code}'
        raise InvalidInput(message, code=error.code) from None
    if not 1 <= len(channels) <= MAX_CHANNELS:
        raise InvalidInput(f"must name 1 to {MAX_CHANNELS} channels", path="channels")
    if len({channel.name for channel in channels}) < len(channels):
        raise InvalidInput("a name stands there twice", path="channels")
    for place, channel in enumerate(channels):
        if not _URL.fullmatch(channel.url):
            message = f"must be one address without spaces, by {', '.join(SCHEMES)}"
            raise InvalidInput(message, path=f"channels[{place}].url", code="InvalidAddress")
    return channels


def _channel(table: Table) -> Channel:
    name = table.text("name")
    if not _NAME.fullmatch(name):
        raise InvalidInput("is no name", path=table.at("name"))
    channel = Channel(name, table.text("url"))
    table.done()
    return channel
