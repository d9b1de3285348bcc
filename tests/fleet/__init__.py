"""The state machine of a large fleet, executed with the real handler behind a loopback Lambda."""
