from dataclasses import replace
from datetime import datetime

import pytest
from hypothesis import assume, example, given, settings
from hypothesis import strategies as st

from snapkeep.identity import claimed_ids, generation_of, read_marker
from snapkeep.model import Snapshot, Source
from snapkeep.rows import candidate
from tests.unit.rows import DAY, SERVER, SLOT, identity, row, world

UNTIL = SLOT + 7 * DAY
OURS = row(generation=2, keep_until=UNTIL, hold="audit")
# printable ASCII and what looks like it
CHARACTERS = st.characters(min_codepoint=32, max_codepoint=126) | st.sampled_from("２٢\t\n\u00a0é")


def _edited(text: str, place: int, character: str) -> str:
    place %= len(text)
    assume(text[place] != character)
    return text[:place] + character + text[place + 1 :]


@given(
    generation=st.integers(0, 3),
    until=st.none() | st.just(UNTIL),
    source=st.sampled_from(Source),
    hold=st.sampled_from([None, "audit-2026", "yes"]),
)
def test_what_we_write_is_what_we_read(
    generation: int, until: datetime | None, source: Source, hold: str | None
) -> None:
    snapshot = row(generation=generation, keep_until=until, hold=hold, of={"source": source})
    marker = read_marker(snapshot, "bj")
    assert marker is not None
    assert marker.identity == identity(source=source)
    assert (marker.generation, marker.keep_until, marker.hold) == (generation, until, hold)


@settings(deadline=None, max_examples=300)
@given(place=st.integers(0, 200), character=CHARACTERS)
def test_a_name_with_one_other_character_is_not_ours(place: int, character: str) -> None:
    edited = replace(OURS, name=_edited(OURS.name, place, character))
    assert read_marker(edited, "bj") is None


@settings(deadline=None, max_examples=1_000)
@given(place=st.integers(0, 300), character=CHARACTERS)
@example(place=OURS.desc.index("hold=") + 5, character="b")
@example(place=OURS.desc.index("keep_until=") + 11 + 3, character="9")
@example(place=OURS.desc.index("gen=") + 4, character="٢")
def test_a_marker_with_one_other_character_is_not_ours_or_only_kept_differently(
    place: int, character: str
) -> None:
    desc = _edited(OURS.desc, place, character)
    edited = read_marker(replace(OURS, desc=desc), "bj")
    if edited is None:
        return
    original = read_marker(OURS, "bj")
    assert original is not None
    assert edited.identity == original.identity
    assert edited.generation == original.generation
    assert (edited.keep_until, edited.hold) != (original.keep_until, original.hold)


@given(place=st.integers(0, 300))
def test_a_marker_that_lost_a_character_is_not_ours_or_only_kept_differently(place: int) -> None:
    place %= len(OURS.desc)
    edited = read_marker(replace(OURS, desc=OURS.desc[:place] + OURS.desc[place + 1 :]), "bj")
    assert edited is None or edited.hold in {"udit", "adit", "auit", "audt", "audi"}


@given(place=st.integers(0, 20), character=CHARACTERS)
def test_a_row_whose_disk_was_edited_is_no_candidate(place: int, character: str) -> None:
    disk = _edited(str(OURS.volume_id), place, character)
    assert candidate(OURS, world()) is not None
    assert candidate(replace(OURS, volume_id=disk), world()) is None


