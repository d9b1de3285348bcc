"""delete-expired: plans what no rule keeps; deletes it only for ``auto`` or once approved."""

from typing import Any

from snapkeep.answers import answer
from snapkeep.authentication import Message
from snapkeep.bce.errors import BceError
from snapkeep.commands import ExpireCommand, expire_command, expire_webhook
from snapkeep.errors import PlanChanged, RunFailed
from snapkeep.jobs.apply import Apply, Approval
from snapkeep.jobs.inventory import read_region
from snapkeep.jobs.planning import plan_for
from snapkeep.runtime import Context, Runtime, enter
from snapkeep.times import Deadline
from snapkeep.webhook import json_body


def handler(
    event: object, context: Context | None, runtime: Runtime | None = None
) -> dict[str, Any]:
    """Take a mode, ``plan``, ``auto`` or ``approve``; over HTTP never ``auto``."""
    return enter(run, event, context, runtime, {"POST /expirations": _over_http})


def run(event: object, runtime: Runtime, deadline: Deadline) -> dict[str, Any]:
    """Plan each region, and apply the plan in mode ``auto`` or ``approve``.

    Raises:
        InvalidEvent: nothing was done; ``PlanChanged`` if the approved plan is no longer the plan.
        RunFailed: a region could not be read, a gate refused a plan, or a delete failed.
    """
    return _expire(expire_command(event, runtime.policies), runtime, deadline)


def _over_http(message: Message, runtime: Runtime, deadline: Deadline) -> dict[str, Any]:
    approve = runtime.settings.approve_over_http
    command = expire_webhook(json_body(message.request), runtime.policies, approve=approve)
    return answer(200, _expire(command, runtime, deadline))


def _expire(command: ExpireCommand, runtime: Runtime, deadline: Deadline) -> dict[str, Any]:
    regions: dict[str, Any] = {}
    failures: dict[str, str] = {}
    now = runtime.clock.now().replace(microsecond=0)  # as a plan writes it
    for region in command.regions:
        try:
            client = runtime.client(region, deadline)
            reading = read_region(client, runtime.policies)
        except BceError as error:
            failures[region] = str(error)
            continue
        try:
            plan = plan_for(command, reading, runtime.policies, now)
        except PlanChanged as error:
            runtime.telemetry.plan(error.result["plan"])
            raise
        regions[region] = plan.to_json()
        runtime.telemetry.plan(regions[region])
        if command.mode != "plan":
            approval = Approval(command.only) if command.mode == "approve" else None
            log, clock = runtime.telemetry.event, runtime.clock.now
            applied = Apply(client, plan, log, clock, approval).run()
            regions[region]["applied"] = applied.to_json()
            failures |= applied.failures
            runtime.telemetry.count("SnapshotsDeleted", len(applied.deleted))
            runtime.telemetry.count("SnapshotsKeptAfterAll", len(applied.kept))
    result = {"mode": command.mode, "regions": regions, "failures": failures}
    if failures:
        raise RunFailed("; ".join(f"{where}: {why}" for where, why in failures.items()), result)
    return result
