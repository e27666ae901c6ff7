"""Whom a town lacks, in people's terms: "you lack 3 leaders on Tuesday nights in area 5"."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from ..problem import Problem
from ..roster import Relaxation, Vacancy
from ..rules import words
from ..text import Text

MOST_LACKS = 3
WEEKDAYS = (
    Text("周一", "Monday"),
    Text("周二", "Tuesday"),
    Text("周三", "Wednesday"),
    Text("周四", "Thursday"),
    Text("周五", "Friday"),
    Text("周六", "Saturday"),
    Text("周日", "Sunday"),
)


@dataclass(frozen=True, slots=True)
class _Kind:
    """What makes vacancies alike: position, weekday, shift, and area or place."""

    position: str
    weekday: int
    night: bool
    shift: Text
    area: str | None
    place: Text | None
    """Where there is no area."""


def lacks(problem: Problem, vacancies: Iterable[Vacancy]) -> Iterator[Relaxation]:
    """The largest groups of alike vacancies, each in a sentence; what is left is counted in the last."""
    groups: dict[_Kind, list[Vacancy]] = {}
    for vacancy in vacancies:
        groups.setdefault(_kind(problem, vacancy), []).append(vacancy)
    ranked = sorted(groups.items(), key=lambda group: -_heads(group[1]))
    for kind, alike in ranked[:MOST_LACKS]:
        count = _heads(alike)
        yield Relaxation(_sentence(problem, kind, alike, count), (), count, count)
    rest = sum(_heads(alike) for _, alike in ranked[MOST_LACKS:])
    if rest:
        said = Text(f"别处另缺 {rest} 人次。", f"{rest} more {_plural('head', rest)} missing elsewhere.")
        yield Relaxation(said, (), rest, rest)


def _heads(vacancies: list[Vacancy]) -> int:
    return sum(v.count for v in vacancies)


def _kind(problem: Problem, vacancy: Vacancy) -> _Kind:
    index = problem.duty_index[vacancy.duty]
    duty, area = problem.duties[index], problem.duty_area[index]
    weekday = int(problem.duty_day[index] + problem.start.weekday()) % 7
    start, end = problem.instant(int(problem.duty_start[index])), problem.instant(int(problem.duty_end[index]))
    clock = f"{start:%H:%M}–{end:%H:%M}"
    shift = Text(duty.shift_name or ("夜班" if duty.night else clock), clock)
    place = words.place(problem, index) if area is None else None
    return _Kind(vacancy.position, weekday, duty.night, shift, area, place)


def _sentence(problem: Problem, kind: _Kind, alike: list[Vacancy], count: int) -> Text:
    position, day = words.named(problem, "position", kind.position), WEEKDAYS[kind.weekday]
    dates = {int(problem.duty_day[problem.duty_index[v.duty]]) for v in alike}
    nights = f"{_plural('night', len(dates))}" if kind.night else kind.shift.en
    when = Text(f"{day.zh}{kind.shift.zh}", f"{day.en} {nights}")
    where = _where(problem, kind, alike)
    return Text(
        f"{where.zh}{when.zh}缺 {count} 名{position.zh}。",
        f"You lack {count} {_plural(position.en, count)} on {when.en}{where.en}.",
    )


def _where(problem: Problem, kind: _Kind, alike: list[Vacancy]) -> Text:
    """The post when it is one, else the area."""
    posts = {problem.duties[problem.duty_index[v.duty]].post for v in alike}
    if len(posts) == 1 and (post := posts.pop()) is not None:
        name = words.named(problem, "post", post)
        return Text(name.zh, f" at {name.en}")
    if kind.place is not None:
        return Text(kind.place.zh, f", {kind.place.en}")
    name = words.named(problem, "area", kind.area)
    return Text(f"片区“{name.zh}”", f" in {name.en}")


def _plural(word: str, count: int) -> str:
    """English plural of a word within a sentence; a town's own word in another script stays as it is."""
    word = word.lower() if word[1:] == word[1:].lower() else word
    if count == 1 or not (word.isascii() and word[-1:].isalpha()):
        return word
    if word.endswith("y") and word[-2:-1] not in "aeiou":
        return f"{word[:-1]}ies"
    return f"{word}es" if word.endswith(("s", "x", "ch", "sh")) else f"{word}s"
