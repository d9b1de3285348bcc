"""Row 14: other methods, and other paths."""

from collections.abc import Mapping

import pytest

from tests.conftest import OpenWorld
from tests.functional.hostile.cases import (
    BODY,
    CAPABILITY_PATH,
    Case,
    alarm,
    by_row,
    post,
    stranger,
)
from tests.functional.hostile.checks import differences
from tests.functional.http import http_event
from tests.senders import ALARM

METHODS = (
    "GET",
    "PUT",
    "PATCH",
    "DELETE",
    "HEAD",
    "OPTIONS",
    "TRACE",
    "CONNECT",
    "post",
    "",
    "P\nT",
)
OTHERS = {
    "a report": ("POST", "/report", "list-report", "GET"),
    "a report by HEAD": ("HEAD", "/report", "list-report", "GET"),
    "an expiration": ("GET", "/expirations", "delete-expired", "POST"),
    "an expiration by DELETE": ("DELETE", "/expirations", "delete-expired", "POST"),
    "a secret path": ("GET", CAPABILITY_PATH, "create-on-event", "POST"),
    "the health": ("POST", "/health", "create-on-event", "GET"),
}
PATHS = (
    "", "/", "*", "//snapshots", "/snapshots/", "//", "/../snapshots", "/x/../snapshots",
    "/snapshots/../expirations", "/snapshots/a/b", "/snapshots//", "/Snapshots", "/snapshots ",
    "/snapshots;x=1", "/snapshots?x=1", "/snapshots#x", "/snapshots\0", "/snapshots%2f",
    "/%73napshots", "\\snapshots", "/ｓnapshots", "http://127.0.0.1/snapshots", "/snapshots.json",
    "/.env", "/latest/meta-data/iam", "/report", "/expirations", "/snapshots/\ud800/",
    "/" + "a" * 9_000,
)  # fmt: skip
SEGMENTS = ("..", ".", "%2e%2e", "%00", "*", ALARM + ".json", ALARM + "\n", "echo-me-not")
ROUTES: dict[str, Case] = {
    **{
        f"14 {method!r}": Case(
            http_event(method, "/snapshots", BODY), 405, "MethodNotAllowed", "method", allow="POST"
        )
        for method in METHODS
    },
    **{
        f"14 {name}": Case(
            http_event(method, path, BODY), 405, "MethodNotAllowed", "method", None, function, allow
        )
        for name, (method, path, function, allow) in OTHERS.items()
    },
    **{
        f"14 {path[:40]!r}": Case(
            post() | {"requestContext": http_event("POST", path)["requestContext"]},
            404, "NotFound", "path",
        )
        for path in PATHS
    },
    **{
        f"14 the segment {text!r}": stranger(alarm(path=f"/snapshots/{text}"), "capability format")
        for text in SEGMENTS
    },
    "14 the creates' path at the report": Case(
        post(), 404, "NotFound", "path", function="list-report"
    ),
    "14 the creates' path at the deletes": Case(
        post(), 404, "NotFound", "path", function="delete-expired"
    ),
}  # fmt: skip
TABLES = (ROUTES,)


@pytest.mark.parametrize("cases", by_row(*TABLES))
def test_another_method_is_told_which_and_another_path_nothing(
    open_world: OpenWorld, cases: Mapping[str, Case]
) -> None:
    world = open_world()
    world.add_disks(1)
    assert [line for each in cases.items() for line in differences(world, *each)] == []
