"""The webhook secret is read strictly, and nothing that it says is repeated."""

import json
from base64 import b64encode
from datetime import UTC, datetime
from typing import Any

import pytest

from snapkeep.errors import InvalidInput
from snapkeep.senders import MAX_SECRETS, MAX_SENDERS, Scheme, Secret, Sender, read_senders
from tests.senders import ALARM, BUS, BY_FUNCTION, HUB, OPERATOR, PIPELINE, READER

Json = dict[str, Any]
UNTIL = datetime(2026, 11, 30, tzinfo=UTC)


def _whsec(size: int) -> str:
    return f"whsec_{b64encode(bytes(range(100, 100 + size))).decode()}"


def _secrets(*texts: object) -> list[Json]:
    return [{"secret": text} for text in texts]


def _standard(**changes: object) -> Json:
    sender = {"name": "ci", "scheme": "standard-webhooks", "secrets": _secrets(PIPELINE)}
    return {**sender, **changes}


def _hub(**changes: object) -> Json:
    sender = {"name": "hub", "scheme": "github", "secrets": _secrets(HUB), "request": {}}
    return {**sender, **changes}


def _alarm(**changes: object) -> Json:
    return {**_hub(name="bcm", scheme="capability-url", secrets=_secrets(ALARM)), **changes}


def _without(sender: Json, key: str) -> Json:
    return {name: value for name, value in sender.items() if name != key}


def _read(*senders: object) -> tuple[Sender, ...]:
    return read_senders(json.dumps({"senders": senders}))


def test_every_scheme_is_read_with_all_that_it_may_say() -> None:
    request = {"policy": "predeploy", "volumes": ["v-XiyuHsyS"]}
    rotated = [
        {"secret": _whsec(24)},
        {"secret": _whsec(25), "until": "2026-11-30T08:00:00+08:00"},
        {"secret": _whsec(26), "until": "2026-11-30T00:00:00Z"},
    ]
    found = _read(
        _standard(secrets=rotated),
        _hub(request=request, only_if={"deployment.environment": "production"}),
        _alarm(only_if={"state": "ALERT", "a.b": "中"}, id="alarm.id", time="alarm.time"),
    )
    keys = [bytes(range(100, 100 + size)) for size in (24, 25, 26)]
    assert found == (
        Sender("ci", Scheme.STANDARD, (Secret(keys[0]), *(Secret(k, UNTIL) for k in keys[1:]))),
        Sender("hub", Scheme.GITHUB, (Secret(HUB.encode()),), request,
               {"deployment.environment": "production"}),
        Sender("bcm", Scheme.CAPABILITY, (Secret(ALARM.encode()),), {},
               {"state": "ALERT", "a.b": "中"}, "alarm.id", "alarm.time"),
    )  # fmt: skip


def test_the_fields_of_an_alarm_are_those_of_cloud_monitor_unless_named() -> None:
    (sender,) = _read(_alarm())
    assert (sender.id_field, sender.time_field, sender.only_if) == ("id", "startTime", {})


@pytest.mark.parametrize("function", BY_FUNCTION)
def test_the_document_of_every_function_is_read(function: str) -> None:
    document = BY_FUNCTION[function]
    names = [sender.name for sender in read_senders(json.dumps(document))]
    assert names == [sender["name"] for sender in document["senders"]]


