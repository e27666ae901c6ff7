"""The days that words of a sign-up list mean, as seen from the day on which it was written; never guessed."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cached_property

from .values import Unclear, day

WEEKDAYS = {**{c: i for i, c in enumerate("一二三四五六日")}, "天": 6}
WEEK, WEEKDAY = "(?:下下|下|本|这)?个?(?:周|星期|礼拜)", "[一二三四五六日天]"
TO = "(?:至|到|[-~—–－])"
RELATIVE = {
    **dict.fromkeys(("今天", "今日", "今儿", "今"), 0),
    **dict.fromkeys(("明天", "明日", "明儿", "明"), 1),
    **dict.fromkeys(("后天", "后日", "后儿", "后"), 2),
    "大后天": 3,
    **dict.fromkeys(("昨天", "昨日"), -1),
    "前天": -2,
}
"""Words for days, counted from the day on which the list was written."""
_NAMED = re.compile("(下下|下|本|这)?个?(?:周|星期|礼拜)")
_WEEKS_AHEAD = {"本": 0, "这": 0, "下": 1, "下下": 2}


@dataclass(frozen=True)
class Calendar:
    """The seven days from `week` on, of which a list speaks, and the day on which it was written.

    Days that a word names for certain may also lie between the two; what is over is not what anybody means.
    """

    week: date
    said_on: date

    @cached_property
    def first(self) -> date:
        """The earliest day that may be meant."""
        return self.said_on if self.said_on < self.week + timedelta(days=7) else self.week

    @cached_property
    def days(self) -> list[date]:
        """Those of the seven that are not over."""
        return [d for d in _seven(self.week) if d >= self.first]

    @property
    def middle(self) -> date:
        """What a date without a year, or a number without a month, is near to."""
        return self.week + timedelta(days=3)

    def meant(self, text: str) -> tuple[date, ...]:
        """The days of one word or date. Raises Unclear for what does not exist, is over, or lies beyond the week."""
        if text in RELATIVE:
            return self._all([self.said_on + timedelta(days=RELATIVE[text])], text)
        named = [*_NAMED.finditer(text)]
        if named and named[0].start() == 0:
            return self._of_week(text, named)
        if re.search(r"\d", text):
            return self._dates(text)
        return self._of_week(text, [])

    def _of_week(self, text: str, named: list[re.Match[str]]) -> tuple[date, ...]:
        """周三、四, 下周一至周五, 本周末, 工作日, 每天."""
        said = named[0][1] if named else None
        seven = _seven(self.week) if said is None else _seven(self._monday(said))
        numbers = [WEEKDAYS[c] for c in _NAMED.sub("", text) if c in WEEKDAYS] if named else []
        if numbers and re.search(TO, text):
            return self._some(_between(seven, numbers[0], self._last(named, numbers[-1], seven), said, text), text)
        if numbers:
            return self._all([d for d in seven if d.weekday() in numbers], text, plain=said is None)
        if text.endswith("末") or text.startswith("双休"):
            seven = [d for d in seven if d.weekday() >= 5]
        elif text == "工作日":
            seven = [d for d in seven if d.weekday() < 5]
        return self._some(seven, text)

    def _monday(self, said: str) -> date:
        return self.said_on + timedelta(days=7 * _WEEKS_AHEAD[said] - self.said_on.weekday())

    def _last(self, named: list[re.Match[str]], number: int, seven: list[date]) -> date:
        """The end of a range, in the week that is named with it, else in that of its beginning."""
        if len(named) > 1 and named[1][1]:
            seven = _seven(self._monday(named[1][1]))
        return next(d for d in seven if d.weekday() == number)

    def _all(self, days: list[date], text: str, *, plain: bool = False) -> tuple[date, ...]:
        """Days that were named one by one: each has to be possible."""
        for one in days:
            if plain and one < self.first:
                later = one + timedelta(days=7)
                raise Unclear("day_is_over", {"word": text, "day": one.isoformat(), "next": later.isoformat()})
            if not self.first <= one < self.week + timedelta(days=7):
                raise Unclear("day_not_in_week", {"word": text, "day": one.isoformat()})
        return tuple(days)

    def _some(self, days: list[date], text: str) -> tuple[date, ...]:
        """Days of a span, as far as they are possible; one at least has to be."""
        found = tuple(d for d in days if self.first <= d < self.week + timedelta(days=7))
        if not found:
            raise Unclear("not_in_week", {"word": text})
        return found

    def _dates(self, text: str) -> tuple[date, ...]:
        """Written dates, one or from one to another."""
        dash = re.search(r"(?:至|到|[~—–－])|(?<=[日号])-|(?<=\d)-(?=\d{1,2}[月./]|\d{1,2}[日号]$)", text)
        parts = [text[: dash.start()], text[dash.end() :]] if dash else [text]
        first = self._date(parts[0], None)
        if len(parts) == 1:
            return self._all([first], text)
        last = self._date(parts[1], first)
        if first > last or (last - first).days > 366:
            raise Unclear("not_in_week", {"word": text})
        return self._some([first + timedelta(days=i) for i in range((last - first).days + 1)], text)

    def _date(self, text: str, after: date | None) -> date:
        number = re.fullmatch(r"(\d{1,2})[日号]?", text)
        if number is None:
            return day(text, self.middle)
        wanted = int(number[1])
        middle, reach = (self.middle, range(-20, 21)) if after is None else (after, range(31))
        found = [d for d in (middle + timedelta(days=i) for i in reach) if d.day == wanted]
        if not found:
            raise Unclear("not_in_week", {"word": text})
        return min(found, key=lambda d: abs(d - middle))


def _seven(first: date) -> list[date]:
    return [first + timedelta(days=i) for i in range(7)]


def _between(seven: list[date], first: int, last: date, said: str | None, text: str) -> list[date]:
    """From one weekday to another; in the week of the list the end may come round again."""
    opens = next(d for d in seven if d.weekday() == first)
    if said is None and last < opens:
        return [d for d in seven if d >= opens or d <= last]
    if last < opens:
        raise Unclear("not_in_week", {"word": text})
    return [opens + timedelta(days=i) for i in range((last - opens).days + 1)]
