"""create-on-event: takes one snapshot per policy, disk and event."""
