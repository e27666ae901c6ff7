"""The rows by which rosters are compared, each with its best."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from flask_babel import gettext as _

from scheduler.quality import Quality, Spread
from scheduler.rules import REGISTRY
from scheduler.text import Text

from .routes import say


@dataclass(frozen=True, slots=True)
class Measure:
    """One row: its name, what it says of each roster, and which of them are best; none when all are alike."""

    name: str
    hint: str
    values: tuple[str, ...]
    best: frozenset[int]
    detail: bool = False
    """A cost by rule, shown folded."""


def measures(found: Sequence[Quality]) -> tuple[Measure, ...]:
    """Vacancies, laws, fairness, wishes and prices, the weightiest first; of single rules those that differ."""

    def row(name: str, hint: str, value: Callable[[Quality], float], said: Callable[[Quality], str]) -> Measure:
        return _measure(name, hint, [value(q) for q in found], [said(q) for q in found])

    rows = [
        row(_("缺口"), _("没人填的席位"), lambda q: q.vacancy_objective, lambda q: str(q.vacancies)),
        row(_("违反硬性规则"), "", lambda q: q.violations, lambda q: str(q.violations)),
        row(_("夜班 最少–最多"), _("有班的人之间"), lambda q: _width(q.nights), lambda q: _span(q.nights)),
        row(_("工时 最少–最多"), _("小时，有班的人之间"), lambda q: _width(q.hours), lambda q: _span(q.hours)),
        row(
            _("周末班 最少–最多"),
            _("有班的人之间"),
            lambda q: _width(q.weekend_duties),
            lambda q: _span(q.weekend_duties),
        ),
        row(
            _("愿望照顾到"),
            _("尽量避开的没派、愿意的派了"),
            lambda q: -q.granted,
            lambda q: f"{q.granted} / {q.asked}" if q.asked else "–",
        ),
        row(_("有班的人"), "", lambda q: 0, lambda q: str(q.serving)),
        row(_("总代价"), _("所有计价规则之和，越低越好"), lambda q: q.objective, lambda q: f"{q.objective:,}"),
    ]
    return (*rows, *_by_rule(found))


def _by_rule(found: Sequence[Quality]) -> list[Measure]:
    names = [name for name in REGISTRY if len({q.costs.get(name, 0) for q in found}) > 1]
    held = []
    for name in names:
        costs = [q.costs.get(name, 0) for q in found]
        title: Text = REGISTRY[name].title
        row = _measure(say(title), "", list(map(float, costs)), [f"{cost:,}" for cost in costs])
        held.append(Measure(row.name, row.hint, row.values, row.best, detail=True))
    return held


def _measure(name: str, hint: str, values: Sequence[float], said: Sequence[str]) -> Measure:
    """The least is the best."""
    alike = len(set(values)) < 2
    best = frozenset() if alike else frozenset(i for i, value in enumerate(values) if value == min(values))
    return Measure(name, hint, tuple(said), best)


def _width(spread: Spread) -> float:
    return spread.most - spread.least


def _span(spread: Spread) -> str:
    return f"{spread.least:g} – {spread.most:g}"
