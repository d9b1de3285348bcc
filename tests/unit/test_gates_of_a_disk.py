"""The gates that look at all rows of a disk: freshness, released, minimum good."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import timedelta

import pytest

from snapkeep.expiry import Decision, Verdict, decide
from snapkeep.model import Snapshot, Source
from snapkeep.policy import Keep, Policies
from snapkeep.rows import World, disks_of
from tests.unit.rows import (
    DAY,
    DISK,
    HOUR,
    NIGHTLY,
    NOW,
    SECOND,
    SERVER,
    SLOT,
    nightly,
    nights,
    policies,
    row,
    system_disk,
    volume,
    world,
)  # fmt: skip


def _verdict(of: Snapshot, others: Iterable[Snapshot], given: World | None = None) -> Decision:
    decisions = decide([of, *others], given or world())
    (found,) = [decision for decision in decisions if decision.row.snapshot == of]
    return found


def _under(found: Policies, **options: object) -> World:
    return replace(world(found), **options)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("age", "delete"),
    [(52 * HOUR, True), (52 * HOUR + SECOND, False), (400 * DAY, False)],
    ids=["exactly 2 x rpo", "a second more", "a year"],
)
def test_freshness_gate_stopped_backups_delete_nothing(age: timedelta, delete: bool) -> None:
    rows = nights(5, newest=NOW - age)
    verdict = _verdict(rows[-1], rows[:-1])
    assert verdict.delete is delete
    assert verdict.gate == (None if delete else "freshness")


def test_freshness_gate_is_open_for_a_policy_without_rpo() -> None:
    rows = nights(5, newest=NOW - 400 * DAY)
    assert _verdict(rows[-1], rows[:-1], _under(nightly(rpo=None))).delete


def test_freshness_gate_without_any_good_row_deletes_nothing() -> None:
    failed = [replace(each, status="CreatedFailed") for each in nights(3, newest=SLOT - 9 * DAY)]
    assert not any(decision.delete for decision in decide(failed, world()))


def test_released_gate_the_rows_of_a_disk_that_is_gone_need_approval() -> None:
    newest, second, *others, oldest = nights(5, volume_id=None)
    gone = world(disks={"v-other001": (SERVER,)})
    verdict = _verdict(oldest, [newest, second, *others], gone)
    assert (verdict.verdict, verdict.gate) == (Verdict.APPROVE, "released")
    assert verdict.reasons == ("no rule keeps it", "its disk has been released")


def test_released_gate_down_to_the_minimum_however_long_ago_it_was() -> None:
    rows = nights(6, newest=SLOT - 90 * DAY, volume_id=None)
    lapsed = world(nightly(keep=Keep(last=1)), disks={})
    decisions = decide(rows, lapsed)
    assert [d.verdict for d in decisions] == ["approve"] * 4 + ["keep"] * 2
    assert [d.gate for d in decisions] == ["released"] * 4 + ["minimum-good", None]


@pytest.mark.parametrize(
    ("volume_id", "disks", "reason"),
    [
        (DISK, {"v-other001": ()}, "its disk is not listed, but the snapshot still names it"),
        (None, {DISK: ()}, "the snapshot names no disk any more, but its disk is listed"),
    ],
    ids=["named but not listed", "listed but not named"],
)
def test_disk_gate_a_row_and_the_list_of_disks_that_disagree_are_kept(
    volume_id: str | None, disks: dict[str, tuple[str, ...]], reason: str
) -> None:
    *others, oldest = nights(5)
    verdict = _verdict(replace(oldest, volume_id=volume_id), others, world(disks=disks))
    assert (verdict.verdict, verdict.gate) == (Verdict.KEEP, "disk")
    assert reason in verdict.reasons
    # nor do such rows count for others, as a copied marker on a disk that is gone would
    assert not _verdict(oldest, [replace(each, volume_id=None) for each in others]).delete


def _decided(rows: Iterable[Snapshot], given: World) -> list[tuple[str, str, str | None]]:
    return [(d.row.snapshot.id, d.verdict.value, d.gate) for d in decide(rows, given)]


def test_copy_gate_what_may_be_a_copy_on_a_disk_that_is_gone_is_kept_and_counts_once() -> None:
    newest, second, oldest = nights(3, newest=SLOT - 2 * DAY, volume_id=None)
    copies = [replace(newest, id=f"s-copy{n}", create_time=SLOT - 30 * HOUR) for n in (1, 2)]
    lapsed = world(nightly(keep=Keep(last=1)), disks={})
    assert _decided([newest, second, oldest, *copies], lapsed) == [
        (oldest.id, "approve", "released"),
        (second.id, "keep", "minimum-good"),
        # the newest keeps it here, the rest is held as what could be the original
        (newest.id, "keep", None),
        ("s-copy1", "keep", "copy"),
        ("s-copy2", "keep", "copy"),
    ]
    # with nothing but a night and its copies, there is one good night and none to spare
    assert not any(verdict != "keep" for _, verdict, _ in _decided([newest, *copies], lapsed))


def test_copy_gate_the_copy_of_what_is_not_good_counts_for_nothing() -> None:
    newest, second, oldest = nights(3, newest=SLOT - 2 * DAY, volume_id=None)
    lost = replace(newest, status="NotAvailable")
    copy = replace(newest, id="s-copy1", create_time=SLOT - 30 * HOUR)
    decided = _decided([lost, second, oldest, copy], world(nightly(keep=Keep(last=1)), disks={}))
    assert [verdict for _, verdict, _ in decided] == ["keep"] * 4
    assert decided[-1] == ("s-copy1", "keep", "copy")


def test_copy_gate_what_is_made_after_the_plan_decides_nothing() -> None:
    newest, second, oldest = nights(3, newest=SLOT - DAY, volume_id=None)
    copy = replace(oldest, id="s-copy1", create_time=NOW + SECOND)
    decided = _decided([newest, second, oldest, copy], world(nightly(keep=Keep(last=1)), disks={}))
    assert decided[:2] == [(oldest.id, "approve", "released"), ("s-copy1", "keep", "future")]


def test_copy_gate_two_of_one_event_may_go_while_their_disk_is_there() -> None:
    *others, oldest = nights(5)
    twin = replace(oldest, id="s-twin1")
    assert _verdict(oldest, [*others, twin]).delete
    assert _verdict(twin, [*others, oldest]).delete


def test_only_a_system_disk_is_listed_under_the_ids_of_its_instances() -> None:
    assert disks_of([volume(), system_disk(), system_disk("v-system02", instance_ids=())]) == {
        DISK: (),
        "v-system01": (SERVER,),
        "v-system02": (),
    }


def test_a_row_of_an_instance_is_its_system_disks_and_never_a_data_disks() -> None:
    given = world(disks=disks_of([volume(), system_disk()]))
    of_data = nights(5, volume_id=SERVER)
    assert decide(of_data, given) == []
    of_system = nights(5, volume_id=SERVER, of={"volume_id": "v-system01"})
    decisions = decide([*of_system, *of_data], given)
    assert [decision.row.snapshot for decision in decisions] == of_system[::-1]
    assert [decision.delete for decision in decisions] == [True, True, False, False, False]


@pytest.mark.parametrize(
    ("number", "deleted"), [(1, 0), (2, 0), (3, 1), (5, 3)], ids=["one", "two", "three", "five"]
)
def test_minimum_good_gate_two_good_rows_remain(number: int, deleted: int) -> None:
    rows = nights(number, newest=SLOT - DAY)
    decisions = decide(rows, _under(nightly(keep=Keep(last=1))))
    assert sum(decision.delete for decision in decisions) == deleted
    gates = [decision.gate for decision in decisions if not decision.delete]
    assert gates == (["minimum-good", None] if number > 1 else [None])


def test_minimum_good_gate_counts_neither_failed_nor_future_nor_creating_rows() -> None:
    newest, second, third = nights(3, newest=SLOT - DAY)
    no_good = [
        replace(row(SLOT), status="Creating"),
        replace(row(SLOT - 20 * DAY), status="CreatedFailed"),
        row(NOW + HOUR),
    ]
    found = _under(nightly(keep=Keep(last=1)))
    assert _verdict(second, [newest, *no_good], found).gate == "minimum-good"
    assert _verdict(third, [newest, second, *no_good], found).delete


def test_gates_of_one_disk_do_not_look_at_another_or_at_another_policy() -> None:
    other_disk = nights(4, of={"volume_id": "v-disk0002"})
    other_policy = nights(4, of={"policy": "weekly"})
    given = replace(
        world(policies(NIGHTLY, replace(NIGHTLY, name="weekly"))),
        disks={DISK: (SERVER,), "v-disk0002": ()},
    )
    rows = nights(3, newest=SLOT - 9 * DAY)
    assert _verdict(rows[-1], [*rows[:-1], *other_disk, *other_policy], given).gate is None
    stalled = nights(4, newest=SLOT - 9 * DAY)
    verdict = _verdict(stalled[-1], [*stalled[:-1], *other_disk, *other_policy], given)
    assert verdict.gate == "freshness"


def test_an_ad_hoc_row_passes_every_gate_as_well() -> None:
    of = {"source": Source.WEBHOOK}
    old = row(SLOT - 5 * DAY, keep_until=NOW - DAY, of=of)
    assert _verdict(old, nights(3)).delete
    assert _verdict(old, nights(1)).gate == "minimum-good"
    assert _verdict(replace(old, create_time=NOW - HOUR), nights(3)).gate == "minimum-age"
    assert _verdict(old, nights(3, newest=SLOT - 4 * DAY)).gate == "freshness"
