"""A few hundred requests of those that ``make fuzz`` makes thousands of."""

import pytest

from tests.api.generated import main


def test_whatever_is_made_up_is_answered_as_described(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--requests", "200", "--examples", "12", "--processes", "1"]) == 0
    said = capsys.readouterr().out
    for answer in (
        "POST /snapshots 200",
        "POST /expirations 200",
        "GET /report 200",
        " 401",
        " 422",
    ):
        assert answer in said
