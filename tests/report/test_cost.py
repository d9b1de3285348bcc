"""The cost is the cloud's own bill to the cent; without a price there is no word of money."""

import re
from decimal import Decimal
from typing import Any

import pytest

from snapkeep.commands import FORMATS
from tests.conftest import OpenWorld
from tests.fake_bce.seed import seed_demo
from tests.report.reading import Page, markdown_figures
from tests.world import NOW, POLICY, World

BOTH = POLICY.replace('["bj"]', '["bj", "gz"]')
MONEY = re.compile(
    r"cost|price|a month|currency|CNY|RMB|USD|EUR|yuan|dollar|[$\u00a5\uffe5\u20ac\u5143]",
    re.IGNORECASE,
)


def priced(price: str) -> str:
    return f'{BOTH}\n[report]\nprice_per_gb_month = {price}\ncurrency = "CNY"\n'


@pytest.fixture
def open_demo(open_world: OpenWorld) -> Any:
    """Return a function that opens the demo account under a policy file."""

    def open_(policy: str) -> World:
        world = open_world(policy)
        seed_demo(world.cloud, NOW)
        return world

    return open_


def bill_by_hand(world: World, price: str) -> Decimal:
    """Return the bill from the sizes that the API lists."""
    sizes = (
        Decimal(str(chain.size_gb))
        for region in world.cloud.regions
        for chain in world.client(region).chains()
    )
    return round(sum(sizes, Decimal()) * Decimal(price), 2)


@pytest.mark.parametrize("price", ["0.12", "1", "0.333", "0.0123456789", "999999.999"])
def test_the_cost_is_the_bill(open_demo: Any, price: str) -> None:
    world = open_demo(priced(price))
    bill = str(world.cloud.bill(price))
    cost = world.report({})["summary"]["cost_per_month"]
    assert cost == {"low": bill, "high": bill, "currency": "CNY"}
    assert abs(Decimal(bill) - bill_by_hand(world, price)) <= Decimal("0.01")
    shown = f"{Decimal(bill):,} CNY"
    assert Page(world.report({"format": "html"})["html"]).tiles["Cost a month"] == shown
    lines = markdown_figures(world.report({"format": "markdown"})["markdown"])
    assert lines["Size"].endswith(f" GB, {shown} a month")


@pytest.mark.parametrize("band", [("0.1", "0.15"), ("0.119", "0.121"), ("3", "3")])
def test_a_band_of_prices_is_a_band_of_bills(open_demo: Any, band: tuple[str, str]) -> None:
    world = open_demo(priced(f"[{', '.join(band)}]"))
    cost = world.report({})["summary"]["cost_per_month"]
    assert [cost["low"], cost["high"]] == [str(world.cloud.bill(price)) for price in band]
    assert cost["low"] == cost["high"] or Decimal(cost["low"]) < Decimal(cost["high"])


@pytest.mark.parametrize(("sizes", "bill"), [([1], "0.01"), ([1, 1], "0.01"), ([3, 1], "0.02")])
def test_half_a_cent_is_rounded_up_and_only_once(
    open_world: OpenWorld, sizes: list[int], bill: str
) -> None:
    # one snapshot takes 0.4 of the disk, so that 1 GB costs half a cent
    world = open_world(priced("0.0125"))
    for size in sizes:
        store = world.cloud.region("bj")
        store.add_snapshot(store.add_volume(size_gb=size))
    assert str(world.cloud.bill("0.0125")) == bill
    assert world.report({})["summary"]["cost_per_month"]["low"] == bill


def test_the_bill_follows_the_snapshots(open_world: OpenWorld) -> None:
    world = open_world(priced("1"))
    assert str(world.cloud.bill("1")) == "0.00"
    disk = world.cloud.region("gz").add_volume(size_gb=50)
    bills = []
    for _ in range(3):
        world.cloud.region("gz").add_snapshot(disk)
        bills.append(world.report({})["summary"]["cost_per_month"]["high"])
    assert bills == ["20.00", "21.00", "22.00"]
    assert str(world.cloud.bill("1")) == "22.00"


@pytest.mark.parametrize("form", FORMATS)
def test_without_a_price_no_rendering_speaks_of_money(open_demo: Any, form: str) -> None:
    world = open_demo(BOTH)
    result = world.report({"format": form})
    text = str(result) if form == "json" else result[form]
    if form == "html":
        page = Page(text)
        text = "\n".join([*page.tiles, *page.lines, str(page.tables)])
    # the figure that is null, and that what is left of lost disks is not for nothing
    text = text.replace("'cost_per_month': None", "").replace("They cost money until", "")
    assert MONEY.findall(text) == []
    if form == "json":
        assert result["summary"]["cost_per_month"] is None
        assert result["summary"]["size_gb"] > 0
