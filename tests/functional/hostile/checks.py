"""What holds for every request that is refused, whichever of the thirty rows it is of."""

import json
from hashlib import sha256
from typing import Any

from snapkeep.errors import InvalidEvent, SnapkeepError
from snapkeep.events import is_queued
from tests.fake_bce import SECRET_ACCESS_KEY
from tests.functional.hostile.cases import MARK, Case, Refused
from tests.lambda_host import invoke
from tests.senders import SECRETS
from tests.world import HANDLERS, World

MAX_ANSWER, MAX_LOG = 1_000, 4_000
HEADERS = {"content-type": "application/problem+json", "cache-control": "no-store"}
UNAUTHORIZED = {
    "statusCode": 401,
    "headers": HEADERS,
    "body": '{"code": "Unauthorized", "detail": "the request is not signed by a known sender",'
    ' "field": "", "status": 401, "title": "Unauthorized", "type": "about:blank"}',
}
MISCONFIGURED = {
    "statusCode": 503,
    "headers": {**HEADERS, "retry-after": "60"},
    "body": '{"code": "Misconfigured", "detail": "not now; the log says why, send it again",'
    ' "status": 503, "title": "Service Unavailable", "type": "about:blank"}',
}
TITLES = {
    400: "Bad Request",
    403: "Forbidden",
    404: "Not Found",
    405: "Method Not Allowed",
    413: "Content Too Large",
    415: "Unsupported Media Type",
    422: "Unprocessable Content",
}
# what is said before the sender is known is said in these words alone
EARLY = {
    ("NotFound", "path"): "no such path",
    ("MethodNotAllowed", "method"): "send {allow}",
    ("TooLarge", "body"): "larger than 65536 bytes",
    ("UnsupportedMediaType", "content-type"): "send application/json in UTF-8, not compressed",
    ("BadEncoding", "body"): "wrongly encoded",
    ("BadEncoding", "path"): "wrongly encoded",
}
BROKEN = (
    ValueError,
    TypeError,
    LookupError,
    AttributeError,
    RecursionError,
    OverflowError,
    AssertionError,
)
Found = dict[str, tuple[object, object]]


def differences(world: World, name: str, case: Case) -> list[str]:
    """Send the request and return, in words, whatever is not as it has to be."""
    before = len(world.log.getvalue())
    try:
        # of a path at another function the API's document says nothing, and no World asks it
        send = straight if case.is_misdirected else call
        answer = send(world, case.runs, case.event)
    except (*BROKEN, SnapkeepError) as error:
        return [f"{name}: raised {type(error).__name__}: {str(error)[:300]}"]
    said = world.log.getvalue()[before:]
    found = {
        **_answer(answer, case),
        **_log([json.loads(line) for line in said.splitlines()], case),
        "the calls to the cloud": (world.cloud.journal, []),
        "the writes to the cloud": (world.writes(), []),
        "the secrets that were said": (secrets_in(said, str(answer)), []),
        "the answer is short": (len(answer["body"]) <= MAX_ANSWER, True),
        "the log is short": (len(said) <= MAX_LOG, True),
    }
    if is_early(case):
        found["what is repeated of the input"] = (MARK in said + answer["body"], False)
    return told(name, found)


def problems(world: World, function: str, name: str, refused: Refused) -> list[str]:
    """Deliver an event and return, in words, whatever is not as it has to be."""
    event, code, field = refused
    # the queue would deliver it again if it were raised
    ends = function == "create-on-event" and is_queued(event)
    try:
        answer = call(world, function, event)
        (line, message), error = (world.log_lines()[-1], "event refused"), answer["refused"]
        found = (error["code"], error["field"])
    except BROKEN as error:
        return [f"{name}: raised {type(error).__name__}: {str(error)[:300]}"]
    except InvalidEvent as error:
        (line, message), found = (world.log_lines()[-1], "run failed"), (error.code, error.path)
    wrong: Found = {
        "the refusal": (found, (code, field)),
        "the log": (
            (line["level"], line["message"], line["code"], line["field"]),
            ("ERROR", message, code, field),
        ),
        "whether it ends the event": (message == "event refused", ends),
        "the calls to the cloud": (world.cloud.journal, []),
        "the secrets that were said": (secrets_in(world.log.getvalue()), []),
    }
    return told(name, wrong)


def told(name: str, found: Found) -> list[str]:
    """Say what was found and what was expected, where they differ."""
    return [
        f"{name}: {what}: {str(was)[:300]!r}, not {str(expected)[:300]!r}"
        for what, (was, expected) in found.items()
        if was != expected
    ]


def call(world: World, function: str, event: object) -> dict[str, Any]:
    """Deliver an event to a function."""
    runs = {"create-on-event": world.create, "list-report": world.report}
    assert function in HANDLERS
    return runs.get(function, world.expire)(event)


def straight(world: World, function: str, event: object) -> dict[str, Any]:
    """Deliver an event to a function that no gateway would deliver it to."""
    context, runtime = world.context(), world.runtimes[function]
    return invoke(HANDLERS[function], event, context, runtime, world.said)


def secrets_in(*texts: str) -> list[str]:
    """Return the secrets that stand in the texts."""
    known = (*SECRETS, SECRET_ACCESS_KEY)
    return [secret for secret in known if any(secret in text for text in texts)]


def is_early(case: Case) -> bool:
    """Say whether the request is refused before its sender is known."""
    return case.status == 401 or (case.code, case.field) in EARLY


def _answer(answer: dict[str, Any], case: Case) -> Found:
    found: Found = {"the status": (answer["statusCode"], case.status)}
    if case.status == 401:
        return {**found, "the answer": (answer, UNAUTHORIZED)}
    allow = {} if case.allow is None else {"allow": case.allow}
    headers = {**HEADERS, **allow}
    body = json.loads(answer["body"])
    detail = str(body.pop("detail", ""))
    expected = {
        "type": "about:blank",
        "title": TITLES[case.status],
        "status": case.status,
        "code": case.code,
        "field": case.field,
    }
    found |= {"the headers": (answer["headers"], headers), "the body": (body, expected)}
    if is_early(case):
        words = EARLY[case.code, case.field].format(allow=case.allow)
        return {**found, "the detail": (detail, words)}
    return {**found, "there is a detail": (bool(detail), True)}


def _log(lines: list[dict[str, Any]], case: Case) -> Found:
    body = str(case.event.get("body") or "").encode(errors="replace")
    # of a known sender it raises an alarm
    message, level = (
        ("request refused", "WARNING") if is_early(case) else ("event refused", "ERROR")
    )
    expected = {
        "message": message,
        "level": level,
        "code": case.code,
        "field": case.field,
        "reason": case.reason,
        "body_bytes": len(body),
        "body_sha256": sha256(body).hexdigest()[:12],
        "http_request": case.event["requestContext"]["requestId"],
    }
    last = {key: lines[-1].get(key) for key in expected} if lines else {}
    messages = [line["message"] for line in lines]
    earlier = [] if is_early(case) else ["message"]
    return {
        "the last line of the log": (last, expected),
        "the log": (messages, [*earlier, message]),
    }
