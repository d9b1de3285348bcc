"""What an operation is given to work with."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from tests.fake_bce.errors import RefusedError
from tests.fake_bce.region import RegionStore
from tests.fake_bce.settings import FakeSettings
from tests.fake_bce.wire import Request


@dataclass(slots=True)
class Account:
    """Standing of the account; tests flip it while the cloud runs.

    Attributes:
        in_arrears: money is owed, so no snapshot and no policy is taken on (doc Ek5dcea39).
        qualified: its owner has passed real-name verification (doc ojwvynrqn).
        denied: names of operations that the key may not call.
    """

    in_arrears: bool = False
    qualified: bool = True
    denied: set[str] = field(default_factory=set)


@dataclass(frozen=True, slots=True)
class Context:
    """One authenticated request at its region; ``args`` are the ids in its path."""

    request: Request
    region: RegionStore
    regions: Mapping[str, RegionStore]
    account: Account
    settings: FakeSettings
    now: datetime
    args: Mapping[str, str]

    @property
    def query(self) -> Mapping[str, str]:
        return self.request.query

    def require_funds(self) -> None:
        """Raises:
        RefusedError: where the account is in arrears.
        """
        if self.account.in_arrears:
            raise RefusedError(self.settings.arrears_status, self.settings.arrears_code)
