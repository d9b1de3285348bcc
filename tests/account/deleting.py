"""How a snapshot ends, and what its token and the lists say of it afterwards."""

from snapkeep.bce.errors import ApiError, NotFound
from tests.account.records import (
    EXCUSES,
    Assumption,
    Finding,
    NotAsked,
    Verdict,
    differs,
    holds,
    judged,
    said,
)
from tests.account.visit import LAG_SECONDS, LOOK_SECONDS, Visit


def delete(visit: Visit) -> Finding:
    id_, _ = visit.first
    visit.line.client.delete_snapshot(id_)
    visit.deleted = id_
    return holds(str(visit.line.exchanges[-1].status))


def deleted_detail(visit: Visit) -> Finding:
    id_ = _deleted(visit)

    def look() -> bool:
        try:
            visit.line.client.snapshot(id_)
        except NotFound:
            return True
        return False

    gone, after = visit.until(look, LOOK_SECONDS)
    if gone:
        visit.ledger.gone.add(id_)
    observed = f"{'404' if gone else 'still 200'} after {after:.1f} s"
    return judged(bool(gone) and after <= LAG_SECONDS, observed)


def deleted_list(visit: Visit) -> Finding:
    id_ = _deleted(visit)

    def look() -> bool:
        return not (visit.listed(id_) or visit.listed(id_, visit.volume.id))

    gone, after = visit.until(look, LOOK_SECONDS)
    observed = f"{'out of both' if gone else 'still in one'} after {after:.1f} s"
    return judged(bool(gone) and after <= LAG_SECONDS, observed)


def second_delete(visit: Visit) -> Finding:
    id_ = _deleted(visit)
    try:
        visit.line.client.delete_snapshot(id_)
    except NotFound as error:
        return holds(said(error))
    return differs("200 once more")


def deleted_replay(visit: Visit) -> Finding:
    id_ = _deleted(visit)
    try:
        again = visit.ledger.create(visit.request)
    except EXCUSES:
        raise
    except ApiError as error:
        return holds(f"none was made: {said(error)}")
    if again != id_:
        return differs(f"another snapshot, {again}")
    try:
        visit.line.client.snapshot(id_)
    except NotFound as error:
        visit.ledger.gone.add(id_)
        return holds(f"the same id, whose detail is {said(error)}")
    return differs("the same id, and it is there again")


def request_ids(visit: Visit) -> Finding:
    exchanges = visit.line.exchanges
    without = sum(each.request_id is None for each in exchanges)
    return judged(not without, f"{len(exchanges)} answers, {without} without one")


def throttled(visit: Visit) -> Finding:
    found = [each for each in visit.line.exchanges if each.status == 429]
    if not found:
        raise NotAsked("no answer was 429, and provoking one would disturb others")
    after = sorted({each.retry_after or "none" for each in found})
    return Finding(Verdict.HOLDS, f"{len(found)} were 429, Retry-After {', '.join(after)}")


def quota(_: Visit) -> Finding:
    raise NotAsked("it would take 512 snapshots of a disk")


def arrears(_: Visit) -> Finding:
    raise NotAsked("it would take an account that owes money")


def failed_creation(_: Visit) -> Finding:
    raise NotAsked("nothing that a person can do makes a creation fail")


def _deleted(visit: Visit) -> str:
    if visit.deleted is None:
        raise NotAsked("nothing was deleted")
    return visit.deleted


TABLE = (
    Assumption(
        "delete",
        "A snapshot that is Available can be deleted.",
        "BCC cjwvyo81w",
        "expiry",
        delete,
    ),
    Assumption(
        "deleted-detail",
        f"The detail of a deleted snapshot is 404 within {LAG_SECONDS:.0f} seconds.",
        "BCC Bjwvyo8dg; no page says when",
        "a delete whose answer was lost is told from one that was not done",
        deleted_detail,
    ),
    Assumption(
        "deleted-list",
        f"A deleted snapshot is out of both lists within {LAG_SECONDS:.0f} seconds.",
        "no page says so",
        "never a wrong delete: what a list calls good counts for the minimum",
        deleted_list,
    ),
    Assumption(
        "second-delete",
        "A second delete is 404, with an error code.",
        "BCC cjwvyo81w",
        "a delete that was done before counts as done",
        second_delete,
    ),
    Assumption(
        "deleted-replay",
        "The token of a deleted snapshot makes no second one.",
        "no page says so",
        "one snapshot per event, if somebody deletes it before the event's last delivery",
        deleted_replay,
    ),
    Assumption(
        "request-ids",
        "Every answer carries a request id.",
        "BCC Mjwvyo6bm",
        "an error can be taken to Baidu's support",
        request_ids,
    ),
    Assumption(
        "throttling",
        "Too many requests are 429, or a code that says so.",
        "no page says so",
        "a large fleet: the client waits and slows down",
        throttled,
    ),
    Assumption(
        "quota",
        "One snapshot too many is refused as SnapshotLimitExceeded.",
        "BCC 0jwvyo7c0; its status is cut off",
        "no silent gap: it is told as what it is, and not tried again at once",
        quota,
    ),
    Assumption(
        "arrears",
        "With money owed a create is refused, and the code says why.",
        "CDS Ek5dcea39; no page names the code",
        "no silent gap: the other disks are not asked in vain",
        arrears,
    ),
    Assumption(
        "failed-creation",
        "A creation that fails is a row that is CreatedFailed.",
        "the SDKs' models",
        "no silent gap: the snapshot is made again, with the next generation of its token",
        failed_creation,
    ),
)
