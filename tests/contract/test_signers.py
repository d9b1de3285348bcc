"""Three implementations of bce-auth-v1 agree: the vendor's, the fake's and ours."""

import random
from datetime import UTC, datetime

from baidubce.auth.bce_credentials import BceCredentials
from baidubce.auth.bce_v1_signer import sign

from snapkeep.bce.signing import Credentials, authorize
from tests.contract.sdk import SDK_HABITS
from tests.fake_bce import ACCESS_KEY_ID, SECRET_ACCESS_KEY
from tests.fake_bce import signing as fake

pytestmark = SDK_HABITS
ROUNDS = 1000
LETTERS = "abzABZ019-._~ /:;=+*!'()&%,\"数据盘é"


def test_the_signers_agree_on_1000_random_requests() -> None:
    chance = random.Random(20261123)

    for _ in range(ROUNDS):
        method = chance.choice(["GET", "POST", "PUT", "DELETE"])
        path = "/v2/" + "/".join(_word(chance, "abc019-_.~") for _ in range(chance.randint(1, 3)))
        params = {"q" + _word(chance): _word(chance) for _ in range(chance.randint(0, 4))}
        at = datetime.fromtimestamp(chance.randint(0, 2**31), UTC)
        headers = {"Host": "bcc.bj.baidubce.com:8080", "x-bce-date": f"{at:%Y-%m-%dT%H:%M:%SZ}"}
        headers["x-bce-meta-" + _word(chance, "abc-019")] = _word(chance)
        headers["Content-Length"] = str(chance.randint(0, 999))

        assert (
            _by_vendor(method, path, params, headers, at)
            == _by_fake(method, path, params, headers)
            == _by_us(method, path, params, headers, at)
        )


def _word(chance: random.Random, letters: str = LETTERS) -> str:
    return "".join(chance.choices(letters, k=chance.randint(1, 12)))


def _by_vendor(
    method: str, path: str, params: dict[str, str], headers: dict[str, str], at: datetime
) -> str:
    encoded = {name.encode(): value.encode() for name, value in headers.items()}
    values = {name.encode(): value.encode() for name, value in params.items()}
    keys = BceCredentials(ACCESS_KEY_ID, SECRET_ACCESS_KEY)
    signed: bytes = sign(
        keys, method.encode(), path.encode(), encoded, values, timestamp=int(at.timestamp())
    )
    return signed.decode()


def _by_fake(method: str, path: str, params: dict[str, str], headers: dict[str, str]) -> str:
    query = "&".join(f"{fake.uri_encode(k)}={fake.uri_encode(v)}" for k, v in params.items())
    return fake.authorize(
        method,
        f"{path}?{query}",
        headers,
        access_key_id=ACCESS_KEY_ID,
        secret_access_key=SECRET_ACCESS_KEY,
        timestamp=headers["x-bce-date"],
    )


def _by_us(
    method: str, path: str, params: dict[str, str], headers: dict[str, str], at: datetime
) -> str:
    keys = Credentials(ACCESS_KEY_ID, SECRET_ACCESS_KEY)
    pairs = params.items()
    return authorize(method, path, pairs, headers, keys, at, signed=None, expires_seconds=1800)
