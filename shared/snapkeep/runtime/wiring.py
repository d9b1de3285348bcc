"""One process's clients, policies, logger and metrics, made when first needed."""

import os
import random
import time
import zoneinfo
from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta
from functools import cache, cached_property
from threading import Lock

from snapkeep.bce.bos import Bucket
from snapkeep.bce.client import Client
from snapkeep.bce.retry import RateLimit, RetryBudget
from snapkeep.bce.transport import Adapter, Transport, new_adapter
from snapkeep.channels import Channel
from snapkeep.errors import InvalidPolicy
from snapkeep.policy import Policies
from snapkeep.policy_file import parse_policies
from snapkeep.runtime.aged import Aged
from snapkeep.runtime.secrets import find_channels, find_credentials, find_senders
from snapkeep.runtime.settings import Settings
from snapkeep.runtime.telemetry import Telemetry
from snapkeep.runtime.threads import MOST, in_threads
from snapkeep.senders import Sender
from snapkeep.side_by_side import Each
from snapkeep.times import Clock, Deadline

KEYS_LIVE_SECONDS = 300.0
# zone data comes from the pinned tzdata alone, so that a plan is the same on every machine
zoneinfo.reset_tzpath(())


class SystemClock:
    """The time of this machine, or one that runs beside it: ``shift`` ahead."""

    def __init__(self, shift: timedelta = timedelta()) -> None:
        self._shift = shift

    def now(self) -> datetime:
        return datetime.now(UTC) + self._shift

    def monotonic(self) -> float:
        return time.monotonic()

    def sleep(self, seconds: float) -> None:
        time.sleep(seconds)


class Runtime:
    """What an invocation needs; one per process, kept between invocations.

    Args:
        environ: where keys and the extension's port are looked up, when they are needed.
        uniform: returns a number in [0, 1), for the jitter of retries.
        adapter: what sends requests; by default a connection pool of its own.
        each: how regions and disks are done; by default side by side, in threads.
    """

    def __init__(
        self,
        settings: Settings,
        telemetry: Telemetry,
        *,
        environ: Mapping[str, str],
        clock: Clock | None = None,
        uniform: Callable[[], float] = random.random,
        adapter: Adapter | None = None,
        each: Each | None = None,
    ) -> None:
        self.settings, self.telemetry = settings, telemetry
        self.clock: Clock = clock or SystemClock()
        self._environ, self._uniform = environ, uniform
        self._adapter, self._budget = adapter or new_adapter(MOST), RetryBudget()
        self.each: Each = each or in_threads(settings.requests_per_second)
        self._transports: dict[str, Transport] = {}
        self._connecting = Lock()
        self._rates: dict[str, RateLimit] = {}
        self._keys_until = float("-inf")
        self._senders = Aged(lambda: find_senders(settings.webhook_secret_id, environ), self.clock)

    @staticmethod
    @cache
    def of_environment() -> "Runtime":
        """Return this process's runtime.

        Raises:
            InvalidInput: if a variable is wrong.
        """
        return Runtime(Settings.of(os.environ), Telemetry.of_environment(), environ=os.environ)

    @cached_property
    def policies(self) -> Policies:
        """The policy file.

        Raises:
            InvalidPolicy: if it cannot be read or is refused.
        """
        return parse_policies(self.policy_text)

    @cached_property
    def policy_text(self) -> str:
        """The policy file as it is written.

        Raises:
            InvalidPolicy: if it cannot be read.
        """
        path = self.settings.policy_file
        try:
            return path.read_text(encoding="utf-8")
        except (OSError, UnicodeDecodeError) as error:
            message = f"cannot read the policy file {path}: {type(error).__name__}"
            raise InvalidPolicy(
                f"{message}; name another with --policy or SNAPKEEP_POLICY"
            ) from error

    @property
    def senders(self) -> tuple[Sender, ...]:
        """Who may send webhooks to this function.

        Raises:
            Misconfigured: if that cannot be told.
        """
        return self._senders.get()

    @property
    def channels(self) -> tuple[Channel, ...]:
        """Where scheduled reports are told.

        Raises:
            Misconfigured: if that cannot be told.
        """
        return find_channels(self.settings.channels_secret_id, self._environ)

    def client(self, region: str, deadline: Deadline) -> Client:
        """Return a client for one region whose calls end by the deadline.

        Raises:
            MissingKeys: if there are no keys.
            EndpointRefused: if keys may not be sent to the region's endpoint.
        """
        return Client(region, self._transport(self.settings.endpoint(region)), deadline)

    def bucket(self, deadline: Deadline) -> Bucket | None:
        """Return the bucket for reports, ``None`` if there is none.

        Raises:
            MissingKeys: if there are no keys.
        """
        endpoint = self.settings.bucket_endpoint
        return Bucket(self._transport(endpoint), deadline) if endpoint else None

    def _transport(self, endpoint: str) -> Transport:
        # regions ask for theirs at the same time
        with self._connecting:
            if self.clock.monotonic() >= self._keys_until:
                # keys are rotated in the secret store; a warm process must not keep the old ones
                self._transports.clear()
                self._keys_until = self.clock.monotonic() + KEYS_LIVE_SECONDS
            if endpoint not in self._transports:
                self._transports[endpoint] = Transport(
                    endpoint,
                    find_credentials(self.settings.secret_id, self._environ),
                    clock=self.clock,
                    adapter=self._adapter,
                    budget=self._budget,
                    rate=self._rate(endpoint),
                    uniform=self._uniform,
                )
            return self._transports[endpoint]

    def _rate(self, endpoint: str) -> RateLimit:
        rate = RateLimit(self.settings.requests_per_second, self.clock)
        return self._rates.setdefault(endpoint, rate)
