"""Which plan a command means: that of now, or an approved one, computed again from today's rows."""

from collections.abc import Iterable
from datetime import datetime, timedelta

from snapkeep.commands import ExpireCommand
from snapkeep.errors import InvalidEvent, PlanChanged
from snapkeep.jobs.reading import Reading
from snapkeep.model import iso
from snapkeep.plan import Plan
from snapkeep.policy import Policies
from snapkeep.times import short

MAX_PLAN_AGE = timedelta(hours=24)


def plan_for(command: ExpireCommand, reading: Reading, policies: Policies, now: datetime) -> Plan:
    """Return the plan of now, or the one that the command approves.

    Raises:
        PlanChanged: if today's inventory and policies give another plan for that instant; it
            carries that plan, the plan of now, and what became of the snapshots that were named.
        InvalidEvent: if the plan is older than a day (``PlanTooOld``), or does not delete a
            snapshot that was named (``NotInPlan``).
    """
    if command.mode != "approve":
        return reading.plan(policies, now)
    as_of = command.as_of or now
    if not timedelta() <= now - as_of <= MAX_PLAN_AGE:
        message = f"a plan can be approved for {short(MAX_PLAN_AGE)}, this one is of {iso(as_of)}"
        raise InvalidEvent(f"{message}; plan again", path="as_of", code="PlanTooOld")
    plan = reading.plan(policies, as_of)
    if plan.id != command.plan_id:
        fresh = reading.plan(policies, now)
        message = f"rows, holds or policies have changed since; plan again, it is {fresh.id} now"
        result = {
            "difference": _told(command.only, fresh),
            "recomputed": plan.to_json(),
            "plan": fresh.to_json(),
        }
        raise PlanChanged(message, path="plan_id", code="PlanChanged", result=result)
    if strangers := command.only - {d.row.snapshot.id for d in plan.deletable}:
        message = f"the plan does not delete {', '.join(sorted(strangers))}"
        raise InvalidEvent(message, path="delete", code="NotInPlan")
    return plan


def _told(named: Iterable[str], plan: Plan) -> list[str]:
    """Say of each snapshot that was named what the plan of now makes of it."""
    by_id = {decision.row.snapshot.id: decision for decision in plan.decisions}
    return [
        f"{id_}: {by_id[id_].verdict.value}: {'; '.join(by_id[id_].reasons)}"
        if id_ in by_id
        else f"{id_}: is no longer listed as ours"
        for id_ in sorted(named)
    ]
