"""Holds that are refused: nothing is written, and mostly nothing is asked."""

from dataclasses import asdict
from datetime import UTC, datetime, timedelta, timezone
from typing import Any

import pytest

from snapkeep.errors import InvalidInput
from tests.conftest import OpenWorld
from tests.functional.history import DAY, Edit, edit, word
from tests.functional.test_holds import HOUR, REASON, hold, six_nights
from tests.world import NOW


def test_a_snapshot_that_no_region_has_is_refused(open_world: OpenWorld) -> None:
    world = open_world()
    with pytest.raises(InvalidInput, match="no snapshot of bj, gz has the id s-missing0") as caught:
        hold(world, "s-missing0")
    assert caught.value.code == "UnknownId"
    assert world.writes() == []


STRANGERS: dict[str, Edit] = {
    "renamed": edit(name="before-the-migration"),
    "without a description": edit(desc=""),
    "with a description of somebody's": edit(desc="do not delete"),
    "with a marker that was edited": word("slot=2026-11-18", "slot=2026-11-17"),
    "with a note behind its marker": lambda row: edit(desc=f"{row.desc} keep")(row),
    "of another region": word("region=bj", "region=gz"),
    "with an end without a hold": word(" id=", " hold_until=2027-01-01T00:00:00Z id="),
    "of an automatic policy": edit(create_method="auto"),
    "of an instance snapshot": edit(insnap_id="ins-1"),
    "of an image": edit(template_id="m-1"),
}


@pytest.mark.parametrize("reason", [REASON, None], ids=["hold", "release"])
@pytest.mark.parametrize("change", STRANGERS.values(), ids=STRANGERS)
def test_a_row_that_is_not_provably_ours_is_refused(
    open_world: OpenWorld, change: Edit, reason: str | None
) -> None:
    world = open_world()
    row = world.cloud.region("bj").snapshots[six_nights(world)[0]]
    change(row)
    before = asdict(row)
    with pytest.raises(InvalidInput, match=r"\[\[hold\]\] table in the policy file") as caught:
        hold(world, row.id, reason)
    assert caught.value.code == "NotOurs"
    assert world.writes() == []
    assert asdict(row) == before


BAD: dict[str, dict[str, Any]] = {
    "no id": {"id_": ""},
    "a disk's id": {"id_": "v-disk0001"},
    "another address": {"id_": "chain"},
    "a way out": {"id_": "../volume"},
    "an empty reason": {"reason": ""},
    "a blank reason": {"reason": " \u3000\t "},
    "a long reason": {"reason": "审" * 101},
    "a line break": {"reason": "a\nb"},
    "a return": {"reason": "a\rb"},
    "a line separator": {"reason": "a\u2028b"},
    "a control character": {"reason": "a\x1b[2Jb"},
    "a reversed text": {"reason": "a\u202eb"},
    "half a character": {"reason": "a\ud800b"},
    "an end that is now": {"until": NOW},
    "an end within the second": {"until": NOW + timedelta(microseconds=999_999)},
    "an end that has passed": {"until": NOW - DAY},
    "an end without a zone": {"until": datetime(2027, 1, 1)},  # noqa: DTZ001 - that is the case
    "an end that no marker can carry": {"until": datetime(3000, 1, 1, tzinfo=UTC)},
    "the last instant there is": {"until": datetime.max.replace(tzinfo=timezone(-12 * HOUR))},
    "a release with an end": {"reason": None, "until": NOW + DAY},
}


@pytest.mark.parametrize("given", BAD.values(), ids=BAD)
def test_what_cannot_be_asked_is_refused_before_anything_is_sent(
    open_world: OpenWorld, given: dict[str, Any]
) -> None:
    world = open_world()
    arguments = {"id_": six_nights(world)[0]} | given
    with pytest.raises(InvalidInput):
        hold(world, **arguments)
    assert world.cloud.journal == []
