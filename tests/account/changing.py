"""What a snapshot's description may become, and what a token remembers after a while."""

from dataclasses import replace

from snapkeep.bce.errors import ApiError
from snapkeep.model import iso
from tests.account.creating import replayed
from tests.account.records import (
    EXCUSES,
    Assumption,
    Finding,
    NotAsked,
    differs,
    holds,
    judged,
    said,
)
from tests.account.texts import HELD, foreign
from tests.account.visit import LAG_SECONDS, LOOK_SECONDS, Visit

_REMEMBERED_MINUTES = 1440
_DESC = "skcontract/1 hold=%20audit%202026 changed by the contract suite"


def modify(visit: Visit) -> Finding:
    id_, _ = visit.first
    before = visit.line.client.snapshot(id_)
    visit.line.client.modify_desc(id_, _DESC)
    after, wanted = visit.line.client.snapshot(id_).to_json(), replace(before, desc=_DESC).to_json()
    other = [name for name, value in wanted.items() if after[name] != value]
    return judged(not other, f"not as asked for: {', '.join(other) or 'nothing'}")


def modify_lag(visit: Visit) -> Finding:
    id_ = visit.shown.id
    desc = visit.line.client.snapshot(id_).desc

    def look() -> bool:
        row = visit.listed(id_)
        return row is not None and row.desc == desc

    shown, after = visit.until(look, LOOK_SECONDS)
    observed = f"{'shown' if shown else 'not shown'} after {after:.1f} s"
    return judged(bool(shown) and after <= LAG_SECONDS, observed)


def longest_hold(visit: Visit) -> Finding:
    id_, _ = visit.first
    results = []
    for marker in HELD:
        text = foreign(marker)
        try:
            visit.line.client.modify_desc(id_, text)
            came = "kept" if visit.line.client.snapshot(id_).desc == text else "changed"
        except EXCUSES:
            raise
        except ApiError as error:
            came = said(error)
        results.append((len(text), came))
    observed = ", ".join(f"{length} characters: {came}" for length, came in results)
    return judged(all(came == "kept" for _, came in results), observed)


def wrong_name(visit: Visit) -> Finding:
    request = visit.texts.request(visit.volume.id, "w")
    wrong = replace(request, name=f"1_{request.name}"[: len(request.name)])
    try:
        made = visit.ledger.create(wrong)
    except ApiError as error:
        if error.status != 400:
            raise
        return holds(said(error))
    return differs(f"taken: {made}")


def refused_token(visit: Visit) -> Finding:
    _ = visit.first  # it has to be done with before another one may begin
    if not visit.second_refused:
        raise NotAsked("no create was refused")
    return holds(f"taken: {visit.ledger.create(visit.second)}")


def late_replay(visit: Visit) -> Finding:
    minutes = visit.pause.total_seconds() / 60
    _ = visit.first  # no need to wait for nothing
    end = visit.clock.now() + visit.pause
    visit.tell(f"leaving the token alone for {visit.pause}, until {iso(end)}")
    visit.clock.sleep(visit.pause.total_seconds())
    finding = replayed(visit)
    observed = f"{finding.observed} after {minutes:g} minutes"
    if minutes >= _REMEMBERED_MINUTES:
        return holds(observed)
    return replace(finding, observed=observed)


def one_row(visit: Visit) -> Finding:
    name = visit.shown.name
    found = [row.id for row in visit.line.client.snapshots() if row.name == name]
    return judged(len(found) == 1, f"{len(found)} rows of that name")


TABLE = (
    Assumption(
        "modify",
        "A change of the description changes the description and nothing else.",
        "BCC 5m2tv8z6p",
        "never a wrong delete: holds",
        modify,
    ),
    Assumption(
        "modify-lag",
        f"The list shows a changed description within {LAG_SECONDS:.0f} seconds.",
        "no page says so",
        "never a wrong delete: a hold that was set before a run counts in it",
        modify_lag,
    ),
    Assumption(
        "longest-hold",
        "The description takes the longest marker with the longest hold, in any script.",
        "no page names the longest",
        "holds: a reason that is too long is refused, and the snapshot is not held",
        longest_hold,
    ),
    Assumption(
        "wrong-name",
        "A name that does not begin with a letter is refused with 400.",
        "BCC 0jwvyo7c0",
        "none directly: snapkeep's names keep to the narrowest of the rules",
        wrong_name,
    ),
    Assumption(
        "settled-replay",
        "The same token is answered with the same id once the snapshot is Available and its"
        " description was changed.",
        "FusionDB njwvz5q61 (a sibling's page)",
        "one snapshot per event: a delivery that comes late",
        replayed,
    ),
    Assumption(
        "refused-token",
        "A create that was refused is done when it is asked for again with the same token.",
        "inferred: no page says so",
        "no silent gap: a disk that was busy gets its snapshot by the next delivery",
        refused_token,
    ),
    Assumption(
        "one-row",
        "After all of these the list has one row of the first snapshot's name.",
        "FusionDB njwvz5q61 (a sibling's page)",
        "one snapshot per event",
        one_row,
    ),
    Assumption(
        "late-replay",
        "A token is remembered for 24 hours after it was last received.",
        "FusionDB njwvz5q61 (a sibling's page)",
        "one snapshot per event, where the list does not show it yet",
        late_replay,
    ),
)
