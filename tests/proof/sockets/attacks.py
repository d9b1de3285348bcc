"""Real sockets: whole runs over connections on which things go wrong.

A proxy on loopback stands between a function and the fake cloud's HTTP door, and treats some calls
with a toxic. The cloud's own store judges; then the connection is good again.
"""

import tempfile
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from itertools import product
from pathlib import Path
from random import Random

import trustme

from tests.fake_bce import ACCESS_KEY_ID, SECRET_ACCESS_KEY, OffsetClock
from tests.proof.account import FLOWS, Account
from tests.proof.figures import Job, Part, Scale, Tally
from tests.proof.sockets.proxy import Overhearing, Proxy
from tests.proof.sockets.toxics import TOXICS, Toxic
from tests.world import NOW, World, world


@dataclass(frozen=True, slots=True)
class Target:
    """An operation in a run.

    Attributes:
        calls: of it when there is no trouble.
        waits: virtual seconds that pass before the first.
    """

    flow: str
    operation: str
    calls: int
    waits: float = 0.0


TARGETS = (
    Target("create of 2", "CreateSnapshot", 2),
    Target("create of 2", "ListSnapshots", 2),
    Target("create of 2", "GetSnapshot", 2, waits=5.0),
    Target("expire", "DeleteSnapshot", 2),
    Target("expire", "ListSnapshots", 4),
    Target("expire", "GetSnapshot", 2),
)
ALWAYS = 10_000
# Lambda's time for a run: where it has to give up by itself, little more than the margin
SECONDS, SECONDS_TO_STALL = 600.0, 3.6
HOSTS = ("127.0.0.1", "bcc.bj.baidubce.com")
TLS = "TLS with a wrong certificate"
TOXICS_IN_SHORT = 12
Trial = Callable[[World, Tally], Iterator[str]]


def _attack(
    toxic: Toxic, target: Target, nth: int, times: int, world_: World, tally: Tally
) -> Iterator[str]:
    """Run once with the toxic, judge, and deliver again until it is done."""
    account = Account.furnished(world_, FLOWS[target.flow])
    door, clock = world_.runtime.settings.endpoint("bj"), world_.clock
    seconds = SECONDS_TO_STALL + target.waits if toxic.stalls else SECONDS
    with Proxy(door, toxic, target.operation, nth, times) as proxy:
        process, ends = world_.deployed(endpoints={"bj": proxy.url}), clock.monotonic() + seconds
        ended = account.run(process, seconds)
        late = clock.monotonic() - ends
        yield from account.harm(ended)
        if late > 0:
            yield f"it took {late:.1f} s more than Lambda gives it"
        tally.more["calls that were treated"] += proxy.treated
        # on a busy machine the time can be over before
        tally.more["runs that ended before the call"] += not proxy.treated
        proxy.calm()
        yield from account.recover(process)


def _overheard(flow: str, host: str, world_: World, tally: Tally) -> Iterator[str]:
    """Run against a server whose certificate nobody vouches for."""
    account = Account.furnished(world_, FLOWS[flow])
    with Overhearing(trustme.CA().issue_cert(host).configure_cert) as server:
        process = world_.deployed(endpoints={"bj": f"https://127.0.0.1:{server.port}"})
        ended = account.run(process)
        yield from account.harm(ended)
    yield from overheard(server, ended.is_done)
    if world_.cloud.journal or account.made():
        yield "the cloud was asked"
    yield from account.recover(world_)


def overheard(server: Overhearing, is_done: bool) -> Iterator[str]:
    """Say what the server should not have come to know."""
    if is_done:
        yield "the run ended well"
    if not server.raw:
        yield "nobody connected"
    if server.read:
        yield f"{len(server.read)} bytes could be read"
    secrets = (ACCESS_KEY_ID.encode(), SECRET_ACCESS_KEY.encode(), b"bce-auth-v1", b"/v2/")
    if any(secret in server.raw for secret in secrets):
        yield "a key or a request went over the line in clear"


def jobs(scale: Scale) -> list[Job]:
    """Return every toxic, or some of them, and the certificates."""
    chosen = [*TOXICS]
    if scale.is_short:
        chosen = Random(scale.seed).sample(chosen, TOXICS_IN_SHORT)
    return [(toxic, scale.seed, scale.is_short) for toxic in (*chosen, TLS)]


def _trials(toxic: str, rng: Random, is_short: bool) -> Iterator[tuple[str, str, Trial]]:
    """Return what to try: what it is called, in which run, and the trial itself."""
    if toxic == TLS:
        servers = list(product(HOSTS, ("report", "create of 2", "expire")))
        for host, flow in rng.sample(servers, 2) if is_short else servers:
            yield f"for {host}", flow, partial(_overheard, flow, host)
        return
    often = [("once", 1)] if TOXICS[toxic].stalls else [("once", 1), ("always", ALWAYS)]
    for target in rng.sample(TARGETS, 2) if is_short else TARGETS:
        for how, times in often[-1:] if is_short else often:
            nth = rng.randint(1, target.calls)
            attack = partial(_attack, TOXICS[toxic], target, nth, times)
            yield f"at call {nth} of {target.operation}, {how}", target.flow, attack


def work(toxic: str, seed: int, is_short: bool) -> Tally:
    """Try one toxic at every kind of call, once and for the whole run."""
    tally = Tally(more=Counter({"toxics": 1}))
    for where, flow, trial in _trials(toxic, Random(f"{seed} {toxic}"), is_short):
        with (
            tempfile.TemporaryDirectory() as folder,
            world(Path(folder), loopback=True, clock=OffsetClock(NOW), **FLOWS[flow].settings) as w,
        ):
            found = [f"{flow}, {toxic!r} {where} (seed {seed}): {what}" for what in trial(w, tally)]
            tally.breaches += found
            tally.count += 1
            tally.search(w)
    return tally


PART = Part(
    "real sockets",
    "exactly one snapshot, and only what is due deleted, whatever happens to a connection",
    jobs,
    work,
)
