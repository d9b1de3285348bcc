"""Everything about the cloud that its documents leave open, or that a test wants otherwise."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Literal

from tests.fake_bce.rows import SnapshotRow

ACCESS_KEY_ID = "fakeak" + 26 * "0"
SECRET_ACCESS_KEY = "fakesk" + 26 * "1"


@dataclass(frozen=True, slots=True, kw_only=True)
class FakeSettings:
    """How this cloud behaves; the defaults follow the newest documents.

    Attributes:
        quota: 512 manual + 1024 automatic snapshots per disk (doc 0jwvyo7c0), or 8 times the
            number of disks in the whole account (doc Tjwvymrb9).
        creation_time: from Creating to Available or CreatedFailed; zero settles at once.
        fail_creates: the first so many creates of each disk end in CreatedFailed.
        fails: decides the same for any row; asked when the creation is due.
        token_life: a clientToken is forgotten this long after it was last received.
        list_lag: a new snapshot shows in lists only after this long; detail shows it at once.
        busy_while_creating: a disk is SnapshotProcessing while a snapshot of it is Creating.
        system_rows_carry: what ``volumeId`` says on a system disk's snapshot.
        max_keys: default and largest page of the marker lists.
        session_token: set, the key pair is temporary and each request must carry this token.
        requests_per_second: per region, measured on the cloud's own clock; ``None`` is no limit.
    """

    access_key_id: str = ACCESS_KEY_ID
    secret_access_key: str = SECRET_ACCESS_KEY
    session_token: str | None = None
    quota: Literal["per_disk", "eight_per_disk"] = "per_disk"
    manual_quota: int = 512
    creation_time: timedelta = timedelta(seconds=30)
    fail_creates: int = 0
    fails: Callable[[SnapshotRow], bool] | None = None
    token_life: timedelta = timedelta(hours=24)
    require_client_token: bool = False
    list_lag: timedelta = timedelta()
    busy_while_creating: bool = False
    system_rows_carry: Literal["instance", "volume"] = "instance"
    chinese_first_letter: bool = True
    max_keys: int = 1000
    limit_exceeded_status: int = 413
    signature_mismatch_status: int = 400
    token_mismatch_status: int = 403
    arrears_status: int = 403
    arrears_code: str = "AccountOverdue"
    requests_per_second: float | None = None
    throttle_code: str = "TooManyRequests"
    max_skew: timedelta = timedelta(minutes=30)
