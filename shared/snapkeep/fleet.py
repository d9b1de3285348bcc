"""A scheduled event over a large fleet, divided into events that are one invocation's work each."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from snapkeep.errors import InvalidInput, of_events
from snapkeep.events import snapshot_requests
from snapkeep.policy import Policies
from snapkeep.shards import Shard, read_count
from snapkeep.strict import Table

# what becomes of them has to fit into the 256 KiB that Step Functions passes on
MOST_EVENTS = 512


@of_events()
def shard_events(event: object, policies: Policies, now: datetime) -> list[dict[str, Any]] | None:
    """Divide a scheduled event that says into how many ``shards`` a region is divided: return an
    event for each shard of each region; ``None`` if it does not say that.

    Raises:
        InvalidEvent: where nothing could be done for the event, or there would be too many.
    """
    if not isinstance(event, Mapping) or "shards" not in event:
        return None
    count = read_count(Table(event), "shards")
    whole = {key: value for key, value in event.items() if key != "shards"}
    (request,) = snapshot_requests(whole, policies, now)
    if count * len(request.regions) > MOST_EVENTS:
        most = MOST_EVENTS // len(request.regions)
        message = f"must be from 1 to {most} for {len(request.regions)} regions"
        raise InvalidInput(message, path="shards")
    # a part of every region first, so that one that is in trouble holds up no other
    return [
        {**whole, "region": region, "shard": Shard(index, count).to_json()}
        for index in range(count)
        for region in request.regions
    ]
