"""Row 1: how long a function takes from the start of its process to its first answer, under the
runtime client that Lambda starts it with."""

import json
import os
import shutil
import subprocess
import tempfile
from collections.abc import Callable, Iterable
from pathlib import Path
from time import time

from tests.built.runtime_api import Invocation, Told, runtime_api

from benchmarks import artifacts, packages
from benchmarks.figures import Figure, Line, Target
from benchmarks.measure import ROOT, Bench, Case, Counts, Row, Unmeasurable, Variant, Work

NUMBER = 1
PYTHON = ROOT / ".venv-lambda/bin/python"
HANDLERS = ROOT / "benchmarks/cold"
PEERS = ("aws-lambda-powertools[all]", "aws-xray-sdk", "bce-python-sdk", "boto3", "requests")
TIMEOUT_SECONDS = 60
# puts a function and its layer into a folder, or says where they are
Place = Callable[[Path], tuple[Path, Path]]
# from a queue, of a policy that there is not: all is read that there is to read, and no cloud asked
ASKED = {"policy": "nowhere", "scheduled_time": "2026-11-23T18:00:00Z"}
QUEUED = {
    "Records": [{"messageId": "1", "eventSource": "aws:sqs", "body": json.dumps(ASKED)}],
}


def cold_start(
    command: Iterable[str], handler: str, task: Path, path: Iterable[Path], event: object
) -> Counts:
    """Start a function for one event, and return the milliseconds until it is answered.

    Raises:
        RuntimeError: if it is answered with an error, or not at all.
    """
    with runtime_api() as api:
        ends = time() + TIMEOUT_SECONDS
        api.put(
            Invocation("00000000-0000-4000-8000-000000000000", json.dumps(event).encode(), ends)
        )
        environ = _environment(handler, task, path) | {"AWS_LAMBDA_RUNTIME_API": api.address}
        start = time()
        with subprocess.Popen(
            [*command, handler], cwd=task, env=environ, stdout=subprocess.DEVNULL
        ) as process:
            try:
                told: Told = api.told.get(timeout=TIMEOUT_SECONDS)
            finally:
                process.kill()
        if told.kind != "response":
            raise RuntimeError(f"{handler}: {told.kind}: {told.text[:2_000]}")
        return Counts({"ms": (told.at - start) * 1_000})


def _environment(handler: str, task: Path, path: Iterable[Path]) -> dict[str, str]:
    return {
        "AWS_ACCESS_KEY_ID": "not-a-key",
        "AWS_SECRET_ACCESS_KEY": "not-a-key",
        "AWS_LAMBDA_FUNCTION_MEMORY_SIZE": "512",
        "AWS_LAMBDA_FUNCTION_NAME": "bench",
        "AWS_LAMBDA_FUNCTION_VERSION": "$LATEST",
        "AWS_DEFAULT_REGION": "us-east-1",
        "AWS_REGION": "us-east-1",
        "LAMBDA_TASK_ROOT": str(task),
        "PATH": os.environ["PATH"],
        "POWERTOOLS_SERVICE_NAME": "bench",
        # nothing can be written where Lambda keeps code
        "PYTHONDONTWRITEBYTECODE": "1",
        "PYTHONPATH": os.pathsep.join(map(str, path)),
        "TZ": ":UTC",
        "_HANDLER": handler,
    }


def _started(place: Place, handler: str, event: object) -> Variant:
    """Return a variant that starts what is placed in a folder: the code and its layer."""

    def prepared(_: int) -> Work:
        if not PYTHON.exists():
            raise Unmeasurable(f"there is no {PYTHON}; make built, with a Python 3.13")
        scratch = tempfile.TemporaryDirectory()
        task, layer = place(Path(scratch.name))
        command = (str(PYTHON), "-m", "awslambdaric")

        def run() -> Counts:
            with scratch:
                return cold_start(command, handler, task, (task, layer), event)

        return run

    return prepared


def _as_built(_: Path) -> tuple[Path, Path]:
    layer, function = artifacts.built()
    return function, layer


def _without_bytecode(scratch: Path) -> tuple[Path, Path]:
    """As plain `sam build` leaves it."""
    task, layer = _as_built(scratch)
    ignore = shutil.ignore_patterns("__pycache__")
    copies = scratch / "task", scratch / "layer"
    for original, copy in zip((task, layer), copies, strict=True):
        shutil.copytree(original, copy, ignore=ignore)
    return copies


def _beside(layer: Callable[[], Path]) -> Place:
    """Place one of the functions in ``benchmarks/cold`` beside a layer."""

    def place(scratch: Path) -> tuple[Path, Path]:
        task = scratch / "task"
        shutil.copytree(HANDLERS, task, ignore=shutil.ignore_patterns("__pycache__"))
        packages.compile_all(task)
        return task, layer()

    return place


def _peers() -> Path:
    return packages.installed(*PEERS)


def _dependencies() -> Path:
    """The very files that our layer has, without ours."""
    return packages.locked(packages.LAYER_LOCK)


VARIANTS: dict[str, Variant] = {
    "ours": _started(_as_built, "create_on_event.app.handler", QUEUED),
    "no bytecode": _started(_without_bytecode, "create_on_event.app.handler", QUEUED),
    "limit": _started(_beside(_dependencies), "limit.handler", ASKED),
    **{
        name: _started(_beside(_peers), f"{name}.handler", ASKED)
        for name in ("with_parser", "with_boto3", "with_tracer", "with_sdk")
    },
}


def measure(bench: Bench) -> list[Line]:
    cases = {name: Case(name, 1) for name in VARIANTS}
    samples = bench.samples(__name__, list(cases.values()))

    def milliseconds(name: str) -> Figure:
        return Figure.of((sample.counts["ms"] for sample in samples[cases[name]]), "ms")

    table: tuple[tuple[str, str, Target | None], ...] = (
        ("Powertools, Tracer and boto3 for EC2", "with_tracer", Target(3, True)),
        ("Powertools and boto3 for the secret", "with_boto3", None),
        ("Powertools' parser and requests", "with_parser", Target(1.5, True)),
        ("ours without bytecode", "no bytecode", Target(1.9, True)),
        ("Powertools and the vendor's SDK", "with_sdk", None),
        ("Logger, Metrics and requests", "limit", Target(1.07)),
    )
    what, mine = "cold start of the create function", milliseconds("ours")
    return [
        Line(NUMBER, what, mine, against, milliseconds(name), target)
        for against, name, target in table
    ]


ROW = Row(NUMBER, "cold start", 9, measure)
