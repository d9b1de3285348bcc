"""Row 4: how long one call takes where the cloud is a round trip of 30 ms away, and how many
connections are opened for it."""

from statistics import median
from time import perf_counter

from benchmarks.clients import ASKS, wanted
from benchmarks.figures import Figure, Line, Target
from benchmarks.loopback.client import loopback
from benchmarks.loopback.doors import ROUND_TRIP_SECONDS
from benchmarks.measure import Bench, Case, Counts, Row, Variant, Work

NUMBER, CALLS = 4, 20
NAMES = ("ours", "sdk", "raw")


def _calls(name: str) -> Variant:
    def prepared(size: int) -> Work:
        cloud, wants = loopback(), wanted(size)
        ask = ASKS[name](cloud, "far")
        with cloud.trusted():
            ask(wants[0])

        def run() -> Counts:
            before, times = cloud.counts(), []
            with cloud.trusted():
                for want in wants:
                    start = perf_counter()
                    ask(want)
                    times.append(perf_counter() - start)
            opened = cloud.counts()["connections"] - before["connections"]
            return Counts({"ms": median(times) * 1_000, "connections": opened / size})

        return run

    return prepared


VARIANTS: dict[str, Variant] = {name: _calls(name) for name in NAMES}


def measure(bench: Bench) -> list[Line]:
    cases = {name: Case(name, bench.size(CALLS)) for name in VARIANTS}
    samples = bench.samples(__name__, list(cases.values()))

    def counted(name: str, what: str, unit: str) -> Figure:
        return Figure.of((sample.counts[what] for sample in samples[cases[name]]), unit)

    trip = ROUND_TRIP_SECONDS * 1_000
    what, mine = f"HTTPS call at a round trip of {trip:.0f} ms", counted("ours", "ms", "ms")
    theirs, floor = counted("sdk", "ms", "ms"), Figure.of([trip], "ms")
    opened, by_sdk = (counted(name, "connections", "a call") for name in ("ours", "sdk"))
    return [
        Line(NUMBER, what, mine, "the vendor's SDK", theirs, Target(3.6, True)),
        Line(NUMBER, what, mine, "one round trip", floor, Target(1.08)),
        Line(NUMBER, what, mine, "a TLS socket alone", counted("raw", "ms", "ms")),
        Line(NUMBER, "new connections", opened, target=Target(0)),
        Line(NUMBER, "new connections of the vendor's SDK", by_sdk),
    ]


ROW = Row(NUMBER, "latency", 3, measure)
