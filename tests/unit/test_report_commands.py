import pytest

from snapkeep.commands import (
    QueryCommand,
    ReportCommand,
    report_command,
    report_query,
)
from snapkeep.errors import InvalidEvent
from tests.unit.rows import policies
from tests.unit.shapes import Json


def _refusal(caught: pytest.ExceptionInfo[InvalidEvent]) -> tuple[str, str]:
    return caught.value.path, caught.value.code


@pytest.mark.parametrize(
    ("event", "command"),
    [
        ({}, ReportCommand()),
        ({"deliver": True}, ReportCommand(deliver=True)),
        ({"deliver": False}, ReportCommand()),
        ({"format": "markdown"}, ReportCommand("markdown")),
        ({"format": "csv"}, ReportCommand("csv")),
        ({"format": "html", "deliver": True}, ReportCommand("html", deliver=True)),
        ({"query": {"region": "gz"}}, QueryCommand("gz")),
        ({"query": {"region": "bj", "max_keys": 1}}, QueryCommand("bj", max_keys=1)),
        ({"query": {"region": "bj", "marker": ""}}, QueryCommand("bj")),
        ({"query": {"region": "bj", "marker": "m" * 200}}, QueryCommand("bj", "m" * 200)),
        (
            {
                "query": {
                    "region": "bj",
                    "marker": "s-0001",
                    "max_keys": 1_000,
                    "volume_id": "i-host0001",
                    "snapshot_id": "s-snap0001",
                },
                "format": "markdown",
            },
            QueryCommand("bj", "s-0001", 1_000, "i-host0001", "s-snap0001", "markdown"),
        ),
    ],
    ids=lambda value: str(value)[:60],
)
def test_a_report_is_asked_for(event: Json, command: ReportCommand | QueryCommand) -> None:
    assert report_command(event, policies()) == command


@pytest.mark.parametrize(
    ("event", "path", "code"),
    [
        (None, "", "WrongType"),
        ([], "", "WrongType"),
        ({"deliver": 1}, "deliver", "WrongType"),
        ({"deliver": "true"}, "deliver", "WrongType"),
        ({"deliver": None}, "deliver", "WrongType"),
        ({"format": "pdf"}, "format", "InvalidValue"),
        ({"format": "table"}, "format", "InvalidValue"),
        ({"query": {"region": "bj"}, "format": "html"}, "format", "InvalidValue"),
        ({"query": {"region": "bj"}, "format": "csv"}, "format", "InvalidValue"),
        ({"format": "Markdown"}, "format", "InvalidValue"),
        ({"format": None}, "format", "WrongType"),
        ({"delivr": True}, "delivr", "UnknownField"),
        ({"notify": "http://169.254.169.254/"}, "notify", "UnknownField"),
        ({"query": {}}, "query.region", "MissingField"),
        ({"query": None}, "query", "WrongType"),
        ({"query": {"region": "bj"}, "deliver": True}, "deliver", "UnknownField"),
        ({"query": {"region": "su"}}, "query.region", "RegionNotAllowed"),
        ({"query": {"region": "bj", "max_keys": 0}}, "query.max_keys", "InvalidValue"),
        ({"query": {"region": "bj", "max_keys": -1}}, "query.max_keys", "InvalidValue"),
        ({"query": {"region": "bj", "max_keys": 1_001}}, "query.max_keys", "InvalidValue"),
        ({"query": {"region": "bj", "max_keys": True}}, "query.max_keys", "WrongType"),
        ({"query": {"region": "bj", "max_keys": "5"}}, "query.max_keys", "WrongType"),
        ({"query": {"region": "bj", "max_keys": 5.0}}, "query.max_keys", "WrongType"),
        ({"query": {"region": "bj", "marker": 5}}, "query.marker", "WrongType"),
        ({"query": {"region": "bj", "marker": None}}, "query.marker", "WrongType"),
        ({"query": {"region": "bj", "marker": "m" * 201}}, "query.marker", "InvalidValue"),
        ({"query": {"region": "bj", "volume_id": "s-snap0001"}}, "query.volume_id", "InvalidId"),
        ({"query": {"region": "bj", "volume_id": "v-1234/.."}}, "query.volume_id", "InvalidId"),
        ({"query": {"region": "bj", "snapshot_id": "s-1234\n"}}, "query.snapshot_id", "InvalidId"),
        ({"query": {"region": "bj", "snapshot_id": ""}}, "query.snapshot_id", "InvalidValue"),
        ({"query": {"region": "bj", "url": "x"}}, "query.url", "UnknownField"),
    ],
    ids=lambda value: str(value)[:60],
)
def test_a_wrong_question_is_refused_by_its_field(event: object, path: str, code: str) -> None:
    with pytest.raises(InvalidEvent) as caught:
        report_command(event, policies())
    assert _refusal(caught) == (path, code)


@pytest.mark.parametrize(
    ("parameters", "accept", "command"),
    [
        ({}, "", ReportCommand()),
        ({}, "text/html, text/markdown;q=0.9", ReportCommand("html")),
        ({}, "text/markdown", ReportCommand("markdown")),
        ({}, "text/csv", ReportCommand("csv")),
        ({}, "*/*", ReportCommand()),
        ({"format": "csv"}, "text/html", ReportCommand("csv")),
        ({"expires": "1796061630", "signature": "0" * 64}, "text/html", ReportCommand("html")),
        ({"format": "json"}, "text/markdown", ReportCommand()),
        ({"format": "markdown"}, "application/json", ReportCommand("markdown")),
        ({"region": "bj", "max_keys": "50"}, "", QueryCommand("bj", max_keys=50)),
        ({"region": "bj", "marker": ""}, "", QueryCommand("bj")),
        (
            {"region": "bj", "volume_id": "v-disk0001"},
            "text/markdown",
            QueryCommand("bj", volume_id="v-disk0001", format="markdown"),
        ),
        ({"region": "bj"}, "text/html,*/*;q=0.8", QueryCommand("bj")),
        ({"region": "bj"}, "text/csv", QueryCommand("bj")),
    ],
    ids=str,
)
def test_a_report_is_asked_for_over_http(
    parameters: dict[str, str], accept: str, command: ReportCommand | QueryCommand
) -> None:
    before = dict(parameters)
    assert report_query(parameters, accept, policies()) == command
    assert parameters == before


@pytest.mark.parametrize(
    ("parameters", "path"),
    [
        ({"format": "pdf"}, "format"),
        ({"format": "csv", "region": "bj"}, "format"),
        ({"format": "html", "region": "bj"}, "format"),
        ({"max_keys": "5"}, "query.region"),
        ({"region": "bj", "max_keys": "0"}, "query.max_keys"),
        ({"region": "bj", "max_keys": "1001"}, "query.max_keys"),
        ({"region": "bj", "max_keys": "٥"}, "query.max_keys"),
        ({"region": "bj", "max_keys": "-5"}, "query.max_keys"),
        ({"region": "bj", "max_keys": "5\n"}, "query.max_keys"),
        ({"region": "bj", "max_keys": "9" * 5_000}, "query.max_keys"),
        ({"region": "bj", "deliver": "true"}, "query.deliver"),
        ({"region": "bj", "marker": "m" * 201}, "query.marker"),
        ({"deliver": "true"}, "query.region"),
        ({"region": "../x"}, "query.region"),
    ],
    ids=lambda value: str(value)[:60],
)
def test_a_wrong_query_string_is_refused_by_its_field(
    parameters: dict[str, str], path: str
) -> None:
    with pytest.raises(InvalidEvent) as caught:
        report_query(parameters, "", policies())
    assert caught.value.path == path
