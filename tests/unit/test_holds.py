"""A hold in a marker: what any reason becomes, and all that it leaves as it was."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from snapkeep.expiry import decide
from snapkeep.identity import MAX_GENERATION, claimed_ids, generation_of, read_marker, with_hold
from snapkeep.ids import POLICY_NAME
from snapkeep.model import Snapshot, Source
from snapkeep.rows import candidate
from tests.unit.rows import DAY, DISK, NOW, SLOT, identity, nights, row, world

UNTIL = SLOT + 7 * DAY
OTHER = identity(SLOT - DAY)
REASONS = {
    "a word": "audit-2026",
    "spaces": "legal  hold of  2026",
    "equals": "case=17 ==",
    "percent": "100% sure, %20 %E4 %",
    "plus": "a+b c",
    "Chinese": "审计：保留到 2027 年",
    "an ideographic space": "审计\u3000保留",
    "an emoji": "\U0001f512 locked",
    "another id": f"x id={OTHER.id}",
    "an id in front": f"{OTHER.id} id=0123456789abcdef0123",
    "a generation": "x gen=3 gen=1",
    "an end": "x hold_until=2020-01-01T00:00:00Z keep_until=2020-01-01T00:00:00Z",
    "a whole marker": OTHER.desc(2),
    "quotes and markup": "<b>\"'`[red]&amp;\\",
}
ANY_REASON = st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=100)
ANY_UNTIL = st.none() | st.datetimes(
    datetime(1970, 1, 1),  # noqa: DTZ001 - hypothesis adds the zone itself
    datetime(2999, 1, 1),  # noqa: DTZ001
    timezones=st.just(UTC),
).map(lambda moment: moment.replace(microsecond=0))
OURS = st.builds(
    lambda policy, source, generation, until: row(
        generation=generation, keep_until=until, of={"policy": policy, "source": source}
    ),
    st.from_regex(POLICY_NAME, fullmatch=True),
    st.sampled_from(Source),
    st.integers(0, MAX_GENERATION),
    ANY_UNTIL,
)


def held(snapshot: Snapshot, reason: str | None, until: datetime | None = None) -> Snapshot:
    return replace(snapshot, desc=with_hold(snapshot.desc, reason, until))


@pytest.mark.parametrize("until", [None, UNTIL], ids=["for ever", "until"])
@pytest.mark.parametrize("reason", REASONS.values(), ids=REASONS)
def test_any_reason_is_read_as_it_was_written(reason: str, until: datetime | None) -> None:
    plain = row(generation=2, keep_until=UNTIL)
    marker = read_marker(held(plain, reason, until), "bj")
    before = read_marker(plain, "bj")
    assert before is not None
    assert marker == replace(before, hold=reason, hold_until=until)


@settings(deadline=None)
@given(plain=OURS, reason=ANY_REASON, until=ANY_UNTIL)
def test_a_hold_changes_nothing_that_identifies_a_snapshot(
    plain: Snapshot, reason: str, until: datetime | None
) -> None:
    snapshot = held(plain, reason, until)
    before, after = read_marker(plain, "bj"), read_marker(snapshot, "bj")
    assert before is not None
    assert after == replace(before, hold=reason, hold_until=until)
    assert after.identity.digest == before.identity.digest
    assert after.identity.name(after.generation) == plain.name
    assert claimed_ids(snapshot) == claimed_ids(plain) == {before.identity.id}
    assert generation_of(snapshot) == generation_of(plain) == before.generation


@settings(deadline=None)
@given(plain=OURS, first=ANY_REASON, second=ANY_REASON, until=ANY_UNTIL)
def test_a_release_gives_back_the_marker_that_was_held(
    plain: Snapshot, first: str, second: str, until: datetime | None
) -> None:
    once = with_hold(plain.desc, first, until)
    assert with_hold(once, None) == plain.desc
    assert with_hold(with_hold(once, second), None) == plain.desc
    assert with_hold(once, second) == with_hold(plain.desc, second)
    assert with_hold(once, first, until) == once
    assert with_hold(plain.desc, None) == plain.desc


@given(reason=ANY_REASON, until=ANY_UNTIL)
def test_a_held_marker_is_plain_words_of_visible_ascii(reason: str, until: datetime | None) -> None:
    desc = with_hold(row().desc, reason, until)
    assert desc.isascii()
    assert desc.isprintable()
    added = 1 if until is None else 2
    assert len(desc.split(" ")) == len(row().desc.split(" ")) + added
    assert desc.endswith(f" id={identity().id}")


def test_a_name_that_was_emptied_still_claims_the_id_of_its_held_marker() -> None:
    nameless = replace(held(row(), f"x id={OTHER.id}", UNTIL), name="")
    assert claimed_ids(nameless) == {identity().id}


@pytest.mark.parametrize(
    "words",
    [
        "hold_until=2027-01-01T00:00:00Z",
        "hold= hold_until=2027-01-01T00:00:00Z",
        "hold=a hold_until=",
        "hold=a hold_until=tomorrow",
        "hold=a hold_until=2027-01-01",
        "hold=a hold_until=3000-01-01T00:00:00Z",
        "hold=a hold=b",
        "hold=a b",
    ],
)
def test_a_marker_whose_hold_makes_no_sense_is_not_ours(words: str) -> None:
    snapshot = row()
    edited = replace(snapshot, desc=snapshot.desc.replace(" id=", f" {words} id="))
    assert read_marker(edited, "bj") is None
    assert candidate(edited, world()) is None


@pytest.mark.parametrize(
    "desc",
    [
        "",
        "by hand",
        "snapkeep/1",
        "snapkeep/2 policy=nightly id=0123456789abcdef0123",
        "snapkeep/1 policy=nightly",
        f"{row().desc} a note",
        f" {row().desc}",
    ],
)
def test_no_hold_is_written_where_there_is_no_marker(desc: str) -> None:
    with pytest.raises(ValueError, match="no marker"):
        with_hold(desc, "audit")


@pytest.mark.parametrize(
    ("until", "gate"),
    [
        (None, "hold"),
        (NOW + timedelta(seconds=1), "hold"),
        (NOW, None),
        (NOW - timedelta(seconds=1), None),
    ],
    ids=["for ever", "a second more", "now", "over"],
)
def test_a_hold_holds_until_its_end(until: datetime | None, gate: str | None) -> None:
    snapshot = held(row(SLOT - 4 * DAY), "审计 2026", until)
    decisions = decide([snapshot, *nights(4)], world())
    (verdict,) = [decision for decision in decisions if decision.row.snapshot == snapshot]
    assert (verdict.delete, verdict.gate) == (gate is None, gate)
    assert ("held: 审计 2026" in verdict.reasons) is (gate == "hold")


def test_a_held_row_is_a_candidate_as_before() -> None:
    found = candidate(held(row(), "audit", UNTIL), world())
    assert found is not None
    assert (found.volume_id, found.hold, found.hold_until) == (DISK, "audit", UNTIL)


def test_a_hold_is_written_without_anything_that_could_be_changed_on_its_way() -> None:
    desc = with_hold(row().desc, "audit/2026 审计")
    assert " hold=audit%2F2026%20%E5%AE%A1%E8%AE%A1 id=" in desc


def test_what_is_no_marker_is_not_made_one() -> None:
    for desc in ("", "by hand", "snapkeep/1 region=bj"):
        with pytest.raises(ValueError, match=r"^no marker$"):
            with_hold(desc, "audit")
