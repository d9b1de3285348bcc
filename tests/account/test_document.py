from pathlib import Path

from tests.account.table import markdown

DOCUMENT = Path(__file__).parents[2] / "docs/contract.md"


def test_the_document_has_the_table_of_assumptions() -> None:
    assert "\n".join(markdown()) in DOCUMENT.read_text(encoding="utf-8")
