"""What the region holds and answers: disks, snapshots that are Available, lists in pages."""

import json
from collections.abc import Iterator
from hashlib import sha256
from urllib.parse import parse_qs, urlsplit

PAGE = 1_000
NAME = "bj"


class Region:
    """Answers like the API, without a check of its own: it only has to be fast."""

    def __init__(self, volumes: int, snapshots: int) -> None:
        self._snapshots = [_listed(number) for number in range(snapshots)]
        disks = [_volume(number) for number in range(volumes)]
        self._rows = {"volume": disks, "snapshot": self._snapshots}

    def answer(self, method: str, target: str, body: bytes) -> bytes:
        """Return the body of the answer to one request."""
        parts = urlsplit(target)
        if method == "POST":
            return self._create(json.loads(body))
        marker = parse_qs(parts.query).get("marker", ["0"])[0]
        noun = parts.path.rpartition("/")[2]
        return _page(self._rows.get(noun, []), noun, int(marker))

    def _create(self, wanted: dict[str, str]) -> bytes:
        id_ = f"s-{len(self._snapshots):08x}"
        row = _snapshot(id_, wanted["snapshotName"], wanted["volumeId"], wanted["desc"])
        self._snapshots.append(row)
        return json.dumps({"snapshotId": id_}).encode()


def volume_id(number: int) -> str:
    return f"v-{number:08x}"


def _page(rows: list[bytes], noun: str, start: int) -> bytes:
    end = start + PAGE
    more = f'true,"nextMarker":"{end}"' if end < len(rows) else "false"
    head = f'{{"marker":"{start}","maxKeys":{PAGE},"isTruncated":{more},"{noun}s":['
    return b"%b%b]}" % (head.encode(), b",".join(rows[start:end]))


def _volume(number: int) -> bytes:
    row = {
        "id": volume_id(number),
        "name": f"disk {number}",
        "status": "InUse",
        "type": "Cds",
        "isSystemVolume": False,
        "diskSizeInGB": 40,
        "attachments": [{"instanceId": f"i-{number:08x}", "device": "/dev/vdb"}],
        "tags": [{"tagKey": "backup", "tagValue": "nightly"}],
    }
    return json.dumps(row).encode()


def _listed(number: int) -> bytes:
    """Return a snapshot of some night, as long as snapkeep's own are and taken five a second."""
    night, disk = divmod(number, PAGE)
    day = f"2026-{1 + night // 28 % 12:02}-{1 + night % 28:02}"
    minute, second = divmod(disk // 5, 60)
    digest = sha256(str(number).encode()).hexdigest()
    id_ = digest[:20]
    desc = (
        f"snapkeep/1 region={NAME} policy=nightly slot={day}T18:00:00Z volume={volume_id(disk)}"
        f" source=cron event={digest[20:52]} id={id_}"
    )
    name = f"sk_nightly_{day.replace('-', '')}T180000Z_{id_}"
    created = f"{day}T18:{minute:02}:{second:02}Z"
    return _snapshot(f"s-{number:08x}", name, volume_id(disk), desc, created)


def _snapshot(
    id_: str, name: str, volume: str, desc: str, created: str = "2026-11-24T18:00:30Z"
) -> bytes:
    row = {
        "id": id_,
        "name": name,
        "sizeInGB": 40,
        "createTime": created,
        "status": "Available",
        "createMethod": "manual",
        "volumeId": volume,
        "desc": desc,
        "package": False,
        "encrypted": False,
    }
    return json.dumps(row).encode()


def pages(snapshots: int) -> Iterator[bytes]:
    """Yield the list of so many snapshots as it is sent, page by page."""
    rows = [_listed(number) for number in range(snapshots)]
    return (_page(rows, "snapshot", start) for start in range(0, max(1, snapshots), PAGE))
