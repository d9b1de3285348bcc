"""The same world is the same bytes anywhere; a plan's id tells apart what decides, and no more."""

import os
import pickle
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import replace
from importlib.util import find_spec
from pathlib import Path
from random import Random
from typing import Any

import pytest

from snapkeep.expiry import Verdict
from snapkeep.gates import GATES
from snapkeep.identity import with_hold
from snapkeep.model import Snapshot
from snapkeep.plan import DIGESTS, canonical, make_plan
from snapkeep.policy import Adopt, Hold, Keep, Selector
from snapkeep.rows import World
from tests.unit import rows as make
from tests.unit.rows import DAY, DISK, HOUR, NIGHTLY, NOW, SECOND, SERVER, SLOT

Edit = Callable[[list[Snapshot], World], tuple[list[Snapshot], World]]

SNAPSHOTS, WORLD = make.mixture()
POLICIES = WORLD.policies
KEEP = POLICIES.by_name["nightly"].keep
PINNED, PLAIN = SNAPSHOTS[31], SNAPSHOTS[32]
(HELD,) = (each for each in SNAPSHOTS if "hold=" in each.desc)
ZONES = ("Asia/Shanghai", "Europe/Berlin", "America/New_York")
WORLDS = [replace(WORLD, policies=replace(POLICIES, timezone=zone)) for zone in ZONES]


def _bytes(snapshots: list[Snapshot] = SNAPSHOTS) -> str:
    return "\n".join(canonical(make_plan(snapshots, given, SECOND).to_json()) for given in WORLDS)


def test_the_world_holds_every_verdict_and_every_gate() -> None:
    plan = make_plan(SNAPSHOTS, WORLD, SECOND)
    gates = {decision.gate for decision in plan.decisions}
    assert gates == {None, "minimum-good", *(gate.name for gate in GATES)}
    assert {decision.verdict for decision in plan.decisions} == set(Verdict)
    assert len(plan.decisions) == len(SNAPSHOTS) - 1  # all but the one whose name was edited
    assert len({line.split('"id":')[1] for line in _bytes().splitlines()}) == len(ZONES)
    assert _bytes().isascii()


def test_the_order_of_the_input_leaves_no_trace() -> None:
    number = len(SNAPSHOTS)
    assert {_bytes(Random(seed).sample(SNAPSHOTS, number)) for seed in range(30)} == {_bytes()}


CHILD = """import pickle, sys
from snapkeep.plan import canonical, make_plan
plans = (canonical(make_plan(*given).to_json()) for given in pickle.load(sys.stdin.buffer))
print(*plans, sep="\\n", end="")
"""


def _elsewhere(python: str, **environment: str) -> str:
    """Return what a process makes of the worlds with the standard library and tzdata alone."""
    found = (find_spec(name) for name in ("snapkeep", "tzdata"))
    path = [str(Path(each.origin).parents[1]) for each in found if each and each.origin]
    return subprocess.run(
        [python, "-S", "-c", CHILD],
        input=pickle.dumps([(SNAPSHOTS, given, SECOND) for given in WORLDS]),
        env={"PYTHONPATH": os.pathsep.join(path), "PYTHONTZPATH": "", **environment},
        stdout=subprocess.PIPE,
        check=True,
    ).stdout.decode()


@pytest.mark.parametrize("zone", ["UTC", *ZONES[:2], "America/St_Johns", "Pacific/Kiritimati"])
def test_the_zone_and_the_hashes_of_the_process_leave_no_trace(zone: str) -> None:
    assert _elsewhere(sys.executable, TZ=zone, PYTHONHASHSEED=str(len(zone))) == _bytes()


def _pythons() -> Iterator[str]:
    """Yield what may be Python 3.13; a shim of pyenv may refuse to start it."""
    if found := shutil.which("python3.13"):
        yield found
    if pyenv := shutil.which("pyenv"):
        root = subprocess.run([pyenv, "root"], capture_output=True, text=True, check=False).stdout
        yield from map(str, sorted(Path(root.strip()).glob("versions/3.13*/bin/python")))


def test_python_3_13_makes_the_same_bytes() -> None:
    for python in _pythons():
        said = subprocess.run([python, "-V"], capture_output=True, text=True, check=False)
        if said.stdout.startswith("Python 3.13."):
            assert _elsewhere(python) == _elsewhere(sys.executable)
            return
    pytest.skip("no Python 3.13 on the path or in pyenv")


def _id_and_digests(rows: list[Snapshot], given: World) -> tuple[str, list[str]]:
    plan = make_plan(rows, given, SECOND)
    return plan.id, [plan.to_json()[key] for key in DIGESTS]


def _world(**changes: Any) -> Edit:
    return lambda rows, world: (rows, replace(world, **changes))


def _file(**changes: Any) -> Edit:
    return lambda rows, world: (rows, replace(world, policies=replace(POLICIES, **changes)))


def _policy(name: str, **changes: Any) -> Edit:
    return _file(by_name={**POLICIES.by_name, name: replace(POLICIES.by_name[name], **changes)})


def _row(old: Snapshot, **changes: Any) -> Edit:
    new = [replace(old, **changes)] if changes else []
    return lambda rows, world: ([each for each in rows if each.id != old.id] + new, world)


