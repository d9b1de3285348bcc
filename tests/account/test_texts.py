from datetime import UTC, datetime

from snapkeep.identity import claimed_ids, read_marker
from snapkeep.ids import POLICY_NAME, REGIONS, VOLUME
from snapkeep.model import Snapshot
from tests.account.texts import HELD, LONGEST, MARKER, Texts, foreign

STARTED = datetime(2026, 11, 23, 18, 0, 30, tzinfo=UTC)


def row(name: str, desc: str) -> Snapshot:
    return Snapshot("s-12345678", name, "Available", STARTED, "MANUAL", "v-12345678", desc)


def test_the_longest_identity_has_the_longest_of_everything() -> None:
    for shape, value in ((POLICY_NAME, LONGEST.policy), (VOLUME, LONGEST.volume_id)):
        assert shape.fullmatch(value)
        assert not shape.fullmatch(f"{value}0")
    assert len(LONGEST.region) == max(map(len, REGIONS))
    marked = row(LONGEST.name(3), MARKER)
    assert read_marker(marked, LONGEST.region)
    assert all(read_marker(row(LONGEST.name(3), held), LONGEST.region) for held in HELD)
    assert [len(MARKER), *map(len, HELD)] == [233, 1471, 1171, 371]


def test_what_the_suite_writes_is_as_long_and_none_of_ours() -> None:
    request = Texts(STARTED).request("v-12345678", "a")
    assert len(request.name) == len(LONGEST.name(3))
    assert len(request.token) == len(LONGEST.client_token(3))
    assert [len(foreign(text)) for text in (MARKER, *HELD)] == [len(t) for t in (MARKER, *HELD)]
    for desc in (request.desc, *map(foreign, HELD)):
        made = row(request.name, desc)
        assert read_marker(made, LONGEST.region) is None
        assert not claimed_ids(made)
        assert "snapkeep/" not in desc
    assert all(character in request.desc for character in "=:/ -")


def test_no_two_runs_and_no_two_snapshots_share_a_name_or_a_token() -> None:
    made = [Texts(STARTED).request("v-12345678", letter) for letter in "abab"]
    assert len({each.name for each in made}) == len({each.token for each in made}) == 4