# a text is the whole document, all else its senders; then path and code
WRONG: dict[str, tuple[object, str, str]] = {
    "nothing": ("", "", "MalformedJson"),
    "no JSON": (PIPELINE, "", "MalformedJson"),
    "JSON cut short": (f'{{"senders": [{{"secret": "{PIPELINE}', "", "MalformedJson"),
    "a list": (f'["{PIPELINE}"]', "", "WrongType"),
    "null": ("null", "", "WrongType"),
    "no senders": ("{}", "senders", "InvalidValue"),
    "senders null": ('{"senders": null}', "senders", "WrongType"),
    "an empty list": ([], "senders", "InvalidValue"),
    "too many senders": ([_hub(name=f"s{n}", secrets=_secrets(f"{HUB}{n}"))
                          for n in range(MAX_SENDERS + 1)], "senders", "InvalidValue"),
    "another field": ('{"senders": [], "version": 1}', "(hidden)", "UnknownField"),
    "senders twice": ('{"senders": [], "senders": []}', "senders", "DuplicateKey"),
    "a sender as text": ([PIPELINE], "senders[0]", "WrongType"),
    "the second is wrong": ([_standard(), _hub(name="")], "senders[1].name", "InvalidValue"),
    "a name twice": ([_standard(), _hub(name="ci")], "senders", "InvalidValue"),
    "a secret twice": ([_standard(), _standard(name="b")], "senders", "InvalidValue"),
    "a secret twice in one": ([_hub(secrets=_secrets(HUB, HUB))], "senders", "InvalidValue"),
    "a secret in two schemes": ([_hub(secrets=_secrets(ALARM)), _alarm()], "senders",
                                "InvalidValue"),
    "no name": ([_without(_standard(), "name")], "senders[0].name", "MissingField"),
    "a line end in a name": ([_standard(name="ci\n")], "senders[0].name", "InvalidValue"),
    "a name of 33": ([_standard(name="n" * 33)], "senders[0].name", "InvalidValue"),
    "a name that is a number": ([_standard(name=7)], "senders[0].name", "WrongType"),
    "no scheme": ([_without(_standard(), "scheme")], "senders[0].scheme", "MissingField"),
    "an unknown scheme": ([_standard(scheme="basic")], "senders[0].scheme", "InvalidValue"),
    "no secrets": ([_without(_standard(), "secrets")], "senders[0].secrets", "InvalidValue"),
    "secrets as texts": ([_standard(secrets=[PIPELINE])], "senders[0].secrets[0]", "WrongType"),
    "too many secrets": ([_standard(secrets=_secrets(*(_whsec(24 + n) for n in range(
        MAX_SECRETS + 1))))], "senders[0].secrets", "InvalidValue"),
    "a request of ours": ([_standard(request={})], "senders[0].request", "UnknownField"),
    "a condition of ours": ([_standard(only_if={})], "senders[0].only_if", "UnknownField"),
    "a misspelt field": ([_hub(onlyif={})], "senders[0].(hidden)", "UnknownField"),
    "no request": ([_without(_hub(), "request")], "senders[0].request", "MissingField"),
    "a request as text": ([_alarm(request="all")], "senders[0].request", "WrongType"),
    "conditions as a list": ([_hub(only_if=["a"])], "senders[0].only_if", "WrongType"),
    "an empty condition": ([_hub(only_if={"a": ""})], "senders[0].only_if.(hidden)",
                           "InvalidValue"),
    "an empty id field": ([_alarm(id="")], "senders[0].id", "InvalidValue"),
    "a null time field": ([_alarm(time=None)], "senders[0].time", "WrongType"),
}  # fmt: skip
# scheme, secret, what stands beside it; then path within the secret and code
WRONG_SECRETS: dict[str, tuple[Any, object, Json, str, str]] = {
    "no prefix": (_standard, PIPELINE.removeprefix("whsec_"), {}, "secret", "InvalidSecret"),
    "another prefix": (_standard, PIPELINE.upper(), {}, "secret", "InvalidSecret"),
    "not base64": (_standard, PIPELINE.replace("=", "!"), {}, "secret", "InvalidSecret"),
    "a line end": (_standard, f"{PIPELINE}\n", {}, "secret", "InvalidSecret"),
    "not ASCII": (_standard, f"{PIPELINE}密", {}, "secret", "InvalidSecret"),
    "blank": (_standard, " ", {}, "secret", "InvalidValue"),
    "empty": (_standard, "", {}, "secret", "InvalidValue"),
    "null": (_standard, None, {}, "secret", "WrongType"),
    "GitHub's with a blank": (_hub, f"{HUB} {HUB}", {}, "secret", "InvalidSecret"),
    "GitHub's with a line end": (_hub, f"{HUB}\n", {}, "secret", "InvalidSecret"),
    "a segment with a slash": (_alarm, f"{ALARM}/{BUS}", {}, "secret", "InvalidSecret"),
    "a segment with an escape": (_alarm, f"{ALARM}%2F", {}, "secret", "InvalidSecret"),
    "until without zone": (_standard, READER, {"until": "2026-11-30T00:00:00"}, "until",
                           "InvalidValue"),
    "until a day": (_standard, READER, {"until": "2026-11-30"}, "until", "InvalidValue"),
    "until a number": (_standard, READER, {"until": 1795456820}, "until", "WrongType"),
    "another field": (_hub, OPERATOR, {"since": "now"}, "(hidden)", "UnknownField"),
    "a secret as its end": (_standard, READER, {"until": HUB}, "until", "InvalidValue"),
    "a secret as a key": (_standard, READER, {READER: 1}, "(hidden)", "UnknownField"),
}  # fmt: skip


def _refusal(text: str) -> tuple[str, str]:
    """Return path and code, having looked for every secret of the document in what is said."""
    with pytest.raises(InvalidInput) as caught:
        read_senders(text)
    said = str(caught.value) + repr(caught.value)
    tails = [word[-20:] for word in text.split('"') if len(word) > 22]
    assert [tail for tail in tails if tail in said] == []
    return caught.value.path, caught.value.code


@pytest.mark.parametrize(("given", "path", "code"), WRONG.values(), ids=WRONG)
def test_a_wrong_document_is_refused_by_its_field(given: object, path: str, code: str) -> None:
    text = given if isinstance(given, str) else json.dumps({"senders": given})
    assert _refusal(text) == (path, code)


@pytest.mark.parametrize("case", WRONG_SECRETS.values(), ids=WRONG_SECRETS)
def test_a_wrong_secret_is_refused_by_its_field(case: tuple[Any, object, Json, str, str]) -> None:
    sender, secret, beside, path, code = case
    document = {"senders": [sender(secrets=[{"secret": secret, **beside}])]}
    place = f"senders[0].secrets[0].{path}"
    assert _refusal(json.dumps(document, ensure_ascii=False)) == (place, code)


@pytest.mark.parametrize(
    ("sender", "secret", "least", "most"),
    [(_standard, _whsec, 24, 64), (_hub, "g".__mul__, 24, 256), (_alarm, "c".__mul__, 32, 128)],
    ids=["standard", "github", "capability"],
)
def test_a_secret_is_neither_too_short_nor_too_long(
    sender: Any, secret: Any, least: int, most: int
) -> None:
    for size in (least, most):
        assert len(_read(sender(secrets=_secrets(secret(size))))) == 1
    for size in (least - 1, most + 1):
        text = json.dumps({"senders": [sender(secrets=_secrets(secret(size)))]})
        assert _refusal(text) == ("senders[0].secrets[0].secret", "InvalidSecret")


def test_eight_senders_of_three_secrets_are_read() -> None:
    found = _read(*(
        _hub(name=f"s{n}", secrets=_secrets(*(f"{HUB}-{n}-{k}" for k in range(MAX_SECRETS))))
        for n in range(MAX_SENDERS)
    ))  # fmt: skip
    assert [len(sender.secrets) for sender in found] == [3] * 8
