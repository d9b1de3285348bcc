"""How near the fullest disk is to its quota."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Quota:
    """Manual snapshots a disk may have, as configured, less what is listed: an estimate."""

    limit: int
    most_used: int
    volume_id: str

    @property
    def headroom(self) -> int:
        return self.limit - self.most_used
