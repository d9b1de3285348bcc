"""Many callers at once, through both doors."""

import threading
from concurrent.futures import ThreadPoolExecutor

from tests.contract.conftest import OpenDoor


def test_ten_threads_with_one_token_make_one_snapshot(door: OpenDoor) -> None:
    caller = door()
    disk = caller.cloud.region("bj").add_volume()
    together = threading.Barrier(10)

    def create() -> str:
        together.wait(timeout=10)
        return str(caller.create(disk, "n1", "token-1").json()["snapshotId"])

    with ThreadPoolExecutor(10) as pool:
        answers = {task.result() for task in [pool.submit(create) for _ in range(10)]}

    assert answers == set(caller.cloud.region("bj").snapshots)
    assert len(answers) == 1


def test_ten_threads_with_ten_tokens_make_ten_snapshots(door: OpenDoor) -> None:
    caller = door()
    disk = caller.cloud.region("bj").add_volume()

    with ThreadPoolExecutor(10) as pool:
        list(pool.map(lambda n: caller.create(disk, f"n{n}", f"token-{n}"), range(10)))

    assert len(caller.cloud.region("bj").snapshots) == 10
    assert len({call.request_id for call in caller.cloud.journal}) == 10
