"""The JSON is what its published schema says, strictly enough that a change of either is seen."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator

from snapkeep.render.formats import FORMS
from snapkeep.report.as_json import FORMAT
from snapkeep.report.findings import RULES, Urgency
from snapkeep.report.model import Kind, State
from tests.conftest import OpenWorld
from tests.fake_bce.seed import seed_demo
from tests.report.worlds import make_account
from tests.world import NOW

ROOT = Path(__file__).parents[2]
SCHEMA: dict[str, Any] = json.loads((ROOT / "docs/report.schema.json").read_text("utf-8"))
VALIDATOR = Draft202012Validator(SCHEMA)
DEPLOYED = (ROOT / "functions/policy.toml").read_text("utf-8")
PRICED = f'{DEPLOYED}\n[report]\nprice_per_gb_month = [0.1, 0.2]\ncurrency = "CNY"\n'
Json = dict[str, Any]


def problems(report: object) -> list[str]:
    """Say what is wrong with a report by the schema."""
    return [f"{each.json_path}: {each.message[:200]}" for each in VALIDATOR.iter_errors(report)]


@pytest.fixture
def demo(open_world: OpenWorld) -> Json:
    """The report of the demo account, with cost and quota."""
    world = open_world(f"{PRICED}quota_per_disk = 10\n")
    seed_demo(world.cloud, NOW)
    return world.report({})


def parts(schema: object) -> Iterator[Json]:
    """Yield every schema within a schema."""
    if isinstance(schema, dict):
        yield schema
        for each in schema.values():
            yield from parts(each)
    elif isinstance(schema, list):
        for each in schema:
            yield from parts(each)


def test_the_schema_is_one_and_describes_every_member() -> None:
    Draft202012Validator.check_schema(SCHEMA)
    objects = [each for each in parts(SCHEMA) if "required" in each]
    assert len(objects) > 8
    for each in objects:
        assert each["additionalProperties"] is False
        assert set(each["required"]) == set(each["properties"])
        for name, member in each["properties"].items():
            target = SCHEMA["$defs"].get(member.get("$ref", "").rpartition("/")[2], {})
            assert member.get("description") or target.get("description"), name


def test_the_schema_knows_every_word_of_the_model() -> None:
    defs, summary = SCHEMA["$defs"], SCHEMA["$defs"]["summary"]["properties"]
    assert SCHEMA["properties"]["format"]["const"] == FORMAT
    assert defs["disk_state"]["enum"] == list(summary["disks"]["properties"]) == list(State)
    assert list(summary["snapshots"]["properties"]) == list(Kind)
    assert defs["finding"]["properties"]["kind"]["enum"] == [rule.kind for rule in RULES]
    assert defs["finding"]["properties"]["urgency"]["enum"] == list(Urgency)


def test_the_report_of_the_demo_account_is_valid(demo: Json) -> None:
    assert problems(demo) == []
    assert len(demo["disks"]) == 40
    assert len(demo["orphans"]) == 3
    assert demo["summary"]["cost_per_month"]
    assert demo["summary"]["quota_per_disk"]
    assert all(demo[part] for part in ("findings", "policies", "forecast"))


def test_the_reports_of_random_worlds_are_valid() -> None:
    for seed in range(100, 130):
        report = json.loads(FORMS["json"].write(make_account(seed).report))
        assert problems(report) == [], f"world {seed}"


def places(value: object, path: tuple[str | int, ...] = ()) -> Iterator[tuple[str | int, ...]]:
    """Yield the path of every member, of each list those of its first item."""
    if isinstance(value, dict):
        for key, each in value.items():
            yield (*path, key)
            yield from places(each, (*path, key))
    elif isinstance(value, list) and value:
        yield from places(value[0], (*path, 0))


def short(report: Json) -> Json:
    """Return the report with one item of each list, the disk one under a policy."""
    items = {key: value[:1] for key, value in report.items() if isinstance(value, list)}
    return {**report, **items, "disks": [disk for disk in report["disks"] if disk["policies"]][:1]}


def edited(report: Json, path: tuple[str | int, ...], edit: str) -> Json:
    """Return the report with one member missing, of another kind, or with another beside it."""
    copy: Any = json.loads(json.dumps(report))
    place = copy
    for key in path[:-1]:
        place = place[key]
    if edit == "missing":
        del place[path[-1]]
    elif edit == "beside":
        place["extra"] = 1
    else:
        place[path[-1]] = [1.5] if isinstance(place[path[-1]], dict | str) else {"a": 1}
    return dict(copy)


@pytest.mark.parametrize("edit", ["missing", "other", "beside"])
def test_a_report_that_is_changed_anywhere_is_not_valid(demo: Json, edit: str) -> None:
    free = {"errors", "states"}
    report = short(demo)
    assert problems(report) == []
    paths = [path for path in places(report) if not free & set(path[:-1])]
    assert len(paths) > 80
    passed = [path for path in paths if VALIDATOR.is_valid(edited(report, path, edit))]
    assert passed == []


@pytest.mark.parametrize(
    ("path", "value"),
    [
        (("now",), "2026-11-23 18:00:30"),
        (("now",), "2026-11-23T18:00:30+08:00"),
        (("format",), "snapkeep-report/2"),
        (("summary", "disks", "stale"), -1),
        (("summary", "deletes"), 1.5),
        (("summary", "cost_per_month", "low"), "1.5"),
        (("summary", "cost_per_month", "low"), 1.5),
        (("summary", "quota_per_disk", "estimate"), False),
        (("disks", 0, "state"), "fine"),
        (("disks", 0, "region"), "Beijing 1"),
        (("findings", 0, "urgency"), "low"),
        (("findings", 0, "text"), ""),
        (("errors", "bj"), None),
        (("policies", 0, "states", "unprotected"), 1),
        (("forecast", 0, "kept"), "3"),
        (("forecast",), []),
        (("well",), "yes"),
    ],
    ids=str,
)
def test_a_wrong_value_is_not_valid(demo: Json, path: tuple[str | int, ...], value: object) -> None:
    place: Any = demo
    for key in path[:-1]:
        place = place[key]
    place[path[-1]] = value
    assert problems(demo) != []
