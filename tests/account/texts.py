"""Names, tokens and descriptions as long as snapkeep's longest, and plainly none of its own."""

import secrets
from dataclasses import dataclass, field
from datetime import UTC, datetime

from snapkeep.identity import FORMAT, MAX_GENERATION, Identity, with_hold
from snapkeep.ids import REGIONS
from snapkeep.jobs.hold import MAX_REASON
from snapkeep.model import Source

MARK = "skcontract"
_INSTANT = datetime(2026, 11, 23, 18, tzinfo=UTC)
# the longest of everything that stands in a marker
LONGEST = Identity(
    region=max(REGIONS, key=len),
    policy="p" + "0" * 19,
    volume_id="v-" + "0" * 32,
    source=max(Source, key=len),
    slot=_INSTANT,
    event="0" * 32,
)
MARKER = LONGEST.desc(MAX_GENERATION, keep_until=_INSTANT)
# the longest holds of a person who writes in letters, in Chinese, and in the rarest characters
HELD = tuple(
    with_hold(MARKER, character * MAX_REASON, _INSTANT) for character in ("\U00020000", "中", "x")
)


@dataclass(frozen=True, slots=True)
class Request:
    """What one create asks for; sent again it is the same bytes."""

    volume_id: str
    name: str
    desc: str
    token: str


@dataclass(frozen=True, slots=True)
class Texts:
    """The texts of one run, which no other run has.

    Args:
        started: when the run began, aware, UTC.
    """

    started: datetime
    nonce: str = field(default_factory=lambda: secrets.token_hex(24))

    def request(self, volume_id: str, letter: str) -> Request:
        """Return the create with this letter of this run."""
        return Request(volume_id, self.name(letter), foreign(MARKER), self.token(letter))

    def name(self, letter: str) -> str:
        """Return a name of the characters and the length of snapkeep's longest."""
        begin, end = f"{MARK}_{self.started:%Y%m%dT%H%M%SZ}_", f"_{letter}"
        room = len(LONGEST.name(MAX_GENERATION)) - len(begin) - len(end)
        return begin + self.nonce[:room] + end

    def token(self, letter: str) -> str:
        """Return a client token of the characters and the length of snapkeep's longest."""
        room = len(LONGEST.client_token(MAX_GENERATION)) - len(f"{MARK}__{letter}")
        return f"{MARK}_{self.nonce[:room]}_{letter}"


def foreign(marker: str) -> str:
    """Return a text as long as the marker that snapkeep does not take for one of its own."""
    return f"{MARK}/1{marker.removeprefix(FORMAT)}"[: len(marker)]
