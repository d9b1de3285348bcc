"""That the tables are whole: all thirty rows, each with variants enough."""

import pytest

from tests.functional.hostile import (
    test_algorithms,
    test_bodies,
    test_cloud_answers,
    test_cloud_rows,
    test_content,
    test_deletes,
    test_event_sources,
    test_event_times,
    test_fields,
    test_json,
    test_misconfigured,
    test_replays,
    test_rotation,
    test_routes,
    test_scope,
    test_signature_forms,
    test_signatures,
    test_timestamps,
)
from tests.functional.hostile.cases import ROWS, row_of

MODULES = (
    test_algorithms,
    test_bodies,
    test_cloud_answers,
    test_cloud_rows,
    test_content,
    test_deletes,
    test_event_sources,
    test_event_times,
    test_fields,
    test_json,
    test_misconfigured,
    test_replays,
    test_rotation,
    test_routes,
    test_scope,
    test_signature_forms,
    test_signatures,
    test_timestamps,
)
NAMES = [name for module in MODULES for table in module.TABLES for name in table]


def test_all_thirty_rows_are_there_with_320_variants_or_more() -> None:
    assert len(set(NAMES)) == len(NAMES)
    assert {row_of(name) for name in NAMES} == set(ROWS) == set(range(1, 31))
    assert len(NAMES) >= 320


@pytest.mark.parametrize("row", ROWS, ids=lambda row: f"{row:02} {ROWS[row]}")
def test_each_row_has_variants(row: int) -> None:
    assert sum(row_of(name) == row for name in NAMES) >= 6
