"""Seats and people by id in words, for sentences about rosters; an id that the problem does not know names itself."""

from __future__ import annotations

from .problem import Problem
from .rules import words
from .text import Text


def person(problem: Problem, id_: str) -> str:
    index = problem.person_index.get(id_)
    return id_ if index is None else problem.people[index].name


def duty(problem: Problem, id_: str) -> Text:
    """When and where: "11月25日 夜班 大桥卡口" / "the night of 25 Nov at Bridge"."""
    index = problem.duty_index.get(id_)
    return Text(id_, id_) if index is None else words.duty(problem, index)


def seat(problem: Problem, duty_id: str, position: str) -> Text:
    """A seat: "11月25日 夜班 大桥卡口（录入）" / "the night of 25 Nov at Bridge (recorder)"."""
    when, what = duty(problem, duty_id), words.named(problem, "position", position)
    return Text(f"{when.zh}（{what.zh}）", f"{when.en} ({what.en})")
