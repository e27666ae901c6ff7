"""Hypothesis strategies: tiny towns, rules of every registered kind, rosters wild and legal."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date, datetime, time, timedelta
from random import Random
from typing import Any
from zoneinfo import ZoneInfo

from hypothesis import strategies as st

from scheduler.problem import Assignment, Availability, Demand, Duty, History, Holding, PastDuty, Person, Problem
from scheduler.rules import REGISTRY

from . import factories as f
from .oracle import judge

Draw = Callable[[st.SearchStrategy[Any]], Any]
PEOPLE = ("ann", "bao", "chen", "deng", "er")


def some(values: Any, most: int = 2) -> st.SearchStrategy[list[Any]]:
    """A few of these values, often none."""
    return st.lists(st.sampled_from(sorted(values)), max_size=most, unique=True)


def ids(things: Any) -> list[str]:
    return [thing.id for thing in things]


# --- people and duties ------------------------------------------------------------------------------------
@st.composite
def calendars(draw: Draw) -> tuple[date, str]:
    """(first day, zone): mostly an ordinary week, sometimes one with a clock change on its second day."""
    return draw(
        st.one_of(
            st.tuples(st.integers(0, 6).map(lambda i: f.MONDAY + timedelta(days=i)), st.just(f.ZONE)),
            st.sampled_from([(date(2026, 3, 28), "Europe/Berlin"), (date(2026, 10, 24), "Europe/Berlin")]),
        )
    )


def instant(start: date, zone: str, day: int, clock: time) -> datetime:
    return datetime.combine(start + timedelta(days=day), clock, ZoneInfo(zone))


@st.composite
def seats(draw: Draw, positions: tuple[str, ...]) -> tuple[Demand, ...]:
    found = []
    for position in draw(st.lists(st.sampled_from(positions), min_size=1, max_size=2, unique=True)):
        low, above = draw(st.integers(0, 2)), draw(st.integers(0, 1))
        ideal, top = low + above, max(1, low + above + draw(st.integers(0, 1)))
        priority, demanded = draw(st.integers(1, 5)), tuple(draw(some(ids(f.QUALIFICATIONS), 1)))
        found.append(Demand(position, low, ideal, top, priority, demanded))
    return tuple(found)


@st.composite
def duties(draw: Draw, start: date, zone: str, days: int, most: int) -> tuple[Duty, ...]:
    """Shifts of one pattern at the posts, and errand runs at odd minutes."""
    pattern = f.SHIFTS[draw(st.sampled_from(sorted(f.SHIFTS)))]
    found = []
    for number in range(draw(st.integers((most + 1) // 2, most))):
        day = draw(st.integers(0, days - 1))
        if draw(st.integers(0, 3)):
            name, opens, closes, night = draw(st.sampled_from((*pattern, *(s for s in pattern if s[3]))))
            begin, end = instant(start, zone, day, opens), instant(start, zone, day + (closes <= opens), closes)
            name = draw(st.sampled_from([name, name, name, "late"]))  # two shift types may share an interval
            post = draw(st.sampled_from(f.POSTS))
            kind = draw(st.sampled_from(["shift", "shift", "standby"]))
            area, vehicle, wanted = None, None, draw(seats(("lead", "verify")))
        else:
            name, night, post = None, False, None
            begin = instant(start, zone, day, time(draw(st.integers(4, 22)), draw(st.integers(0, 59))))
            end = datetime.fromtimestamp(begin.timestamp() + 60 * draw(st.integers(30, 300)), ZoneInfo(zone))
            kind = draw(st.sampled_from(["errand_run", "errand_run", "task", "standby"]))
            vehicle = draw(st.sampled_from([None, *ids(f.VEHICLES)]))
            area, wanted = draw(st.sampled_from([None, *ids(f.AREAS)])), draw(seats(("run", "verify")))
        wanted = tuple(s.with_activated(draw(some(["ann", "gone"], 1))) if kind == "standby" else s for s in wanted)
        found.append(
            Duty(
                f"d{number}", begin, end, wanted, kind=kind, post=post.id if post else None, area=area, shift=name,
                night=night, vehicle=vehicle,
            )
        )  # fmt: skip
    return tuple(found)


@st.composite
def histories(draw: Draw, start: date, zone: str) -> History:
    pattern = f.SHIFTS["rolling"]
    slots = [
        (back, draw(st.sampled_from(pattern[::-1])))
        for back in range(1, 1 + draw(st.sampled_from([0, 1, 2, 3, 7])))
        if draw(st.integers(0, 3))
    ]
    recent = tuple(
        PastDuty(
            instant(start, zone, -back, opens),
            instant(start, zone, -back + (closes <= opens), closes),
            night,
            draw(st.sampled_from([None, *ids(f.POSTS)])),
            draw(st.sampled_from([None, "lead", "verify"])),
            draw(st.sampled_from([None, "shift", "standby", "standby"])),
            draw(st.sampled_from([None, name, name])),
        )
        for back, (name, opens, closes, night) in sorted(slots, reverse=True)
    )
    nights = sum(p.night for p in recent)
    more = draw(st.tuples(st.integers(0, 30), st.integers(0, 3), st.integers(0, 3), st.integers(0, 600)))
    return History(recent, len(recent) + more[0], nights + more[1], more[2], 480 * len(recent) + more[3])


@st.composite
def spans(draw: Draw, start: date, zone: str, days: int) -> tuple[Availability, ...]:
    """What a person said, without overlap; often to the minute of a shift's border."""
    marks = sorted(
        draw(
            st.lists(
                st.tuples(
                    st.integers(-1, days), st.sampled_from([0, 6, 8, 14, 16, 22]), st.sampled_from([-1, 0, 0, 1])
                ).map(lambda m: m[0] * 1440 + m[1] * 60 + m[2]),
                max_size=4,
                unique=True,
            )
        )
    )
    opening = instant(start, zone, 0, time()).timestamp()
    instants = [datetime.fromtimestamp(opening + 60 * m, ZoneInfo(zone)) for m in marks]
    statuses = st.sampled_from(["unavailable", "avoid", "prefer"])
    return tuple(Availability(a, b, draw(statuses)) for a, b in zip(instants[::2], instants[1::2]))


