"""Seeded schedules of deliveries, crashes, faults and people, and the oracle that judges them."""
