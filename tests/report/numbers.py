"""Holding a rendering's numbers against those of the JSON."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

from snapkeep.times import short
from tests.report.reading import Page, counted, csv_rows, markdown_figures

Json = dict[str, Any]


def hours(seconds: int) -> str:
    """Return an age as the page and the chat say it."""
    number = seconds / 3600
    return f"{number:.1f} h" if number < 100 else f"{number / 24:.0f} d"


def cost_of(summary: Json) -> str:
    low, high = (f"{float(summary['cost_per_month'][end]):,.2f}" for end in ("low", "high"))
    band = low if low == high else f"{low} to {high}"
    return f"{band} {summary['cost_per_month']['currency']}"


def size_of(summary: Json) -> float | None:
    return None if summary["size_gb"] is None else float(summary["size_gb"])


def check_csv(text: str, report: Json) -> None:
    """Hold each line against the disk that it is of."""
    lines = csv_rows(text)
    gone = [line for line in lines if line["state"] == "gone"]
    there = [line for line in lines if line["state"] not in {"gone", "unreadable"}]
    unread = {line["region"]: line["name"] for line in lines if line["state"] == "unreadable"}
    assert unread == report["errors"]
    for line, disk in zip(there, report["disks"], strict=True):
        each = disk["policies"]
        assert [line[key] for key in ("state", "region", "volume_id")] == [
            disk[key] for key in ("state", "region", "volume_id")
        ]
        assert line["name"] == disk["name"]
        assert int(line["size_gb"]) == disk["size_gb"]
        assert line["chain_gb"] == ("" if disk["chain_gb"] is None else str(disk["chain_gb"]))
        assert line["policies"].split() == [one["policy"] for one in each]
        assert int(line["snapshots"]) == disk["snapshots"]
        for key in ("good", "failed", "deletes", "approvals"):
            assert int(line[key]) == sum(one[key] for one in each)
        assert line["automatic_policy"] == (disk["automatic_policy"] or "")
        nexts = [one["next_run"] for one in each if one["next_run"]]
        assert line["next_run"] == min(nexts, default="")
        ages = [one["age_seconds"] for one in each]
        said = {"" if age is None else str(round(age / 3600, 1)) for age in ages}
        assert line["age_hours"] in (said or {""})
    for line, orphan in zip(gone, report["orphans"], strict=True):
        assert [line["region"], line["volume_id"], line["newest_at"]] == [
            orphan[key] for key in ("region", "volume_id", "newest_at")
        ]
        assert int(line["snapshots"]) == orphan["snapshots"]
        assert int(line["approvals"]) == orphan["approvals"]


def check_markdown(text: str, report: Json) -> None:
    """Hold the lines of figures against the summary."""
    found, summary = markdown_figures(text), report["summary"]
    assert f"**{report['verdict']}**" in text
    assert counted(found["Disks"]) == {k: n for k, n in summary["disks"].items() if n}
    assert counted(found["Snapshots"]) == {k: n for k, n in summary["snapshots"].items() if n}
    assert found["To be deleted by the plan of now"] == str(summary["deletes"])
    age, size, quota = (summary[key] for key in ("oldest_age_seconds", "size_gb", "quota_per_disk"))
    said = found.get("The oldest of the newest good ones")
    assert said == (None if age is None else f"{age / 3600:.1f} h")
    words = found["Size"].split(" GB") if size is not None else []
    assert ("Size" in found) is (size is not None)
    if words:
        assert float(words[0].replace(",", "")) == size
        money = f", {cost_of(summary)} a month" if summary["cost_per_month"] else ""
        assert words[1] == money
    left = f"{quota['headroom']} of {quota['limit']} left" if quota else ""
    assert found.get("Quota", "").startswith(left)
    assert ("Quota" in found) is bool(quota)
    kept = report["forecast"][-1]["kept"]
    assert found[f"In {len(report['forecast']) - 1} days"] == f"{kept} snapshots kept"


def tiles(summary: Json) -> Iterator[tuple[str, str]]:
    """Yield what the page's tiles have to say."""
    for state, number in summary["disks"].items():
        if number or state in {"protected", "stale", "unprotected", "failed"}:
            yield f"Disks {state}", f"{number:,}"
    age, quota = summary["oldest_age_seconds"], summary["quota_per_disk"]
    yield "Oldest of the newest good ones", "-" if age is None else hours(age)
    yield "Snapshots", f"{sum(summary['snapshots'].values()):,}"
    yield "Deleted by the plan of now", f"{summary['deletes']:,}"
    if summary["cost_per_month"]:
        yield "Cost a month", cost_of(summary)
    if quota:
        left = f"{quota['headroom']:,} of {quota['limit']:,}, an estimate"
        yield "Quota left on the fullest disk", left


def check_page(text: str, report: Json) -> None:
    """Hold the tiles and the rows of every table against the JSON."""
    page, summary = Page(text), report["summary"]
    size = page.tiles.pop("Size", None)
    assert page.tiles == dict(tiles(summary))
    assert (None if size is None else float(size[:-3].replace(",", ""))) == size_of(summary)
    assert report["verdict"] in page.lines
    assert counted(page.lines[-2].replace(",", "")) == summary["snapshots"]
    _check_disks(page, report)
    _check_policies(page, report)
    for row, day in zip(page.rows("Forecast day by day"), report["forecast"], strict=True):
        shown = _numbers(row, "Created", "Deleted", "Kept", "GB at most")
        assert shown == [day[key] for key in ("created", "deleted", "kept", "size_gb_at_most")]


def _check_disks(page: Page, report: Json) -> None:
    for row, disk in zip(page.disks, report["disks"], strict=True):
        each, chain = disk["policies"], disk["chain_gb"]
        assert (row["State"], row["Region"]) == (disk["state"], disk["region"])
        assert row["Disk"].split() == f"{disk['volume_id']}{disk['name']}".split()
        assert row["Policy"] == (", ".join(one["policy"] for one in each) or "-")
        assert _numbers(row, "Good") == [sum(one["good"] for one in each)]
        assert row["GB"] == ("-" if chain is None else f"{chain:,.0f}")
        drawn = next(text for name, text in row.items() if name.startswith("Snapshots"))
        assert int(drawn.split()[0]) == disk["snapshots"]
    for row, orphan in zip(page.rows("Disks that are gone"), report["orphans"], strict=True):
        assert (row["Disk"], row["Region"]) == (orphan["volume_id"], orphan["region"])
        assert row["Policy"].split(", ") == orphan["policies"]
        shown = _numbers(row, "Snapshots", "Go if approved")
        assert shown == [orphan[key] for key in ("snapshots", "approvals")]


def _check_policies(page: Page, report: Json) -> None:
    for row, line in zip(page.rows("Policies"), report["policies"], strict=True):
        assert row["Policy"].split()[0] == line["name"]
        states = [line["states"].get(state, 0) for state in ("protected", "stale", "failed")]
        assert _numbers(row, "Protected", "Stale", "Failed") == states
        shown = _numbers(row, "Disks", "Good snapshots", "Go now")
        assert shown == [line[key] for key in ("disks", "good", "deletes")]
        rpo = line["rpo_seconds"]
        assert row["rpo"].replace(" ", "") == (short(timedelta(seconds=rpo)) if rpo else "-")


def _numbers(row: Json, *names: str) -> list[int]:
    return [int(row[name].replace(",", "")) for name in names]
