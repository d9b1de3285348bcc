"""Events as people and schedules ask for them once, and every shape in which they are delivered."""

import json
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from snapkeep.identity import cron_event, event_hash
from snapkeep.model import Source, iso
from tests.functional.http import http_event, wanted

SHAPES = 4


@dataclass(frozen=True, slots=True)
class Event:
    """What was asked for once; ``named`` disks, or none for all that the policy selects.

    Attributes:
        key: the number of the message; an even one on the bus is an idempotency key.
        keep_for: in days, 0 to leave that to the policy.
    """

    source: Source
    policy: str
    slot: datetime
    key: int = 0
    named: tuple[str, ...] = ()
    keep_for: int = 0

    @property
    def hash(self) -> str:
        """What tells it from all other events."""
        if self.source is Source.CRON:
            return cron_event(self.policy, self.slot)
        return event_hash(self.source, f"message-{self.key}")

    def __str__(self) -> str:
        return f"{self.source.value} {self.policy} {iso(self.slot)} {self.key} {self.named}"

    def delivered(self, shape: int, attempt: int, at: datetime) -> Any:
        """Return the event as it comes in.

        Args:
            shape: one of ``SHAPES``, where the source has several.
            attempt: of the sender, by which it tells its attempts apart.
            at: when a webhook is signed.
        """
        if self.source is Source.WEBHOOK:
            body = {**wanted(**self._data()), "timestamp": iso(self.slot)}
            headers: dict[str, str | None] = {"webhook-id": f"message-{self.key}"}
            return http_event("POST", "/snapshots", body, headers=headers, at=at)
        event = self._bus(attempt, at) if self.source is Source.BUS else self._cron(shape)
        return _queued(event) if shape % 2 else event

    def _cron(self, shape: int) -> dict[str, Any]:
        if shape < SHAPES // 2:
            return {"policy": self.policy, "scheduled_time": iso(self.slot)}
        return {
            "detail-type": "Scheduled Event",
            "source": "aws.events",
            "time": iso(self.slot),
            "resources": [f"arn:aws:events:eu-west-1:123456789012:rule/snapkeep-{self.policy}"],
        }

    def _bus(self, attempt: int, at: datetime) -> dict[str, Any]:
        event = {"detail-type": "Snapshot Requested", "source": "deploy", "detail": self._data()}
        if self.key % 2:
            return event | {"id": f"message-{self.key}", "time": iso(self.slot)}
        # put on the bus again it has another id and another time
        fixed = {"idempotency_key": f"message-{self.key}", "timestamp": iso(self.slot)}
        anew = {"id": f"attempt-{attempt}", "time": iso(at.replace(microsecond=0))}
        return event | anew | {"detail": self._data() | fixed}

    def _data(self) -> dict[str, Any]:
        data: dict[str, Any] = {"policy": self.policy}
        if self.named:
            data["volumes"] = list(self.named)
        if self.keep_for:
            data["keep_for"] = f"{self.keep_for}d"
        return data


def _queued(event: dict[str, Any]) -> dict[str, Any]:
    return {"Records": [{"eventSource": "aws:sqs", "body": json.dumps(event)}]}
