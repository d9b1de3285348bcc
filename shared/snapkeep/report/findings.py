"""What somebody should know of, the most urgent first, each with what to do about it."""

from dataclasses import dataclass
from enum import StrEnum


class Urgency(StrEnum):
    """``urgent`` is told until it is over; ``attention`` should be looked at; ``note`` is good to
    know."""

    URGENT = "urgent"
    ATTENTION = "attention"
    NOTE = "note"


@dataclass(frozen=True, slots=True)
class Rule:
    """One kind of finding; ``action`` is what a person does about it."""

    kind: str
    urgency: Urgency
    action: str


# in the order in which they are shown
RULES = (
    Rule(
        "region-unreadable",
        Urgency.URGENT,
        "Check the key's rights in the region, and the network; nothing is known of its disks.",
    ),
    Rule("no-disk", Urgency.URGENT, "Check the keys and `regions` of the policy file."),
    Rule(
        "unprotected",
        Urgency.URGENT,
        "Let a policy with an rpo select it (tag it, or widen `select`), or exclude it.",
    ),
    Rule(
        "stale",
        Urgency.URGENT,
        "Look for its last run in the log of create-on-event; send the slot again, or take a"
        " snapshot with a webhook.",
    ),
    Rule(
        "last-failed",
        Urgency.URGENT,
        "The newest snapshot failed; the next run makes another. If that fails as well, ask Baidu.",
    ),
    Rule(
        "plan-refused",
        Urgency.ATTENTION,
        "`auto` deletes nothing in this region until somebody approves: snapkeep plan, approve.",
    ),
    Rule(
        "quota-near",
        Urgency.ATTENTION,
        "Keep fewer, or ask Baidu for more; at the quota no snapshot can be made.",
    ),
    Rule(
        "long-creating",
        Urgency.ATTENTION,
        "It has been Creating for hours; if it does not end, ask Baidu.",
    ),
    Rule(
        "policy-gone",
        Urgency.ATTENTION,
        "Its snapshots are kept for good, since their policy is disabled or not in the file.",
    ),
    Rule(
        "sizes-unknown",
        Urgency.ATTENTION,
        "Let the report's key list snapshot chains; sizes and cost are left out.",
    ),
    Rule(
        "orphans",
        Urgency.NOTE,
        "Their disks are gone. They cost money until a plan is approved: snapkeep plan, approve.",
    ),
    Rule(
        "automatic-overlap",
        Urgency.NOTE,
        "Baidu's own automatic policy snapshots it as well; one of the two may be enough.",
    ),
    Rule(
        "forecast-left-out",
        Urgency.NOTE,
        "Too many disks have histories of their own; snapkeep simulate shows it offline.",
    ),
)
RULE = {rule.kind: rule for rule in RULES}
_ORDER = {rule.kind: place for place, rule in enumerate(RULES)}


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing somebody should know of; ``text`` says it in a line."""

    kind: str
    text: str
    region: str = ""
    volume_id: str = ""
    policy: str = ""

    @property
    def urgency(self) -> Urgency:
        return RULE[self.kind].urgency

    @property
    def action(self) -> str:
        return RULE[self.kind].action

    @property
    def key(self) -> str:
        """What stays the same while it lasts, whatever its text says meanwhile."""
        return "/".join((self.kind, self.region, self.volume_id, self.policy))

    @property
    def place(self) -> tuple[int, str, str, str]:
        """Its place in the order of urgency."""
        return (_ORDER[self.kind], self.region, self.volume_id, self.policy)


def region_of(key: str) -> str:
    """Return the region of a finding's key, empty if it has none."""
    return "".join(key.split("/")[1:2])


def is_urgent(key: str) -> bool:
    """Return whether a finding with this key is urgent; one that is unknown by now is not."""
    rule = RULE.get(key.split("/", maxsplit=1)[0])
    return rule is not None and rule.urgency is Urgency.URGENT
