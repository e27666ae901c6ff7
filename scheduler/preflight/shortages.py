"""More seats than people can fill, by counting: qualifications, single seats, posts, moments, the whole window."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from ..problem import Problem
from ..rules import words
from ..text import Text
from .notice import Notice, error, some
from .workforce import Workforce

TOGETHER = 4
"""From this many short posts on, they are told in one sentence."""


def shortages(force: Workforce) -> Iterator[Notice]:
    """All shortages of a problem; each is certain."""
    needed = [i for i, (_, seat) in enumerate(force.problem.demands) if seat.min > 0]
    missing = _unheld(force.problem, needed)
    yield from (_unheld_notice(force.problem, q, demands) for q, demands in missing.items())
    lost = {d for demands in missing.values() for d in demands}
    needed = [d for d in needed if d not in lost]
    yield from _single_seats(force, needed)
    yield from _posts(force, needed)
    for demands, label in _groups(force.problem, needed):
        yield from _moments(force, demands, label)
        supply = Supply.of(force, demands)
        if supply.missing > 0:
            yield _short(supply, label)


# --- qualifications that nobody holds -----------------------------------------------------------------------
def _unheld(problem: Problem, needed: list[int]) -> dict[str, list[int]]:
    """Qualification → the demands for it on days on which nobody holds it."""
    found: dict[str, list[int]] = {}
    known: dict[tuple[str, int], bool] = {}
    for demand in needed:
        duty, seat = problem.demands[demand]
        day = int(problem.duty_day[duty])
        for q in seat.qualifications:
            if (q, day) not in known:
                known[q, day] = any(p.holds(q, problem.date_of(day)) for p in problem.people)
            if not known[q, day]:
                found.setdefault(q, []).append(demand)
    return found


def _unheld_notice(problem: Problem, qualification: str, demands: list[int]) -> Notice:
    name, seats = words.named(problem, "qualification", qualification), len(demands)
    first = words.duty(problem, problem.demands[demands[0]][0])
    ever = any(h.qualification == qualification for p in problem.people for h in p.qualifications)
    if ever:
        return error(
            "qualification_expires",
            f"{seats} 个席位要求资质“{name.zh}”，而当天没有人的资质有效，最早是 {first.zh}：请续期或改派。",
            f'{seats} seat(s) demand the qualification "{name.en}" on days on which nobody\'s is valid, '
            f"the first is {first.en}: renew it or change the seats.",
        )
    return error(
        "qualification_unheld",
        f"{seats} 个席位要求资质“{name.zh}”，但没有一个人具备：请登记资质或取消要求。",
        f'{seats} seat(s) demand the qualification "{name.en}" and nobody holds it: record it or drop the demand.',
    )


# --- one seat at a time -------------------------------------------------------------------------------------
def _single_seats(force: Workforce, needed: list[int]) -> Iterator[Notice]:
    """Seats for which fewer people are fit than they need."""
    fit = {demand: len(force.fit(demand)) for demand in needed}
    short = [(d, people) for d, people in fit.items() if people < force.problem.demands[d][1].min]
    if not short:
        return
    problem = force.problem
    demand, people = min(short, key=lambda s: (s[1], s[0]))
    duty, seat = problem.demands[demand]
    where, position = words.duty(problem, duty), words.named(problem, "position", seat.position)
    yield error(
        "seat_without_people",
        f"{len(short)} 个席位能上的人不够，无论怎么排都会缺人。例如 {where.zh} 的{position.zh}："
        f"需要 {seat.min} 人，资质、包干和时间都合适的只有 {people} 人。",
        f"{len(short)} seat(s) have too few people, whatever the roster. For example {position.en} on {where.en}: "
        f"{seat.min} needed, {people} with the qualifications, the binding and the time.",
    )


# --- sets of seats over the whole window --------------------------------------------------------------------
@dataclass(frozen=True)
class Supply:
    """Turns of duty that a set of seats needs, against the most that people can give."""

    duties: int
    need: int
    most: np.ndarray
    """int64[people]: at most so many turns of these each; 0 for those who cannot take any."""

    @classmethod
    def of(cls, force: Workforce, demands: list[int]) -> Supply:
        seats = [force.problem.demands[d] for d in demands]
        fits: dict[tuple[int, int], np.ndarray] = {}
        for demand, slot in zip(demands, force.slot_of[[duty for duty, _ in seats]].tolist(), strict=True):
            fit = force.fit(demand)
            fits[slot, id(fit)] = fit
        people = anybody(force, list(fits.values()))
        can = np.zeros((len(people), len(force.start)), bool)
        for (slot, _), fit in fits.items():
            can[np.searchsorted(people, fit), slot] = True
        most = np.zeros(force.size, np.int64)
        most[people] = force.most(people, can)
        return cls(len({duty for duty, _ in seats}), sum(seat.min for _, seat in seats), most)

    @property
    def people(self) -> int:
        return int((self.most > 0).sum())

    @property
    def turns(self) -> int:
        return int(self.most.sum())

    @property
    def each(self) -> int:
        return int(self.most.max(initial=0))

    @property
    def missing(self) -> int:
        return self.need - self.turns

    @property
    def wanted(self) -> int:
        """How many people it takes at least, if each could do as much as the best."""
        return -(-self.need // max(1, self.each))


def _posts(force: Workforce, needed: list[int]) -> Iterator[Notice]:
    """Posts whose people cannot hold them."""
    by_post: dict[str, list[int]] = {}
    for demand in needed:
        post = force.problem.duties[force.problem.demands[demand][0]].post
        if post is not None:
            by_post.setdefault(post, []).append(demand)
    short: list[tuple[str, Supply]] = []
    for post, demands in by_post.items():
        supply = Supply.of(force, demands)
        if supply.missing > 0:
            short.append((post, supply))
    if len(short) >= TOGETHER:
        yield _short_posts(force.problem, short)
    else:
        yield from (_short(s, _post_label(force.problem, post)) for post, s in short)


def _post_label(problem: Problem, post: str) -> Text:
    name = words.named(problem, "post", post)
    return Text(f"点位“{name.zh}”", f'The post "{name.en}"')


def _short(supply: Supply, label: Text) -> Notice:
    per = _number(supply.need / max(1, supply.duties))
    return error(
        "too_few_people",
        f"{label.zh}守不住：{supply.duties} 班、每班 {per} 人，共需 {supply.need} 人次；能在此值勤的 {supply.people} 人"
        f"每人最多 {supply.each} 班，合计 {supply.turns} 人次，"
        f"至少还缺 {supply.missing} 人次（共需约 {supply.wanted} 人）。",
        f"{label.en} cannot be held: {supply.duties} duties at {per} each need {supply.need} turns; "
        f"the {supply.people} people who may serve there can take at most {supply.each} each and {supply.turns} "
        f"in all, {supply.missing} too few (it takes about {supply.wanted} people).",
    )


def _short_posts(problem: Problem, short: list[tuple[str, Supply]]) -> Notice:
    """As in "165 posts of 3.7 people cannot be held: 21 duties a post at 5 each need …"."""
    count = len(short)
    people, duties, need, turns, wanted = (
        _number(sum(figure(s) for _, s in short) / count) for figure in (_people, _duties, _need, _turns, _wanted)
    )
    per = _number(sum(s.need for _, s in short) / max(1, sum(s.duties for _, s in short)))
    names = some([words.named(problem, "post", post) for post, _ in short])
    return error(
        "too_few_people",
        f"{count} 个点位平均只有 {people} 人，守不住：每个点位 {duties} 班、每班 {per} 人，"
        f"需 {need} 人次（约 {wanted} 人），而这些人最多能值 {turns} 人次。例如{names.zh}。",
        f"{count} posts of {people} people on average cannot be held: {duties} duties a post at {per} each need {need} "
        f"turns (about {wanted} people), and theirs can take at most {turns}. For example {names.en}.",
    )


def _people(s: Supply) -> int:
    return s.people


def _duties(s: Supply) -> int:
    return s.duties


def _need(s: Supply) -> int:
    return s.need


def _turns(s: Supply) -> int:
    return s.turns


def _wanted(s: Supply) -> int:
    return s.wanted


def _number(value: float) -> str:
    return f"{value:.1f}".removesuffix(".0")


def _groups(problem: Problem, needed: list[int]) -> Iterator[tuple[list[int], Text]]:
    """Sets of seats that draw on the same people: each set of qualifications, the nights, everything; and areas."""
    by_qualification: dict[tuple[str, ...], list[int]] = {}
    nights: list[int] = []
    for demand in needed:
        duty, seat = problem.demands[demand]
        if seat.qualifications:
            by_qualification.setdefault(seat.qualifications, []).append(demand)
        if problem.duty_night[duty]:
            nights.append(demand)
    for qualifications, demands in by_qualification.items():
        names = [words.named(problem, "qualification", q) for q in qualifications]
        zh, en = "、".join(n.zh for n in names), " and ".join(n.en for n in names)
        yield demands, Text(f"要求“{zh}”的席位", f'The work that demands "{en}"')
    yield from _areas(problem, needed)
    if nights:
        yield nights, Text("夜班", "The nights")
    if needed:
        yield needed, Text("整个排班期的勤务", "The work of the whole window")


def _areas(problem: Problem, needed: list[int]) -> Iterator[tuple[list[int], Text]]:
    """Areas to which people are bound."""
    by_area: dict[str | None, list[int]] = {}
    for demand in needed:
        by_area.setdefault(problem.duty_area[problem.demands[demand][0]], []).append(demand)
    for area in sorted({a for p in problem.people for a in p.bound_areas}):
        inside = problem.area_and_below.get(area, frozenset())
        demands = sorted(d for below in inside for d in by_area.get(below, ()))
        if demands:
            name = words.named(problem, "area", area)
            yield demands, Text(f"片区“{name.zh}”", f'The area "{name.en}"')


def anybody(force: Workforce, fits: list[np.ndarray]) -> np.ndarray:
    """Indices of those who are in any of these arrays of people."""
    mask = np.zeros(force.size, bool)
    for fit in {id(f): f for f in fits}.values():
        mask[fit] = True
    return np.flatnonzero(mask)


# --- moments ------------------------------------------------------------------------------------------------
def _moments(force: Workforce, demands: list[int], label: Text) -> Iterator[Notice]:
    """Moments at which more heads are needed than people are free; the worst is named."""
    problem = force.problem
    duty = np.array([problem.demands[d][0] for d in demands], np.int64)
    heads = np.array([problem.demands[d][1].min for d in demands], np.int64)
    short: list[tuple[int, int, int, int]] = []
    for moment in np.unique(problem.duty_start[duty]).tolist():
        now = np.flatnonzero((problem.duty_start[duty] <= moment) & (problem.duty_end[duty] > moment))
        need = int(heads[now].sum())
        there = len(anybody(force, [force.fit(demands[i]) for i in now.tolist()]))
        if there < need and len(now) > 1:
            short.append((there - need, moment, need, there))
    if short:
        _, moment, need, there = min(short)
        when = problem.instant(moment)
        on = words.day(when.date())
        yield error(
            "too_few_at_once",
            f"{label.zh}：有 {len(short)} 个时刻同时需要的人多于有空的人，最缺的是 {on.zh} {when:%H:%M}，"
            f"需要 {need} 人，能上的只有 {there} 人。",
            f"{label.en}: at {len(short)} moment(s) more heads are needed than people are free, the worst is "
            f"{on.en} {when:%H:%M} with {need} needed and {there} free.",
        )
