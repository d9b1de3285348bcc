"""What is signed is what is sent, at each attempt anew; the cloud's own check is the judge."""

from urllib.parse import quote, unquote

import pytest

from snapkeep.bce.errors import AccessDenied, NotFound
from snapkeep.bce.signing import Credentials
from tests.client.conftest import OpenLine
from tests.client.line import DISK, KEYS, Line
from tests.fake_bce import ACCESS_KEY_ID, SECRET_ACCESS_KEY, Fault

TOKEN = "sts-Token/with+every=kind~of_sign"
QUERIES = {
    "space": ("a b", "a%20b"),
    "chinese": ("数据盘", "%E6%95%B0%E6%8D%AE%E7%9B%98"),
    "tilde": ("~a", "~a"),
    "slash": ("a/b", "a%2Fb"),
    "percent": ("100%2F", "100%252F"),
    "plus": ("a+b", "a%2Bb"),
    "reserved": ("&=?#;:@!$'()*,", "%26%3D%3F%23%3B%3A%40%21%24%27%28%29%2A%2C"),
    "empty": ("", ""),
    "astral": ("\U0001f4be", "%F0%9F%92%BE"),
}


@pytest.mark.parametrize(("text", "encoded"), QUERIES.values(), ids=QUERIES)
def test_a_query_value_is_sent_as_it_was_signed(line: Line, text: str, encoded: str) -> None:
    line.client().snapshots(text)

    [call] = line.cloud.journal
    assert call.target == f"/v2/snapshot?maxKeys=1000&volumeId={encoded}"
    assert (call.status, unquote(encoded)) == (200, text)


@pytest.mark.parametrize("token", ["evt/2025 01~x", "a+b&c=d", "%41", "a" * 63])
def test_a_client_token_arrives_as_it_was_given(line: Line, token: str) -> None:
    first = line.create(token=token)

    [call] = line.cloud.journal
    assert call.target == f"/v2/snapshot?clientToken={quote(token, safe='~')}"
    assert line.create(token=token) == first
    assert line.made() == [first]


@pytest.mark.parametrize("id_", ["s-数据", "s-a b", "s-a%2Fb", "s-~?x=1#y", "s-a;b"])
def test_an_odd_id_stays_one_segment_of_the_path(line: Line, id_: str) -> None:
    with pytest.raises(NotFound, match="NoSuchObject"):
        line.client().snapshot(id_)

    with pytest.raises(NotFound, match="NoSuchObject"):
        line.client().delete_snapshot(id_)

    path = f"/v2/snapshot/{quote(id_, safe='~')}"
    assert [(call.operation, call.target) for call in line.cloud.journal] == [
        ("GetSnapshot", path),
        ("DeleteSnapshot", path),
    ]


def test_a_session_token_is_sent_and_signed(open_line: OpenLine) -> None:
    line = open_line(session_token=TOKEN)
    line.create(line.client(credentials=Credentials(ACCESS_KEY_ID, SECRET_ACCESS_KEY, TOKEN)))

    [request] = line.tap.requests
    assert len(line.made()) == 1
    assert request.headers["x-bce-security-token"] == TOKEN
    listed = request.headers["Authorization"].split("/")[4]
    assert listed == "host;x-bce-date;x-bce-security-token"


@pytest.mark.parametrize("token", [None, "another"], ids=["missing", "wrong"])
def test_a_temporary_key_without_its_token_is_refused(
    open_line: OpenLine, token: str | None
) -> None:
    line = open_line(session_token=TOKEN)
    with pytest.raises(AccessDenied, match="InvalidAccessKeyId"):
        line.create(line.client(credentials=Credentials(ACCESS_KEY_ID, SECRET_ACCESS_KEY, token)))
    assert line.made() == []


def test_no_token_header_goes_with_a_lasting_key(line: Line) -> None:
    line.create()
    assert "x-bce-security-token" not in line.tap.requests[0].headers


@pytest.mark.parametrize(
    ("keys", "code"),
    [
        (Credentials("unknown", SECRET_ACCESS_KEY), "InvalidAccessKeyId"),
        (Credentials(ACCESS_KEY_ID, "wrong"), "SignatureDoesNotMatch"),
    ],
    ids=["unknown-id", "wrong-secret"],
)
def test_a_wrong_key_gets_the_clouds_own_code(line: Line, keys: Credentials, code: str) -> None:
    with pytest.raises(AccessDenied) as caught:
        line.client(credentials=keys).snapshots()
    assert caught.value.code == code
    assert len(line.cloud.journal) == 1


def test_each_attempt_is_signed_anew_with_its_own_date(line: Line) -> None:
    line.cloud.faults.add(Fault("before", status=503, times=3, retry_after=2))
    line.create()

    sent = [request.headers for request in line.tap.requests]
    dates = [headers["x-bce-date"] for headers in sent]
    assert dates == [f"2026-11-23T18:00:{second}Z" for second in (30, 32, 34, 36)]
    fields = [headers["Authorization"].split("/") for headers in sent]
    assert [field[2] for field in fields] == dates
    assert {field[3] for field in fields} == {"300"}
    assert len({field[5] for field in fields}) == 4


@pytest.mark.parametrize("kind", ["before", "after", "reset_after", "timeout_after"])
def test_token_and_bytes_are_the_same_at_each_attempt(line: Line, kind: str) -> None:
    line.cloud.faults.add(Fault(kind, status=503, times=3))  # type: ignore[arg-type]
    made = line.create(token="one-token")

    assert len(line.cloud.journal) == 4
    [(target, body)] = {(call.target, call.body) for call in line.cloud.journal}
    assert target == "/v2/snapshot?clientToken=one-token"
    assert body == f'{{"volumeId": "{DISK}", "snapshotName": "n1", "desc": "d"}}'
    assert len({request.body for request in line.tap.requests}) == 1
    assert line.made() == [made]


def test_a_request_says_what_it_carries_and_takes_no_compressed_answer(line: Line) -> None:
    line.create()
    headers = line.cloud.journal[0].headers
    assert headers["content-type"] == "application/json; charset=utf-8"
    assert headers["accept-encoding"] == "identity"
    assert headers["host"] == line.endpoint.partition("//")[2]
    assert KEYS.secret_access_key not in str(line.tap.requests[0].headers)
