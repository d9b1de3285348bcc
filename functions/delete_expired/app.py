"""delete-expired: plans what no rule keeps; deletes it only where the event says ``auto``."""

from functools import partial
from typing import Any

from snapkeep.bce.errors import BceError
from snapkeep.commands import ExpireCommand, expire_command, expire_webhook
from snapkeep.errors import RunFailed
from snapkeep.jobs.expire import Apply, plan_region
from snapkeep.runtime import Context, Runtime, enter
from snapkeep.times import Deadline
from snapkeep.webhook import answer, is_http, json_body, read_request

ROUTE = "POST /expirations"


def handler(
    event: object, context: Context | None, runtime: Runtime | None = None
) -> dict[str, Any]:
    """Take ``{"mode": "plan"}``, ``{"mode": "auto"}``, or a webhook that asks for a plan."""
    return enter(run, event, context, runtime)


def run(event: object, runtime: Runtime, deadline: Deadline) -> dict[str, Any]:
    """Plan each region, and apply the plan in mode ``auto``.

    Raises:
        InvalidEvent: nothing was done.
        RunFailed: a region could not be read, a gate refused a plan, or a delete failed.
    """
    if not is_http(event):
        return _expire(expire_command(event, runtime.policies), runtime, deadline)
    request = read_request(event)
    runtime.check_open(request, ROUTE)
    command = expire_webhook(json_body(request), runtime.policies)
    return answer(200, _expire(command, runtime, deadline))


def _expire(command: ExpireCommand, runtime: Runtime, deadline: Deadline) -> dict[str, Any]:
    regions, failures = {}, {}
    client_of = partial(runtime.client, deadline=deadline)
    now = runtime.clock.now()
    for region in command.regions:
        try:
            client = client_of(region)
            plan = plan_region(client, runtime.policies, now)
        except BceError as error:
            failures[region] = str(error)
            continue
        regions[region] = plan.to_json()
        _publish(regions[region], runtime)
        if command.mode == "auto":
            applied = Apply(client, plan, runtime.telemetry.event).run()
            regions[region]["applied"] = applied.to_json()
            failures |= applied.failures
            runtime.telemetry.count("SnapshotsDeleted", len(applied.deleted))
    result = {"mode": command.mode, "regions": regions, "failures": failures}
    if failures:
        raise RunFailed("; ".join(f"{where}: {why}" for where, why in failures.items()), result)
    return result


def _publish(plan: dict[str, Any], runtime: Runtime) -> None:
    """Log what would go and what a gate held back: the result of a scheduled run reaches nobody."""
    rows = plan["snapshots"]
    for row in rows:
        if row["verdict"] == "delete" or row["gate"]:
            runtime.telemetry.event("planned", row)
    summary = {key: plan[key] for key in ("region", "now", "refusals", "delete")}
    runtime.telemetry.event("plan", {**summary, "snapshots": len(rows)})
    runtime.telemetry.count("SnapshotsPlanned", len(plan["delete"]))
