"""What is asked again, how often and after how long; and what is not."""

from dataclasses import replace
from typing import Any

import pytest

from snapkeep.bce import errors
from snapkeep.bce.reply import Call
from snapkeep.bce.retry import RetryBudget, backoff
from snapkeep.times import Deadline
from tests.client.line import Line, RecordingClock, Responder, respond, transport_to
from tests.fake_bce import Fault

RETRIED: dict[str, tuple[Fault, type[errors.BceError], str]] = {
    "reset": (Fault("reset_before"), errors.TransportError, "ConnectionFailed"),
    "reset-after-commit": (Fault("reset_after"), errors.TransportError, "ConnectionFailed"),
    "garbage": (Fault("garbage"), errors.TransportError, "UnreadableReply"),
    "429": (Fault("throttle"), errors.Throttled, "TooManyRequests"),
    "400-throttle-code": (
        Fault("before", status=400, code="RequestLimitExceeded"),
        errors.Throttled,
        "RequestLimitExceeded",
    ),
    **{
        str(status): (Fault("before", status=status), errors.ServerError, "InternalError")
        for status in (500, 501, 502, 503, 504, 520, 599)
    },
}
FINAL: dict[str, tuple[int, str, type[errors.BceError]]] = {
    "400": (400, "BadRequest", errors.ApiError),
    "403-denied": (403, "AccessDenied", errors.AccessDenied),
    "403-state": (403, "OperationDenied", errors.InvalidState),
    "403-unknown": (403, "SomethingNew", errors.ApiError),
    "404": (404, "NoSuchObject", errors.NotFound),
    "409": (409, "OperationDenied", errors.InvalidState),
    "quota": (413, "Instance.SnapshotLimitExceeded", errors.QuotaExceeded),
    "arrears": (403, "AccountOverdue", errors.Arrears),
    "mismatch": (403, "IdempotentParameterMismatch", errors.IdempotentMismatch),
    "499": (499, "SomethingNew", errors.ApiError),
}


@pytest.mark.parametrize(("fault", "kind", "code"), RETRIED.values(), ids=RETRIED)
def test_trouble_that_may_pass_is_met_with_four_attempts_in_all(
    line: Line, fault: Fault, kind: type[errors.BceError], code: str
) -> None:
    line.cloud.faults.add(replace(fault, times=9))
    with pytest.raises(kind) as caught:
        line.create()

    assert caught.value.code == code
    assert len(line.cloud.journal) == 4
    assert line.clock.sleeps == [0.3, 0.6, 1.2]


@pytest.mark.parametrize(("fault", "kind", "code"), RETRIED.values(), ids=RETRIED)
def test_the_fourth_attempt_may_still_succeed(
    line: Line, fault: Fault, kind: object, code: str
) -> None:
    line.cloud.faults.add(replace(fault, times=3))
    made = line.create()
    assert (line.made(), len(line.cloud.journal)) == ([made], 4)


@pytest.mark.parametrize("kind", ["timeout_before", "timeout_after"])
def test_a_timeout_is_asked_again(inside: Line, kind: Any) -> None:
    inside.cloud.faults.add(Fault(kind, times=3))
    made = inside.create()
    assert inside.made() == [made]
    assert inside.clock.monotonic() == 3 * 10 + sum(inside.clock.sleeps)


@pytest.mark.parametrize(("status", "code", "kind"), FINAL.values(), ids=FINAL)
def test_a_refusal_is_final(
    line: Line, status: int, code: str, kind: type[errors.BceError]
) -> None:
    line.cloud.faults.add(Fault("before", status=status, code=code, times=4))
    with pytest.raises(errors.ApiError) as caught:
        line.create()

    assert type(caught.value) is kind
    assert (len(line.cloud.journal), line.clock.sleeps) == (1, [])


@pytest.mark.parametrize("chance", [0.0, 0.25, 0.999])
def test_the_wait_is_a_random_part_of_a_doubling_bound(inside: Line, chance: float) -> None:
    inside.cloud.faults.add(Fault("before", times=3))
    inside.create(inside.client(uniform=lambda: chance))
    assert inside.clock.sleeps == pytest.approx([0.6 * chance, 1.2 * chance, 2.4 * chance])


