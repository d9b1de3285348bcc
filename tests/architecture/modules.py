"""What the product's modules import, read from their source without running it."""

import ast
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

ROOT = Path(__file__).parents[2]
SOURCE_ROOTS = (ROOT / "shared", ROOT / "functions")
FUNCTION_PACKAGES = ("create_on_event", "list_report", "delete_expired")


@dataclass(frozen=True)
class Module:
    """One source file of the product."""

    name: str
    path: Path
    source: str

    @property
    def tree(self) -> ast.Module:
        return ast.parse(self.source, str(self.path))

    def imports(self) -> Iterator[str]:
        """Yield the full name of everything imported, inside functions and type checks too."""
        for node in ast.walk(self.tree):
            if isinstance(node, ast.Import):
                yield from (alias.name for alias in node.names)
            elif isinstance(node, ast.ImportFrom):
                assert node.level == 0, f"{self.name} imports relatively"
                assert node.module
                # `from a import b` imports module a, and module a.b where there is one
                yield from (self._target(node.module, alias.name) for alias in node.names)

    @staticmethod
    def _target(module: str, name: str) -> str:
        dotted = f"{module}.{name}"
        inside = Path(*dotted.split("."))
        for root in SOURCE_ROOTS:
            if (root / inside).is_dir() or (root / inside).with_suffix(".py").is_file():
                return dotted
        return module


@cache
def modules() -> tuple[Module, ...]:
    """Return every module of shared/ and functions/."""
    return tuple(
        Module(_dotted(path.relative_to(root)), path, path.read_text("utf-8"))
        for root in SOURCE_ROOTS
        for path in sorted(root.rglob("*.py"))
    )


def _dotted(path: Path) -> str:
    return ".".join(path.with_suffix("").parts).removesuffix(".__init__")


def within(name: str, packages: tuple[str, ...]) -> bool:
    """Say whether the name is one of these packages or inside one."""
    return any(name == package or name.startswith(f"{package}.") for package in packages)
