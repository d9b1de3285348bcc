"""What made-up worlds are drawn from: disks, policy files, and the ways in which a row is odd."""

from dataclasses import replace
from datetime import datetime, timedelta
from random import Random
from typing import Any, NamedTuple

from snapkeep.model import Source
from snapkeep.policy import COUNTS, WITHINS, Adopt, Keep, Policies, Policy
from tests.unit.rows import ALL, DAY, HOUR, NOW, SECOND

DISKS = [f"v-disk{place:04}" for place in range(40)]
# every third disk is a server's system disk
OWNERS = {disk: (f"i-host{place:04}",) * (place % 3 == 2) for place, disk in enumerate(DISKS)}
# hours before NOW: the first days one by one, then nights, then weeks
AGES = [*range(-2, 50), *range(50, 1_000, 24), *range(1_000, 9_000, 168)]
# hours from one row of a series to the next
STEPS = [24, 24, 24, 24, 24, 6, 720, 0]
# snapshots of others; half of them can be adopted
FOREIGN: list[dict[str, Any]] = [
    *({"create_method": "auto"}, {"insnap_id": "is-0001"}, {"template_id": "m-0001"}),
    *({"name": "mine"}, {"status": "CreatedFailed"}, {"status": "Creating"}),
    *({"create_time": None}, {"volume_id": None}, {"volume_id": "v-elsewhere"}),
    *[{}] * 9,
]


class Odd(NamedTuple):
    """How a row of ours differs from a good one that a schedule made."""

    status: str = "Available"
    late: timedelta | None = 20 * SECOND
    source: Source = Source.CRON
    keep_until: datetime | None = None
    hold: str | None = None
    hold_until: datetime | None = None
    generation: int = 0
    where: str = "right"


_ODD: dict[str, list[Any]] = {
    "status": ["CreatedFailed", "CreatedFailed", "Creating", "NotAvailable", "Deleting", ""],
    "late": [None, 3 * HOUR, 9 * DAY, 90 * DAY, timedelta(), -30 * DAY],
    "source": [Source.WEBHOOK, Source.BUS],
    "keep_until": [NOW - 2 * DAY, NOW - SECOND, NOW, NOW + HOUR, NOW + 9 * DAY],
    "hold": ["audit", "court"],
    "generation": [1, 3],
    "where": ["lost", "lost", "elsewhere"],
}


def _odd(random: Random) -> Odd:
    keys = random.sample(sorted(_ODD), random.choice([1, 1, 1, 2]))
    odd = Odd(**{key: random.choice(_ODD[key]) for key in keys})
    if odd.hold:
        odd = odd._replace(hold_until=random.choice([None, NOW - DAY, NOW + DAY, NOW + 4 * DAY]))
    if odd.source is not Source.CRON and random.random() < 0.7:
        odd = odd._replace(keep_until=random.choice([NOW - DAY, NOW + DAY]))
    return odd


def _keep(random: Random) -> Keep:
    rules = random.sample([*COUNTS, *WITHINS, *["last"] * 6], random.choice([1, 1, 2, 3]))
    spans = [DAY, 3 * DAY, 30 * DAY, 100 * DAY]
    chosen: dict[str, Any] = {
        rule: random.randint(1, 4) if rule in COUNTS else random.choice(spans) for rule in rules
    }
    return Keep(**chosen, exclusive=random.random() < 0.3)


def _policy(random: Random, name: str) -> Policy:
    keep = _keep(random) if random.random() < 0.9 else Keep()
    rpo = random.choice([None, 26 * HOUR, 26 * HOUR, 7 * DAY])
    policy = Policy(name, ALL, keep=keep, rpo=rpo, enabled=random.random() < 0.95)
    before = NOW - random.choice([0, 3, 40]) * DAY
    adopt = Adopt(random.choice(["backup-", "backup-", "b"]), before)
    return replace(policy, adopt=adopt if random.random() < 0.4 else None)


def _file(random: Random) -> Policies:
    names = random.choice([["nightly", "weekly"]] * 9 + [["nightly"]])
    zone = random.choice(["Asia/Shanghai", "UTC", "America/New_York", "Pacific/Apia"])
    return Policies(zone, ("bj",), {name: _policy(random, name) for name in names})


_RANDOM = Random(1)
ODD = [
    Odd(),
    *(Odd(**{key: value}) for key, values in _ODD.items() for value in values),
    *(Odd(hold="audit", hold_until=NOW + days * DAY) for days in (-1, 1, 4)),
    *(Odd(source=source, keep_until=NOW - DAY) for source in (Source.WEBHOOK, Source.BUS)),
    *(_odd(_RANDOM) for _ in range(20)),
]
# the same without what the marker does not say
MARKS = [odd._replace(status="", late=None, where="") for odd in ODD]
FILES = [_file(_RANDOM) for _ in range(400)]