@pytest.mark.parametrize(("retry", "bound"), [(1, 0.6), (2, 1.2), (4, 4.8), (5, 8), (99, 8)])
def test_the_bound_of_the_wait_is_capped(retry: int, bound: float) -> None:
    assert backoff(retry, lambda: 1.0) == pytest.approx(bound)
    assert backoff(retry, lambda: 0.0) == 0


AFTER = {"7": 7.0, "20": 20.0, "3600": 20.0, "9" * 400: 20.0, "0": 0.3, "-5": 0.3, "1.5": 0.3,
         "soon": 0.3, "٣": 0.3, "": 0.3}  # fmt: skip


@pytest.mark.parametrize(("text", "seconds"), AFTER.items(), ids=[key[:4] or "-" for key in AFTER])
@pytest.mark.parametrize("status", [429, 503])
def test_retry_after_is_honoured_up_to_20_seconds(status: int, text: str, seconds: float) -> None:
    clock = RecordingClock()
    answers = iter([respond(status, retry_after=text), respond(200, b'{"snapshotId": "s-1"}')])
    line = Line(None, clock, "https://bcc.bj.baidubce.com")  # type: ignore[arg-type]
    line.tap.inner = Responder(lambda _: next(answers))

    assert line.create() == "s-1"
    assert clock.sleeps == [seconds]


def test_no_wait_is_begun_that_would_end_past_the_deadline(line: Line) -> None:
    line.cloud.faults.add(Fault("throttle", retry_after=7))
    with pytest.raises(errors.Throttled) as caught:
        line.create(line.client(seconds=7))
    assert (line.clock.sleeps, len(line.cloud.journal)) == ([], 1)
    assert caught.value.retry_after == 7


@pytest.mark.parametrize("seconds", [0.1, 0.4, 1, 2.05, 15, 25])
@pytest.mark.parametrize("kind", ["before", "timeout_before", "reset_before"])
def test_however_it_fails_it_is_over_by_the_deadline(
    inside: Line, kind: Any, seconds: float
) -> None:
    inside.cloud.faults.add(Fault(kind, times=9))
    with pytest.raises((errors.ServerError, errors.TransportError)):
        inside.create(inside.client(seconds, uniform=lambda: 0.999))
    assert inside.clock.monotonic() <= seconds


@pytest.mark.parametrize(
    ("kind", "tokens", "attempts"),
    [("before", 14, 3), ("before", 5, 2), ("before", 4, 1), ("timeout_before", 14, 2)],
)
def test_an_empty_budget_ends_the_retries(
    inside: Line, kind: Any, tokens: int, attempts: int
) -> None:
    inside.cloud.faults.add(Fault(kind, times=99))
    budget = RetryBudget(tokens)
    client = inside.client(budget=budget)
    with pytest.raises((errors.ServerError, errors.TransportError)):
        inside.create(client)
    assert len(inside.cloud.journal) == attempts

    with pytest.raises((errors.ServerError, errors.TransportError)):
        inside.create(inside.client(budget=budget))
    assert len(inside.cloud.journal) == attempts + 1


def test_successes_earn_retries_back_up_to_the_full_budget() -> None:
    clock, budget = RecordingClock(), RetryBudget(5)
    good = Responder(lambda _: respond(200, b'{"isTruncated": false, "snapshots": []}'))
    line = Line(None, clock, "https://bcc.bj.baidubce.com")  # type: ignore[arg-type]
    line.tap.inner = good
    assert budget.take(5)
    for _ in range(4):
        line.client(budget=budget).snapshots()
    assert not budget.take(5)
    for _ in range(20):
        line.client(budget=budget).snapshots()
    assert budget.take(5)
    assert not budget.take(1)


def test_a_transport_of_another_region_shares_the_budget() -> None:
    clock, budget = RecordingClock(), RetryBudget(15)
    failing = Responder(lambda _: respond(503))
    for region, sleeps in (("bj", 3), ("gz", 3)):
        transport = transport_to(
            f"https://bcc.{region}.baidubce.com", clock, failing, budget=budget
        )
        with pytest.raises(errors.ServerError):
            transport.send(Call("ListSnapshots", "GET", "/v2/snapshot"), Deadline.after(clock, 600))
        assert len(clock.sleeps) == sleeps


def test_a_budget_has_fifty_tokens_unless_told_otherwise() -> None:
    budget = RetryBudget()
    assert budget.take(50)
    assert not budget.take(1)
