"""A schedule: who delivers what and when, what fails, and what people do meanwhile. Plain data.

It is made from a seed. Each part has a number of its own for what is random about it, so that
leaving out one part of a failing schedule leaves the rest of it as it was.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import timedelta
from random import Random
from typing import Any

from tests.fake_bce import Fault

FUNCTION_SECONDS = {"create": 600.0, "webhook": 25.0, "expire": 900.0}
FOREVER, NONE = timedelta(days=3650), timedelta()
SECOND, MINUTE, HOUR = timedelta(seconds=1), timedelta(minutes=1), timedelta(hours=1)
LIVES = (NONE, SECOND, 30 * SECOND, 11 * MINUTE, HOUR, 24 * HOUR, FOREVER)
LAGS = (NONE, NONE, SECOND, 5 * SECOND, MINUTE, 10 * MINUTE, HOUR)
CREATIONS = (NONE, SECOND, 20 * SECOND, 3 * MINUTE, 20 * MINUTE)
EVENTS = ("cron 18:00", "cron 17:00", "webhook", "bus")
ACTS = ("rename", "scribble", "hold", "delete", "busy", "free", "release", "edit policy", "add")
RULES = ("plain", "plain", "short", "wider", "disabled", "removed")
TROUBLES = (
    *(Fault("before", status=status) for status in (500, 503)),
    Fault("after", status=502),
    Fault("before", status=403, code="AccessDenied"),
    Fault("before", status=409, code="OperationDenied"),
    *(Fault(kind) for kind in ("reset_before", "reset_after", "timeout_before", "timeout_after")),
    *(Fault(kind) for kind in ("kill_before", "kill", "kill", "garbage", "redirect")),
    Fault("throttle", retry_after=2),
    Fault("cut", size=9),
    Fault("drip", size=8, seconds=4),
    Fault("no_date"),
    Fault("skew", seconds=-7200),
)
OPERATIONS = ("*", "*", "ListSnapshots", "CreateSnapshot", "GetSnapshot", "DeleteSnapshot")


@dataclass(frozen=True, slots=True)
class Arrival:
    """One delivery.

    Attributes:
        again: after how many seconds the queue delivers it again if it fails.
        meddles: when somebody holds what it is about to delete, see ``DeleteWatch``.
    """

    at: float
    what: str
    number: int
    skew: timedelta = NONE
    again: float | None = None
    is_warm: bool = False
    latency: float = 0.3
    meddles: int = 0


@dataclass(frozen=True, slots=True)
class Act:
    """What a person does to one of the disks or snapshots."""

    at: float
    what: str
    number: int


@dataclass(frozen=True, slots=True)
class Trouble:
    """A fault at the n-th such call of the whole schedule."""

    fault: Fault
    operation: str
    nth: int
    times: int

    @property
    def as_fault(self) -> Fault:
        return replace(self.fault, operation=self.operation, nth=self.nth, times=self.times)


@dataclass(frozen=True, slots=True)
class Schedule:
    """All that is decided before it runs.

    Attributes:
        nights: so many snapshots each disk has from before.
        by_tags: the policy selects by tags, so that instances have to be listed as well.
        fails: the first so many creations of each disk fail, while there is trouble.
        one_at_a_time: the queue hands out one delivery after the other, as for cron events.
        cloud: settings of the fake.
    """

    seed: int
    disks: int
    nights: int
    by_tags: bool
    fails: int
    one_at_a_time: bool
    cloud: tuple[tuple[str, Any], ...]
    arrivals: tuple[Arrival, ...]
    acts: tuple[Act, ...]
    troubles: tuple[Trouble, ...]

    @property
    def setting(self) -> dict[str, Any]:
        """The fake's settings by name."""
        return dict(self.cloud)

    @property
    def is_promised(self) -> bool:
        """Whether the cloud behaves as "exactly one" needs it to: it remembers a client token for
        as long as a delivery that does not see the snapshot in the list yet may still send it."""
        setting, longest = self.setting, timedelta(seconds=FUNCTION_SECONDS["create"])
        life, lag = setting["token_life"], setting["list_lag"]
        return bool(life >= lag + longest)


def make_schedule(seed: int) -> Schedule:
    """Return the schedule of a seed."""
    random = Random(f"schedule {seed}")
    span = random.choice((2.0, 30.0, 600.0, 3_600.0))
    deletes = random.random() < 0.25
    many = random.choices((1, 2, 3, 4), (20, 55, 15, 10))[0]
    arrivals = [_arrival(random, span, deletes, number) for number in range(many)]
    acts = [_act(random, span) for _ in range(random.choice((0, 0, 0, 1, 2)))]
    return Schedule(
        seed,
        disks=random.choices((1, 2, 4), (80, 14, 6))[0],
        nights=random.choice((4, 4, 5, 6)) if deletes else 0,
        by_tags=random.random() < 0.1,
        one_at_a_time=False,
        fails=random.choice((0, 0, 0, 0, 0, 1, 2, 5)),
        cloud=_cloud(random),
        arrivals=tuple(arrivals),
        acts=tuple(acts),
        troubles=tuple(_trouble(random) for _ in range(random.choice((0, 1, 1, 2, 3)))),
    )


def _arrival(random: Random, span: float, deletes: bool, number: int) -> Arrival:
    what = "expire" if deletes and random.random() < 0.5 else _event(random)
    skewed = random.random() < 0.1
    return Arrival(
        at=random.choice((0.0, random.uniform(0, span))),
        what=what,
        number=number,
        skew=timedelta(seconds=random.choice((-600, -100, 100, 250, 600))) if skewed else NONE,
        again=random.choice((None, None, None, 1.0, 60.0, 900.0)),
        is_warm=random.random() < 0.6,
        latency=random.choice((0.01, 0.3, 0.3, 3.0)),
        meddles=random.choice((0, 0, 0, 1, 2, -1)) if what == "expire" else 0,
    )


def _event(random: Random) -> str:
    # mostly the same event, since what is delivered twice is what may be done twice
    return random.choices(EVENTS, (6, 1, 2, 1))[0]


def _act(random: Random, span: float) -> Act:
    return Act(random.uniform(0, 2 * span), random.choice(ACTS), random.randrange(100))


def _trouble(random: Random) -> Trouble:
    fault = random.choice(TROUBLES)
    lasts = (1, 1, 4) if fault.kind not in {"kill", "kill_before"} else (1,)
    return Trouble(fault, random.choice(OPERATIONS), random.randint(1, 12), random.choice(lasts))


def _cloud(random: Random) -> tuple[tuple[str, Any], ...]:
    lag = random.choice(LAGS)
    # most clouds keep a token for long enough; what becomes of the others is counted apart
    lives: Sequence[timedelta] = LIVES if random.random() < 0.2 else LIVES[-2:]
    return (
        ("token_life", random.choice(lives)),
        ("list_lag", lag),
        ("creation_time", random.choices(CREATIONS, (55, 25, 10, 5, 5))[0]),
        ("busy_while_creating", random.random() < 0.1),
        ("manual_quota", random.choice((512, 512, 512, 512, 6))),
        ("max_keys", random.choice((1000, 1000, 1000, 1000, 1000, 1000, 3))),
    )
