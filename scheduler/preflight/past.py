"""Rules that reach back before the window when nobody has told what was served there."""

from __future__ import annotations

from collections.abc import Iterator

from ..problem import Problem
from ..rules import Rule
from ..text import Text
from .dead import named
from .notice import Notice, warning


def unknown_past(problem: Problem) -> Iterator[Notice]:
    """Once for each rule of whose people not one has a past duty; a part of them may simply not have served."""
    known = {i for i, person in enumerate(problem.people) if person.history.recent}
    for number, rule in enumerate(problem.rules):
        days, people = rule.days_back(problem), rule.persons(problem)
        if days and len(people) and _counts(rule) and known.isdisjoint(people.tolist()):
            yield _without_history(named(rule, number), days, len(people))


def _counts(rule: Rule) -> bool:
    return rule.hard or rule.weight > 0


def _without_history(label: Text, days: int, people: int) -> Notice:
    before = f"{days} day" if days == 1 else f"{days} days"
    whom = "its only person has" if people == 1 else f"none of its {people} people has"
    return warning(
        "no_history",
        f"{label.zh}要看排班期之前 {days} 天的勤务，但所指的 {people} 人都没有历史记录，只能当作那时没有值勤："
        f"请在 history.recent 里补上。",
        f"{label.en} looks at the {before} before the window, and {whom} a history, so they count as not having served "
        f"then: add history.recent.",
    )
