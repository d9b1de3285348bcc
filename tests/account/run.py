"""Asking everything in order, and removing what was made whatever happens."""

from collections import Counter
from dataclasses import dataclass, field
from typing import Any

from snapkeep.bce.errors import (
    ApiError,
    BceError,
    ListIncomplete,
)
from snapkeep.model import iso
from tests.account.records import (
    EXCUSES,
    Assumption,
    Finding,
    NotAsked,
    Record,
    Verdict,
    WrongAnswer,
    differs,
    said,
    unknown,
)
from tests.account.removal import remove_all
from tests.account.table import TABLE
from tests.account.visit import Visit

# without these a run has not told what it is for
MAIN = frozenset({"create", "replay", "list-lag", "available", "late-replay", "delete"})


@dataclass(slots=True)
class Run:
    """One run of all probes.

    Attributes:
        interrupted: whether somebody pressed Ctrl-C.
    """

    visit: Visit
    records: list[Record] = field(default_factory=list)
    interrupted: bool = False

    def go(self) -> None:
        """Ask about every assumption; then, and after whatever goes wrong, remove what was made."""
        try:
            for number, assumption in enumerate(TABLE, 1):
                record = _record(assumption, self.visit)
                self.records.append(record)
                finding = record.finding
                place = f"{number:2}/{len(TABLE)}"
                self.visit.tell(
                    f"{place}  {finding.verdict:<7}  {assumption.id}: {finding.observed}"
                )
        except KeyboardInterrupt:
            self.interrupted = True
            self.visit.tell("stopped; removing what this run made")
        finally:
            self._remove()

    def _remove(self) -> None:
        try:
            remove_all(self.visit)
        except KeyboardInterrupt:
            self.interrupted = True

    @property
    def left(self) -> list[str]:
        """The snapshots that the run made and could not remove."""
        ledger = self.visit.ledger
        return sorted({*ledger.remaining, *ledger.strangers})

    @property
    def lost(self) -> list[str]:
        """The names of snapshots that may be there: whether they are could not be found out."""
        return sorted(request.name for request in self.visit.ledger.lost)

    @property
    def untold(self) -> list[str]:
        """The main assumptions of which nothing is known."""
        told = {r.assumption.id for r in self.records if r.finding.verdict is not Verdict.UNKNOWN}
        return sorted(MAIN - told)

    @property
    def differing(self) -> list[Record]:
        return [record for record in self.records if record.finding.verdict is Verdict.DIFFERS]

    @property
    def exit_code(self) -> int:
        if self.left or self.lost:
            return 1
        if self.interrupted:
            return 130
        return 1 if self.differing or self.untold else 0

    def to_json(self) -> dict[str, Any]:
        line = self.visit.line
        return {
            "date": iso(self.visit.texts.started),
            "region": line.region,
            "endpoint": line.endpoint,
            "verdicts": dict(Counter(record.finding.verdict.value for record in self.records)),
            "interrupted": self.interrupted,
            "made": list(self.visit.ledger.made),
            "left": self.left,
            "perhaps_left": self.lost,
            "assumptions": [record.to_json() for record in self.records],
        }


def _record(assumption: Assumption, visit: Visit) -> Record:
    before = len(visit.line.exchanges)
    finding = _finding(assumption, visit)
    return Record(assumption, finding, tuple(map(str, visit.line.exchanges[before:])))


def _finding(assumption: Assumption, visit: Visit) -> Finding:
    """Return what the probe finds; a refusal that it did not expect is a finding too."""
    try:
        return assumption.probe(visit)
    except NotAsked as error:
        return unknown(f"not asked: {error}")
    except (ListIncomplete, WrongAnswer) as error:
        return differs(str(error))
    except EXCUSES as error:
        return unknown(f"refused: {said(error)}")
    except ApiError as error:
        return differs(f"refused: {said(error)}")
    except BceError as error:
        answered = error.code == "UnreadableReply"
        return (
            differs("an answer without what it should hold") if answered else unknown(said(error))
        )
