"""Where reports go, as an operator sets it; a wrong value is refused with its variable."""

import pytest

from snapkeep.errors import InvalidInput
from snapkeep.runtime.settings import Settings

BUCKET, URL = "SNAPKEEP_REPORT_BUCKET", "SNAPKEEP_REPORT_URL"
ENDPOINT = "SNAPKEEP_BOS_ENDPOINT"


def test_nothing_set_means_no_bucket_no_link_and_no_channels() -> None:
    settings = Settings.of({BUCKET: "", URL: "", ENDPOINT: "", "SNAPKEEP_CHANNELS_SECRET_ID": ""})
    assert (settings.report_bucket, settings.report_url, settings.bos_endpoint) == (None,) * 3
    assert settings.channels_secret_id is None
    assert settings.bucket_endpoint is None


def test_the_bucket_is_a_part_of_its_host() -> None:
    settings = Settings.of({BUCKET: "gz/my-backup-reports"})
    assert settings.bucket_endpoint == "https://my-backup-reports.gz.bcebos.com"


def test_a_fake_bucket_is_on_this_machine() -> None:
    settings = Settings.of({BUCKET: "bj/reports", ENDPOINT: "http://127.0.0.1:4002/"})
    assert settings.bucket_endpoint == "http://127.0.0.1:4002"
    assert Settings.of({ENDPOINT: "http://127.0.0.1:4002"}).bucket_endpoint is None


@pytest.mark.parametrize("url", ["https://x.example.com/report", "https://127.0.0.1:8443/report"])
def test_the_url_of_the_report_is_taken(url: str) -> None:
    assert Settings.of({URL: url}).report_url == url


WRONG = {
    BUCKET: (
        *("my-backup-reports", "bj/", "/reports", "bj/ab", "bj/Reports", "bj/-reports"),
        *("bj/reports-", "bj/re_ports", "bj/a/b", "BJ/reports", f"bj/{'a' * 64}", "bj/reports\n"),
        *("bj/reports.evil.example", " bj/reports"),
    ),
    URL: (
        *("x.example.com/report", "http://x.example.com/report", "https:///report", "https://["),
        *("https://x.example.com", "https://x.example.com/", "https://x.example.com/report/"),
        *("https://x.example.com/report?format=html", "https://x.example.com/report#top"),
        *("https://me:word@x.example.com/report", "https://x.example.com/a/report"),
        *("https://x.example.com:port/report", "https://x.example.com/report\n", "https://[::1"),
    ),
    ENDPOINT: (
        *("https://reports.bj.bcebos.com", "http://169.254.169.254", "http://localhost.example"),
        *("127.0.0.1:4002", "http://127.0.0.1:port", "http://[::1", "ftp://127.0.0.1"),
        *("http://127.0.0.1:1/path", "http://me:word@127.0.0.1:1", "http://127.0.0.1:1?a=b"),
    ),
}


@pytest.mark.parametrize(
    ("variable", "value"), [(name, value) for name, values in WRONG.items() for value in values]
)
def test_a_wrong_value_is_refused_with_its_variable(variable: str, value: str) -> None:
    with pytest.raises(InvalidInput) as caught:
        Settings.of({variable: value})
    assert caught.value.path == variable
    assert str(caught.value).startswith(f"{variable}: ")
