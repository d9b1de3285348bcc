"""What is news: each finding by its urgency, told once, reminded of, and over."""

from datetime import datetime

from snapkeep.report.news import News, news_of
from tests.report.account import FULL, GOOD, Account, by_hand
from tests.unit.rows import DAY, HOUR, NOW, nights, volume

NEAR = Account([*nights(2), *by_hand(5)], policies=FULL)
EMPTY = Account(volumes=())
WATCHED = Account(nights(3), volumes=(volume(automatic_policy="daily"),))


def kinds(news: News) -> tuple[list[str], list[str]]:
    """Return what is told as new and what as lasting."""
    return [each.kind for each in news.opened], [each.kind for each in news.lasting]


def told(at: datetime, news: News) -> dict[str, datetime]:
    return dict.fromkeys(news.told, at)


def test_what_wants_attention_is_told_when_it_opens_and_never_again() -> None:
    news = news_of(NEAR.report, {})
    assert kinds(news) == (["quota-near"], [])
    for age in (HOUR, 30 * DAY):
        again = news_of(NEAR.report, told(NOW - age, news))
        assert not again.is_any
        assert again.told.keys() == news.told.keys()


def test_what_wanted_attention_and_is_over_is_not_all_well_again() -> None:
    assert not news_of(GOOD.report, told(NOW, news_of(NEAR.report, {}))).is_any


def test_what_is_urgent_is_told_again_after_a_day_and_once_when_it_is_over() -> None:
    news = news_of(EMPTY.report, {})
    assert kinds(news) == (["no-disk"], [])
    assert not news_of(EMPTY.report, told(NOW - 19 * HOUR, news)).is_any
    assert kinds(news_of(EMPTY.report, told(NOW - 20 * HOUR, news))) == ([], ["no-disk"])
    assert news_of(GOOD.report, told(NOW, news)).is_over
    assert not news_of(GOOD.report, {}).is_over


def test_a_note_is_never_told() -> None:
    assert [each.kind for each in WATCHED.report.findings] == ["automatic-overlap"]
    assert not news_of(WATCHED.report, {}).is_any


def test_a_finding_of_a_kind_that_is_no_longer_known_is_forgotten() -> None:
    news = news_of(GOOD.report, {"of-old/bj/v-1/nightly": NOW, "odd": NOW})
    assert not news.is_any
    assert news.told == {}
