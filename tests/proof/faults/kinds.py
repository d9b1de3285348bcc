"""The kinds of faults, as data."""

from dataclasses import replace

from tests.fake_bce import Fault

# more than the client retries
PERSISTENT = 4
# no fault of the cloud: the function has next to no time left at that call
DEADLINE = Fault("before", code="the time is up")
REFUSALS = (
    *((400, code) for code in ("BadRequest", "RequestExpired", "SignatureDoesNotMatch")),
    *((403, code) for code in ("InvalidAccessKeyId", "OperationDenied", "QualifyNotPass")),
    *((403, code) for code in ("IdempotentParameterMismatch", "AccountOverdue", "NeverHeardOf")),
    *((401, "AccessDenied"), (404, "InvalidVersion"), (409, "OperationDenied")),
    *((412, "PreconditionFailed"), (413, "Instance.SnapshotLimitExceeded"), (418, "NeverHeardOf")),
)
STATUSES = (500, 501, 502, 503, 504, 520)
BODIES = ("", "{}", "null", "[]", '"s-nowhere1"', '{"snapshotId": 7}', '{"snapshotId": ""}')
# what the client tries again, or what may last: once, and for longer than it tries
LASTING = (
    *(Fault("before", status=status) for status in STATUSES),
    *(Fault("after", status=status) for status in STATUSES),
    Fault("before", status=403, code="AccessDenied"),
    *(Fault(kind) for kind in ("reset_before", "reset_after", "timeout_before", "timeout_after")),
    *(Fault("throttle"), Fault("throttle", retry_after=7), Fault("garbage"), Fault("no_date")),
    *(Fault("cut", size=1), Fault("cut", size=40), Fault("drip", size=64, seconds=1)),
)
ONCE = (
    *(Fault("before", status=status, code=code) for status, code in REFUSALS),
    *(Fault("after", status=status, code=code) for status, code in REFUSALS[::5]),
    *(Fault("garbage", body=body) for body in BODIES),
    # a 404 that lasts is no fault but a lie: what the cloud says is gone is taken to be gone
    Fault("before", status=404, code="NoSuchObject"),
    *(Fault("kill_before"), Fault("kill"), Fault("redirect"), Fault("drip", size=2, seconds=30)),
    *(Fault("skew", seconds=seconds) for seconds in (-7200, -200, 200, 7200)),
    DEADLINE,
)
SINGLE = (*LASTING, *(replace(fault, times=PERSISTENT) for fault in LASTING), *ONCE)
# one of each way in which the functions see trouble
DOUBLE = (
    *(Fault("before", status=503), Fault("after", status=503)),
    Fault("before", status=403, code="AccessDenied"),
    *(Fault("reset_before"), Fault("reset_after"), Fault("timeout_after"), Fault("garbage")),
    *(Fault("throttle", retry_after=2), Fault("cut", size=9), Fault("kill_before"), Fault("kill")),
    DEADLINE,
)
