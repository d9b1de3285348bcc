"""An exported inventory in place of the cloud: the same client and functions, without keys."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from snapkeep.bce.client import Client
from snapkeep.bce.errors import ListIncomplete, Refused
from snapkeep.bce.reply import Call
from snapkeep.errors import InvalidInput
from snapkeep.runtime import Runtime
from snapkeep.runtime.settings import Settings
from snapkeep.runtime.telemetry import Telemetry
from snapkeep.runtime.wiring import SystemClock
from snapkeep.strict import Table, read_json
from snapkeep.times import Clock, Deadline, parse_instant

_PATH = "--inventory"
_KEYS = {
    "ListVolumes": "volumes",
    "ListInstances": "instances",
    "ListSnapshots": "snapshots",
    "ListChains": "chains",
}


@dataclass(frozen=True, slots=True)
class InventoryFile:
    """The rows of each region as the API wrote them, and when."""

    exported_at: datetime
    regions: Mapping[str, Mapping[str, list[Any]]]

    @classmethod
    def read(cls, path: Path) -> "InventoryFile":
        """Read what ``snapkeep export`` wrote.

        Raises:
            InvalidInput: if the file cannot be read or is not such an export.
        """
        try:
            table = Table(read_json(path.read_text(encoding="utf-8")))
            exported_at = parse_instant(table.text("exported_at"), "exported_at")
            regions = table.table("regions")
            rows = {name: _lists(regions.table(name)) for name in regions.names()}
            table.done()
        except (OSError, UnicodeDecodeError) as error:
            raise InvalidInput(f"cannot read {path}: {type(error).__name__}", path=_PATH) from error
        except InvalidInput as error:
            message = f"{path} is no export of snapkeep: {error}"
            raise InvalidInput(message, path=_PATH) from error
        return cls(exported_at, rows)


class FixedClock(SystemClock):
    """Time that stands still, so that the same file gives the same plan."""

    def __init__(self, moment: datetime) -> None:
        super().__init__()
        self._moment = moment

    def now(self) -> datetime:
        return self._moment


class OfflineRuntime(Runtime):
    """A runtime whose clients read a file."""

    def __init__(
        self,
        settings: Settings,
        telemetry: Telemetry,
        inventory: InventoryFile,
        clock: Clock | None,
    ) -> None:
        super().__init__(settings, telemetry, environ={}, clock=clock)
        self._inventory = inventory

    def client(self, region: str, deadline: Deadline) -> Client:
        """Return a client for one region of the file.

        Raises:
            InvalidInput: if the file does not have the region, or has a damaged row in it.
        """
        if region not in self._inventory.regions:
            message = f"has no region {region}; export with a policy file that names it"
            raise InvalidInput(message, path=_PATH)
        client = Client(region, FileSender(self._inventory.regions[region]), deadline)
        try:
            _ = client.volumes(), client.instances(), client.snapshots(), client.chains()
        except ListIncomplete as error:
            # of a cloud this may be better next time, a file stays as it is
            raise InvalidInput(f"is damaged: {error}; export again", path=_PATH) from error
        return client


class FileSender:
    """Answers the API's lists from rows; everything else is refused."""

    # the rows were read at the export, by whatever clock that had
    skew = timedelta()

    def __init__(self, rows: Mapping[str, list[Any]]) -> None:
        self._rows = rows

    def send(self, call: Call, deadline: Deadline) -> dict[str, Any]:  # noqa: ARG002
        """Return a list in one page.

        Raises:
            Refused: for anything but a list.
        """
        key = _KEYS.get(call.operation)
        if key is None:
            raise Refused(call.operation, "Offline", "an inventory file can only be listed")
        reply = "snapchains" if key == "chains" else key
        return {"isTruncated": False, reply: self._rows[key]}


def _lists(table: Table) -> dict[str, list[Any]]:
    lists: dict[str, list[Any]] = {key: table.get(key, list) for key in _KEYS.values()}
    table.done()
    return lists
