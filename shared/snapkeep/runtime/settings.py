"""What an operator sets through the environment; every value is checked when it is read."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

from snapkeep import ids
from snapkeep.bce.endpoint import LOOPBACK, check_endpoint
from snapkeep.bce.errors import EndpointRefused
from snapkeep.errors import InvalidInput

DEFAULT_REQUESTS_PER_SECOND = 10.0
_REPORT_URL = re.compile(r"https://[A-Za-z0-9.-]+(:[0-9]{1,5})?/report")
# BOS, "Bucket": 3 to 63 lower-case letters, digits and hyphens
_BUCKET = re.compile(r"[a-z]{2,5}/[a-z0-9][a-z0-9-]{1,61}[a-z0-9]")


@dataclass(frozen=True, slots=True)
class Settings:
    """Settings of one process.

    Attributes:
        policy_file: path of ``policy.toml``.
        secret_id: name or ARN of the secret that holds the keys, ``None`` on a laptop.
        webhook_secret_id: of the secret that names the senders of webhooks; ``None`` where there
            are none, and on a laptop.
        approve_over_http: whether ``POST /expirations`` may approve a plan.
        channels_secret_id: of the secret that names the channels which scheduled reports are told.
        report_bucket: region and name of the bucket for reports, ``bj/my-backup-reports``.
        report_url: of ``GET /report``, for the links in what is told.
        endpoints: loopback endpoint of each region of a fake cloud; empty for the real one.
        bos_endpoint: loopback endpoint of a fake bucket; ``None`` for the real one.
        requests_per_second: cap per account and region.
    """

    policy_file: Path
    secret_id: str | None = None
    webhook_secret_id: str | None = None
    approve_over_http: bool = False
    channels_secret_id: str | None = None
    report_bucket: str | None = None
    report_url: str | None = None
    endpoints: Mapping[str, str] = field(default_factory=dict)
    bos_endpoint: str | None = None
    requests_per_second: float = DEFAULT_REQUESTS_PER_SECOND

    @classmethod
    def of(cls, environ: Mapping[str, str]) -> "Settings":
        """Read the variables.

        Raises:
            InvalidInput: names the variable that is wrong.
        """
        root = Path(environ.get("LAMBDA_TASK_ROOT") or "functions")
        return cls(
            policy_file=Path(environ.get("SNAPKEEP_POLICY") or root / "policy.toml"),
            secret_id=environ.get("SNAPKEEP_SECRET_ID") or None,
            webhook_secret_id=environ.get("SNAPKEEP_WEBHOOK_SECRET_ID") or None,
            approve_over_http=_switch(environ, "SNAPKEEP_APPROVE_OVER_HTTP"),
            channels_secret_id=environ.get("SNAPKEEP_CHANNELS_SECRET_ID") or None,
            report_bucket=_bucket(environ.get("SNAPKEEP_REPORT_BUCKET")),
            report_url=_report_url(environ.get("SNAPKEEP_REPORT_URL")),
            bos_endpoint=_loopback(environ.get("SNAPKEEP_BOS_ENDPOINT")),
            endpoints=parse_endpoints(environ.get("SNAPKEEP_ENDPOINT", "").split()),
            requests_per_second=_rate(environ.get("SNAPKEEP_REQUESTS_PER_SECOND")),
        )

    @property
    def is_loopback(self) -> bool:
        """Whether every endpoint is one of this machine."""
        hosts = {urlsplit(url).hostname for url in self.endpoints.values()}
        return bool(hosts) and hosts <= LOOPBACK

    def endpoint(self, region: str) -> str:
        """Return the region's endpoint (BCC, ojwvynrqn).

        Raises:
            InvalidInput: if endpoints are given and this region has none.
        """
        if not self.endpoints:
            return f"https://bcc.{region}.baidubce.com"
        if region not in self.endpoints:
            message = f"has no endpoint for region {region}; add {region}=http://127.0.0.1:PORT"
            raise InvalidInput(message, path="SNAPKEEP_ENDPOINT")
        return self.endpoints[region]

    @property
    def bucket_endpoint(self) -> str | None:
        """The endpoint of the bucket, which is a part of its host (BOS, Ck1rk80hn)."""
        if self.report_bucket is None:
            return None
        region, _, name = self.report_bucket.partition("/")
        return self.bos_endpoint or f"https://{name}.{region}.bcebos.com"


def parse_endpoints(texts: list[str]) -> dict[str, str]:
    """Read ``bj=http://127.0.0.1:4001`` and the like.

    Raises:
        InvalidInput: for another form, an unknown region, or an endpoint that is not to have keys.
    """
    endpoints = {}
    for text in texts:
        region, _, url = text.partition("=")
        if not url:
            message = f"{text[:80]!r} is not REGION=URL, such as bj=http://127.0.0.1:4001"
            raise InvalidInput(message, path="SNAPKEEP_ENDPOINT")
        ids.check_region(region, ids.REGIONS, "SNAPKEEP_ENDPOINT")
        try:
            endpoints[region] = check_endpoint(url)
        except EndpointRefused as error:
            raise InvalidInput(str(error), path="SNAPKEEP_ENDPOINT") from error
    return endpoints


def _switch(environ: Mapping[str, str], name: str) -> bool:
    if (value := environ.get(name, "off")) not in {"on", "off"}:
        raise InvalidInput(f"{value[:40]!r} is neither on nor off", path=name)
    return value == "on"


def _bucket(text: str | None) -> str | None:
    if text and not _BUCKET.fullmatch(text):
        message = f"{text[:80]!r} is not REGION/BUCKET, such as bj/my-backup-reports"
        raise InvalidInput(message, path="SNAPKEEP_REPORT_BUCKET")
    return text or None


def _report_url(text: str | None) -> str | None:
    if text and not _REPORT_URL.fullmatch(text):
        message = f"{text[:80]!r} is not https://HOST/report, the stack's output ReportUrl"
        raise InvalidInput(message, path="SNAPKEEP_REPORT_URL")
    return text or None


def _loopback(text: str | None) -> str | None:
    if not text:
        return None
    try:
        endpoint = check_endpoint(text)
    except EndpointRefused:
        endpoint = ""
    if urlsplit(endpoint).hostname not in LOOPBACK:
        message = f"{text[:80]!r} is no address of this machine; the real one has no variable"
        raise InvalidInput(message, path="SNAPKEEP_BOS_ENDPOINT")
    return endpoint


def _rate(text: str | None) -> float:
    try:
        rate = float(text) if text else DEFAULT_REQUESTS_PER_SECOND
    except ValueError:
        rate = 0
    if not 0 < rate <= 1_000:
        message = f"{text!r} is not a number of requests per second from above 0 to 1000"
        raise InvalidInput(message, path="SNAPKEEP_REQUESTS_PER_SECOND")
    return rate
