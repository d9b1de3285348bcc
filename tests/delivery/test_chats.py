"""What each service's webhook takes, in the very shape in which it takes it."""

from typing import Any

import pytest
from apprise import Apprise

from snapkeep.delivery.tell import tell
from tests.delivery.conftest import Deliver
from tests.delivery.rooms import ADDRESSES, PATHS, Rooms
from tests.world import World

SCHEDULED = {"deliver": True}
ICON = (
    "https://github.com/caronc/apprise/raw/master/apprise/assets/themes/default/"
    "apprise-info-72x72.png"
)
TITLE = "Backups: 2 of 2 disks need attention"


def fleet(world: World) -> tuple[str, str]:
    """Add a stale disk, and one by a name that would be active in Markdown."""
    (stale,) = world.add_disks(1)
    bare = world.cloud.region("bj").add_volume("数据*盘*_<!here>_[x](https://evil.example)")
    return stale, bare


def body_of(posts: list[Any], *keys: str | int) -> Any:
    """Return what stands at a place of the one body."""
    (found,) = posts
    for key in keys:
        found = found[key]
    return found


def expected(stale: str, bare: str, name: str) -> str:
    return (
        f"- New: {bare} {name}: no policy with an rpo covers it\n"
        f"- New: {stale} disk-0: no good snapshot of nightly\n\n"
        "As of 2026-11-23T18:00:30Z: 1 unprotected, 1 stale"
    )


ESCAPED = r"数据\*盘\*\_\<\!here\>\_\[x\](https://evil.example)"


def test_slack_takes_the_news(deliver: Deliver, rooms: Rooms) -> None:
    world, _ = deliver("slack")
    stale, bare = fleet(world)
    world.report(SCHEDULED)
    attachment = body_of(rooms.of("slack"), "attachments", 0)
    assert attachment.pop("ts") > 0
    text = expected(stale, bare, r"数据\*盘\*\_&lt;!here&gt;\_[x](https://evil.example)")
    assert rooms.of("slack") == [
        {
            "mrkdwn": True,
            "icon_url": ICON,
            "attachments": [
                {
                    "title": TITLE,
                    "text": text,
                    "color": "#3AA3E3",
                    "footer_icon": ICON,
                    "footer": "Apprise",
                }
            ],
        }
    ]


def test_dingtalk_takes_the_news(deliver: Deliver, rooms: Rooms) -> None:
    world, _ = deliver("dingtalk")
    stale, bare = fleet(world)
    world.report(SCHEDULED)
    text = f"# {TITLE}\n{expected(stale, bare, ESCAPED)}"
    assert rooms.of("dingtalk") == [
        {
            "msgtype": "markdown",
            "at": {"atMobiles": [], "isAtAll": False},
            "markdown": {"title": TITLE, "text": text},
        }
    ]


@pytest.mark.parametrize("name", ["feishu", "lark"])
def test_feishu_takes_the_news_as_a_card(deliver: Deliver, rooms: Rooms, name: str) -> None:
    world, _ = deliver(name)
    stale, bare = fleet(world)
    world.report(SCHEDULED)
    text = expected(stale, bare, ESCAPED)
    assert rooms.of(name) == [
        {
            "msg_type": "interactive",
            "card": {
                "config": {"wide_screen_mode": True},
                "header": {
                    "title": {"tag": "plain_text", "content": TITLE},
                    "template": "blue",
                },
                "elements": [{"tag": "div", "text": {"tag": "lark_md", "content": text}}],
            },
        }
    ]


def test_wecom_takes_the_news_as_a_text(deliver: Deliver, rooms: Rooms) -> None:
    world, _ = deliver("wecom")
    stale, _bare = fleet(world)
    world.report(SCHEDULED)
    assert body_of(rooms.of("wecom"), "msgtype") == "text"
    content = body_of(rooms.of("wecom"), "text", "content")
    assert content.startswith(TITLE)
    assert f"New: {stale} disk-0: no good snapshot of nightly" in content


def test_all_rooms_are_told_in_one_run(deliver: Deliver, rooms: Rooms) -> None:
    world, _ = deliver(*ADDRESSES)
    world.add_disks(1)
    world.report(SCHEDULED)
    assert [post.path for post in rooms.posts] == list(PATHS.values())
    assert all(post.content_type.startswith("application/json") for post in rooms.posts)


@pytest.mark.parametrize("name", ADDRESSES)
def test_a_long_message_is_sent_whole_in_parts_that_the_service_takes(
    deliver: Deliver, rooms: Rooms, name: str
) -> None:
    world, _ = deliver(name)
    for i in range(40):
        world.cloud.region("bj").add_volume(f"数据盘{i:02}" * 12, tags={"backup": "nightly"})
    world.report(SCHEDULED)
    told = "".join(str(post.json) for post in rooms.posts)
    assert told.count("no good snapshot of nightly") == 15
    assert "New: 25 more" in told
    if name == "wecom":
        assert len(rooms.posts) > 1
        sizes = [len(post.json["text"]["content"].encode()) for post in rooms.posts]
        assert max(sizes) <= 2048
    else:
        assert len(rooms.posts) == 1


# as far as Apprise takes the address; these services are always https
TAKEN = {
    "Teams": "workflows://prod-1.westus.logic.example:443/WFID/SIGNATURE/",
    "mail": "mailtos://me:word@smtp.example.com?from=snapkeep@example.com&to=ops@example.com",
    "Slack as it says it itself": "https://hooks.slack.com/services/T1JJ3T3L2/A1BRTD4JD/TIiajkdnl",
    "DingTalk with a secret": "dingtalk://5ecret@d1n9ta1kt0ken/",
}


@pytest.mark.parametrize("url", TAKEN.values(), ids=TAKEN)
def test_apprise_knows_the_address(url: str) -> None:
    assert Apprise.instantiate(url) is not None


def test_no_channel_is_no_failure() -> None:
    assert tell((), "title", "body") == {}
