"""What an operator sets: read whole, with the variable's name in every refusal."""

from pathlib import Path

import pytest

from snapkeep.errors import InvalidInput
from snapkeep.runtime.settings import Settings, parse_endpoints

ENDPOINT, RATE = "SNAPKEEP_ENDPOINT", "SNAPKEEP_REQUESTS_PER_SECOND"


def test_nothing_set_means_the_real_cloud_and_the_policy_beside_the_functions() -> None:
    settings = Settings.of({})
    assert settings == Settings(Path("functions/policy.toml"))
    assert (settings.secret_id, settings.webhook_secret_id) == (None, None)
    assert (settings.endpoints, settings.requests_per_second) == ({}, 10.0)
    assert not settings.approve_over_http
    assert settings.endpoint("hkg") == "https://bcc.hkg.baidubce.com"
    assert not settings.is_loopback


FILES = {
    "lambda": ({"LAMBDA_TASK_ROOT": "/var/task"}, "/var/task/policy.toml"),
    "given": ({"LAMBDA_TASK_ROOT": "/var/task", "SNAPKEEP_POLICY": "my.toml"}, "my.toml"),
    "empty": ({"LAMBDA_TASK_ROOT": "", "SNAPKEEP_POLICY": ""}, "functions/policy.toml"),
}


@pytest.mark.parametrize(("environ", "path"), FILES.values(), ids=FILES)
def test_the_policy_file_is_found(environ: dict[str, str], path: str) -> None:
    assert Settings.of(environ).policy_file == Path(path)


@pytest.mark.parametrize(("text", "secret_id"), [("bce/keys", "bce/keys"), ("", None)])
def test_the_secret_is_named(text: str, secret_id: str | None) -> None:
    assert Settings.of({"SNAPKEEP_SECRET_ID": text}).secret_id == secret_id


def test_endpoints_are_given_region_by_region() -> None:
    settings = Settings.of({ENDPOINT: " bj=http://127.0.0.1:1  gz=http://localhost:2/ "})
    assert settings.endpoints == {"bj": "http://127.0.0.1:1", "gz": "http://localhost:2"}
    assert settings.endpoint("gz") == "http://localhost:2"
    with pytest.raises(InvalidInput, match=f"{ENDPOINT}: has no endpoint for region hkg"):
        settings.endpoint("hkg")


@pytest.mark.parametrize("text", ["http://127.0.0.1:1", "bj", "bj=", "x=http://127.0.0.1", "=x"])
def test_an_endpoint_of_another_form_is_refused(text: str) -> None:
    with pytest.raises(InvalidInput) as caught:
        Settings.of({ENDPOINT: f"gz=http://127.0.0.1:2 {text}"})
    assert caught.value.path == ENDPOINT


STRANGERS = {
    "query": "http://localhost:2?a=b",
    "path": "https://bcc.bj.baidubce.com/v2",
    "fragment": "http://127.0.0.1:1#x",
    "user": "http://me:secret@127.0.0.1:1",
    "look-alike of this machine": "http://localhost.example",
    "look-alike of the cloud": "https://bcc.bj.baidubce.com.example",
    "plain http": "http://bcc.bj.baidubce.com",
    "no port": "http://127.0.0.1:port",
    "no scheme": "127.0.0.1:1",
    "metadata": "http://169.254.169.254",
    "bracket": "http://[::1",
}


@pytest.mark.parametrize("url", STRANGERS.values(), ids=STRANGERS)
def test_an_endpoint_that_is_to_have_no_keys_is_refused_when_it_is_read(url: str) -> None:
    with pytest.raises(InvalidInput, match="no endpoint that keys may be sent to") as caught:
        Settings.of({ENDPOINT: f"gz=http://127.0.0.1:2 bj={url}"})
    assert caught.value.path == ENDPOINT


LOOPBACK = {
    "none": ("", False),
    "one": ("bj=http://127.0.0.1:1", True),
    "all": ("bj=http://127.0.0.1:1 gz=http://localhost:2 su=http://[::1]:3", True),
    "mixed": ("bj=http://127.0.0.1:1 gz=https://bcc.gz.baidubce.com", False),
    "all of the cloud": ("bj=https://bcc.bj.baidubce.com", False),
}


@pytest.mark.parametrize(("text", "is_loopback"), LOOPBACK.values(), ids=LOOPBACK)
def test_only_endpoints_of_this_machine_alone_are_loopback(text: str, is_loopback: bool) -> None:
    assert Settings(Path("x"), endpoints=parse_endpoints(text.split())).is_loopback is is_loopback


@pytest.mark.parametrize(
    ("text", "rate"), [("1", 1.0), ("0.5", 0.5), ("1000", 1000.0), ("", 10.0), (" 7 ", 7.0)]
)
def test_the_rate_is_a_number(text: str, rate: float) -> None:
    assert Settings.of({RATE: text}).requests_per_second == rate


@pytest.mark.parametrize("text", ["0", "-1", "1000.5", "nan", "inf", "-inf", "ten", "1,5", " "])
def test_a_rate_out_of_range_is_refused(text: str) -> None:
    with pytest.raises(InvalidInput, match="from above 0 to 1000") as caught:
        Settings.of({RATE: text})
    assert caught.value.path == RATE
