"""``make demo``: the main job from end to end, against a fake cloud on loopback.

Real HTTP, the real handlers and every event of ``events/``; only the cloud and the time are made
up. It ends with the promises it checked, and with exit code 1 if one did not hold.
"""

import sys
from pathlib import Path

from rich.console import Console

from tests.stage import Stage, opened

PAGE = Path("out/report.html")
# what the account cannot have tonight: a busy disk, a detaching one, an instance that is starting
CANNOT = 3
REPLAYS = ("scheduler", "scheduler-in-sqs", "scheduled-event", "scheduled-event-in-sqs")
AD_HOC = (("bus-event", "bus-event-in-sqs"),)
WEBHOOKS = ("webhook", "github-deployment", "cloud-monitor-alarm", "eventbridge-api-destination")


def report_before(stage: Stage) -> None:
    """Say how the fleet stands before tonight's run."""
    stage.screen.rule("1. What is protected?")
    result = stage.send("list-report", "scheduler")
    figures = result["summary"]
    stage.say(f"disks: {_counts(figures['disks'])}")
    stage.say(f"snapshots: {_counts(figures['snapshots'])}")
    counted = sum(figures["snapshots"].values())
    stage.promise(counted == len(stage.ids()), f"report: all {counted} snapshots are counted")
    page = stage.send("list-report", "query-list")
    stage.promise(len(page["snapshots"]) == 10, "query: the cloud's own list, a page of 10")
    stage.send("list-report", "query-detail")


def create(stage: Stage) -> None:
    """Deliver tonight's event in every shape, then a request of each sender, each twice."""
    stage.screen.rule("2. 02:00 in Shanghai: the nightly event arrives, and arrives again")
    counts = stage.send("create-on-event", "scheduler")["counts"]
    stage.say(f"disks: {_counts(counts)}")
    made, failed = stage.of_tonight(), counts["failed"]
    once = set(made.values()) == {1} and len(made) == counts["created"]
    stage.promise(once, f"create: created 1 per disk, {len(made)} disks")
    stage.promise(failed == CANNOT, f"create: {failed} disks that cannot have one now are named")
    for shape in REPLAYS:
        again = stage.send("create-on-event", shape)["counts"]
        same = again["created"] == 0 and again["existing"] == len(made)
        stage.promise(same and stage.of_tonight() == made, f"replay as {shape}: created 0")
    for shape, replay in (*AD_HOC, *zip(WEBHOOKS, WEBHOOKS, strict=True)):
        before = stage.ids()
        first = stage.send("create-on-event", shape)["counts"]
        stage.say(f"disks: {_counts(first)}")
        new = stage.ids() - before
        stage.send("create-on-event", replay)
        once = stage.ids() - before == new and len(new) == first["created"] + first["pending"] > 0
        stage.promise(once, f"{shape}: created {len(new)}, replay created 0")


def plan(stage: Stage) -> None:
    """Plan, and show one row of each verdict and gate."""
    stage.screen.rule("3. What may go?")
    before = stage.ids()
    regions = stage.send("delete-expired", "scheduler-plan")["regions"].values()
    stage.send("delete-expired", "webhook")
    rows = [row for region in regions for row in region["snapshots"]]
    for verdict, gate in sorted({(row["verdict"], row["gate"] or "") for row in rows}):
        row = next(r for r in rows if (r["verdict"], r["gate"] or "") == (verdict, gate))
        stage.say(f"{verdict:7} {row['id']} of {row['slot']}: {'; '.join(row['reasons'])}")
    explained = all(row["reasons"] for row in rows)
    deletes = sum(row["verdict"] == "delete" for row in rows)
    text = f"plan: {len(rows)} verdicts, each with its reasons; {deletes} to delete"
    stage.promise(explained and deletes > 0, text)
    stage.promise(stage.ids() == before, "plan: deleted 0")


def hold(stage: Stage) -> None:
    """Hold a row that would go, and release it."""
    due = stage.send("delete-expired", "scheduler-plan")["regions"]["bj"]["delete"]
    for reason, is_due in (("audit 2026", False), (None, True)):
        stage.hold(due[0], reason)
        again = stage.send("delete-expired", "scheduler-plan")["regions"]["bj"]["delete"]
        what = "held: the plan leaves it" if reason else "released: the plan deletes it again"
        stage.promise((due[0] in again) is is_due, f"{due[0]} {what}")


def approve(stage: Stage) -> None:
    """Approve a part of a plan by its id: snapshots of a released disk, which auto leaves alone."""
    before = stage.ids()
    approved = stage.send("delete-expired", "approve")["regions"]["gz"]
    deleted = set(approved["applied"]["deleted"])
    named = deleted == before - stage.ids() and deleted < set(approved["approve"])
    stage.promise(named and len(deleted) == 2, f"approve: deleted exactly the {len(deleted)} named")
    left = stage.ids()
    stage.send("delete-expired", "approve")
    stage.promise(stage.ids() == left, "the same approval again: refused, deleted 0")


def expire(stage: Stage) -> None:
    """Apply the plan in mode auto, and again."""
    before, newest = stage.ids(), stage.newest()
    regions = stage.send("delete-expired", "scheduler-auto")["regions"].values()
    planned = {id_ for region in regions for id_ in region["delete"]}
    deleted = {id_ for region in regions for id_ in region["applied"]["deleted"]}
    exact = deleted == planned == before - stage.ids() and bool(deleted)
    stage.promise(exact, f"auto: deleted exactly the plan, {len(deleted)} snapshots")
    again = stage.send("delete-expired", "scheduler-auto")["regions"].values()
    nothing = not any(region["applied"]["deleted"] for region in again)
    stage.promise(nothing, "auto again: deleted 0")
    kept = newest <= stage.ids()
    stage.promise(kept, f"the newest good snapshot of all {len(newest)} disks is still there")


def report_after(stage: Stage) -> None:
    """Write the report page."""
    stage.screen.rule("4. The report")
    page = stage.send("list-report", "html")["html"]
    over_http = stage.send("list-report", "webhook")["text"]
    words = stage.send("list-report", "markdown")["markdown"]
    PAGE.parent.mkdir(exist_ok=True)
    PAGE.write_text(page, encoding="utf-8")
    for line in words.splitlines()[2:6]:
        stage.say(line)
    stage.say(f"the whole page: {PAGE}")
    disks = [volume for region in stage.cloud.regions.values() for volume in region.volumes]
    complete = all(page.count(f"<th scope=row><code>{disk}<") == 1 for disk in disks)
    stage.promise(complete, f"report: every one of {len(disks)} disks once")
    stage.promise(page == over_http, "report: the same over HTTP")


def _counts(counts: dict[str, int]) -> str:
    return ", ".join(f"{number} {what}" for what, number in counts.items() if number) or "none"


def main() -> int:
    """Run the demo and return the exit code."""
    screen = Console(soft_wrap=True)
    with opened(screen) as stage:
        for step in (report_before, create, plan, hold, approve, expire, report_after):
            step(stage)
    screen.rule("Promises checked")
    for holds, text in stage.promises:
        stage.say(f"{'ok    ' if holds else 'BROKEN'}  {text}", "green" if holds else "bold red")
    broken = sum(not holds for holds, _ in stage.promises)
    stage.say(f"{len(stage.promises)} promises checked, {broken} broken")
    return 1 if broken else 0


if __name__ == "__main__":
    sys.exit(main())
