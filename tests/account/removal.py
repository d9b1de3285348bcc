"""Removing what a run made, and nothing else: ids that the API named in answer to its creates."""

from contextlib import suppress

from snapkeep.bce.errors import AccessDenied, BceError, NotFound
from snapkeep.model import Snapshot
from tests.account.records import NotAsked, WrongAnswer, said
from tests.account.visit import LAG_SECONDS, Visit

_REFUSALS = 3


def remove_all(visit: Visit) -> None:
    """Remove what the run made; what remains stands in its ledger.

    A person who is in a hurry presses Ctrl-C more than once, so here one does not count.

    Raises:
        KeyboardInterrupt: at the second one.
    """
    try:
        _remove_all(visit)
    except KeyboardInterrupt:
        visit.tell("still removing what this run made; with another Ctrl-C it stays where it is")
        _remove_all(visit)


def _remove_all(visit: Visit) -> None:
    for id_ in visit.ledger.remaining:
        _remove(visit, id_)
    if visit.ledger.sent:
        _find_lost(visit)
    for id_ in visit.ledger.remaining:
        _remove(visit, id_)


def _remove(visit: Visit, id_: str) -> None:
    """Delete until it is gone; what is being created can only be deleted later."""
    visit.tell(f"removing {id_}")
    refusals = 0

    def is_over() -> bool:
        nonlocal refusals
        try:
            return _is_gone(visit, id_)
        except BceError as error:
            refusals += isinstance(error, AccessDenied)
            return refusals == _REFUSALS

    visit.until(is_over, visit.wait.total_seconds())


def _is_gone(visit: Visit, id_: str) -> bool:
    ledger = visit.ledger
    with suppress(NotFound):
        visit.line.client.delete_snapshot(id_)
        ledger.shown.add(id_)
    try:
        visit.line.client.snapshot(id_)
    except NotFound:
        # one that never showed may only be too new
        if id_ in ledger.shown or visit.clock.monotonic() - ledger.made[id_].at > LAG_SECONDS:
            ledger.gone.add(id_)
    else:
        ledger.shown.add(id_)
    return id_ in ledger.gone


def _find_lost(visit: Visit) -> None:
    """Learn the ids of snapshots whose create was not answered, as snapkeep would: by looking for
    its name, and asking again with the same token and the same bytes.

    What the API does not name again, and what the list does not show, is told to the person.
    """
    ledger = visit.ledger

    def look() -> list[Snapshot]:
        rows = visit.line.client.snapshots()
        return [row for row in rows if row.name in ledger.sent and row.id not in ledger.made]

    found: list[Snapshot] = []
    try:
        found = visit.until(look, LAG_SECONDS if ledger.lost else 0)[0] or []
    except BceError as error:
        visit.tell(f"the list could not be read at the end: {said(error)}")
    again = {ledger.sent[row.name] for row in found}
    # each of them counts as one of those that may be made
    ledger.unanswered |= again
    for request in again:
        with suppress(BceError, NotAsked, WrongAnswer):
            ledger.create(request)
    ledger.strangers |= {row.id for row in found} - ledger.made.keys()
    ledger.unanswered -= again