def _more(*more: Snapshot) -> Edit:
    return lambda rows, world: ([*rows, *more], world)


SAME: dict[str, Edit] = {
    "ad_hoc_keep": _policy("nightly", ad_hoc_keep=DAY),
    "select": _policy("nightly", select=Selector(volumes=(DISK,))),
    "exclude": _policy("nightly", exclude=Selector(volumes=("v-data0001",))),
    "schedule": _policy("nightly", schedule="rate(1 hour)"),
    "another policy edited": _policy("spare", keep=Keep(last=1), rpo=DAY, enabled=False),
    "another policy added": _file(by_name={**POLICIES.by_name, "more": NIGHTLY}),
    "another's hold removed": _file(holds=POLICIES.holds[:1]),
    "a hold that has run out": _file(holds=(*POLICIES.holds, Hold(PLAIN.id, "old", NOW))),
    "another region of the file": _file(regions=("bj",)),
    "a disk without rows": _world(disks={**WORLD.disks, "v-new00001": ()}),
    "a size": _row(PLAIN, size_gb=999),
    "a foreign row": _more(make.row(SLOT - 4 * DAY, name="edited", id="s-unseen01")),
    "a row of another region": _more(make.row(SLOT - 50 * DAY, of={"region": "gz"})),
    "a later slot": _more(make.row(NOW + DAY, status="CreatedFailed", hold="later")),
    "a later creation": _more(make.row(SLOT - 50 * DAY, create_time=NOW + SECOND)),
    "a later row of a new policy": _more(make.row(NOW + DAY, of={"policy": "spare"})),
}  # fmt: skip


@pytest.mark.parametrize("edit", SAME.values(), ids=SAME)
def test_what_decides_nothing_leaves_the_id_alone(edit: Edit) -> None:
    edited = edit(SNAPSHOTS, WORLD)
    assert edited != (SNAPSHOTS, WORLD)
    assert _id_and_digests(*edited) == _id_and_digests(SNAPSHOTS, WORLD)


def test_max_event_age_decides_nothing_where_no_creation_failed() -> None:
    good = [each for each in SNAPSHOTS if each.status != "CreatedFailed"]
    assert _id_and_digests(*_file(max_event_age=DAY)(good, WORLD)) == _id_and_digests(good, WORLD)


def test_a_region_makes_another_id_even_where_it_is_empty() -> None:
    assert len({make_plan([], replace(WORLD, region=each), None).id for each in ("bj", "gz")}) == 2


OTHER: dict[str, Edit] = {
    "status": _row(PLAIN, status="NotAvailable"),
    "status of a row that is kept anyway": _row(SNAPSHOTS[0], status="Creating"),
    "create time": _row(PLAIN, create_time=SLOT - 32 * DAY + SECOND),
    "volume": _row(PLAIN, volume_id=SERVER),
    "volume lost": _row(PLAIN, volume_id=None),
    "keep_until": _row(PLAIN, desc=make.identity(PLAIN.create_time or NOW).desc(0, NOW)),
    "hold added": _row(PLAIN, desc=with_hold(PLAIN.desc, "audit")),
    "hold removed": _row(HELD, desc=with_hold(HELD.desc, None)),
    "hold's reason": _row(HELD, desc=with_hold(HELD.desc, "审计", NOW + 9 * DAY)),
    "hold_until": _row(HELD, desc=with_hold(HELD.desc, "审计：勿删", NOW + 8 * DAY)),
    "hold of the file added": _file(holds=(*POLICIES.holds, Hold(PLAIN.id, "x"))),
    "hold of the file: until": _file(holds=(Hold(PINNED.id, "财务要求保留", NOW + HOUR),)),
    "keep": _policy("nightly", keep=replace(KEEP, yearly=1)),
    "keep: exclusive": _policy("nightly", keep=replace(KEEP, exclusive=True)),
    "rpo": _policy("nightly", rpo=27 * HOUR),
    "rpo removed": _policy("weekly", rpo=None),
    "enabled": _policy("paused", enabled=True),
    "adopt": _policy("weekly", adopt=Adopt("备份-", NOW - 29 * DAY)),
    "a policy removed": _file(by_name={"nightly": POLICIES.by_name["nightly"]}),
    "a policy come back": _file(by_name={**POLICIES.by_name, "removed": NIGHTLY}),
    "timezone": _file(timezone="Asia/Hong_Kong"),
    "max_event_age where a creation failed": _file(max_event_age=DAY),
    "now": _world(now=NOW + SECOND),
    "a row gone": _row(PLAIN),
    "an adopted row gone": _row(SNAPSHOTS[-1]),
    "a disk released": _world(disks={DISK: (SERVER,), "v-data0001": ()}),
    "a server's id": _world(disks={**WORLD.disks, DISK: ()}),
    "an adopting policy's disks": _world(covered={}),
}


@pytest.mark.parametrize("name", OTHER)
def test_whatever_decides_makes_another_id(name: str) -> None:
    id_, digests = _id_and_digests(SNAPSHOTS, WORLD)
    edited_id, edited_digests = _id_and_digests(*OTHER[name](SNAPSHOTS, WORLD))
    assert edited_id != id_
    # now is no part of the rows or of the policies, and stands beside their digests
    assert (edited_digests == digests) is (name == "now")
