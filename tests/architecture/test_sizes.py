"""A page is enough: modules, functions and handlers stay short."""

import ast

import pytest

from tests.architecture.modules import FUNCTION_PACKAGES, Module, modules

MODULE_LINES = 200
FUNCTION_LINES = 40
HANDLER_LINES = 75


@pytest.mark.parametrize("module", modules(), ids=lambda module: module.name)
def test_a_module_and_its_functions_stay_short(module: Module) -> None:
    is_handler = module.name in {f"{package}.app" for package in FUNCTION_PACKAGES}
    limit = HANDLER_LINES if is_handler else MODULE_LINES
    assert len(module.source.splitlines()) <= limit
    long = {
        node.name: (node.end_lineno or 0) - node.lineno + 1
        for node in ast.walk(module.tree)
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
    }
    assert not {name: lines for name, lines in long.items() if lines > FUNCTION_LINES}
