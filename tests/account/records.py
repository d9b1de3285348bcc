"""What is asked and what was found: an assumption, a finding with its verdict, and the record."""

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Any

from snapkeep.bce.errors import (
    AccessDenied,
    Arrears,
    BceError,
    QuotaExceeded,
    ServerError,
    Throttled,
)
from snapkeep.cli.screen import printable

if TYPE_CHECKING:
    from tests.account.visit import Visit

_LONGEST = 400
# refusals that speak of the key, the account or the hour, and not of what was asked
EXCUSES = (AccessDenied, Arrears, QuotaExceeded, Throttled, ServerError)


class Verdict(StrEnum):
    """Whether the cloud does what is assumed."""

    HOLDS = "holds"
    DIFFERS = "differs"
    UNKNOWN = "unknown"


class NotAsked(Exception):
    """Why a probe was left out; the text is for a person."""


class WrongAnswer(Exception):
    """The cloud named a snapshot that cannot be the one that was asked for."""


@dataclass(frozen=True, slots=True)
class Finding:
    """What a probe saw, in a line that a terminal can show."""

    verdict: Verdict
    observed: str

    def __post_init__(self) -> None:
        object.__setattr__(self, "observed", printable(self.observed)[:_LONGEST])


def holds(observed: str) -> Finding:
    return Finding(Verdict.HOLDS, observed)


def differs(observed: str) -> Finding:
    return Finding(Verdict.DIFFERS, observed)


def unknown(observed: str) -> Finding:
    return Finding(Verdict.UNKNOWN, observed)


def judged(condition: bool, observed: str) -> Finding:
    """Return that it holds if the condition does, else that it differs."""
    return holds(observed) if condition else differs(observed)


def said(error: BceError) -> str:
    """Return status and code of a refusal; its message, which could name the account, stays out."""
    status = getattr(error, "status", None)
    return f"{status} {error.code}" if status else error.code


@dataclass(frozen=True, slots=True)
class Assumption:
    """One thing that snapkeep takes for granted about the cloud.

    Attributes:
        words: the assumption, as a sentence that can be wrong.
        source: where it comes from: pages of the API's documents by their id, or what it is if no
            page says so.
        rests: what of snapkeep depends on it.
    """

    id: str
    words: str
    source: str
    rests: str
    probe: "Callable[[Visit], Finding]"


@dataclass(frozen=True, slots=True)
class Record:
    """What became of one assumption; ``requests`` are those that its probe made, in order."""

    assumption: Assumption
    finding: Finding
    requests: tuple[str, ...]

    def to_json(self) -> dict[str, Any]:
        return {
            "id": self.assumption.id,
            "assumption": self.assumption.words,
            "source": self.assumption.source,
            "rests": self.assumption.rests,
            "verdict": self.finding.verdict.value,
            "observed": self.finding.observed,
            "requests": list(self.requests),
        }
