"""Days and clock times in words."""

from __future__ import annotations

from datetime import date, datetime
from zoneinfo import ZoneInfo

import pytest

from api.language import Language
from api.pages import when

SHANGHAI = ZoneInfo("Asia/Shanghai")


def local(day: int, hour: int, minute: int = 0) -> datetime:
    return datetime(2026, 11, day, hour, minute, tzinfo=SHANGHAI)


@pytest.mark.parametrize(
    ("start", "end", "zh", "en"),
    [
        (local(23, 8), local(23, 16), "08:00–16:00", "08:00–16:00"),
        (local(23, 16), local(24, 0), "16:00–24:00", "16:00–24:00"),
        (local(23, 0), local(23, 8), "00:00–08:00", "00:00–08:00"),
        (local(23, 22), local(24, 6), "22:00–次日 06:00", "22:00–next day 06:00"),
        (local(23, 8), local(24, 8, 30), "08:00–次日 08:30", "08:00–next day 08:30"),
        (local(23, 8), local(25, 8), "08:00–周三 25 08:00", "08:00–Wed 25 08:00"),
    ],
)
def test_clock_times_spell_out_the_next_day(start: datetime, end: datetime, zh: str, en: str) -> None:
    assert (when.clock(start, end, "zh"), when.clock(start, end, "en")) == (zh, en)


@pytest.mark.parametrize(
    ("language", "short", "long", "span"),
    [("zh", "周一 23", "周一 11月23日", "11月23日 – 11月29日"), ("en", "Mon 23", "Mon 23 Nov", "23 Nov – 29 Nov")],
)
def test_days_are_said_in_both_languages(language: Language, short: str, long: str, span: str) -> None:
    monday = date(2026, 11, 23)
    assert when.day(monday, language) == short
    assert when.day_long(monday, language) == long
    assert when.span_of_days(monday, 7, language) == span


def test_a_moment_is_said_in_its_own_zone() -> None:
    assert when.stamp(local(23, 23, 5), "zh") == "11月23日 23:05"


def test_half_hours_are_said_and_whole_ones_without_a_point() -> None:
    assert [when.hours(m) for m in (0, 480, 450, 2400)] == ["0", "8", "7.5", "40"]
