"""Runs a module on a copy: ``python -m tests.proof.bugs.on_copy COPY MODULE WORDS...``.

It imports nothing of the product itself, so that a copy which cannot be imported is no failed test.
"""

import runpy
import sys
import traceback
from importlib.util import find_spec
from pathlib import Path

# exits that neither pytest nor the proof has
ELSEWHERE, BROKE = 70, 71
PACKAGES = ("snapkeep", "create_on_event", "list_report", "delete_expired")


def strangers(copy: str) -> list[str]:
    """Return each package that this process would not import from the copy, and its place."""
    found = {name: find_spec(name) for name in PACKAGES}
    places = {name: spec.origin if spec else None for name, spec in found.items()}
    return [
        f"{name} is {place}"
        for name, place in places.items()
        if place is None or not Path(place).is_relative_to(copy)
    ]


def main(copy: str, module: str, *words: str) -> None:
    """Run the module as ``python -m`` does, if the product is that of the copy."""
    if elsewhere := strangers(copy):
        print(f"not of {copy}: {', '.join(elsewhere)}")
        sys.exit(ELSEWHERE)
    sys.argv = [module, *words]
    try:
        runpy.run_module(module, run_name="__main__", alter_sys=True)
    except Exception:  # noqa: BLE001 - Python would exit with 1, as for a test that fails
        traceback.print_exc()
        sys.exit(BROKE)


if __name__ == "__main__":
    main(*sys.argv[1:])
