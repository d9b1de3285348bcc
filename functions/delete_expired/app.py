"""delete-expired: plans what no rule keeps; deletes it only for ``auto`` or once approved."""

from datetime import datetime
from functools import partial
from typing import Any

from snapkeep.answers import answer
from snapkeep.authentication import Message
from snapkeep.bce.errors import BceError
from snapkeep.commands import ExpireCommand, expire_command, expire_webhook
from snapkeep.errors import PlanChanged, RunFailed
from snapkeep.jobs.apply import Apply, Approval
from snapkeep.jobs.planning import plan_for
from snapkeep.jobs.reading import read_region
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
    now = runtime.clock.now().replace(microsecond=0)  # as a plan writes it
    expire = partial(_expire_region, command, runtime, deadline, now)
    done = dict(zip(command.regions, runtime.each(expire, command.regions), strict=True))
    regions = {region: told for region, (told, _) in done.items() if told}
    failures = {what: why for _, failed in done.values() for what, why in failed.items()}
    result = {"mode": command.mode, "regions": regions, "failures": failures}
    if failures:
        raise RunFailed("; ".join(f"{where}: {why}" for where, why in failures.items()), result)
    return result


def _expire_region(
    command: ExpireCommand, runtime: Runtime, deadline: Deadline, now: datetime, region: str
) -> tuple[dict[str, Any], dict[str, str]]:
    """Return what is told of a region, nothing if it could not be read, and what has failed."""
    try:
        client = runtime.client(region, deadline)
        plan = plan_for(command, read_region(client, runtime.policies), runtime.policies, now)
    except BceError as error:
        return {}, {region: str(error)}
    except PlanChanged as error:
        runtime.telemetry.plan(error.result["plan"])
        raise
    told = plan.to_json()
    runtime.telemetry.plan(told)
    if command.mode == "plan":
        return told, {}
    approval = Approval(command.only) if command.mode == "approve" else None
    applied = Apply(client, plan, runtime.telemetry.event, runtime.clock.now, approval).run()
    runtime.telemetry.count("SnapshotsDeleted", len(applied.deleted))
    runtime.telemetry.count("SnapshotsKeptAfterAll", len(applied.kept))
    return {**told, "applied": applied.to_json()}, applied.failures
