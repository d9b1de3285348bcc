"""Calls side by side: threads that mostly wait for the cloud."""

from collections.abc import Callable, Iterable

from snapkeep.side_by_side import Each, Result, Thing, one_by_one

# about a second's worth of requests is in flight, since an answer takes less; the more there are,
# the more wait for a turn that may come too late where the cloud has slowed the rate
LEAST, MOST = 4, 64


def in_threads(per_second: float) -> Each:
    """Return an ``Each`` for calls of which so many a second may leave."""
    most = min(max(LEAST, int(per_second)), MOST)

    def each(work: Callable[[Thing], Result], things: Iterable[Thing]) -> list[Result]:
        listed = list(things)
        if len(listed) < 2:
            return one_by_one(work, listed)
        # imported where many are done: most runs of an account with one region begin sooner without
        from concurrent.futures import ThreadPoolExecutor  # noqa: PLC0415

        with ThreadPoolExecutor(min(most, len(listed))) as threads:
            return list(threads.map(work, listed))

    return each