@st.composite
def persons(draw: Draw, id_: str, start: date, zone: str, days: int) -> Person:
    held = draw(some(ids(f.QUALIFICATIONS)))
    ends = st.one_of(st.none(), st.integers(-1, days).map(lambda i: start + timedelta(days=i)))
    bound = draw(st.integers(0, 3)) == 0
    return Person(
        id_,
        f"人员{id_}",
        draw(st.sampled_from(ids(f.CATEGORIES))),
        unit=draw(st.sampled_from([None, *ids(f.UNITS)])),
        area=draw(st.sampled_from([None, *ids(f.AREAS)])),
        contract=draw(st.sampled_from([None, *ids(f.CONTRACTS)])),
        household=draw(st.sampled_from([None, None, "h1", "h2"])),
        qualifications=tuple(Holding(q, None, draw(ends)) for q in held),
        availability=draw(spans(start, zone, days)),
        opt_ins=frozenset(draw(some(f.OPT_INS, 1))),
        bound_posts=tuple(draw(some(ids(f.POSTS)))) if bound else (),
        bound_areas=tuple(draw(some(ids(f.AREAS), 1))) if bound else (),
        tags=frozenset(draw(some(f.TAGS, 1))),
        history=draw(histories(start, zone)),
    )


# --- rules, as the document says them ---------------------------------------------------------------------
def maybe(strategy: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    return st.one_of(st.none(), strategy)


def options(**parameters: st.SearchStrategy[Any]) -> st.SearchStrategy[dict[str, Any]]:
    """Some of the parameters; the others keep their defaults."""
    return st.fixed_dictionaries({}, optional=parameters)


@st.composite
def populations(draw: Draw, people: list[str]) -> dict[str, list[str]]:
    """Everybody, or those who match one field."""
    fields = {
        "people": people, "categories": ids(f.CATEGORIES), "units": ids(f.UNITS), "contracts": ids(f.CONTRACTS),
        "areas": ids(f.AREAS), "qualifications": ids(f.QUALIFICATIONS), "tags": f.TAGS,
    }  # fmt: skip
    chosen = draw(some(fields, 1))
    return {key: draw(st.lists(st.sampled_from(fields[key]), min_size=1, max_size=2, unique=True)) for key in chosen}


DRIVING = st.lists(st.sampled_from(["run", "verify", "lead"]), min_size=1, max_size=2, unique=True)
POSTS_, KINDS = some(ids(f.POSTS)), some(["shift", "errand_run", "task"])


@st.composite
def _team_mix(draw: Draw, people: list[str]) -> dict[str, Any]:
    what = draw(st.sampled_from(["at_least", "at_most", "same_unit_at_most"]))
    return draw(options(posts=POSTS_, kinds=KINDS)) | {
        what: draw(st.integers(0, 2)),
        "members": draw(populations(people)),
    }


def _groups(people: list[str]) -> st.SearchStrategy[list[list[str]]]:
    group = st.lists(st.sampled_from(people), min_size=2, max_size=3, unique=True)
    return st.lists(group, max_size=2) if len(people) > 1 else st.just([])


@st.composite
def _standby(draw: Draw, people: list[str]) -> dict[str, Any]:
    filters = options(positions=DRIVING, posts=POSTS_, vehicle_types=st.just(["van"]))
    what = draw(st.sampled_from(["at_least", "max_hours", "max_hours"]))
    figure = st.integers(1, 2) if what == "at_least" else st.sampled_from([1, 4, 7, 8, 12, 16, 24])
    return draw(filters) | {what: draw(figure)}


SHIFTS = st.sampled_from(["early", "late", "night"])


@st.composite
def _run_length(draw: Draw) -> dict[str, Any]:
    least = draw(maybe(st.integers(0, 4)))
    most = draw(maybe(st.integers(max(1, least or 1), 4)))
    of = draw(st.sampled_from(["duty_days", "days_off", "shift"]))
    shifts = draw(st.lists(SHIFTS, min_size=1, max_size=2, unique=True)) if of == "shift" else []
    return {"min": least, "max": most, "of": of, "shifts": shifts, "borders_exempt": draw(st.booleans())}


def _without_least_per_day(**parameters: st.SearchStrategy[Any]) -> st.SearchStrategy[dict[str, Any]]:
    """A least per day is refused as meaningless."""
    return options(**parameters).map(lambda b: b | {"min": None} if b.get("per") == "day" else b)


PARAMETERS: dict[str, Callable[[list[str]], st.SearchStrategy[dict[str, Any]]]] = {
    "one_duty_at_a_time": lambda people: options(),
    "one_duty_a_day": lambda people: options(),
    "min_rest": lambda people: options(
        hours=st.integers(4, 24), after_night_hours=maybe(st.integers(8, 30)), run_hours=maybe(st.integers(0, 16))
    ),
    "rest_after_nights": lambda people: options(nights=st.integers(1, 3), hours=st.integers(1, 48)),
    "availability": lambda people: options(avoid_weight=st.integers(0, 9), prefer_weight=st.integers(0, 9)),
    "qualification": lambda people: options(),
    "bound_posts": lambda people: options(),
    "cover": lambda people: options(below_ideal_weight=st.integers(0, 20), above_ideal_weight=st.integers(0, 5)),
    "team_mix": lambda people: _team_mix(people),
    "apart": lambda people: options(
        groups=_groups(people), households=st.booleans(), scope=st.sampled_from(["shift", "duty"])
    ),
    "together": lambda people: st.fixed_dictionaries({"groups": _groups(people)}),
    "max_hours": lambda people: options(hours=st.integers(4, 40), window_days=st.sampled_from([1, 1, 2, 7])),
    "min_max_duties": lambda people: _without_least_per_day(
        min=maybe(st.integers(0, 3)), max=maybe(st.integers(0, 3)), per=st.sampled_from(["window", "week", "day"]),
        kinds=KINDS, posts=POSTS_, positions=some(ids(f.POSITIONS)), shifts=some(["early", "late", "night"]),
    ),
    "min_max_minutes": lambda people: _without_least_per_day(
        min=maybe(st.integers(0, 480)), max=maybe(st.integers(480, 999)), per=st.sampled_from(["window", "week", "day"])
    ),
    "max_nights": lambda people: options(
        max=maybe(st.integers(0, 3)), in_a_row=maybe(st.integers(1, 3)), window_days=st.integers(1, 8)
    ),
    "day_off": lambda people: st.integers(1, 7).flatmap(
        lambda days: options(min=st.integers(1, days), window_days=st.just(days))
    ),
    "run_length": lambda people: _run_length(),
    "forbidden_succession": lambda people: options(
        pairs=st.lists(st.lists(SHIFTS, min_size=2, max_size=3), min_size=1, max_size=2)
    ),
    "weekends": lambda people: options(max=maybe(st.integers(0, 2)), complete=st.booleans()),
    "continuity": lambda people: options(),
    "category_order": lambda people: options(
        order=st.lists(st.sampled_from(ids(f.CATEGORIES)), min_size=1, max_size=3, unique=True), kinds=KINDS
    ),
    "fair_share": lambda people: options(
        measure=st.sampled_from(["duties", "nights", "weekends"]), history=st.booleans()
    ),
    "distance": lambda people: options(km=st.integers(0, 8), step_km=st.integers(1, 3)),
    "inspector_independence": lambda people: st.fixed_dictionaries({"positions": DRIVING}),
    "rotation": lambda people: options(
        max=st.integers(1, 3), window_days=st.integers(1, 5), positions=some(ids(f.POSITIONS))
    ),
    "unit_share": lambda people: options(measure=st.sampled_from(["duties", "nights", "hours"]), history=st.booleans()),
    "deputies": lambda people: st.fixed_dictionaries({"groups": _groups(people)}),
    "vehicle": lambda people: st.fixed_dictionaries({"positions": DRIVING}),
    "standby_cover": lambda people: _standby(people),
    "stability": lambda people: options(move_weight=st.integers(0, 20), add_weight=st.integers(0, 9)),
}  # fmt: skip
"""For each rule the strategy of its parameters. A rule without a line here is not tested, which fails the tests."""


@st.composite
def rules(draw: Draw, name: str, people: list[str], start: date, days: int) -> dict[str, Any]:
    """One rule in the words of the document."""
    kind = REGISTRY[name]
    hard = kind.always_hard or (not kind.always_priced and draw(st.booleans()))
    body: dict[str, Any] = {"rule": name, "hard": hard, "weight": draw(st.integers(1, 5))}
    body |= draw(PARAMETERS[name](people))
    if draw(st.integers(0, 3)) == 3:
        body["population"] = draw(populations(people))
    if draw(st.integers(0, 5)) == 5:
        body["waived_by"] = draw(st.sampled_from(f.OPT_INS))
    if draw(st.integers(0, 4)) == 4:
        first, last = sorted(draw(st.tuples(st.integers(-1, days), st.integers(-1, days))))
        dates = {"from": start + timedelta(days=first), "to": start + timedelta(days=last)}
        body["dates"] = {key: day.isoformat() for key, day in dates.items()}
    return body


# --- rosters ----------------------------------------------------------------------------------------------
def seats_of(problem: Problem) -> list[Assignment]:
    """Every assignment that has the right shape."""
    return [Assignment(p.id, d.id, s.position) for p in problem.people for d in problem.duties for s in d.seats]


@st.composite
def wild_rosters(draw: Draw, problem: Problem) -> tuple[Assignment, ...]:
    """Any assignments at all, few or nearly all of them."""
    seed, density = draw(st.integers(0, 2**16)), draw(st.sampled_from([0.5, 0.2, 0.8, 0.0]))
    chance = Random(seed)
    return tuple(a for a in seats_of(problem) if chance.random() < density)


@st.composite
def mild_rosters(draw: Draw, problem: Problem) -> tuple[Assignment, ...]:
    """Assignments taken in a random order as long as each leaves no hard rule worse off."""
    chance = Random(draw(st.integers(0, 2**16)))
    wishes = seats_of(problem)
    chance.shuffle(wishes)
    kept: tuple[Assignment, ...] = ()
    broken = sum(judge(problem, ()).hard.values())
    for wish in wishes[: draw(st.integers(0, 16))]:
        now = sum(judge(problem, (*kept, wish)).hard.values())
        if now <= broken:
            kept, broken = (*kept, wish), now
    return kept


def rosters(problem: Problem) -> st.SearchStrategy[tuple[Assignment, ...]]:
    return st.one_of(wild_rosters(problem), mild_rosters(problem))


# --- whole problems ---------------------------------------------------------------------------------------
@st.composite
def towns(
    draw: Draw, rule: str | None = None, most_people: int = 4, most_duties: int = 8, most_days: int = 9
) -> Problem:
    """A tiny town with the two rules that hold everywhere, and one or two rules of the wanted kind (any when None)."""
    start, zone = draw(calendars())
    days = min(most_days, draw(st.sampled_from([3, 2, 1, 4, 3, 2, 5, 8])))
    names = PEOPLE[: draw(st.integers(1, most_people))]
    people = tuple(draw(persons(id_, start, zone, days)) for id_ in names)
    kinds = [rule] if rule else draw(st.lists(st.sampled_from(sorted(REGISTRY)), max_size=4, unique=True))
    bodies = [{"rule": "one_duty_at_a_time"}, {"rule": "cover"} | draw(PARAMETERS["cover"]([]))]
    for kind in kinds:
        if kind != "cover":
            bodies += [draw(rules(kind, list(names), start, days)) for _ in range(draw(st.integers(1, 2)))]
    work = draw(duties(start, zone, days, most_duties))
    town = f.problem(people, work, [f.rule(b) for b in bodies], days, start=start, zone=zone)
    if "stability" not in kinds or draw(st.integers(0, 4)) == 0:
        return town
    now = draw(maybe(st.integers(-30, 24 * days).map(lambda h: town.instant(60 * h))))
    return replace(town, baseline=draw(mild_rosters(town)), now=now)
