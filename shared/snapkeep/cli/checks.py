"""lint: what is wrong with the policy file, and what it would delete today."""

from collections.abc import Sequence
from dataclasses import replace

from snapkeep.bce.client import Client
from snapkeep.cli.app import (
    InventoryOption,
    NowOption,
    PolicyOption,
    out,
    tell,
    tell_error,
    told,
)
from snapkeep.cli.app import app as commands
from snapkeep.cli.local import local_runtime
from snapkeep.expiry import Decision
from snapkeep.jobs.inventory import everything
from snapkeep.jobs.reading import read_region
from snapkeep.lint import Finding, lint, lint_holds, lint_inventory
from snapkeep.policy_file import read_policies
from snapkeep.runtime import Runtime
from snapkeep.times import Deadline
from snapkeep.toml_lines import line_of

_SHOWN = 10
_SECONDS = 900.0


@commands.command("lint")
def lint_(
    policy: PolicyOption = None,
    inventory: InventoryOption = None,
    now: NowOption = None,
) -> None:
    """Check the policy file; no keys are needed and nothing is contacted.

    Exit code 2 if it is refused. With an inventory it also says what the policies would delete
    today, which disks are under several of them, and which policy selects none.

    Example: snapkeep lint --policy new.toml --inventory inventory.json
    """
    with told():
        runtime = local_runtime(policy, now=now, inventory=inventory)
        path = runtime.settings.policy_file
        text = runtime.policy_text
        policies, problems = read_policies(text)
        if policies is None:
            for problem in problems[:-1]:
                tell_error(problem)
            raise problems[-1]
        found = lint(text, policies, runtime.clock.now())
        if inventory:
            found += _of_inventory(runtime)
        for finding in found:
            tell(out, f"{path}: {finding}")
        if inventory:
            for region in policies.regions:
                _plan(runtime, region)
        state = f"{len(found)} to look at" if found else "good"
        tell(out, f"{path}: {state}; policies {', '.join(policies.by_name)}")


def _of_inventory(runtime: Runtime) -> list[Finding]:
    policies, text = runtime.policies, runtime.policy_text
    read = [everything(_client(runtime, region)) for region in policies.regions]
    found = [finding for each in read for finding in lint_inventory(each, policies)]
    found += lint_holds(read, policies)
    return [replace(finding, line=line_of(text, finding.path)) for finding in found]


def _plan(runtime: Runtime, region: str) -> None:
    policies = runtime.policies
    plan = read_region(_client(runtime, region), policies).plan(policies, runtime.clock.now())
    of = f"of {len(plan.decisions)} snapshots"
    tell(out, f"{region}: today this deletes {len(plan.deletes)} {of}{_named(plan.deletes)}")
    if more := [decision for decision in plan.deletable if not decision.delete]:
        tell(out, f"{region}: and {len(more)} if the plan is approved{_named(more)}")
    for gate, why in plan.refusals.items():
        tell(out, f"{region}: mode auto is refused by {gate}: {why}")


def _client(runtime: Runtime, region: str) -> Client:
    return runtime.client(region, Deadline.after(runtime.clock, _SECONDS))


def _named(decisions: Sequence[Decision]) -> str:
    names = ", ".join(decision.row.snapshot.id for decision in decisions[:_SHOWN])
    more = f" and {len(decisions) - _SHOWN} more" if len(decisions) > _SHOWN else ""
    return f": {names}{more}" if names else ""
