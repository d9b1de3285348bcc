"""What a row of the table is made of: figures, and what they are held against."""

from collections.abc import Iterable
from dataclasses import dataclass
from statistics import median
from typing import Any


@dataclass(frozen=True, slots=True)
class Figure:
    """One quantity, measured once per round."""

    values: tuple[float, ...]
    unit: str

    @classmethod
    def of(cls, values: Iterable[float], unit: str) -> "Figure":
        return cls(tuple(values), unit)

    @property
    def median(self) -> float:
        return median(self.values)

    def __str__(self) -> str:
        return f"{_short(self.median)} {self.unit}"


@dataclass(frozen=True, slots=True)
class Target:
    """At least so many times better than the other, or at most so much (or so many times) of it."""

    bound: float
    at_least: bool = False


@dataclass(frozen=True, slots=True)
class Line:
    """One comparison, or one figure alone where ``theirs`` is ``None``.

    Attributes:
        against: what ``theirs`` is the figure of.
        target: without one, the line is there to be known.
    """

    row: int
    what: str
    ours: Figure
    against: str = ""
    theirs: Figure | None = None
    target: Target | None = None

    @property
    def ratio(self) -> float | None:
        """How many times better ours is where a target asks for at least that, else how many times
        of the other it is."""
        if self.theirs is None:
            return None
        ratio = self.ours.median / self.theirs.median
        return 1 / ratio if self.target and self.target.at_least else ratio

    @property
    def met(self) -> bool | None:
        """Whether the target is met, ``None`` where there is none."""
        if self.target is None:
            return None
        value = self.ours.median if self.ratio is None else self.ratio
        return value >= self.target.bound if self.target.at_least else value <= self.target.bound

    def cells(self) -> tuple[str, ...]:
        """Return the line as the table's cells."""
        return (
            str(self.row),
            self.what,
            str(self.ours),
            self.against or "-",
            str(self.theirs) if self.theirs else "-",
            f"{self.ratio:.2f}x" if self.ratio else "-",
            self._wanted(),
            {True: "yes", False: "**no**", None: "-"}[self.met],
        )

    def to_json(self) -> dict[str, Any]:
        return {
            "row": self.row,
            "what": self.what,
            "unit": self.ours.unit,
            "ours": self.ours.values,
            "against": self.against or None,
            "theirs": self.theirs.values if self.theirs else None,
            "ratio": self.ratio,
            "target": self._wanted(),
            "met": self.met,
        }

    def _wanted(self) -> str:
        if self.target is None:
            return "-"
        sign = ">=" if self.target.at_least else "<="
        return f"{sign} {self.target.bound:g}{'x' if self.theirs else f' {self.ours.unit}'}"


def _short(value: float) -> str:
    digits = 2 if value < 10 else 1 if value < 100 else 0
    return f"{value:,.{digits}f}"
