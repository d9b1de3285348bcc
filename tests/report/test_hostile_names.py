"""Names of disks, policies and snapshots that want to be a formula, a script or a line of their
own are nothing but text in every form."""

import json

import pytest

from snapkeep.commands import FORMATS
from snapkeep.model import Snapshot
from snapkeep.policy import Policies
from snapkeep.render.formats import FORMS
from snapkeep.report.build import build_report
from snapkeep.report.model import Report
from tests.conftest import OpenWorld
from tests.fake_bce.rows import PolicyRow
from tests.functional.history import add_nights, add_ours
from tests.report.hostile import MARKUP, NAMES, check_all, check_csv, check_markdown, check_page
from tests.report.reading import Page, csv_rows
from tests.unit.rows import DAY, NIGHTLY, NOW, SLOT, inventory, nights, policies, row, volume
from tests.world import POLICY, World

ONLY = policies(NIGHTLY)
PLAIN = "plain"
NIGHTLY_ONLY = POLICY.partition("[policy.adhoc]")[0]
Named = pytest.mark.parametrize("name", NAMES.values(), ids=list(NAMES))


def fleet(name: str, under: Policies = ONLY) -> Report:
    """Return the report of disks in every state, all called by this name."""
    late = {"volume_id": "v-late0001"}
    volumes = [
        volume(name=name, automatic_policy=name),
        volume("v-late0001", name=name),
        volume("v-bare0001", name=name),
        volume("v-local001", name=name, type="Local"),
        *(volume(f"v-more{place:04}", name=name) for place in range(15)),
    ]
    snapshots: list[Snapshot] = [
        *nights(3),
        row(SLOT - 9 * DAY, of=late),
        row(SLOT - 2 * DAY, status="Creating", of=late),
        row(SLOT - 3 * DAY, of={"volume_id": "v-gone0001"}, volume_id=None),
        row(name=name, desc=name, id="s-foreign1"),
        row(SLOT - DAY, name=name, create_method="auto", id="s-foreign2"),
    ]
    errors = {"gz": f"ListVolumes: {name}"[:300]}
    return build_report([inventory(volumes, snapshots=snapshots)], under, NOW, errors)


@Named
def test_a_name_is_nothing_but_text(name: str) -> None:
    clean = name.encode(errors="replace").decode()
    check_all(fleet(clean), fleet(PLAIN))


def furnished(world: World) -> None:
    """Add disks and snapshots of every owner, all called ``PLAIN``."""
    store = world.cloud.region("bj")
    store.policies["asp-1"] = PolicyRow("asp-1", PLAIN, [3], [0], 7, NOW, NOW)
    for disk in world.add_disks(12):
        store.volumes[disk].policy_id = "asp-1"
        add_nights(world, disk, 2)
        store.add_snapshot(disk, PLAIN, desc=PLAIN)
    add_ours(world, disk, SLOT - DAY, hold="audit")
    store.add_snapshot(disk, PLAIN, desc=PLAIN, create_method="auto")
    bare = store.add_volume(PLAIN)
    store.add_snapshot(bare, PLAIN, desc=PLAIN)
    store.add_instance(PLAIN, tags={PLAIN: PLAIN})
    (gone,) = world.add_disks(1)
    add_nights(world, gone, 2)
    store.release_volume(gone)


def rename(world: World, name: str) -> None:
    """Call everything by this name that has one of its own; by a large one, one of each."""
    store = world.cloud.region("bj")
    most = 1 if len(name) > 1_000 else None
    for disk in list(store.volumes.values())[:most]:
        disk.name = disk.desc = name
    store.policies["asp-1"].name = name[:1_000]
    for server in list(store.instances.values())[:most]:
        server.name, server.tags = name, {name: name}
    foreign = [snapshot for snapshot in store.snapshots.values() if snapshot.name == PLAIN]
    for snapshot in foreign[:most]:
        snapshot.name = snapshot.desc = name


def texts_of(world: World) -> dict[str, str]:
    """Return what the function says in each form."""
    forms = {form: world.report({"format": form}) for form in FORMATS}
    return {"json": json.dumps(forms.pop("json"), ensure_ascii=False)} | {
        form: result[form] for form, result in forms.items()
    }


@Named
def test_a_name_in_the_cloud_is_nothing_but_text(open_world: OpenWorld, name: str) -> None:
    world = open_world(NIGHTLY_ONLY)
    furnished(world)
    harmless = texts_of(world)
    rename(world, name)
    found = texts_of(world)
    check_csv(found["csv"], len(csv_rows(harmless["csv"])))
    check_page(found["html"], harmless["html"])
    check_markdown(found["markdown"])
    report, expected = json.loads(found["json"].encode()), json.loads(harmless["json"])
    assert report["summary"] == expected["summary"]
    assert max(len(each["text"]) for each in report["findings"]) < 1_000
    clean = name.encode(errors="replace").decode()
    assert clean in {disk["name"] for disk in report["disks"]}


def test_a_script_is_shown_as_it_is_written() -> None:
    page = Page(FORMS["html"].write(fleet(MARKUP)))
    assert any(MARKUP in line for line in page.lines)
    assert all(row["Disk"].endswith(MARKUP) for row in page.disks)
    assert "\\<script\\>" in FORMS["markdown"].write(fleet(MARKUP))


def test_a_formula_is_shown_as_text_with_an_apostrophe() -> None:
    rows = csv_rows(FORMS["csv"].write(fleet(NAMES["a formula"])))
    named = {row["name"] for row in rows if row["state"] != "unreadable"}
    assert named == {f"'{NAMES['a formula']}", ""}


@pytest.mark.parametrize("edit", ["a formula", "a script", "a line"])
def test_the_checks_find_what_is_not_harmless(edit: str) -> None:
    text = {form: FORMS[form].write(fleet(PLAIN)) for form in FORMS}
    if edit == "a formula":
        with pytest.raises(AssertionError):
            check_csv(text["csv"].replace('"plain"', '"=plain"', 1), len(csv_rows(text["csv"])))
    elif edit == "a script":
        with pytest.raises(AssertionError):
            check_page(text["html"].replace("plain", MARKUP, 1), text["html"])
    else:
        with pytest.raises(AssertionError):
            check_markdown(text["markdown"].replace("plain", "\n# All is well\n", 1))
