"""The oracle sees what it is there for: each objection, each duplicate, each false word."""

from dataclasses import replace
from datetime import timedelta

import pytest

from tests.conftest import OpenWorld
from tests.fake_bce.rows import SnapshotRow
from tests.functional.history import add_nights
from tests.proof.simulation.oracle import Origin, Seen, duplicates, wanted
from tests.proof.simulation.rules import RULES
from tests.world import NOW, World

DAY = timedelta(days=1)


def seen_of(world: World, rules: str = "plain") -> Seen:
    store = world.cloud.region("bj")
    origins = {row.id: Origin.of(row) for row in world.rows() if row.desc}
    return Seen.of(NOW, RULES[rules], store.volumes, world.rows(), origins)


def with_row(seen: Seen, id_: str, **fields: object) -> Seen:
    rows: dict[str, SnapshotRow] = {**seen.rows, id_: replace(seen.rows[id_], **fields)}  # type: ignore[arg-type]
    return replace(seen, rows=rows)


@pytest.fixture
def nights(open_world: OpenWorld) -> tuple[Seen, list[str]]:
    """Five nights of one disk, oldest first; the rules of ``plain`` want the last three."""
    world = open_world()
    made = add_nights(world, world.add_disks(1)[0], 5)
    world.cloud.region("bj").add_snapshot(next(iter(world.cloud.region("bj").volumes)))
    return seen_of(world), made


def test_what_no_rule_wants_may_go(nights: tuple[Seen, list[str]]) -> None:
    seen, made = nights
    may = [id_ for id_ in seen.rows if not any(seen.objections(id_))]
    assert sorted(may) == sorted(made[:2])


@pytest.mark.parametrize(
    ("fields", "why"),
    [
        ({"name": "mine"}, "edited"),
        ({"status": "NotAvailable"}, "it is NotAvailable"),
        ({"status": "CreatedFailed", "create_time": NOW - 2 * DAY}, "may yet be repaired"),
        ({"create_time": NOW - DAY + timedelta(seconds=1)}, "younger than 24 h"),
    ],
)
def test_a_row_that_is_otherwise_may_not(
    nights: tuple[Seen, list[str]], fields: dict[str, object], why: str
) -> None:
    seen, made = nights
    assert any(why in said for said in with_row(seen, made[0], **fields).objections(made[0]))


@pytest.mark.parametrize(
    ("changed", "why"),
    [
        ({"rules": RULES["disabled"]}, "disabled or gone"),
        ({"rules": RULES["removed"]}, "disabled or gone"),
        ({"disks": frozenset[str]()}, "released"),
        ({"now": NOW + 3 * DAY}, "backups of its disk have stopped"),
    ],
)
def test_a_world_that_is_otherwise_does_not_allow_it(
    nights: tuple[Seen, list[str]], changed: dict[str, object], why: str
) -> None:
    seen, made = nights
    otherwise = replace(seen, **changed)  # type: ignore[arg-type]
    assert any(why in said for said in otherwise.objections(made[0]))


def test_the_newest_the_last_two_and_the_foreign_may_never(
    nights: tuple[Seen, list[str]],
) -> None:
    seen, made = nights
    two = replace(seen, rows={id_: seen.rows[id_] for id_ in made[:2]})
    assert any("last two" in said for said in two.objections(made[0]))
    assert any("newest" in said for said in seen.objections(made[-1]))
    foreign = next(iter(seen.rows.keys() - set(made)))
    assert list(seen.objections(foreign)) == ["it is of others"]
    assert list(replace(seen, rows={}).objections(made[0])) == ["it was gone already"]


def test_the_rules_keep_the_last_and_one_of_each_day(nights: tuple[Seen, list[str]]) -> None:
    seen, made = nights
    good = seen.good(("nightly", seen.origins[made[0]].group[1]))
    assert [origin.id for origin in good] == made[::-1]
    assert wanted(good, RULES["short"]) == set(made[-2:])
    assert wanted(good, RULES["wider"]) == set(made[-3:])
    # fewer days than the rule has: the oldest is kept as well
    assert wanted(good[:2], RULES["wider"]) == set(made[-2:])


def test_two_good_ones_of_one_event_are_duplicates_unless_the_first_was_gone(
    nights: tuple[Seen, list[str]],
) -> None:
    seen, made = nights
    first = seen.origins[made[0]]
    second = replace(first, id="s-second00", born=first.born + timedelta(minutes=1))
    assert len(list(duplicates([first, second], {}, set()))) == 1
    assert not list(duplicates([first, second], {}, {second.id}))
    assert not list(duplicates([first, second], {first.id: first.born}, set()))
    assert list(duplicates([first, second], {first.id: second.born + timedelta(1)}, set()))
