import pytest

from snapkeep.commands import ExpireCommand, expire_command, expire_webhook
from snapkeep.errors import InvalidEvent
from tests.unit.rows import policies
from tests.unit.shapes import TIME, Json


def _refusal(caught: pytest.ExceptionInfo[InvalidEvent]) -> tuple[str, str]:
    return caught.value.path, caught.value.code


@pytest.mark.parametrize("mode", ["plan", "auto"])
def test_the_schedule_may_plan_and_delete(mode: str) -> None:
    assert expire_command({"mode": mode}, policies()) == ExpireCommand(mode, ("bj", "gz"))
    one = expire_command({"mode": mode, "region": "gz"}, policies())
    assert one == ExpireCommand(mode, ("gz",))


# what is wrong, and the field
WRONG_EXPIRY: list[tuple[Json, str, str]] = [
    ({}, "mode", "MissingField"),
    ({"mode": None}, "mode", "WrongType"),
    ({"mode": True}, "mode", "WrongType"),
    ({"mode": ["auto"]}, "mode", "WrongType"),
    ({"mode": ""}, "mode", "InvalidValue"),
    ({"mode": "Auto"}, "mode", "InvalidValue"),
    ({"mode": "auto\n"}, "mode", "InvalidValue"),
    ({"mode": "approve"}, "mode", "InvalidValue"),
    ({"mode": "plan", "region": "su"}, "region", "RegionNotAllowed"),
    ({"mode": "plan", "force": True}, "force", "UnknownField"),
    ({"mode": "plan", "retention": 0}, "retention", "UnknownField"),
    ({"mode": "plan", "dryRun": "false"}, "dryRun", "UnknownField"),
    ({"mode": "plan", "ids": ["s-snap0001"]}, "ids", "UnknownField"),
    ({"mode": "plan", "volumes": ["v-disk0001"]}, "volumes", "UnknownField"),
]


@pytest.mark.parametrize(("event", "path", "code"), WRONG_EXPIRY, ids=str)
def test_a_wrong_request_to_expire_is_refused_by_its_field(
    event: Json, path: str, code: str
) -> None:
    with pytest.raises(InvalidEvent) as caught:
        expire_command(event, policies())
    assert _refusal(caught) == (path, code)


def _envelope(data: object, **changes: object) -> Json:
    return {"type": "expirations.requested", "timestamp": TIME, "data": data, **changes}


def test_a_webhook_may_plan() -> None:
    assert expire_webhook(_envelope({"mode": "plan"}), policies()).mode == "plan"
    one = expire_webhook(_envelope({"mode": "plan", "region": "bj"}), policies())
    assert one == ExpireCommand("plan", ("bj",))


@pytest.mark.parametrize("mode", ["auto", "approve", "", "PLAN"])
def test_a_webhook_may_not_delete(mode: str) -> None:
    with pytest.raises(InvalidEvent) as caught:
        expire_webhook(_envelope({"mode": mode}), policies())
    assert caught.value.path == "data.mode"


@pytest.mark.parametrize(("data", "path", "code"), WRONG_EXPIRY, ids=str)
def test_a_webhook_that_asks_wrongly_is_refused_by_its_field(
    data: Json, path: str, code: str
) -> None:
    with pytest.raises(InvalidEvent) as caught:
        expire_webhook(_envelope(data), policies())
    assert _refusal(caught) == (f"data.{path}", code)


@pytest.mark.parametrize(
    ("body", "path"),
    [
        (None, ""),
        ({}, "type"),
        (_envelope({"mode": "plan"}, type="snapshot.requested"), "type"),
        (_envelope({"mode": "plan"}, timestamp="today"), "timestamp"),
        (_envelope({"mode": "plan"}, force=True), "force"),
        (_envelope(None), "data"),
        (_envelope("plan"), "data"),
    ],
    ids=str,
)
def test_a_wrong_envelope_is_refused_by_its_field(body: object, path: str) -> None:
    with pytest.raises(InvalidEvent) as caught:
        expire_webhook(body, policies())
    assert caught.value.path == path
