"""The week board as plain values: what a template draws, made from a problem and a roster; pure."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time

from scheduler.problem import Assignment, Duty, Problem

from .areas import Branch, posts_in_order, tree
from .figures import Figures, figures
from .filters import Wanted
from .shifts import KINDS, Kind, kind_of, person_name, place_name, team_in_order

MANY_ROWS = 12
"""With more different names and areas than this, the errand runs share one row."""


@dataclass(frozen=True, slots=True)
class Cover:
    """Heads that are there and heads that are wanted (ideally); `short` counts against the minimum only."""

    heads: int = 0
    wanted: int = 0
    short: int = 0

    def __add__(self, other: Cover) -> Cover:
        return Cover(self.heads + other.heads, self.wanted + other.wanted, self.short + other.short)


@dataclass(frozen=True, slots=True)
class Band:
    """One duty in a cell of the board."""

    duty: str
    kind: Kind
    start: datetime
    end: datetime
    shift_name: str
    label: str
    """What stands in the band of an errand run; empty for a shift."""
    who: str
    """The leader, or the first of those who are looked for."""
    person: str
    """The id of who is named; empty when nobody is."""
    pins: int
    """How many of the team are pinned."""
    other: bool
    """People are looked for, and none of them serves here."""
    cover: Cover
    unpublished: bool
    """Not, or not so, in a published roster."""
    changed: bool
    """There is a published roster and this duty differs from it."""


@dataclass(frozen=True, slots=True)
class Hole:
    """A vacancy in the top row."""

    duty: str
    kind: Kind
    place: str
    position_id: str
    position: str
    count: int


@dataclass(frozen=True, slots=True)
class Row:
    """One post, or the errand runs of one name; `cells` has one entry a day."""

    id: str
    name: str
    detail: str
    """The area of errand runs; empty for a post."""
    cover: Cover
    """Of the whole window."""
    cells: tuple[tuple[Band, ...], ...]


@dataclass(frozen=True, slots=True)
class Board:
    days: tuple[date, ...]
    posts: tuple[Row, ...]
    runs: tuple[Row, ...]
    holes: tuple[tuple[Hole, ...], ...]
    """One entry a day."""
    by_position: tuple[tuple[str, Cover, tuple[tuple[Kind, Cover], ...]], ...]
    """Each position with its cover, in all and by shift."""
    by_shift: tuple[tuple[tuple[Kind, Cover], ...], ...]
    """One entry a day."""
    shifts: tuple[tuple[Kind, datetime, datetime], ...]
    """The most common hours of each kind of shift, as an example."""
    areas: tuple[Branch, ...]
    area: str | None
    post_count: int
    figures: Figures
    wanted: Wanted = field(default_factory=Wanted)


Teams = Mapping[str, Sequence[Assignment]]
Covers = Mapping[str, Mapping[str, Cover]]


@dataclass(frozen=True, slots=True)
class Standing:
    """How the shown roster stands to the published one."""

    is_draft: bool = True
    published: Sequence[Assignment] | None = None
    """The roster in force, None while there is none."""
    acknowledged: Collection[tuple[str, str]] = ()
    """(person, duty) of those who said 收到."""
    now: datetime | None = None
    """Whoever serves after this instant should have said so; None: anybody."""


def build(
    problem: Problem,
    assignments: Sequence[Assignment],
    standing: Standing,
    lang: str,
    area: str | None = None,
    wanted: Wanted | None = None,
) -> Board:
    """The board of a roster; with `area` only the duties of its subtree, with `wanted` the rows that it looks for."""
    wanted = wanted or Wanted()
    teams = by_duty(assignments)
    covers = {d.id: covers_of(d, teams.get(d.id, ())) for d in problem.duties}
    shown = _shown(problem, teams, area, wanted, lang)
    before = None if standing.published is None else by_duty(standing.published)
    people = wanted.people(problem)
    bands = {
        i: _band(problem, problem.duties[i], teams, covers, before, standing.is_draft, people, lang) for i in shown
    }
    posts, runs = _rows(problem, bands, lang)
    short = {duty: sum(c.short for c in seats.values()) for duty, seats in covers.items()}
    return Board(
        days=tuple(problem.date_of(i) for i in range(problem.days)),
        posts=posts,
        runs=runs,
        holes=_holes(problem, shown, covers, lang),
        by_position=_by_position(problem, shown, covers, lang),
        by_shift=_by_shift(problem, shown, covers),
        shifts=_shifts(problem),
        areas=tree(problem, short, lang),
        area=area,
        post_count=len({d.post for d in problem.duties if d.post}),
        figures=figures(
            problem, assignments, sum(short.values()), standing.published, standing.acknowledged, standing.now
        ),
        wanted=wanted,
    )


def by_duty(assignments: Sequence[Assignment]) -> dict[str, list[Assignment]]:
    """The team of each duty that has anybody."""
    teams: dict[str, list[Assignment]] = defaultdict(list)
    for a in assignments:
        teams[a.duty].append(a)
    return dict(teams)


def covers_of(duty: Duty, team: Sequence[Assignment]) -> dict[str, Cover]:
    """The cover of each position of one duty."""
    count = Counter(a.position for a in team)
    return {s.position: Cover(count[s.position], s.ideal, max(0, s.min - count[s.position])) for s in duty.seats}


def _shown(problem: Problem, teams: Teams, area: str | None, wanted: Wanted, lang: str) -> list[int]:
    """The duties inside the area, at the posts that are looked for, in rows in which anybody looked for serves."""
    found = [i for i in range(len(problem.duties)) if _inside(problem, i, area)]
    if wanted.post:
        found = [i for i in found if wanted.names(place_name(problem, problem.duties[i], lang), problem.duties[i].post)]
    people = wanted.people(problem)
    if people is None:
        return found
    served = {duty for duty, team in teams.items() if any(a.person in people for a in team)}
    posts = {problem.duties[i].post for i in found if problem.duties[i].id in served}
    return [i for i in found if problem.duties[i].id in served or (problem.duties[i].post or "") in posts]


def _inside(problem: Problem, duty: int, area: str | None) -> bool:
    return area is None or problem.duty_area[duty] in problem.area_and_below.get(area, frozenset([area]))


def _band(
    problem: Problem,
    duty: Duty,
    teams: Teams,
    covers: Covers,
    before: Teams | None,
    is_draft: bool,
    people: Collection[str] | None,
    lang: str,
) -> Band:
    team = team_in_order(duty, teams.get(duty.id, ()), problem)
    first = next((a.person for a in team if people is None or a.person in people), "")
    differs = before is not None and _places(team) != _places(before.get(duty.id, ()))
    return Band(
        duty=duty.id,
        kind=kind_of(duty, problem.tz),
        start=duty.start.astimezone(problem.tz),
        end=duty.end.astimezone(problem.tz),
        shift_name=duty.shift_name,
        label="" if duty.post else place_name(problem, duty, lang),
        who=person_name(problem, first) if first else "",
        person=first,
        pins=sum(a.pinned for a in team),
        other=people is not None and not first,
        cover=sum(covers[duty.id].values(), Cover()),
        unpublished=is_draft and (before is None or differs),
        changed=is_draft and differs,
    )


def _places(team: Sequence[Assignment]) -> set[tuple[str, str]]:
    return {(a.person, a.position) for a in team}


def _rows(problem: Problem, bands: Mapping[int, Band], lang: str) -> tuple[tuple[Row, ...], tuple[Row, ...]]:
    posts: dict[str, list[list[Band]]] = {}
    runs: dict[tuple[str, str], list[list[Band]]] = {}
    kinds = {_run(problem, i, band, lang) for i, band in bands.items() if not problem.duties[i].post}
    for i, band in sorted(bands.items(), key=lambda pair: (pair[1].start, pair[1].end, pair[0])):
        post = problem.duties[i].post
        if post:
            cells = posts.setdefault(post, [[] for _ in range(problem.days)])
        else:
            kind = _run(problem, i, band, lang) if len(kinds) <= MANY_ROWS else ("", "")
            cells = runs.setdefault(kind, [[] for _ in range(problem.days)])
        cells[int(problem.duty_day[i])].append(band)
    order = {p.id: n for n, p in enumerate(posts_in_order(problem))}

    def by_hour(kind: tuple[str, str]) -> tuple[time, str, str]:
        return (min(band.start.time() for cell in runs[kind] for band in cell), *kind)

    ordered = sorted(posts, key=lambda p: order.get(p, len(order)))
    return (
        tuple(_row(post, problem.name("post", post, lang), "", posts[post]) for post in ordered),
        tuple(_row(f"run-{n}", *kind, runs[kind]) for n, kind in enumerate(sorted(runs, key=by_hour))),
    )


def _run(problem: Problem, duty: int, band: Band, lang: str) -> tuple[str, str]:
    """What an errand run is called and where: runs that agree in both share a row."""
    return band.label, problem.name("area", problem.duty_area[duty], lang)


def _row(key: str, name: str, detail: str, cells: list[list[Band]]) -> Row:
    cover = sum((band.cover for cell in cells for band in cell), Cover())
    return Row(key, name, detail, cover, tuple(tuple(cell) for cell in cells))


def _holes(problem: Problem, shown: Sequence[int], covers: Covers, lang: str) -> tuple[tuple[Hole, ...], ...]:
    days: list[list[Hole]] = [[] for _ in range(problem.days)]
    for i in sorted(shown, key=lambda i: (problem.duty_start[i], i)):
        duty = problem.duties[i]
        for position, cover in covers[duty.id].items():
            if cover.short:
                name = problem.name("position", position, lang)
                place = place_name(problem, duty, lang)
                hole = Hole(duty.id, kind_of(duty, problem.tz), place, position, name, cover.short)
                days[int(problem.duty_day[i])].append(hole)
    return tuple(tuple(day) for day in days)


def _by_position(
    problem: Problem, shown: Sequence[int], covers: Covers, lang: str
) -> tuple[tuple[str, Cover, tuple[tuple[Kind, Cover], ...]], ...]:
    found: dict[str, dict[Kind, Cover]] = {}
    for i in shown:
        kind = kind_of(problem.duties[i], problem.tz)
        for position, cover in covers[problem.duties[i].id].items():
            by_kind = found.setdefault(position, {})
            by_kind[kind] = by_kind.get(kind, Cover()) + cover
    order = {p.id: n for n, p in enumerate(problem.positions)}
    return tuple(
        (
            problem.name("position", p, lang),
            sum(found[p].values(), Cover()),
            tuple((kind, found[p][kind]) for kind in KINDS if kind in found[p]),
        )
        for p in sorted(found, key=lambda p: order.get(p, len(order)))
    )


def _by_shift(problem: Problem, shown: Sequence[int], covers: Covers) -> tuple[tuple[tuple[Kind, Cover], ...], ...]:
    days: list[dict[Kind, Cover]] = [{} for _ in range(problem.days)]
    for i in shown:
        duty, day = problem.duties[i], days[int(problem.duty_day[i])]
        kind = kind_of(duty, problem.tz)
        day[kind] = sum(covers[duty.id].values(), day.get(kind, Cover()))
    order = [kind for kind, _, _ in _shifts(problem)]
    order += [kind for kind in KINDS if kind not in order]
    return tuple(tuple((kind, day[kind]) for kind in order if kind in day) for day in days)


def _shifts(problem: Problem) -> tuple[tuple[Kind, datetime, datetime], ...]:
    """One example of the most common hours of each kind of shift, in the order of the day."""
    seen: dict[Kind, dict[tuple[str, str], list[Duty]]] = defaultdict(lambda: defaultdict(list))
    for duty in problem.duties:
        if duty.post:
            start, end = duty.start.astimezone(problem.tz), duty.end.astimezone(problem.tz)
            seen[kind_of(duty, problem.tz)][f"{start:%H:%M}", f"{end:%H:%M}"].append(duty)
    found = []
    for kind, by_hours in seen.items():
        example = max(by_hours.values(), key=len)[0]
        found.append((kind, example.start.astimezone(problem.tz), example.end.astimezone(problem.tz)))
    return tuple(sorted(found, key=lambda shift: (shift[1].time(), shift[0])))
