"""Shards of a fleet: which of a region's disks are one invocation's, told from their ids alone."""

from dataclasses import dataclass
from hashlib import sha256

from snapkeep.errors import InvalidInput
from snapkeep.strict import Table

MOST = 256


@dataclass(frozen=True, slots=True)
class Shard:
    """One of ``count`` parts of a region's disks, from 0 on."""

    index: int
    count: int

    @classmethod
    def of(cls, table: Table) -> "Shard":
        """Read ``{"index": 3, "count": 16}``.

        Raises:
            InvalidInput: for what is no shard.
        """
        count, index = read_count(table, "count"), table.get("index", int)
        table.done()
        if not 0 <= index < count:
            raise InvalidInput(f"must be from 0 to {count - 1}", path=table.at("index"))
        return cls(index, count)

    def holds(self, volume_id: str) -> bool:
        """Say whether a disk is of this shard, which the same disk always is."""
        # not hash(), which differs from one process to the next
        digest = sha256(volume_id.encode()).digest()
        return int.from_bytes(digest[:8], "big") % self.count == self.index

    def to_json(self) -> dict[str, int]:
        return {"index": self.index, "count": self.count}


def read_count(table: Table, key: str) -> int:
    """Read into how many shards a region is divided.

    Raises:
        InvalidInput: for less than one or too many.
    """
    count = table.get(key, int)
    if not 1 <= count <= MOST:
        raise InvalidInput(f"must be from 1 to {MOST}", path=table.at(key))
    return count
