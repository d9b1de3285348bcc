"""Disks and regions are done side by side, in real threads, and come to what one by one does."""

import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import requests
from requests.adapters import BaseAdapter

from snapkeep.runtime.threads import LEAST, MOST, in_threads
from snapkeep.side_by_side import one_by_one
from tests.fake_bce import FakeCloud, Fault, StraightAdapter
from tests.functional.history import add_nights
from tests.functional.test_create_regions import BOTH
from tests.world import World, failure_of, world

SECONDS = 30


class Meeting(BaseAdapter):
    """Holds every create until so many are under way at the same time."""

    def __init__(self, inner: BaseAdapter, number: int) -> None:
        super().__init__()
        self._inner, self._barrier = inner, threading.Barrier(number)

    def send(
        self, request: requests.PreparedRequest, *args: Any, **options: Any
    ) -> requests.Response:
        if request.method == "POST":
            self._barrier.wait(SECONDS)
        return self._inner.send(request, *args, **options)

    def close(self) -> None:
        """There is nothing to close."""


def store(opened: World) -> list[tuple[str | None, str, str]]:
    """Return what there is, by what it is of."""
    rows = [row for region in ("bj", "gz") for row in opened.rows(region)]
    return sorted((row.volume_id, row.name, row.status) for row in rows)


def furnished(opened: World) -> World:
    for region in ("bj", "gz"):
        for disk in opened.add_disks(6, region):
            add_nights(opened, disk, 5, region=region)
    return opened


def all_three(opened: World) -> tuple[Any, ...]:
    created, expired = opened.create(), opened.expire()
    report = opened.report({"format": "json"})
    applied = {name: set(told["applied"]["deleted"]) for name, told in expired["regions"].items()}
    return created["disks"], applied, report["summary"], store(opened)


def test_threads_come_to_what_one_by_one_does(tmp_path: Path) -> None:
    ends = []
    for each in (one_by_one, in_threads(1_000)):
        with world(tmp_path, BOTH, straight=True, each=each) as opened:
            created, *others = all_three(furnished(opened))
            kinds = [(d["region"], d["volume_id"], d["status"]) for d in created]
            ends.append((kinds, [len(ids) for ids in others[0].values()], others[1], others[2]))
    assert ends[0] == ends[1]
    assert len(ends[0][0]) == 12


def test_so_many_creates_are_under_way_at_once(tmp_path: Path) -> None:
    with world(tmp_path, straight=True, each=in_threads(8)) as opened:
        opened.add_disks(16)
        opened.adapter = Meeting(StraightAdapter(opened.cloud), 8)
        assert opened.beside().create()["counts"]["created"] == 16


class FirstTogether(StraightAdapter):
    """Holds the first call to each of two regions until the other's has come."""

    def __init__(self, cloud: FakeCloud) -> None:
        super().__init__(cloud)
        self.hosts, self._barrier = set[str](), threading.Barrier(2)

    def send(self, request: requests.PreparedRequest, *args: Any, **options: Any) -> Any:
        host = str(request.headers["Host"])
        if host not in self.hosts:
            self.hosts.add(host)
            self._barrier.wait(SECONDS)
        return super().send(request, *args, **options)


@pytest.mark.parametrize(
    "run",
    [
        lambda apart: apart.create(),
        lambda apart: apart.expire("plan"),
        lambda apart: apart.report({"format": "json"}),
    ],
    ids=["create", "expire", "report"],
)
def test_regions_are_read_at_the_same_time_and_fail_alone(
    tmp_path: Path, run: Callable[[World], Any]
) -> None:
    with world(tmp_path, BOTH, straight=True, each=in_threads(4)) as opened:
        furnished(opened)
        opened.adapter = together = FirstTogether(opened.cloud)
        opened.cloud.faults.add(Fault("before", times=900, region="gz"))
        told = failure_of(lambda: run(opened.beside())).result
    assert together.hosts == {"bcc.bj.baidubce.com", "bcc.gz.baidubce.com"}
    failed = told.get("failures") or told.get("errors") or told["disks"]
    assert "gz" in str(failed)
    assert "bj" not in str(failed) or told["counts"]["existing"] == 6


@pytest.mark.parametrize(("per_second", "threads"), [(0.5, LEAST), (10, 10), (1_000, MOST)])
def test_a_seconds_worth_of_requests_is_under_way(per_second: float, threads: int) -> None:
    names = set[str]()
    barrier = threading.Barrier(threads)

    def work(_: int) -> None:
        names.add(threading.current_thread().name)
        barrier.wait(SECONDS)

    in_threads(per_second)(work, range(threads * 2))
    assert len(names) == threads


def test_results_keep_their_order_and_an_error_is_raised() -> None:
    each = in_threads(4)
    assert each(lambda n: n * n, range(50)) == [n * n for n in range(50)]
    with pytest.raises(ZeroDivisionError):
        each(lambda n: 1 / n, range(-9, 50))
