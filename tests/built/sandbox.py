"""A built function in an execution environment of its own, as Lambda makes one."""

import json
import os
import subprocess
import threading
import time
import uuid
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from queue import Empty
from typing import Any

from tests.built.extension import TOKEN, Extension, secrets_extension
from tests.built.runtime_api import Invocation, RuntimeApi, Told, runtime_api
from tests.senders import BY_FUNCTION
from tests.template.reading import ROOT, functions, template, variables
from tests.world import KEYS

PYTHON = ROOT / ".venv-lambda/bin/python"
HERE = Path(__file__).parent
CONFINED = (str(PYTHON), str(HERE / "confine.py"))
RUNTIME = (str(PYTHON), "-m", "awslambdaric")
FUNCTIONS = {variables(body)["POWERTOOLS_SERVICE_NAME"]: name for name, body in functions().items()}
MIB = 2**20
# what a process that is well takes no more than, whatever its own time is
PATIENCE_SECONDS = 60.0


@dataclass(frozen=True, slots=True)
class Artifact:
    """A function's own code and the layer, as folders."""

    task: Path
    layer: Path

    @property
    def path(self) -> list[str]:
        return [str(self.task), str(self.layer / "python")]

    def paths(self) -> Iterator[Path]:
        """Yield all folders and files, a folder after what is in it."""
        for root in (self.task, self.layer):
            yield from sorted(root.rglob("*"), reverse=True)
            yield root


@dataclass(slots=True)
class Sandbox:
    """One process with what Lambda has around it."""

    process: "subprocess.Popen[bytes]"
    api: RuntimeApi
    extension: Extension
    log: Path

    def invoke(self, event: object, *, seconds: float = 300, id_: str | None = None) -> Told:
        """Deliver an event and return what became of it."""
        text = json.dumps(event).encode()
        self.api.put(Invocation(id_ or str(uuid.uuid4()), text, time.time() + seconds))
        return self.next_told()

    def next_told(self) -> Told:
        """Return what the runtime says next.

        Raises:
            TimeoutError: if it says nothing.
        """
        try:
            return self.api.told.get(timeout=PATIENCE_SECONDS)
        except Empty:
            raise TimeoutError(f"nothing was told; the log ends: {self.said()[-2000:]}") from None

    def wait_until_ready(self) -> None:
        """Wait for the end of the cold start."""
        assert self.api.ready.wait(PATIENCE_SECONDS), self.said()

    def kill(self) -> None:
        """Let it die without a word, as it does where memory or time is up."""
        self.process.kill()

    def said(self) -> str:
        """Return its log so far."""
        return self.log.read_text(encoding="utf-8")


@contextmanager
def sandbox(
    function: str,
    artifact: Artifact,
    folder: Path,
    *,
    handler: str | None = None,
    **environ: str,
) -> Iterator[Sandbox]:
    """Start a function by its name in the template.

    Args:
        folder: where its log goes.
        handler: another than the template's, out of ``tests/built/hosted``.
        environ: what is added to or changed in its environment.
    """
    body = functions()[FUNCTIONS[function]]
    log = folder / f"{function}-{uuid.uuid4().hex[:8]}.log"
    with (
        runtime_api() as api,
        secrets_extension(_secrets(function), lambda: api.busy) as extension,
        log.open("wb") as stream,
    ):
        process = subprocess.Popen(
            [*CONFINED, str(body["MemorySize"] * MIB), *RUNTIME, handler or body["Handler"]],
            cwd=artifact.task,
            env=_environment(body, artifact, api, extension) | environ,
            stdin=subprocess.DEVNULL,
            stdout=stream,
            stderr=subprocess.STDOUT,
        )
        watch = threading.Thread(target=lambda: api.tell(Told("exit", str(process.wait()))))
        watch.start()
        try:
            yield Sandbox(process, api, extension, log)
        finally:
            process.kill()
            watch.join()


def _environment(
    body: Mapping[str, Any], artifact: Artifact, api: RuntimeApi, extension: Extension
) -> dict[str, str]:
    """Return what Lambda sets, and what the template does."""
    given = {name: _resolved(value) for name, value in variables(dict(body)).items()}
    return {
        "AWS_ACCESS_KEY_ID": "not-a-key",
        "AWS_EXECUTION_ENV": "AWS_Lambda_python3.13",
        "AWS_LAMBDA_FUNCTION_MEMORY_SIZE": str(body["MemorySize"]),
        "AWS_LAMBDA_FUNCTION_NAME": "built",
        "AWS_LAMBDA_FUNCTION_VERSION": "$LATEST",
        "AWS_LAMBDA_INITIALIZATION_TYPE": "on-demand",
        "AWS_LAMBDA_RUNTIME_API": api.address,
        "AWS_REGION": "ap-southeast-1",
        "AWS_SESSION_TOKEN": TOKEN,
        "LAMBDA_TASK_ROOT": str(artifact.task),
        "LANG": "en_US.UTF-8",
        "PATH": os.environ["PATH"],
        "PYTHONPATH": os.pathsep.join([*artifact.path, str(HERE / "hosted")]),
        "TZ": ":UTC",
        **given,
        "PARAMETERS_SECRETS_EXTENSION_HTTP_PORT": str(extension.server_port),
    }


def _resolved(value: Any) -> str:
    """Return a variable as the operator's parameters make it: a secret, or the default."""
    if not isinstance(value, dict):
        return str(value)
    name = value["Ref"]
    if name.endswith("SecretArn") and name != "ChannelsSecretArn":
        return _arn(name)
    return str(template()["Parameters"][name].get("Default", ""))


def _arn(name: str) -> str:
    return f"arn:aws:secretsmanager:ap-southeast-1:123456789012:secret:{name}"


def _secrets(function: str) -> dict[str, str]:
    """Return the texts of the secrets that a function may read, by their ARN."""
    given = variables(functions()[FUNCTIONS[function]])
    keys = {name.removeprefix("BCE_").lower(): value for name, value in KEYS.items()}
    return {
        _arn(given["SNAPKEEP_SECRET_ID"]["Ref"]): json.dumps(keys),
        _arn(given["SNAPKEEP_WEBHOOK_SECRET_ID"]["Ref"]): json.dumps(BY_FUNCTION[function]),
    }
