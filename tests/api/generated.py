"""Requests that Schemathesis makes up from ``functions/openapi.yaml``, against ``make serve``.

Every answer has to have a status, content type, headers and body that the document has for it, and
whatever violates the document has to be refused. Run it as ``python -m tests.api.generated``.
"""

import argparse
import json
import os
import re
import subprocess
import sys
import tempfile
from collections import Counter
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from itertools import count
from pathlib import Path

from tests.api.document import FILE
from tests.api.hooks import ANSWERS_FILE
from tests.stage import ROOT

# what is sound by the document may still name a policy that is not there; 503 is in the document;
# and a request without its signature is what others of these requests are
_EXCLUDED = "positive_data_acceptance,not_a_server_error,ignored_auth"
_CASES = re.compile(r"(\d+) generated")


@contextmanager
def serving() -> Iterator[str]:
    """Run ``make serve`` with a small fleet, and give its URL."""
    command = [sys.executable, "-m", "tests.serve", "--small", "--creation-seconds", "0"]
    with subprocess.Popen(
        command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
    ) as server:
        assert server.stdout is not None
        try:
            yield str(json.loads(server.stdout.readline())["url"])
        finally:
            server.terminate()


def run(url: str, seed: int, examples: int, answers: Path) -> tuple[int, int, str]:
    """Run Schemathesis once; return its exit code, how many requests it made, and what it said."""
    command = [
        *(sys.executable, "-m", "schemathesis.cli", "run", str(FILE), "--url", url),
        *("--seed", str(seed), "--max-examples", str(examples), "--no-color"),
        *("--exclude-checks", _EXCLUDED, "--warnings", "off"),
        *(("--phases", "examples,fuzzing") if seed > 1 else ()),
    ]
    environ = {**os.environ, "SCHEMATHESIS_HOOKS": "tests.api.hooks", ANSWERS_FILE: str(answers)}
    ended = subprocess.run(
        command, cwd=ROOT, env=environ, capture_output=True, text=True, check=False
    )
    found = _CASES.search(ended.stdout)
    return ended.returncode, int(found[1]) if found else 0, ended.stdout + ended.stderr


def main(argv: Sequence[str] | None = None) -> int:
    """Make up requests until there were enough; return the exit status."""
    parser = argparse.ArgumentParser(prog="python -m tests.api.generated", description=__doc__)
    parser.add_argument("--requests", type=int, default=20_000, help="default: %(default)s")
    parser.add_argument("--examples", type=int, default=400, help="for each operation in one run")
    parser.add_argument("--seed", type=int, default=1, help="of the first run")
    parser.add_argument("--processes", type=int, default=os.cpu_count() or 1)
    options = parser.parse_args(argv)
    total, answers, seeds = 0, Counter[str](), count(options.seed)
    with (
        tempfile.TemporaryDirectory() as folder,
        serving() as url,
        ThreadPoolExecutor(options.processes) as pool,
    ):
        while total < options.requests:
            batch = [next(seeds) for _ in range(options.processes)]
            files = [Path(folder, str(seed)) for seed in batch]
            jobs = [
                pool.submit(run, url, seed, options.examples, file)
                for seed, file in zip(batch, files, strict=True)
            ]
            for seed, job in zip(batch, jobs, strict=True):
                code, number, said = job.result()
                if code or not number:
                    print(said)
                    print(f"broken: seed {seed}, exit code {code}")
                    return 1
                total += number
            for file in files:
                answers.update(json.loads(file.read_text(encoding="utf-8")))
            print(f"{total:,} of {options.requests:,} requests", file=sys.stderr, flush=True)
    print(json.dumps({"requests": total, "answers": dict(sorted(answers.items()))}, indent=2))
    return 0


if __name__ == "__main__":
    sys.exit(main())
