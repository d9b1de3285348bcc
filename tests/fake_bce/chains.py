"""Snapshot chains, which are paged by number (doc 1kckej0zw): one per disk (doc Ek5dcea39)."""

from collections.abc import Callable, Mapping
from decimal import ROUND_HALF_UP, Decimal

from tests.fake_bce.context import Context
from tests.fake_bce.errors import bad_request
from tests.fake_bce.paging import positive
from tests.fake_bce.region import RegionStore
from tests.fake_bce.rows import ChainRow, SnapshotRow
from tests.fake_bce.wire import Json

# Invented proportions: the first snapshot holds what is written, each later one what changed.
_FIRST, _LATER = Decimal("0.4"), Decimal("0.02")
_CENT = Decimal("0.01")
_ORDERS: Mapping[str, Callable[[Json], tuple[float, str]]] = {
    "chainId": lambda chain: (0.0, str(chain["chainId"])),
    "chainSize": lambda chain: (float(chain["chainSize"]), str(chain["chainId"])),
    "volumeSize": lambda chain: (float(chain["volumeSize"]), str(chain["chainId"])),
}


def list_page(context: Context) -> Json:
    """GET /v2/snapshot/chain."""
    query = context.query
    order_by, order = query.get("orderBy", "chainId"), query.get("order", "asc")
    if order_by not in _ORDERS or order not in {"asc", "desc"}:
        raise bad_request("orderBy or order is unknown.")
    size, number = positive(query, "pageSize", 1000), positive(query, "pageNo", 1)
    wanted = query.get("volumeId")
    rows = _rows(context.region)
    chains = [
        _write(chain, rows.get(chain.id, []), context)
        for chain in context.region.chains.values()
        if wanted is None or chain.volume_id == wanted
    ]
    chains.sort(key=_ORDERS[order_by], reverse=order == "desc")
    start = size * (number - 1)
    return {
        "orderBy": order_by,
        "order": order,
        "totalCount": len(chains),
        "pageSize": size,
        "pageNo": number,
        "isTruncated": start + size < len(chains),
        "snapchains": chains[start : start + size],
    }


def bill(regions: Mapping[str, RegionStore], price: str) -> Decimal:
    """Return what a month of all chains costs at a price per GB, rounded half up to cents."""
    size_gb = Decimal()
    for region in regions.values():
        rows = _rows(region)
        sizes = (_size_gb(chain, len(rows.get(chain.id, []))) for chain in region.chains.values())
        size_gb += sum(sizes, Decimal())
    return (size_gb * Decimal(price)).quantize(_CENT, ROUND_HALF_UP)


def _size_gb(chain: ChainRow, snapshots: int) -> Decimal:
    """Return what a chain takes; of whole GB it is a whole number of hundredths."""
    share = _FIRST + _LATER * (snapshots - 1) if snapshots else Decimal()
    return chain.volume_size_gb * share


def _rows(region: RegionStore) -> dict[str, list[SnapshotRow]]:
    rows: dict[str, list[SnapshotRow]] = {}
    for row in region.snapshots.values():
        if row.status == "Available":
            rows.setdefault(row.chain_id, []).append(row)
    return rows


def _write(chain: ChainRow, rows: list[SnapshotRow], context: Context) -> Json:
    manual = sum(row.is_manual for row in rows)
    return {
        "status": "available",
        "chainId": chain.id,
        "chainSize": f"{_size_gb(chain, len(rows)):.2f}",
        "instanceId": chain.instance_id,
        "userId": "fakeuser",
        "volumeId": chain.volume_id,
        "volumeSize": chain.volume_size_gb,
        "manualSnapCount": manual,
        "autoSnapCount": len(rows) - manual,
        "createTime": f"{chain.create_time:%Y-%m-%dT%H:%M:%SZ}",
    }
