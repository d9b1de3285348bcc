"""Row 6: what a client spends, in CPU and memory, on a list of 100,000 snapshots over TLS."""

import http.client
import json
import ssl
from collections.abc import Callable, Iterator
from contextlib import closing

from benchmarks.clients import PATH, our_client, sdk_client
from benchmarks.figures import Figure, Line, Target
from benchmarks.loopback.client import Loopback, loopback
from benchmarks.loopback.doors import HOST
from benchmarks.loopback.region import PAGE, pages
from benchmarks.measure import Bench, Case, Row, Variant, Work

NUMBER, SNAPSHOTS = 6, 100_000
FIELDS = ("id", "name", "status", "createTime", "createMethod", "volumeId", "desc", "sizeInGB")


def ours(cloud: Loopback) -> list[object]:
    return list(our_client(cloud, "near").snapshots())


def sdk(cloud: Loopback) -> list[object]:
    client = sdk_client(cloud, "near")
    rows: list[object] = []
    marker = None
    while True:
        reply = client.list_snapshots(marker=marker, max_keys=PAGE)
        rows += reply.snapshots
        if not reply.is_truncated:
            return rows
        marker = reply.next_marker


def limit(cloud: Loopback) -> list[object]:
    """Read the pages from one connection, parse each, and keep of each row what is needed."""
    context = ssl.create_default_context(cafile=cloud.bundle)
    rows: list[object] = []
    target, marker = f"{PATH}?maxKeys={PAGE}", ""
    made = http.client.HTTPSConnection(HOST, cloud.port("near"), context=context)
    with closing(made) as connection:
        while True:
            connection.request("GET", target + marker)
            page = json.loads(connection.getresponse().read())
            rows += compact(page)
            if not page["isTruncated"]:
                return rows
            marker = f"&marker={page['nextMarker']}"


def compact(page: dict[str, list[dict[str, object]]]) -> Iterator[tuple[object, ...]]:
    return (tuple(row.get(name) for name in FIELDS) for row in page["snapshots"])


def _listed(read: Callable[[Loopback], list[object]]) -> Variant:
    def prepared(size: int) -> Work:
        cloud = loopback(snapshots=size)

        def run() -> list[object]:
            with cloud.trusted():
                return _whole(read(cloud), size)

        return run

    return prepared


def parsing(size: int) -> Work:
    """Parse pages that are there already, which no client has."""
    texts = list(pages(size))
    return lambda: _whole([row for text in texts for row in compact(json.loads(text))], size)


def _whole(rows: list[object], size: int) -> list[object]:
    if len(rows) != size:
        raise RuntimeError(f"{len(rows)} rows, not {size}")
    return rows


VARIANTS: dict[str, Variant] = {
    "ours": _listed(ours),
    "sdk": _listed(sdk),
    "limit": _listed(limit),
    "parsing": parsing,
}


def measure(bench: Bench) -> list[Line]:
    size = bench.size(SNAPSHOTS)
    cases = {name: Case(name, size) for name in VARIANTS}
    samples = bench.samples(__name__, list(cases.values()))

    def seconds(name: str) -> Figure:
        return Figure.of((sample.seconds for sample in samples[cases[name]]), "s")

    def growth(name: str) -> Figure:
        return Figure.of((sample.growth_mib for sample in samples[cases[name]]), "MiB")

    cpu, memory = f"list of {size:,} snapshots: CPU", f"list of {size:,} snapshots: memory"
    least, alone = "read, json and a tuple per row", "json and a tuple per row, from memory"
    mine, grown = seconds("ours"), growth("ours")
    return [
        Line(NUMBER, cpu, mine, "the vendor's SDK", seconds("sdk"), Target(18, True)),
        Line(NUMBER, memory, grown, "the vendor's SDK", growth("sdk"), Target(9, True)),
        Line(NUMBER, cpu, mine, least, seconds("limit"), Target(1.1)),
        Line(NUMBER, cpu, mine, alone, seconds("parsing")),
        Line(NUMBER, memory, grown, least, growth("limit")),
    ]


ROW = Row(NUMBER, "listing", 3, measure)
