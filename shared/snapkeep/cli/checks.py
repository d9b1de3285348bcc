"""lint: what is wrong with the policy file, and what it would delete today."""

from collections.abc import Sequence
from dataclasses import replace

from rich.console import Console

from snapkeep.cli.app import InventoryOption, NowOption, PolicyOption, err, out, told
from snapkeep.cli.app import app as commands
from snapkeep.cli.local import local_runtime
from snapkeep.expiry import Decision
from snapkeep.jobs.inventory import everything, read_region
from snapkeep.lint import lint, lint_inventory
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
                _line(err, f"snapkeep: {problem}", "red")
            raise problems[-1]
        found = lint(text, policies, runtime.clock.now())
        for finding in found:
            _line(out, f"{path}: {finding}")
        if inventory:
            for region in policies.regions:
                _inventory(runtime, region)
        state = f"{len(found)} to look at" if found else "good"
        _line(out, f"{path}: {state}; policies {', '.join(policies.by_name)}")


def _inventory(runtime: Runtime, region: str) -> None:
    client = runtime.client(region, Deadline.after(runtime.clock, _SECONDS))
    for finding in lint_inventory(everything(client), runtime.policies):
        line = line_of(runtime.policy_text, finding.path)
        _line(out, f"{runtime.settings.policy_file}: {replace(finding, line=line)}")
    plan = read_region(client, runtime.policies).plan(runtime.policies, runtime.clock.now())
    of = f"of {len(plan.decisions)} snapshots"
    _line(out, f"{region}: today this deletes {len(plan.deletes)} {of}{_named(plan.deletes)}")
    if more := [decision for decision in plan.deletable if not decision.delete]:
        _line(out, f"{region}: and {len(more)} if the plan is approved{_named(more)}")
    for gate, why in plan.refusals.items():
        _line(out, f"{region}: mode auto refuses the plan by {gate}: {why}")


def _named(decisions: Sequence[Decision]) -> str:
    names = ", ".join(decision.row.snapshot.id for decision in decisions[:_SHOWN])
    more = f" and {len(decisions) - _SHOWN} more" if len(decisions) > _SHOWN else ""
    return f": {names}{more}" if names else ""


def _line(console: Console, text: str, style: str = "") -> None:
    console.print(text, style=style, markup=False, highlight=False, soft_wrap=True)
