"""What a process reads of its surroundings: the policy file, the environment, the time."""

import io
import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from snapkeep.errors import InvalidInput, InvalidPolicy
from snapkeep.runtime.settings import Settings
from snapkeep.runtime.telemetry import Telemetry
from snapkeep.runtime.wiring import Runtime, SystemClock
from tests.world import POLICY


def runtime(path: Path = Path("none"), endpoints: dict[str, str] | None = None) -> Runtime:
    telemetry = Telemetry("process", io.StringIO(), None, "DEBUG")
    return Runtime(Settings(path, endpoints=endpoints or {}), telemetry, environ={})


def test_the_policy_file_is_read_once(tmp_path: Path) -> None:
    path = tmp_path / "policy.toml"
    path.write_text(POLICY, encoding="utf-8")
    made = runtime(path)
    first = made.policies
    path.unlink()
    assert made.policies is first


@pytest.mark.parametrize("content", [None, b"\xff\xfe"], ids=["missing", "not-utf8"])
def test_a_policy_file_that_cannot_be_read_is_named_with_the_remedy(
    tmp_path: Path, content: bytes | None
) -> None:
    path = tmp_path / "policy.toml"
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(InvalidPolicy, match=r"policy\.toml.*SNAPKEEP_POLICY"):
        _ = runtime(path).policies


@pytest.fixture
def fresh() -> Iterator[None]:
    Runtime.of_environment.cache_clear()
    yield
    Runtime.of_environment.cache_clear()


@pytest.mark.usefixtures("fresh")
def test_a_process_has_one_runtime_made_from_its_environment(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("SNAPKEEP_POLICY", "mine.toml")
    monkeypatch.setenv("POWERTOOLS_SERVICE_NAME", "of-environment")
    made = Runtime.of_environment()
    assert made is Runtime.of_environment()
    assert made.settings.policy_file == Path("mine.toml")
    made.telemetry.event("something", {"x": 1})
    line = json.loads(capsys.readouterr().out)
    assert (line["message"], line["data"], line["service"]) == (
        "something",
        {"x": 1},
        "of-environment",
    )


@pytest.mark.usefixtures("fresh")
def test_a_wrong_variable_is_told_by_name(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SNAPKEEP_REQUESTS_PER_SECOND", "many")
    with pytest.raises(InvalidInput, match="SNAPKEEP_REQUESTS_PER_SECOND"):
        Runtime.of_environment()


def test_the_clock_of_the_machine_tells_utc_and_may_be_shifted() -> None:
    clock = SystemClock()
    assert abs(clock.now() - datetime.now(UTC)) < timedelta(seconds=5)
    assert clock.now().utcoffset() == timedelta(0)
    ahead = SystemClock(timedelta(days=9)).now() - clock.now()
    assert abs(ahead - timedelta(days=9)) < timedelta(seconds=5)
    before = clock.monotonic()
    clock.sleep(0.001)
    assert clock.monotonic() - before >= 0.001
