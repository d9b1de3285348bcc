"""``make contract``: what snapkeep assumes about the cloud, checked on a real account.

It spends three snapshots of one disk at the most, and removes them.
"""
