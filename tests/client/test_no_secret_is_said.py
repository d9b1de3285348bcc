"""No key, token or signature in any log at any level, whatever goes wrong."""

import io
import logging
import traceback
from pathlib import Path
from typing import Any

import pytest

from snapkeep.bce.errors import BceError
from snapkeep.bce.signing import Credentials
from snapkeep.errors import RunFailed, SnapkeepError
from snapkeep.runtime import Runtime
from snapkeep.runtime.settings import Settings
from snapkeep.runtime.telemetry import Telemetry
from snapkeep.times import Deadline
from tests.client.conftest import OpenLine
from tests.client.line import Line
from tests.client.running import entered
from tests.fake_bce import ACCESS_KEY_ID, SECRET_ACCESS_KEY, Fault

TOKEN = "the-sts-token-of-this-test"
KEYS = Credentials(ACCESS_KEY_ID, SECRET_ACCESS_KEY, TOKEN)
TROUBLE: dict[str, Fault | None] = {
    "none": None,
    "refused": Fault("before", status=403, code="AccessDenied", times=4),
    "broken": Fault("before", status=500, times=4),
    "expired": Fault("before", status=400, code="RequestExpired", times=4),
    "garbage": Fault("garbage", times=4),
    "cut": Fault("cut", size=3, times=4),
    "reset": Fault("reset_after", times=4),
    "timeout": Fault("timeout_after", times=4),
    "redirect": Fault("redirect", location="http://127.0.0.1:1/"),
    "throttle": Fault("throttle", retry_after=5, times=4),
}


def signatures(line: Line) -> list[str]:
    """Return the signature of every request that was sent."""
    return [request.headers["Authorization"][-64:] for request in line.tap.requests]


def everything(caplog: pytest.LogCaptureFixture) -> str:
    """Return every record whole: its text, its arguments and its extra fields."""
    records = (f"{record.getMessage()} {vars(record)!r}" for record in caplog.records)
    return caplog.text + "\n".join(records)


@pytest.mark.parametrize("fault", TROUBLE.values(), ids=TROUBLE)
def test_no_log_at_debug_and_no_error_has_a_secret(
    open_line: OpenLine, caplog: pytest.LogCaptureFixture, fault: Fault | None
) -> None:
    caplog.set_level(logging.DEBUG)
    line = open_line(session_token=TOKEN)
    if fault:
        line.cloud.faults.add(fault)
    shown = ""
    try:
        line.create(line.client(credentials=KEYS))
    except BceError as error:
        shown = "".join(traceback.format_exception(error)) + repr(error)
    assert bool(shown) is bool(fault)

    shown += everything(caplog)
    for secret in (SECRET_ACCESS_KEY, TOKEN, "bce-auth-v1/", *signatures(line)):
        assert secret not in shown


def test_the_http_librarys_own_log_is_listened_to(
    line: Line, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    line.client().snapshots()
    heard = {record.name for record in caplog.records}
    assert ("urllib3.connectionpool" in heard) is line.endpoint.startswith("http://")


@pytest.mark.parametrize("fault", TROUBLE.values(), ids=TROUBLE)
def test_a_failed_run_logs_why_and_no_secret(inside: Line, fault: Fault | None) -> None:
    if fault:
        inside.cloud.faults.add(fault)
    log = io.StringIO()
    environ = {"BCE_ACCESS_KEY_ID": ACCESS_KEY_ID, "BCE_SECRET_ACCESS_KEY": SECRET_ACCESS_KEY}
    telemetry = Telemetry(f"no-secret-{id(log)}", log, None, "DEBUG")
    runtime = Runtime(
        Settings(Path("none")), telemetry, environ=environ, clock=inside.clock, uniform=lambda: 0.5
    )

    def run(event: Any, runtime: Runtime, deadline: Deadline) -> dict[str, Any]:
        client = runtime.client("bj", deadline)
        try:
            rows = client.snapshots()
        except BceError as error:
            raise RunFailed(str(error), {"failures": {"bj": repr(error)}}) from error
        runtime.telemetry.event("listed", {"rows": len(rows), "client": repr(client)})
        return {}

    said = ""
    try:
        entered(run, {}, None, runtime)
    except SnapkeepError as error:
        said = "".join(traceback.format_exception(error))
    said += log.getvalue()
    assert '"message":"run failed"' in said if fault else '"message":"listed"' in said
    for secret in (SECRET_ACCESS_KEY, "bce-auth-v1/"):
        assert secret not in said
