"""snapkeep keeps the disks of a Baidu AI Cloud account backed up, one snapshot per event."""
