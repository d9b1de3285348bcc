from dataclasses import replace

import pytest

from snapkeep.commands import ExpireCommand, expire_command, expire_webhook
from snapkeep.errors import InvalidEvent
from snapkeep.times import parse_instant
from tests.unit.rows import policies
from tests.unit.shapes import TIME, Json


def _refusal(caught: pytest.ExceptionInfo[InvalidEvent]) -> tuple[str, str]:
    return caught.value.path, caught.value.code


@pytest.mark.parametrize("mode", ["plan", "auto"])
def test_the_schedule_may_plan_and_delete(mode: str) -> None:
    assert expire_command({"mode": mode}, policies()) == ExpireCommand(mode, ("bj", "gz"))
    one = expire_command({"mode": mode, "region": "gz"}, policies())
    assert one == ExpireCommand(mode, ("gz",))


APPROVE: Json = {"mode": "approve", "region": "bj", "plan_id": "a" * 64, "as_of": TIME}
# what is wrong, and the field
WRONG_EXPIRY: list[tuple[Json, str, str]] = [
    ({}, "mode", "MissingField"),
    ({"mode": None}, "mode", "WrongType"),
    ({"mode": True}, "mode", "WrongType"),
    ({"mode": ["auto"]}, "mode", "WrongType"),
    ({"mode": ""}, "mode", "InvalidValue"),
    ({"mode": "Auto"}, "mode", "InvalidValue"),
    ({"mode": "auto\n"}, "mode", "InvalidValue"),
    ({"mode": "approve"}, "region", "MissingField"),
    ({"mode": "approve", "region": "bj"}, "plan_id", "MissingField"),
    ({"mode": "approve", "region": "bj", "plan_id": "A" * 64}, "plan_id", "InvalidId"),
    ({"mode": "approve", "region": "bj", "plan_id": "a" * 63}, "plan_id", "InvalidId"),
    ({"mode": "approve", "region": "bj", "plan_id": "a" * 64}, "as_of", "MissingField"),
    (APPROVE | {"as_of": "2026-11-23"}, "as_of", "InvalidValue"),
    (APPROVE | {"delete": []}, "delete", "InvalidValue"),
    (APPROVE | {"delete": ["v-disk0001"]}, "delete", "InvalidId"),
    (APPROVE | {"force": True}, "force", "UnknownField"),
    (APPROVE | {"mode": "plan"}, "plan_id", "UnknownField"),
    (APPROVE | {"mode": "auto"}, "plan_id", "UnknownField"),
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


def test_an_approval_names_a_plan_and_its_instant_and_may_name_a_part_of_it() -> None:
    whole = ExpireCommand("approve", ("bj",), "a" * 64, parse_instant(TIME))
    assert expire_command(APPROVE, policies()) == whole
    part = expire_command(APPROVE | {"delete": ["s-snap0002", "s-snap0001"]}, policies())
    assert part == replace(whole, only=frozenset({"s-snap0001", "s-snap0002"}))


def test_an_approval_need_not_name_the_only_region() -> None:
    alone = {key: value for key, value in APPROVE.items() if key != "region"}
    assert expire_command(alone, policies(regions=("gz",))).regions == ("gz",)


def _envelope(data: object, **changes: object) -> Json:
    return {"type": "expirations.requested", "timestamp": TIME, "data": data, **changes}


def test_a_webhook_may_plan() -> None:
    assert expire_webhook(_envelope({"mode": "plan"}), policies(), approve=False).mode == "plan"
    one = expire_webhook(_envelope({"mode": "plan", "region": "bj"}), policies(), approve=False)
    assert one == ExpireCommand("plan", ("bj",))


@pytest.mark.parametrize("mode", ["auto", "approve", "", "PLAN"])
def test_a_webhook_may_not_delete(mode: str) -> None:
    with pytest.raises(InvalidEvent) as caught:
        expire_webhook(_envelope({"mode": mode}), policies(), approve=False)
    assert caught.value.path == "data.mode"


@pytest.mark.parametrize(
    ("data", "path", "code"),
    [
        case
        for case in WRONG_EXPIRY
        if "plan_id" not in case[0] and "approve" not in case[0].values()
    ],
    ids=str,
)
def test_a_webhook_that_asks_wrongly_is_refused_by_its_field(
    data: Json, path: str, code: str
) -> None:
    with pytest.raises(InvalidEvent) as caught:
        expire_webhook(_envelope(data), policies(), approve=False)
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
        expire_webhook(body, policies(), approve=False)
    assert caught.value.path == path
