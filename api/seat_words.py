"""A seat of a loaded week in a full sentence, in the words in which people are told of it (models/telling_texts.py)."""

from __future__ import annotations

from models import telling_texts
from models.records import Named
from scheduler.problem import Problem
from scheduler.text import Text


def spoken(problem: Problem, duty: str, position: str) -> Text:
    """ "周三 11月25日 夜班 00:00–08:00，大桥卡口，录入"; an id that the problem does not know names itself."""
    index = problem.duty_index.get(duty)
    if index is None:
        return Text(duty, duty)
    found = problem.duties[index]
    names = {("positions", position): _named(problem, "position", position)}
    if found.post:
        names["posts", found.post] = _named(problem, "post", found.post)
    return telling_texts.short(telling_texts.Seat(found, position), problem.tz, names)


def _named(problem: Problem, kind: str, id_: str) -> Named:
    return Named(problem.name(kind, id_, "zh"), problem.name(kind, id_, "en"))
