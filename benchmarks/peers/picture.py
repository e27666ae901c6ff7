"""Cost against time as a drawing: one panel a town, one line a peer, both axes logarithmic; plain SVG."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from html import escape

from .running import TELLING_SECONDS, Run
from .solvers import OURS, SOLVERS
from .table import best_bound, fewest_vacancies, gap

WIDTH, PANEL = 880, 330
LEFT, RIGHT, TOP, BOTTOM = 70, 250, 46, 46
SOONEST_SECONDS = 0.5
SMALLEST_GAP = 1e-4
"""Whatever is nearer to the bound than this is drawn here."""
STYLES: Mapping[str, tuple[str, str]] = {
    OURS: ("#0b6e4f", ""),
    "cp-sat": ("#7a5195", "2 3"),
    "highs": ("#1f6fb2", "8 3 2 3"),
    "timefold": ("#c77700", "7 4"),
    "timefold-tuned": ("#b3261e", ""),
}
"""(colour, dashes): to be told apart without colours too."""
OTHER_STYLE = ("#555555", "3 3")


@dataclass(frozen=True)
class _Panel:
    """The axes of one town: seconds to the right, gap upwards."""

    top: float
    longest: float
    narrowest: float
    widest: float

    def x(self, seconds: float) -> float:
        share = math.log(max(seconds, SOONEST_SECONDS) / SOONEST_SECONDS) / math.log(self.longest / SOONEST_SECONDS)
        return LEFT + share * (WIDTH - LEFT - RIGHT)

    def y(self, value: float) -> float:
        least = self.narrowest
        share = math.log(max(value, least) / least) / math.log(self.widest / least)
        return self.top + (1 - min(1.0, share)) * (PANEL - TOP - BOTTOM)


def picture(measured: Mapping[str, Sequence[Run]]) -> str:
    """The drawing of all towns; lines begin where a roster has no broken rule and no needless vacancy."""
    height = PANEL * len(measured)
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {height}" width="{WIDTH}" height="{height}" '
        'font-family="sans-serif" font-size="12" fill="#222">',
        f'<rect width="{WIDTH}" height="{height}" fill="#fff"/>',
    ]
    for number, (town, runs) in enumerate(measured.items()):
        parts += _panel(town, runs, number * PANEL + TOP)
    return "\n".join([*parts, "</svg>"]) + "\n"


def curve(run: Run, fewest: int | None, bound: int | None) -> list[tuple[float, float]]:
    """(seconds, gap) of each roster that can be compared, within the time, better and better."""
    in_time = [p for p in run.points if p.seconds <= run.seconds + TELLING_SECONDS]
    points = [(min(p.seconds, run.seconds), gap(p, fewest, bound)) for p in in_time]
    return [(seconds, value) for seconds, value in points if value is not None]


def _panel(town: str, runs: Sequence[Run], top: float) -> Iterator[str]:
    fewest, bound = fewest_vacancies(runs), best_bound(runs)
    curves = {run.peer: curve(run, fewest, bound) for run in runs}
    values = [value for points in curves.values() for _, value in points] or [SMALLEST_GAP]
    narrowest = 10.0 ** math.floor(math.log10(max(SMALLEST_GAP, min(values))))
    axes = _Panel(top, max(run.seconds for run in runs), narrowest, max(10 * narrowest, 1.2 * max(values)))
    heading = f"{town}：高出已证下界 gap above the proven bound {bound if bound is not None else '–'}"
    yield _text(LEFT, top - 24, heading, 'font-size="14" font-weight="bold"')
    yield from _grid(axes)
    ends: list[tuple[float, str]] = []
    for run in runs:
        points = curves[run.peer]
        if points:
            yield _line(axes, run.peer, points, run.seconds)
            yield _dot(axes, run.peer, *points[0])
        ends.append((axes.y(points[-1][1]) if points else math.inf, run.peer))
    yield from _names(axes, ends, curves)


def _grid(axes: _Panel) -> Iterator[str]:
    bottom, right = axes.top + PANEL - TOP - BOTTOM, WIDTH - RIGHT
    for value in (axes.narrowest * step * 10**decade for decade in range(6) for step in (1, 2, 5)):
        if value <= axes.widest:
            y = axes.y(value)
            yield f'<line x1="{LEFT}" y1="{y:.1f}" x2="{right}" y2="{y:.1f}" stroke="#ddd"/>'
            yield _text(LEFT - 6, y + 4, f"{100 * value:.3g} %", 'text-anchor="end"')
    for seconds in (1, 2, 5, 10, 20, 30, 60, 120, 300, 600):
        if seconds <= axes.longest:
            x = axes.x(seconds)
            yield f'<line x1="{x:.1f}" y1="{axes.top}" x2="{x:.1f}" y2="{bottom}" stroke="#eee"/>'
            yield _text(x, bottom + 16, f"{seconds}", 'text-anchor="middle"')
    heading = "进程启动后的秒数 seconds since the process began"
    yield _text((LEFT + right) / 2, bottom + 34, heading, 'text-anchor="middle"')
    size = f'width="{right - LEFT}" height="{bottom - axes.top}"'
    yield f'<rect x="{LEFT}" y="{axes.top}" {size} fill="none" stroke="#999"/>'


def _line(axes: _Panel, peer: str, points: Sequence[tuple[float, float]], until: float) -> str:
    """Steps: a roster stays in hand until the next one comes."""
    steps = [f"M{axes.x(points[0][0]):.1f} {axes.y(points[0][1]):.1f}"]
    for seconds, value in points[1:]:
        steps.append(f"H{axes.x(seconds):.1f}V{axes.y(value):.1f}")
    steps.append(f"H{axes.x(until):.1f}")
    colour, dashes = STYLES.get(peer, OTHER_STYLE)
    return f'<path d="{"".join(steps)}" fill="none" stroke="{colour}" stroke-width="2" stroke-dasharray="{dashes}"/>'


def _dot(axes: _Panel, peer: str, seconds: float, value: float) -> str:
    """Where a line begins; a single roster at the very end is to be seen too."""
    colour, _ = STYLES.get(peer, OTHER_STYLE)
    return f'<circle cx="{axes.x(seconds):.1f}" cy="{axes.y(value):.1f}" r="3" fill="{colour}"/>'


def _names(
    axes: _Panel, ends: Sequence[tuple[float, str]], curves: Mapping[str, Sequence[tuple[float, float]]]
) -> Iterator[str]:
    """Each peer's name beside the end of its line, moved down where two would overlap; without a line at the foot."""
    place = axes.top
    for wanted, peer in sorted(ends):
        floor = axes.top + PANEL - TOP - BOTTOM - 14 * sum(1 for y, _ in ends if y == math.inf)
        place = max(place + 15, min(wanted, floor) + 4)
        points = curves[peer]
        tail = f"{100 * points[-1][1]:.2f} %" if points else "无 none"
        name = f"{SOLVERS[peer].title.zh} {SOLVERS[peer].title.en}" if peer in SOLVERS else peer
        colour = STYLES.get(peer, OTHER_STYLE)[0]
        yield _text(WIDTH - RIGHT + 8, place, f"{name} {tail}", f'fill="{colour}" font-size="11"')


def _text(x: float, y: float, words: str, more: str) -> str:
    return f'<text x="{x:.1f}" y="{y:.1f}" {more}>{escape(words)}</text>'
