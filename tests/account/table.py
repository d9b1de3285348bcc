"""Every assumption, in the order in which it is asked about."""

from collections.abc import Iterator

from tests.account import access, appearing, changing, creating, deleting, inventory, listing
from tests.account.records import Assumption

TABLE: tuple[Assumption, ...] = (
    *access.TABLE,
    *inventory.TABLE,
    *creating.TABLE,
    *appearing.TABLE,
    *listing.TABLE,
    *changing.TABLE,
    *deleting.TABLE,
)


def markdown() -> Iterator[str]:
    """Yield the lines of a table for a document."""
    yield "| id | assumption | where it comes from | what rests on it |"
    yield "|---|---|---|---|"
    for each in TABLE:
        yield f"| `{each.id}` | {each.words} | {each.source} | {each.rests} |"
