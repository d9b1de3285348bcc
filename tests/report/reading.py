"""Reading the report's renderings back, as a spreadsheet, a chat and a browser do."""

import csv
import io
import re
from collections.abc import Sequence
from html.parser import HTMLParser

MARK = "\ufeff"
Attributes = list[tuple[str, str | None]]


def csv_rows(text: str) -> list[dict[str, str]]:
    """Return the lines by column; every line has as many cells as the head."""
    assert text.startswith(MARK)
    head, *lines = csv.reader(io.StringIO(text.removeprefix(MARK), newline=""), strict=True)
    assert {len(line) for line in lines} <= {len(head)}
    return [dict(zip(head, line, strict=True)) for line in lines]


def counted(text: str) -> dict[str, int]:
    """Read ``2 stale, 1 protected``."""
    return {word: int(number) for number, word in re.findall(r"([\d]+) ([a-z-]+)", text)}


def markdown_figures(text: str) -> dict[str, str]:
    """Return the lines of figures by what they are of."""
    head = text.partition("\n## ")[0]
    lines = (line[2:].partition(": ") for line in head.split("\n") if line.startswith("- "))
    return {name: value for name, _, value in lines}


class Page(HTMLParser):
    """What a browser makes of the page.

    Attributes:
        tables: by their caption, each a list of rows of cells; the first row is the head.
        tiles: the figures at the top, by what they are of.
        lines: every text of a list or a paragraph.
        used: every pair of element and attribute, the attribute empty for the element itself.
        values: every value of an attribute.
    """

    def __init__(self, text: str) -> None:
        super().__init__(convert_charrefs=True)
        self.tables: dict[str, list[list[str]]] = {}
        self.tiles: dict[str, str] = {}
        self.lines: list[str] = []
        self.used: set[tuple[str, str]] = set()
        self.values: list[tuple[str, str, str]] = []
        self.declarations: list[str] = []
        self._caption, self._tile, self._in, self._drawings = "", "", "", 0
        self.feed(text)
        self.close()

    def handle_starttag(self, tag: str, attrs: Attributes) -> None:
        self.used |= {(tag, ""), *((tag, name) for name, _ in attrs)}
        self.values += [(tag, name, value or "") for name, value in attrs]
        given = dict(attrs)
        if tag == "svg":
            self._drawings += 1
            if given.get("class") == "tl":
                self._add(given["aria-label"] or "")
        elif tag == "div" and given.get("role") == "region":
            self._caption = given["aria-label"] or ""
            assert self._caption not in self.tables
            self.tables[self._caption] = []
        elif tag == "tr":
            self.tables[self._caption].append([])
        elif tag in {"td", "th"}:
            self.tables[self._caption][-1].append("")
            self._in = "cell"
        elif tag in {"li", "p"}:
            self.lines.append("")
            self._in = "line"
        elif tag in {"dt", "dd"}:
            self._in = tag
            self._tile = "" if tag == "dt" else self._tile

    def handle_endtag(self, tag: str) -> None:
        if tag == "svg":
            self._drawings -= 1
        elif tag in {"table", "tr", "ul", "p", "dt", "dd", "section"}:
            self._in = ""

    def handle_data(self, data: str) -> None:
        if not self._drawings:
            self._add(data)

    def handle_decl(self, decl: str) -> None:
        self.declarations.append(decl)

    def handle_comment(self, data: str) -> None:
        raise AssertionError(f"a comment: {data[:80]}")

    def handle_pi(self, data: str) -> None:
        raise AssertionError(f"a processing instruction: {data[:80]}")

    def unknown_decl(self, data: str) -> None:
        raise AssertionError(f"a declaration: {data[:80]}")

    def _add(self, data: str) -> None:
        if self._in == "cell":
            self.tables[self._caption][-1][-1] += data
        elif self._in == "line":
            self.lines[-1] += data
        elif self._in == "dt":
            self._tile += data
        elif self._in == "dd":
            self.tiles[self._tile] = self.tiles.get(self._tile, "") + data

    def rows(self, caption: str) -> list[dict[str, str]]:
        """Return a table's rows by column."""
        head, *rows = self.tables.get(caption, [[]])
        return [named(head, row) for row in rows]

    @property
    def disks(self) -> list[dict[str, str]]:
        """Every row of every table of disks that exist."""
        captions = [name for name in self.tables if name.lower().endswith((" disks", "attention"))]
        return [row for caption in captions for row in self.rows(caption)]


def named(head: Sequence[str], row: Sequence[str]) -> dict[str, str]:
    """Return a row by column, the texts without the space around them."""
    return {name.strip(): text.strip() for name, text in zip(head, row, strict=True)}
