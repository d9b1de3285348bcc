"""The page of 10,000 disks with 100,000 snapshots is built, sent and loaded within its limits."""

from tests.browser.pages import Built

PAGE_BYTES = 5_000_000
# AWS, "Lambda quotas": 6 MB for the answer to a synchronous invocation
ANSWER_BYTES = 6_291_556
KILOBYTES = 512 * 1024


def test_the_page_of_a_large_fleet_is_within_its_limits(fleet: Built) -> None:
    assert fleet.sizes["page"] == fleet.path.stat().st_size < PAGE_BYTES
    assert fleet.sizes["answer"] < ANSWER_BYTES
    assert fleet.sizes["kilobytes"] < KILOBYTES