@pytest.mark.parametrize(
    "changes",
    [
        {"create_method": "auto"},
        {"create_method": "manua1"},
        {"create_method": ""},
        {"insnap_id": "is-1"},
        {"template_id": "t-1"},
        {"name": ""},
        {"name": f" {OURS.name}"},
        {"name": f"{OURS.name}\n"},
        {"desc": ""},
        {"desc": f"{OURS.desc} "},
        {"desc": f" {OURS.desc}"},
        {"desc": f"{OURS.desc}\n"},
        {"desc": OURS.desc.replace("snapkeep/1", "snapkeep/2")},
        {"desc": OURS.desc.replace(" hold=audit", " hold=audit 2026")},
        {"desc": OURS.desc.replace(" hold=audit", " hold=")},
        {"desc": OURS.desc.replace(" hold=audit", " hold=a hold=b")},
        {"desc": OURS.desc.replace(" hold=audit", " note=audit")},
        {"desc": OURS.desc.replace("T18:00:00Z", "T18:00:00")},
        {"desc": OURS.desc.replace("T18:00:00Z", "T18:00:00+08:00")},
        {"desc": OURS.desc.replace("source=cron", "source=mail")},
        {"desc": OURS.desc.replace("gen=2", "gen=4")},
        {"desc": OURS.desc.replace("gen=2", "gen=-1")},
        {"desc": OURS.desc.replace(" gen=2", "")},
        {"desc": OURS.desc.partition(" id=")[0]},
    ],
    ids=lambda changes: next(iter(changes)),
)
def test_a_row_in_which_anything_else_differs_is_not_ours(changes: dict[str, str]) -> None:
    assert read_marker(OURS, "bj") is not None
    assert read_marker(replace(OURS, **changes), "bj") is None  # type: ignore[arg-type]


def test_a_row_of_another_region_is_not_ours() -> None:
    assert read_marker(OURS, "gz") is None


def test_a_row_copied_onto_another_disk_of_the_same_instance_is_no_candidate() -> None:
    disks = {"v-disk0001": (SERVER,), "v-disk0002": (SERVER,)}
    assert candidate(replace(OURS, volume_id="v-disk0002"), world(disks=disks)) is None


@pytest.mark.parametrize(
    "changes",
    [{"name": "before the migration"}, {"desc": "keep this one"}, {"create_method": "?"}],
    ids=["renamed", "new description", "other method"],
)
def test_an_edited_row_still_answers_its_event(changes: dict[str, str]) -> None:
    edited = replace(OURS, **changes)  # type: ignore[arg-type]
    assert claimed_ids(edited) == {identity().id}
    assert generation_of(edited) == 2


def test_the_generation_is_that_at_the_end_of_a_name() -> None:
    assert generation_of(row(name="old_good_g2", desc="")) == 2
    assert generation_of(row(name="x_g1_g3", desc="")) == 3


@pytest.mark.parametrize(
    "snapshot",
    [
        row(name="x", desc="y"),
        row(name="x", desc="a note: id=0123456789abcdef0123"),
        row(name="sk_Nightly_20261123T180000Z_0123456789abcdef0123", desc=""),
        row(name="sk_nightly_20261123T180000Z_0123456789abcdef0123_g4", desc=""),
        row(name="sk_nightly_20261123T180000Z_0123456789abcdef012", desc=""),
    ],
    ids=["nothing", "another tool's note", "capital", "generation 4", "short"],
)
def test_a_foreign_row_answers_no_event(snapshot: Snapshot) -> None:
    assert claimed_ids(snapshot) == frozenset()
    assert generation_of(snapshot) == 0


def test_a_row_that_carries_two_ids_answers_both_events() -> None:
    other = identity(SLOT - DAY)
    assert claimed_ids(replace(OURS, name=other.name())) == {identity().id, other.id}


def test_a_generation_that_we_never_make_is_not_ours() -> None:
    for generation, ours in ((3, True), (4, False)):
        desc = OURS.desc.replace("gen=2", f"gen={generation}")
        name = OURS.name.replace("_g2", f"_g{generation}")
        assert (read_marker(replace(OURS, desc=desc, name=name), "bj") is not None) is ours


def test_a_value_goes_from_the_first_equals_sign_on() -> None:
    marker = read_marker(replace(OURS, desc=OURS.desc.replace("hold=audit", "hold=a=b")), "bj")
    assert marker is not None
    assert marker.hold == "a=b"
