"""What the runs on one town come to: a Markdown table, and the gaps by which they are compared."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from .running import Point, Run
from .solvers import OURS, SOLVERS

MARKS = (10.0, 30.0, 60.0, 120.0, 300.0, 600.0)


def fewest_vacancies(runs: Sequence[Run]) -> int | None:
    """The fewest weighted vacancies of a roster within all rules; None when nobody has one."""
    return min((r.best.vacancy for r in runs if r.best is not None and not r.best.broken), default=None)


def best_bound(runs: Sequence[Run]) -> int | None:
    """The highest proven bound on the cost of rosters with the fewest vacancies; None when nobody proved one."""
    fewest = fewest_vacancies(runs)
    if fewest is None:
        return None
    return max((r.bound for r in runs if r.bound is not None and (r.bound_vacancy or 0) >= fewest), default=None)


def gap(point: Point | None, fewest: int | None, bound: int | None) -> float | None:
    """(cost − bound) / cost; None for a roster with broken rules or more vacancies than need be, or without bound."""
    if point is None or point.broken or bound is None or point.vacancy != fewest:
        return None
    return (point.cost - bound) / point.cost if point.cost else 0.0


def table(town: str, runs: Sequence[Run]) -> str:
    """Cost at each mark, the gap to the best bound at the end, and how many times ours that is."""
    seconds = max(r.seconds for r in runs)
    marks = [m for m in MARKS if m < seconds]
    fewest, bound = fewest_vacancies(runs), best_bound(runs)
    gaps = {r.peer: gap(r.in_time, fewest, bound) for r in runs}
    heads = ["", "built", "first legal", *(f"{m:g} s" for m in [*marks, seconds]), "gap", "× ours", "memory", "checker"]
    lines = [
        f"**{town}**: best bound {_number(bound)}, fewest weighted vacancies {_number(fewest)}",
        "",
        _row(heads),
        _row(["---", *["---:"] * (len(heads) - 2), "---"]),
    ]
    for run in runs:
        first = next((p.seconds for p in run.points if not p.broken), None)
        lines.append(
            _row([
                title(run.peer), _seconds(run.built), _seconds(first),
                *(_point(p, fewest) for p in [*map(run.at, marks), run.in_time]), _share(gaps[run.peer]),
                _times(gaps[run.peer], gaps.get(OURS)), f"{run.memory_mb:,} MB", _verdict(run),
            ])
        )  # fmt: skip
    return "\n".join(lines)


def title(peer: str) -> str:
    """The English name of a peer."""
    return SOLVERS[peer].title.en if peer in SOLVERS else peer


def tables(measured: Mapping[str, Sequence[Run]]) -> str:
    """One table a town."""
    return "\n\n".join(table(town, runs) for town, runs in measured.items())


def _row(cells: Sequence[str]) -> str:
    return f"| {' | '.join(cells)} |"


def _number(value: int | None) -> str:
    return "–" if value is None else f"{value:,}"


def _seconds(value: float | None) -> str:
    return "–" if value is None else f"{value:.1f} s"


def _share(value: float | None) -> str:
    return "–" if value is None else f"{100 * value:.2f} %"


def _times(value: float | None, ours: float | None) -> str:
    if value is None or ours is None:
        return "–"
    return f"{value / ours:.1f}" if ours > 0 else ("1.0" if value == 0 else "∞")


def _point(point: Point | None, fewest: int | None) -> str:
    """The cost; in words what keeps it from being compared."""
    if point is None:
        return "none"
    if point.broken:
        return f"{point.broken:,} broken"
    more = point.vacancy - (fewest or 0)
    return f"{point.cost:,}" + (f" (+{more:,} vacant)" if more > 0 else "")


def _verdict(run: Run) -> str:
    """What the checker made of the last roster, and how the run ended if not as it should."""
    if run.failure is not None:
        return "failed"
    if run.verdict is None:
        return "no roster" + (", ended by force" if run.overran else "")
    if run.verdict.violations:
        return f"{run.verdict.violations:,} breaches"
    words = "agrees" if run.agrees else f"**disagrees**: {run.verdict.vacancy:,} vacant, {run.verdict.cost:,}"
    return words + (", optimal" if run.optimal else "")
