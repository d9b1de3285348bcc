"""Dependency runs one way, the pure core touches nothing, and no AWS SDK comes along."""

import ast
import subprocess
import sys

import pytest

from tests.architecture.modules import FUNCTION_PACKAGES, Module, modules, within

# A module that is in no row fails the first test: decide where it belongs, then add it.
PURE = (
    "snapkeep.answers",
    "snapkeep.authentication",
    "snapkeep.channels",
    "snapkeep.commands",
    "snapkeep.creation",
    "snapkeep.errors",
    "snapkeep.events",
    "snapkeep.expiry",
    "snapkeep.fleet",
    "snapkeep.gates",
    "snapkeep.identity",
    "snapkeep.ids",
    "snapkeep.lint",
    "snapkeep.plan_markdown",
    "snapkeep.plan_difference",
    "snapkeep.markdown",
    "snapkeep.model",
    "snapkeep.money",
    "snapkeep.plan",
    "snapkeep.policy",
    "snapkeep.periods",
    "snapkeep.policy_file",
    "snapkeep.policy_tables",
    "snapkeep.report",
    "snapkeep.results",
    "snapkeep.retention",
    "snapkeep.rows",
    "snapkeep.schedule",
    "snapkeep.selection",
    "snapkeep.senders",
    "snapkeep.shards",
    "snapkeep.side_by_side",
    "snapkeep.signatures",
    "snapkeep.simulation",
    "snapkeep.strict",
    "snapkeep.times",
    "snapkeep.toml_lines",
    "snapkeep.webhook",
    "snapkeep.webhook_events",
)
# From the bottom up; each may import its own row and the rows above it in this table.
LAYERS = (
    PURE,
    ("snapkeep.bce",),
    ("snapkeep.render",),
    ("snapkeep.delivery",),
    ("snapkeep.jobs",),
    ("snapkeep.runtime",),
    ("snapkeep.cli",),
    FUNCTION_PACKAGES,
)
FUNCTIONS = len(LAYERS) - 1
CLI = FUNCTIONS - 1

# They read or change something outside of the arguments: files, sockets, clock, chance, logs.
IMPURE = (
    "asyncio",
    "concurrent",
    "ctypes",
    "http",
    "importlib",
    "io",
    "logging",
    "multiprocessing",
    "os",
    "pathlib",
    "random",
    "secrets",
    "select",
    "shutil",
    "signal",
    "socket",
    "sqlite3",
    "ssl",
    "subprocess",
    "sys",
    "tempfile",
    "threading",
    "time",
    "urllib.request",
    "uuid",
)
IMPURE_CALLS = {"open", "print", "input", "now", "utcnow", "today"}

# Who may import a library; all others go through them.
OWNERS = {
    "requests": ("snapkeep.bce",),
    "urllib3": ("snapkeep.bce",),
    "apprise": ("snapkeep.delivery",),
    "jinja2": ("snapkeep.render",),
    "aws_lambda_powertools": ("snapkeep.runtime", *FUNCTION_PACKAGES),
    "aws_croniter": ("snapkeep.schedule",),
    "sparklines": ("snapkeep.cli",),
    "typer": ("snapkeep.cli",),
    "rich": ("snapkeep.cli",),
    "waitress": ("snapkeep.cli",),
}
# They only compute, so a pure module may use them.
COMPUTING = ("aws_croniter",)
FORBIDDEN = ("boto3", "botocore", "pydantic")

ALL = modules()
BY_NAME = {module.name: module for module in ALL}


def layer_of(name: str) -> int | None:
    """Return the layer of a module of ours; the bare package ``snapkeep`` is at the bottom."""
    if name == "snapkeep":
        return 0
    return next((level for level, row in enumerate(LAYERS) if within(name, row)), None)


def ours(module: Module) -> list[str]:
    return [name for name in module.imports() if within(name, ("snapkeep", *FUNCTION_PACKAGES))]


@pytest.mark.parametrize("module", ALL, ids=BY_NAME)
def test_every_module_has_its_layer(module: Module) -> None:
    assert layer_of(module.name) is not None, f"{module.name} is in no layer"


@pytest.mark.parametrize("module", ALL, ids=BY_NAME)
def test_no_module_imports_upward(module: Module) -> None:
    own = layer_of(module.name) or 0
    upward = [name for name in ours(module) if (layer_of(name) or 0) > own]
    assert not upward, f"{module.name} imports {upward}"


@pytest.mark.parametrize("module", ALL, ids=BY_NAME)
def test_functions_import_neither_each_other_nor_the_terminal(module: Module) -> None:
    package = module.name.partition(".")[0]
    if package in FUNCTION_PACKAGES:
        strangers = [name for name in ours(module) if not within(name, ("snapkeep", package))]
        assert not strangers
        assert not [name for name in ours(module) if layer_of(name) == CLI]


@pytest.mark.parametrize("module", ALL, ids=BY_NAME)
def test_a_library_is_imported_by_its_owner_only(module: Module) -> None:
    for name in module.imports():
        library = name.partition(".")[0]
        assert within(module.name, OWNERS.get(library, (module.name,))), f"imports {name}"
        assert library not in FORBIDDEN


@pytest.mark.parametrize("module", [m for m in ALL if within(m.name, PURE)], ids=lambda m: m.name)
def test_a_pure_module_has_no_clock_files_network_or_chance(module: Module) -> None:
    owned = tuple(library for library in OWNERS if library not in COMPUTING)
    impure = [name for name in module.imports() if within(name, (*IMPURE, *owned))]
    assert not impure, f"{module.name} imports {impure}"
    calls = [node for node in ast.walk(module.tree) if isinstance(node, ast.Call)]
    assert not IMPURE_CALLS & {called(call) for call in calls}


def called(call: ast.Call) -> str:
    """Return the name of a called builtin, or of a method of ``date`` and ``datetime``."""
    match call.func:
        case ast.Name(name) | ast.Attribute(ast.Name("datetime" | "date"), name):
            return name
        case _:
            return ""


def test_importing_the_whole_product_loads_no_aws_sdk_and_no_pydantic() -> None:
    names = [name for name in BY_NAME if not name.endswith("__main__")]
    loaded = loaded_after(names)
    assert set(names) <= loaded
    # where the SDK is installed, as in Lambda, Powertools asks its bare package for the user agent
    sdk = {name for name in loaded if within(name, FORBIDDEN)} - {"botocore"}
    assert not sdk


def test_importing_the_handlers_loads_neither_terminal_nor_tests() -> None:
    loaded = loaded_after([name for name in BY_NAME if within(name, FUNCTION_PACKAGES)])
    assert not {name for name in loaded if within(name, ("typer", "rich", "tests", "pytest"))}


def loaded_after(names: list[str]) -> set[str]:
    """Import the modules in an interpreter with an empty environment, and return all it loaded."""
    lines = [*(f"import {name}" for name in names), "import sys", "print(*sys.modules, sep='\\n')"]
    script = "\n".join(lines)
    # -I: neither the working directory nor PYTHONPATH helps, as in a bare shell
    result = subprocess.run(
        [sys.executable, "-I", "-c", script], capture_output=True, text=True, check=False, env={}
    )
    assert result.returncode == 0, result.stderr
    return set(result.stdout.split())
