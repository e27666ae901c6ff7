"""Days and clock times in words, in the language of the request."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from functools import lru_cache

from babel.dates import format_date

from api.language import LOCALES, Language

DAY = {"zh": "EEE d", "en": "EEE d"}
DAY_LONG = {"zh": "EEE M月d日", "en": "EEE d MMM"}
DAY_SHORT = {"zh": "M月d日", "en": "d MMM"}
NEXT_DAY = {"zh": "次日 ", "en": "next day "}


@lru_cache(maxsize=4096)
def _said(value: date, pattern: str, lang: Language) -> str:
    """A date by a pattern: the same few are said on every page."""
    return format_date(value, pattern, LOCALES[lang])


def day(value: date, lang: Language) -> str:
    """周一 23 · Mon 23."""
    return _said(value, DAY[lang], lang)


def weekday(value: date, lang: Language) -> str:
    """周二 · Tue."""
    return _said(value, "EEE", lang)


def month(value: date, lang: Language) -> str:
    """2026年11月 · Nov 2026."""
    return _said(value, {"zh": "yyyy年M月", "en": "MMM yyyy"}[lang], lang)


def day_long(value: date, lang: Language) -> str:
    """周一 11月23日 · Mon 23 Nov."""
    return _said(value, DAY_LONG[lang], lang)


def day_short(value: date, lang: Language) -> str:
    """11月23日 · 23 Nov."""
    return _said(value, DAY_SHORT[lang], lang)


def span_of_days(start: date, days: int, lang: Language) -> str:
    """11月23日 – 11月29日."""
    return f"{day_short(start, lang)} – {day_short(start + timedelta(days=days - 1), lang)}"


def stamp(value: datetime, lang: Language) -> str:
    """11月23日 18:05 · 23 Nov 18:05; give it local time."""
    return f"{day_short(value.date(), lang)} {value:%H:%M}"


def clock(start: datetime, end: datetime, lang: Language) -> str:
    """08:00–16:00, 16:00–24:00, 22:00–次日 06:00; give it local times."""
    nights = (end.date() - start.date()).days
    if nights == 1 and end.time() == time():
        return f"{start:%H:%M}–24:00"
    if nights == 0:
        return f"{start:%H:%M}–{end:%H:%M}"
    if nights == 1:
        return f"{start:%H:%M}–{NEXT_DAY[lang]}{end:%H:%M}"
    return f"{start:%H:%M}–{day(end.date(), lang)} {end:%H:%M}"


def hours(minutes: int) -> str:
    """Minutes as hours, with a half where there is one: 480 → 8, 450 → 7.5."""
    return f"{minutes / 60:.1f}".removesuffix(".0")
