"""Dates, duties, people and amounts in words, in both languages."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import TYPE_CHECKING

from ..text import Text

if TYPE_CHECKING:
    from ..problem import Problem
    from .population import Population

MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


def ordinal(number: int) -> str:
    """1st, 2nd, 3rd, 4th … for English dates."""
    if number % 100 in (11, 12, 13):
        return f"{number}th"
    return f"{number}{ {1: 'st', 2: 'nd', 3: 'rd'}.get(number % 10, 'th') }"


def day(on: date) -> Text:
    return Text(f"{on.month}月{on.day}日", f"{on.day} {MONTHS[on.month - 1]}")


def dates(problem: Problem, first: int, count: int) -> Text:
    """Consecutive days of the window: "11月23日至29日" / "23–29 Nov"."""
    begin, end = problem.date_of(first), problem.date_of(first + count - 1)
    a, b = day(begin), day(end)
    if begin == end:
        return a
    if begin.month == end.month:
        return Text(f"{a.zh}至{end.day}日", f"{begin.day}–{b.en}")
    return Text(f"{a.zh}至{b.zh}", f"{a.en}–{b.en}")


def month_day(on: date) -> Text:
    """Short and sortable, as for an expiry."""
    return Text(f"{on:%m-%d}", f"{on:%m-%d}")


def hours(minutes: int) -> Text:
    whole, rest = divmod(minutes, 60)
    if not rest:
        return Text(f"{whole} 小时", f"{whole} h")
    if not whole:
        return Text(f"{rest} 分钟", f"{rest} min")
    return Text(f"{whole} 小时 {rest} 分钟", f"{whole} h {rest} min")


def person(problem: Problem, index: int) -> Text:
    name = problem.people[index].name
    return Text(name, name)


def named(problem: Problem, kind: str, id_: str | None) -> Text:
    return Text(problem.name(kind, id_, "zh"), problem.name(kind, id_, "en"))


def shift(problem: Problem, index: int) -> Text:
    """When a duty is: "11月25日 夜班" / "25 Nov 22:00–06:00"."""
    duty = problem.duties[index]
    start, end = problem.instant(int(problem.duty_start[index])), problem.instant(int(problem.duty_end[index]))
    on = day(start.date())
    clock = f"{start:%H:%M}–{end:%H:%M}"
    english = f"the night of {on.en}" if duty.night else f"{on.en} {clock}"
    return Text(f"{on.zh} {duty.shift_name or ('夜班' if duty.night else clock)}", english)


def shift_of_day(on: date, night: bool) -> Text:
    """A past duty, of which only the day is known: "11月25日夜班" / "the night of 25 Nov"."""
    said, zh, en = day(on), "夜班" if night else "的班", "night" if night else "duty"
    return Text(f"{said.zh}{zh}", f"the {en} of {said.en}")


def resting(on: date, night: bool) -> Text:
    """Why somebody cannot serve yet: "刚下 25 日夜班需休息" / "resting after the night of the 25th"."""
    what = ("夜班", "night") if night else ("的班", "duty")
    return Text(f"刚下 {on.day} 日{what[0]}需休息", f"resting after the {what[1]} of the {ordinal(on.day)}")


def place(problem: Problem, index: int) -> Text:
    """Where a duty is: its post, else its place, else its own name."""
    duty = problem.duties[index]
    if duty.post is not None:
        return named(problem, "post", duty.post)
    said = duty.place or duty.name
    return Text(said or "跑腿", said or "an errand run")


def busy(problem: Problem, index: int) -> Text:
    """What somebody is doing: "在城北卡口值勤" / "on duty at North Gate"."""
    if not _has_place(problem, index):
        return Text(f"在{place(problem, index).zh}", f"on {place(problem, index).en}")
    return Text(f"在{place(problem, index).zh}值勤", f"on duty at {place(problem, index).en}")


def duty(problem: Problem, index: int) -> Text:
    """When and where: "11月25日 夜班 城北卡口" / "the night of 25 Nov at North Gate"."""
    when, where = shift(problem, index), place(problem, index)
    joint = " at " if _has_place(problem, index) else ", "
    return Text(f"{when.zh} {where.zh}", f"{when.en}{joint}{where.en}")


def _has_place(problem: Problem, index: int) -> bool:
    return problem.duties[index].post is not None or bool(problem.duties[index].place)


def duties(problem: Problem, indices: Iterable[int], most: int = 4) -> Text:
    """Several duties, the rest of a long list only counted."""
    indices = list(indices)
    said = [duty(problem, i) for i in indices[:most]]
    zh, en = "、".join(t.zh for t in said), "; ".join(t.en for t in said)
    if len(indices) > most:
        zh, en = f"{zh} 等 {len(indices)} 班", f"{en}; {len(indices)} duties in all"
    return Text(zh, en)


def number(count: int, zh_unit: str, singular: str, plural: str) -> Text:
    return Text(f"{count} {zh_unit}", f"{count} {singular if count == 1 else plural}")


KIND_OF_FIELD = {
    "categories": "category",
    "units": "unit",
    "contracts": "contract",
    "areas": "area",
    "qualifications": "qualification",
}
"""Field of a population → the kind under which the problem knows the name."""


def population(meant: Population, problem: Problem | None = None) -> Text:
    """Who is meant, by name where a problem knows the names: "干部、东村" / "cadre, East Village"."""
    said = []
    for field_name in meant.__dataclass_fields__:
        for id_ in sorted(getattr(meant, field_name)):
            kind = KIND_OF_FIELD.get(field_name, "")
            if field_name == "people" and problem is not None and id_ in problem.person_index:
                said.append(person(problem, problem.person_index[id_]))
            else:
                said.append(Text(id_, id_) if problem is None else named(problem, kind, id_))
    if not said:
        return Text("人员", "the people")
    return Text("、".join(t.zh for t in said), ", ".join(t.en for t in said))
