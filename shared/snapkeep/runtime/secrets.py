"""Where secrets come from: the secrets extension in Lambda, the environment on a laptop."""

import http.client
import json
import re
from collections.abc import Callable, Mapping
from typing import TypeVar
from urllib.parse import quote

from snapkeep.bce.signing import Credentials
from snapkeep.channels import Channel, read_channels
from snapkeep.errors import InvalidInput, Misconfigured, MissingKeys
from snapkeep.senders import Sender, read_senders

T = TypeVar("T")
_FIELDS = ("access_key_id", "secret_access_key", "session_token")
# two of them, for senders and for keys, have to fit into the shortest time for an answer
_TIMEOUT_SECONDS = 1.5
_DEFAULT_PORT = "2773"
_PORT = re.compile(r"[1-9][0-9]{0,4}")


def find_credentials(secret_id: str | None, environ: Mapping[str, str]) -> Credentials:
    """Return the keys of the secret if one is named, else those of the environment.

    Raises:
        MissingKeys: if there are none; the message says where they are looked for.
    """
    if secret_id:
        found = _keys_in(_from_extension(secret_id, environ))
        where = "the secret must be a JSON object with access_key_id and secret_access_key"
    else:
        found = {name: environ.get(f"BCE_{name.upper()}") for name in _FIELDS}
        where = "set BCE_ACCESS_KEY_ID and BCE_SECRET_ACCESS_KEY"
    try:
        return Credentials(
            str(found.get("access_key_id") or ""),
            str(found.get("secret_access_key") or ""),
            str(found["session_token"]) if found.get("session_token") else None,
        )
    except ValueError as error:
        raise MissingKeys(f"no usable access key: {error}; {where}") from None


def find_senders(secret_id: str | None, environ: Mapping[str, str]) -> tuple[Sender, ...]:
    """Return the senders of the secret if one is named, else those of the environment.

    With neither there are none, and every webhook is refused.

    Raises:
        Misconfigured: if the secret cannot be had, or is no list of senders.
    """
    return _found("SNAPKEEP_WEBHOOK_SECRET", secret_id, environ, read_senders, "webhook")


def find_channels(secret_id: str | None, environ: Mapping[str, str]) -> tuple[Channel, ...]:
    """Return the channels of the secret if one is named, else those of the environment.

    Raises:
        Misconfigured: if the secret cannot be had, or is no list of channels.
    """
    return _found("SNAPKEEP_CHANNELS", secret_id, environ, read_channels, "channels")


def _found(
    variable: str,
    secret_id: str | None,
    environ: Mapping[str, str],
    read: Callable[[str], tuple[T, ...]],
    what: str,
) -> tuple[T, ...]:
    try:
        text = _from_extension(secret_id, environ) if secret_id else environ.get(variable, "")
        return read(text) if text or secret_id else ()
    except MissingKeys as error:
        raise Misconfigured(str(error)) from None
    except InvalidInput as error:
        raise Misconfigured(f"the {what} secret is refused: {error}") from None


def _keys_in(text: str) -> Mapping[str, object]:
    try:
        keys = json.loads(text)
    except ValueError:
        keys = None
    return keys if isinstance(keys, dict) else {}


def _from_extension(secret_id: str, environ: Mapping[str, str]) -> str:
    """Ask the AWS Parameters and Secrets Lambda Extension, which answers on localhost only."""
    port = environ.get("PARAMETERS_SECRETS_EXTENSION_HTTP_PORT", _DEFAULT_PORT)
    if not (_PORT.fullmatch(port) and int(port) < 65_536):
        name = "PARAMETERS_SECRETS_EXTENSION_HTTP_PORT"
        raise MissingKeys(f"{name} is {port[:20]!r}, which is no port")
    token = environ.get("AWS_SESSION_TOKEN", "")
    connection = http.client.HTTPConnection("localhost", int(port), timeout=_TIMEOUT_SECONDS)
    try:
        path = f"/secretsmanager/get?secretId={quote(secret_id, safe='')}"
        connection.request("GET", path, headers={"X-Aws-Parameters-Secrets-Token": token})
        response = connection.getresponse()
        body = response.read()
    except (OSError, ValueError, http.client.HTTPException) as error:
        message = f"the secrets extension does not answer on port {port}: {type(error).__name__}"
        raise MissingKeys(f"{message}; is its layer attached?") from None
    finally:
        connection.close()
    if response.status != 200:
        message = f"the secrets extension answered {response.status} for {secret_id}"
        raise MissingKeys(f"{message}; may the function read it?")
    try:
        text = json.loads(body)["SecretString"]
    except (ValueError, KeyError, TypeError):
        text = None
    # "from None" above and no quoting here: the body holds the secret
    return text if isinstance(text, str) else ""
