"""The policies of a schedule, as text for the functions and as numbers for the oracle."""

from collections.abc import Sequence
from dataclasses import dataclass

HEAD = 'timezone = "Asia/Shanghai"\nregions = ["bj"]\n'
AD_HOC_DAYS = 7
ADHOC = f'[policy.adhoc]\nselect = {{ all = true }}\nad_hoc_keep = "{AD_HOC_DAYS}d"\n'
RPO_HOURS = 26


@dataclass(frozen=True, slots=True)
class Rules:
    """What the policy ``nightly`` says: how many are kept, and whether it is there and enabled."""

    last: int = 3
    daily: int = 2
    is_enabled: bool = True
    is_there: bool = True

    def text(self, disks: Sequence[str], *, by_tags: bool) -> str:
        """Return the policy file."""
        if not self.is_there:
            return HEAD + ADHOC
        volumes = ", ".join(f'"{disk}"' for disk in disks)
        select = 'tags = { backup = "nightly" }' if by_tags else f"volumes = [{volumes}]"
        keep = ", ".join(
            f"{rule} = {count}"
            for rule, count in (("last", self.last), ("daily", self.daily))
            if count
        )
        enabled = "true" if self.is_enabled else "false"
        return (
            f"{HEAD}[policy.nightly]\nselect = {{ {select} }}\nenabled = {enabled}\n"
            f'schedule = "cron(0 2 * * ? *)"\nrpo = "{RPO_HOURS}h"\nkeep = {{ {keep} }}\n{ADHOC}'
        )


RULES = {
    "plain": Rules(),
    "short": Rules(last=2, daily=0),
    "wider": Rules(last=0, daily=3),
    "disabled": Rules(is_enabled=False),
    "removed": Rules(is_there=False),
}
