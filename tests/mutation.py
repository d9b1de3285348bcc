"""What is mutated, which tests have to notice, and the copy in which mutmut finds both."""

import ast
import json
import re
import shutil
from pathlib import Path

ROOT = Path(__file__).parent.parent
COPY = ROOT / "build/mutants"
# what is mutated (names of functions, by prefix), and the least share of those without an
# explanation that has to be noticed
GOALS = {
    # what is deleted
    "snapkeep.periods.": 0.95,
    "snapkeep.retention.": 0.95,
    "snapkeep.expiry.": 0.95,
    "snapkeep.plan.": 0.95,
    # the predicates of a delete
    "snapkeep.gates.": 1.0,
    "snapkeep.rows.": 1.0,
    "snapkeep.identity.x_read_marker": 1.0,
    "snapkeep.identity.x__marker": 1.0,
    "snapkeep.identity.x__read": 1.0,
    # what is created
    "snapkeep.identity.": 0.90,
    "snapkeep.creation.": 0.90,
    "snapkeep.shards.": 0.90,
    # what is sent, and what counts as an answer
    "snapkeep.bce.signing.": 0.90,
    "snapkeep.bce.endpoint.": 0.90,
    "snapkeep.bce.transport.": 0.90,
    "snapkeep.bce.retry.": 0.90,
    "snapkeep.bce.reply.": 0.90,
    "snapkeep.bce.paging.": 0.90,
    # who may ask for it
    "snapkeep.webhook.": 0.90,
    "snapkeep.authentication.": 0.90,
    "snapkeep.signatures.": 0.90,
    "snapkeep.senders.": 0.90,
    "snapkeep.webhook_events.": 0.90,
}
# the least share of all mutants, the explained ones among them
LEAST_OF_ALL = 0.90
TESTS = {
    "unit": (
        *("retention", "retention_scenarios", "retention_time", "periods", "period_starts"),
        *("gates", "gates_of_a_disk", "candidates", "adoption", "adoption_verdicts", "world"),
        *("marker", "identity", "holds", "creation", "creation_follow"),
        *("shards",),
        *("plan", "plan_json", "plan_bytes", "expiry_deleted", "expiry_invariants"),
        *("webhook", "webhook_refusals", "webhook_events", "authentication", "senders"),
        *("signatures", "standard_signatures", "link_signatures", "senders_told"),
    ),
    "client": (
        *("signing", "sent_as_signed", "clock_skew", "endpoint", "retry", "rate_limit"),
        *("adaptive_rate", "tls"),
        *("replies", "errors", "answers", "secrets", "lists", "chains"),
        *("deadline", "transport_errors", "paging_limits"),
    ),
}
CHOSEN = [f"tests/{room}/test_{name}.py" for room, names in TESTS.items() for name in names]
# mutmut leaves out what is decorated; in the copy these decorate by a statement of their own
DECORATORS = re.compile(r"property|cached_property|of_events\(\)|lru_cache\(.*\)")
# the same examples at each run, and none of those that another mutant left behind
PYTEST = ["-p", "no:cacheprovider", "--hypothesis-profile=ci"]


def undecorated(source: str) -> str:
    """Return the module with ``f = decorator(f)`` after each function that mutmut leaves out."""
    lines = source.splitlines()
    functions = [node for node in ast.walk(ast.parse(source)) if isinstance(node, ast.FunctionDef)]
    for node in sorted(functions, key=lambda node: node.lineno, reverse=True):
        said = [ast.unparse(decorator) for decorator in node.decorator_list]
        if len(said) == 1 and DECORATORS.fullmatch(said[0]) and node.end_lineno:
            indent = " " * node.col_offset
            lines.insert(node.end_lineno, f"{indent}{node.name} = {said[0]}({node.name})")
            del lines[node.decorator_list[0].lineno - 1 : node.lineno - 1]
    return "\n".join(lines) + "\n"


def prepare() -> None:
    """Copy the product and its tests, and say what is to be mutated."""
    shutil.rmtree(COPY, ignore_errors=True)
    ignored = shutil.ignore_patterns("__pycache__", "*.pyc")
    shutil.copytree(ROOT / "shared/snapkeep", COPY / "src/snapkeep", ignore=ignored)
    shutil.copytree(ROOT / "tests", COPY / "tests", ignore=ignored)
    shutil.copytree(ROOT / "functions", COPY / "functions", ignore=ignored)
    modules = {goal.rpartition(".")[0].replace(".", "/") for goal in GOALS}
    files = sorted(f"src/{module}.py" for module in modules)
    for path in map(COPY.joinpath, files):
        path.write_text(undecorated(path.read_text(encoding="utf-8")), encoding="utf-8")
    lines = [
        (ROOT / "pyproject.toml").read_text(encoding="utf-8"),
        "[tool.mutmut]",
        'source_paths = ["src"]',
        f"only_mutate = {json.dumps(files)}",
        f"pytest_add_cli_args_test_selection = {json.dumps(CHOSEN)}",
        f"pytest_add_cli_args = {json.dumps(PYTEST)}",
        'also_copy = ["functions"]',
        "use_git_change_detection = false",
        # pytest collects once in a process, since it escapes ids that are not ASCII each time
        'process_isolation = "forkserver"',
        'forkserver_warmup = "none"',
    ]
    (COPY / "pyproject.toml").write_text("\n".join(lines), encoding="utf-8")
