"""Worlds made of a seed as a report sees them: two regions, disks of every kind, and a policy file
with schedules, prices and quotas."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from decimal import Decimal
from random import Random

from snapkeep.model import Chain, Instance, Inventory, Snapshot, Volume
from snapkeep.money import Price
from snapkeep.policy import Policies, Policy, Selector
from snapkeep.report.build import build_report
from snapkeep.report.model import Report
from tests.unit.pools import OWNERS
from tests.unit.rows import DAY, SLOT, nights
from tests.unit.worlds import make_case

SCHEDULES = (
    *("cron(0 2 * * ? *)", "cron(0 2 * * ? *)", "cron(30 3 ? * SUN *)", "cron(0 2,14 * * ? *)"),
    *("rate(1 day)", "rate(8 hours)", None),
)
_TAGGED = Selector(tags=(("backup", ("yes",)),))
_SELECTORS = (Selector(all=True), Selector(all=True), Selector(system=False), _TAGGED)
_TYPES = ("Cds", "Cds", "Cds", "Cds", "Ephemeral")
_STATUSES = ("InUse", "InUse", "InUse", "Available", "Detaching")
_PRICES = (
    Price(Decimal("0.12"), Decimal("0.12"), "CNY"),
    Price(Decimal("0.1"), Decimal("0.155"), "CNY"),
    None,
)


@dataclass(frozen=True, slots=True)
class Account:
    """What a report is made of."""

    inventories: Sequence[Inventory]
    policies: Policies
    now: datetime
    errors: Mapping[str, str]
    unsized: Mapping[str, str]

    @property
    def report(self) -> Report:
        return build_report(self.inventories, self.policies, self.now, self.errors, self.unsized)

    @property
    def disks(self) -> list[tuple[str, str]]:
        """Every disk as (region, id), sorted."""
        return sorted((each.region, disk.id) for each in self.inventories for disk in each.volumes)

    @property
    def snapshots(self) -> int:
        return sum(len(each.snapshots) for each in self.inventories)


def make_account(seed: int) -> Account:
    """Return the account of that number."""
    random, case = Random(f"account {seed}"), make_case(seed)
    bj = _bj(random, case.world.disks, [made.snapshot for made in case.seen])
    gz = _gz(random)
    errors = {} if random.random() < 0.9 else {"gz": "no answer"}
    unsized = {} if random.random() < 0.85 else {"bj": "AccessDenied"}
    sized = [
        each if each.region in unsized else replace(each, chains=_chains(random, each))
        for each in ((bj,) if errors else (bj, gz))
    ]
    policies = _policies(random, case.world.policies)
    return Account(sized, policies, case.world.now, errors, unsized)


def _bj(
    random: Random, listed: Mapping[str, tuple[str, ...]], snapshots: Sequence[Snapshot]
) -> Inventory:
    bare = [f"v-bare{place:04}" for place in range(random.choice([0, 1, 3]))]
    volumes = [_volume(random, disk, OWNERS.get(disk, ())) for disk in (*listed, *bare)]
    sizes = {volume.id: volume.size_gb for volume in volumes}
    owners = sorted({owner for volume in volumes for owner in volume.instance_ids})
    instances = [
        Instance(owner, "web", random.choice(["Running", "Running", "Stopped", "Starting"]))
        for owner in owners
        if random.random() < 0.9
    ]
    sized = [replace(each, size_gb=sizes.get(each.volume_id or "", 40)) for each in snapshots]
    return Inventory("bj", volumes, instances, sized)


def _volume(random: Random, disk: str, owners: tuple[str, ...]) -> Volume:
    is_system = bool(owners)
    return Volume(
        disk,
        random.choice(["data", "数据盘", "web-1", ""]),
        "InUse" if is_system else random.choice(_STATUSES),
        "System" if is_system else random.choice(_TYPES),
        is_system=is_system,
        size_gb=random.choice([20, 40, 100, 2_000]),
        instance_ids=owners,
        tags=(("backup", "yes"),) if random.random() < 0.6 else (),
        automatic_policy="每日自动" if random.random() < 0.1 else None,
    )


def _gz(random: Random) -> Inventory:
    """Return a region of disks that are alike, but for some."""
    volumes, snapshots = [], []
    for place in range(random.choice([0, 2, 5])):
        disk = f"v-gzdk{place:04}"
        volumes.append(_volume(random, disk, ()))
        newest = SLOT - random.choice([0, 0, 0, 5]) * DAY
        mine = nights(random.choice([4, 4, 9]), newest, of={"region": "gz", "volume_id": disk})
        late = timedelta(seconds=random.choice([1, 20, 45, 1_800, 3_000]))
        snapshots += [replace(each, create_time=_after(each, late)) for each in mine]
    return Inventory("gz", volumes, (), snapshots)


def _after(snapshot: Snapshot, late: timedelta) -> datetime | None:
    return snapshot.create_time + late if snapshot.create_time else None


def _chains(random: Random, inventory: Inventory) -> list[Chain]:
    return [
        Chain(f"sl-{volume.id[2:]}", volume.id, random.randrange(500_000) / 100)
        for volume in inventory.volumes
        if random.random() < 0.9
    ]


def _policies(random: Random, given: Policies) -> Policies:
    return replace(
        given,
        regions=("bj", "gz"),
        by_name={name: _policy(random, each) for name, each in given.by_name.items()},
        price=random.choice(_PRICES),
        quota_per_disk=random.choice([None, 5, 10, 1_000]),
    )


def _policy(random: Random, given: Policy) -> Policy:
    left_out = Selector(names=("web-1",)) if random.random() < 0.3 else Selector()
    return replace(
        given,
        select=random.choice(_SELECTORS),
        exclude=left_out,
        schedule=random.choice(SCHEDULES),
    )
