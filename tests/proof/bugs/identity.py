"""Bugs in what makes an event the same event: its slot, its hash, the token and the name."""

from tests.proof.bugs.bug import Bug

IDENTITY = "shared/snapkeep/identity.py"
EVENTS = "shared/snapkeep/events.py"
FIELDS = (
    "fields = (self.region, self.policy, self.volume_id, self.source, iso(self.slot), self.event)"
)
TOKEN = 'return f"sk1_{self.digest[:48]}{_suffix(generation)}"'
ONCE = "functional/test_create_once.py"

BUGS = (
    Bug(
        "a random token",
        "where the list does not show a snapshot yet, the token alone brings it back",
        IDENTITY,
        old=TOKEN,
        new='import secrets\n\n        return f"sk1_{secrets.token_hex(24)}{_suffix(generation)}"',
        test=f"{ONCE}::test_where_the_list_hides_the_snapshot_the_token_alone_finds_it",
        by_proof=True,
    ),
    Bug(
        "the time of sending in the name",
        "every attempt sends the same bytes, so that a name never tells an attempt",
        IDENTITY,
        old='return f"sk_{self.policy}_{self.slot:%Y%m%dT%H%M%SZ}_{self.id}',
        new='return f"sk_{self.policy}_{datetime.now():%Y%m%dT%H%M%SZ}_{self.id}',
        test="unit/test_identity.py::test_token_name_and_marker_equal_the_frozen_vectors",
        by_proof=True,
    ),
    Bug(
        "a digest without the disk",
        "two disks of one night never share a name or a token",
        IDENTITY,
        old=FIELDS,
        new=FIELDS.replace("self.volume_id, ", ""),
        test=f"{ONCE}::test_a_nightly_event_makes_one_snapshot_per_disk",
        by_proof=True,
    ),
    Bug(
        "a digest without the region",
        "a disk's id in two regions is two disks with a snapshot each",
        IDENTITY,
        old=FIELDS,
        new=FIELDS.replace("self.region, ", ""),
        test="functional/test_create_regions.py::test_the_same_disk_id_in_two_regions_is_two_disks",
    ),
    Bug(
        "a digest without the slot and the event",
        "two nights are two events with a snapshot each",
        IDENTITY,
        old=FIELDS,
        new=FIELDS.replace(", iso(self.slot), self.event", ""),
        test=f"{ONCE}::test_two_nights_are_two_events",
        by_proof=True,
    ),
    Bug(
        "parts of an event that run into each other",
        "different events never share a digest, whatever their texts are",
        IDENTITY,
        old='return json.dumps(parts, ensure_ascii=True, separators=(",", ":")).encode()',
        new='return "".join(parts).encode(errors="replace")',
        test="unit/test_identity.py::test_parts_do_not_run_into_each_other",
    ),
    Bug(
        "a slot of the moment of delivery",
        "the slot is what the scheduler fixed, so that a replay a day later is the same event",
        EVENTS,
        old="Source.CRON, slot, cron_event(policy.name, slot), regions)",
        new="Source.CRON, now, cron_event(policy.name, now), regions)",
        test=f"{ONCE}::test_replays_after_23_and_25_hours_create_nothing_more",
        by_proof=True,
    ),
    Bug(
        "a bus event known by its delivery",
        "an event that its sender puts twice, under its own key, is one event",
        EVENTS,
        old='        key = detail.text("idempotency_key")\n',
        new='        detail.text("idempotency_key")\n',
        test="unit/test_event_shapes.py::test_a_bus_event_is_known_by_its_id_or_by_the_senders_key",
    ),
    Bug(
        "an event of any age",
        "a snapshot that was deleted is not made again by an old event",
        EVENTS,
        old="    if now - slot > policies.max_event_age:\n",
        new="    if False:\n",
        test=f"{ONCE}::test_a_snapshot_that_was_deleted_is_not_made_again_by_an_old_event",
    ),
)
