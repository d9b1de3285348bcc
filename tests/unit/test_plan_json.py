"""The plan as the bytes that are approved."""

import json
from dataclasses import replace
from datetime import timedelta

from snapkeep.plan import DISKS_NAMED, FORMAT, canonical, make_plan
from snapkeep.policy import Keep
from tests.unit.rows import DAY, HOUR, NOW, SLOT, nightly, nights, row, world


def test_canonical_json_is_sorted_dense_ascii() -> None:
    value = {"b": [1, None, True], "a": {"说": "备份", "k": SLOT}, "c": HOUR}
    assert canonical(value) == (
        '{"a":{"k":"2026-11-23T18:00:00Z","\\u8bf4":"\\u5907\\u4efd"},'
        '"b":[1,null,true],"c":"1:00:00"}'
    )


def test_a_plan_names_its_format_its_id_and_its_digests() -> None:
    plan = make_plan(nights(4), world(), timedelta())
    told = plan.to_json()
    assert list(told) == [
        *("format", "id", "region", "now", "inventory_digest", "policy_digest"),
        *("refusals", "delete", "approve", "snapshots"),
    ]
    assert (told["format"], told["id"], told["region"]) == (FORMAT, plan.id, "bj")
    assert all(len(told[key]) == 64 for key in ("id", "inventory_digest", "policy_digest"))
    assert json.loads(canonical(told)) == told


def test_a_snapshot_of_the_plan_shows_what_limits_it() -> None:
    until = NOW + DAY
    held = row(SLOT - 9 * DAY, keep_until=until)
    desc = held.desc.replace(" id=", f" hold=audit hold_until={until:%Y-%m-%dT%H:%M:%SZ} id=")
    (entry,) = make_plan([replace(held, desc=desc)], world(), timedelta()).to_json()["snapshots"]
    assert (entry["keep_until"], entry["hold_until"]) == ("2026-11-24T18:00:30Z",) * 2
    assert (entry["hold"], entry["created"]) == ("audit", "2026-11-14T18:00:00Z")
    (plain,) = make_plan([row()], world(), timedelta()).to_json()["snapshots"]
    assert not {"keep_until", "hold", "hold_until"} & plain.keys()


def test_the_digest_of_the_inventory_tells_a_listed_disk_from_one_that_is_not() -> None:
    listed = make_plan([row()], world(), timedelta()).to_json()
    gone = make_plan([row()], world(disks={}), timedelta()).to_json()
    assert listed["inventory_digest"] != gone["inventory_digest"]
    # a golden vector: whoever changes the format has to change FORMAT with it
    assert listed["inventory_digest"] == GOLDEN


GOLDEN = "b8ce87fa6db147a65632a89390a8f4e3363b47318a57a136225f869dae2d17dc"


def test_a_refusal_names_three_disks_and_counts_the_rest() -> None:
    disks = [f"v-disk{number:04}" for number in range(5)]
    given = world(nightly(keep=Keep(last=2)), disks=dict.fromkeys(disks, ()))
    for number, said in ((3, ""), (4, "as much of 1 more disks"), (5, "as much of 2 more disks")):
        rows = [
            each
            for disk in disks[:number]
            for each in nights(6, newest=SLOT - DAY, of={"volume_id": disk})
        ]
        cap = make_plan(rows, given, timedelta()).refusals["cap"]
        assert cap.count("of disk v-disk") == DISKS_NAMED == 3
        assert (said in cap) if said else ("more disks" not in cap)


def test_a_clock_that_the_api_told_nothing_of_is_said() -> None:
    refusals = make_plan([row()], world(), None).refusals
    assert refusals == {"clock": "the API gave no Date to compare our clock with"}
