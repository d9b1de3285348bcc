"""What the snapshots cost, where a price is configured."""

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal

from snapkeep.model import Chain

_CENT = Decimal("0.01")


@dataclass(frozen=True, slots=True)
class Price:
    """Per GB and month, the least and the most it may be (a discount, several kinds of disk)."""

    low: Decimal
    high: Decimal
    currency: str


@dataclass(frozen=True, slots=True)
class Cost:
    """Per month, rounded to cents."""

    low: Decimal
    high: Decimal
    currency: str

    def __str__(self) -> str:
        if self.low == self.high:
            return f"{self.low:,} {self.currency}"
        return f"{self.low:,} to {self.high:,} {self.currency}"


def size_of(chains: Iterable[Chain]) -> Decimal:
    """Return what the chains take, in GB: what the cloud charges for (CDS, Ek5dcea39)."""
    # str() of a float is the text that the API wrote
    return sum((Decimal(str(chain.size_gb)) for chain in chains), Decimal())


def cost_of(size_gb: Decimal, price: Price) -> Cost:
    """Return the cost of a size."""
    low, high = (
        (size_gb * each).quantize(_CENT, ROUND_HALF_UP) for each in (price.low, price.high)
    )
    return Cost(low, high, price.currency)
