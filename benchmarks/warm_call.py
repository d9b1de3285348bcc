"""Row 3: what one more call costs the client, over TLS on a connection that is open."""

from benchmarks.clients import ASKS, wanted
from benchmarks.figures import Figure, Line, Target
from benchmarks.loopback.client import loopback
from benchmarks.measure import Bench, Case, Counts, Row, Variant, Work

NUMBER, CALLS = 3, 100
LIMITS = {"adapter": "requests' adapter.send alone", "raw": "a TLS socket alone"}


def _calls(name: str) -> Variant:
    def prepared(size: int) -> Work:
        cloud, wants = loopback(), wanted(size)
        ask = ASKS[name](cloud, "near")
        with cloud.trusted():
            ask(wants[0])

        def run() -> Counts:
            with cloud.trusted():
                answered = {ask(want) for want in wants}
            if len(answered) != size:
                raise RuntimeError("a call was not answered")
            return Counts()

        return run

    return prepared


VARIANTS: dict[str, Variant] = {name: _calls(name) for name in ASKS}


def measure(bench: Bench) -> list[Line]:
    cases = {name: Case(name, bench.size(CALLS)) for name in VARIANTS}
    samples = bench.samples(__name__, list(cases.values()))

    def each(name: str) -> Figure:
        case = cases[name]
        return Figure.of((sample.seconds / case.size * 1_000 for sample in samples[case]), "ms")

    what, mine = "client CPU of one warm HTTPS call", each("ours")
    return [
        Line(NUMBER, what, mine, "the vendor's SDK", each("sdk"), Target(40, True)),
        Line(NUMBER, what, mine, "requests.Session", each("session"), Target(1.5, True)),
        Line(NUMBER, what, mine, LIMITS["adapter"], each("adapter"), Target(1.25)),
        Line(NUMBER, what, mine, LIMITS["raw"], each("raw")),
    ]


ROW = Row(NUMBER, "warm calls", 5, measure)
