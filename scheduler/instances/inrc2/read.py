"""Readers of the competition's text format. Every fault comes with file and line, all of them at once."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from ..pages import Faults, Line, Page
from .model import (  # fmt: skip
    ANY,
    DAYS,
    NOTHING,
    Carried,
    Contract,
    Entry,
    History,
    Instance,
    Nurse,
    Request,
    Roster,
    Scenario,
    ShiftType,
    Week,
)

File = tuple[str, bytes]
"""A file's name, for sentences, and its bytes."""
MAX_WEEKS = 52
_PAIR = r"\((\w+),\s*(\w+)\)"


def read_instance(scenario: File, history: File, weeks: Sequence[File]) -> Instance:
    """All files of an instance: as many weeks as the horizon still has, or fewer from its front.

    Raises DocumentError with the faults of all files.
    """
    faults = Faults()
    told = _scenario(Page(*scenario, faults))
    carried = _history(Page(*history, faults), told)
    held = tuple(_week(Page(*file, faults), told) for file in weeks)
    if told.weeks and carried.week + len(held) > told.weeks:
        faults.add(scenario[0], None, "too_many_weeks", wanted=told.weeks, found=len(held), passed=carried.week)
    faults.raise_if_any()
    return Instance(told, carried, held)


def read_solutions(instance: Instance, files: Sequence[File]) -> Roster:
    """The roster of solution files, one for each week at hand. Raises DocumentError with the faults of all."""
    faults = Faults()
    found = [e for i, file in enumerate(files) for e in _solution(Page(*file, faults), instance, i)]
    faults.raise_if_any()
    return tuple(found)


# --- scenario ---------------------------------------------------------------------------------------------
_SCENARIO = (
    "SCENARIO", "WEEKS", "SKILLS", "SHIFT_TYPES", "FORBIDDEN_SHIFT_TYPES_SUCCESSIONS", "CONTRACTS", "NURSES",
)  # fmt: skip


def _scenario(page: Page) -> Scenario:
    parts = page.sections(_SCENARIO)
    for name in ("SCENARIO", "WEEKS"):
        if parts[name].line and not parts[name].value:
            page.add(parts[name].line, "malformed", form=f"{name} = …")
        for line in parts[name].body:
            page.add(line.number, "stray_line")
    weeks = parts["WEEKS"]
    for name in ("SKILLS", "SHIFT_TYPES", "CONTRACTS", "NURSES"):
        page.counted(parts[name], f"{name} = 3")
    skills: dict[str, int] = {}
    for number, match in page.matching(parts["SKILLS"].body, r"(\S+)", "Nurse"):
        page.once(number, match[1], skills)
    shifts = _shifts(page, parts["SHIFT_TYPES"].body)
    names = {s.name for s in shifts}
    contracts = _contracts(page, parts["CONTRACTS"].body)
    return Scenario(
        name=parts["SCENARIO"].value,
        weeks=page.whole(weeks.line, weeks.value, 1, MAX_WEEKS) if weeks.value else 0,
        skills=tuple(skills),
        shifts=shifts,
        forbidden=_successions(page, parts["FORBIDDEN_SHIFT_TYPES_SUCCESSIONS"].body, names),
        contracts=contracts,
        nurses=_nurses(page, parts["NURSES"].body, {c.name for c in contracts}, set(skills)),
    )


def _shifts(page: Page, lines: Iterable[Line]) -> tuple[ShiftType, ...]:
    found, seen = [], dict[str, int]()
    for number, match in page.matching(lines, rf"(\S+)\s+{_PAIR}", "Early (2,5)"):
        if page.once(number, match[1], seen):
            found.append(ShiftType(match[1], *page.span(number, match[2], match[3])))
    return tuple(found)


def _successions(page: Page, lines: Iterable[Line], shifts: set[str]) -> frozenset[tuple[str, str]]:
    found, seen = set(), dict[str, int]()
    for number, match in page.matching(lines, r"(\S+)\s+(\d+)((?:\s+\S+)*)", "Night 2 Early Late"):
        first, followers = match[1], match[3].split()
        page.once(number, first, seen)
        page.known(number, first, shifts, "shift")
        if int(match[2]) != len(followers):
            page.add(number, "wrong_count", section=first, said=int(match[2]), found=len(followers))
        found |= {(first, f) for f in followers if page.known(number, f, shifts, "shift")}
    return frozenset(found)


def _contracts(page: Page, lines: Iterable[Line]) -> tuple[Contract, ...]:
    found, seen = [], dict[str, int]()
    form = "FullTime (15,22) (3,5) (2,3) 2 1"
    for number, match in page.matching(lines, rf"(\S+)\s+{_PAIR}\s+{_PAIR}\s+{_PAIR}\s+(\S+)\s+(\S+)", form):
        if page.once(number, match[1], seen):
            spans = [page.span(number, match[i], match[i + 1]) for i in (2, 4, 6)]
            weekends, complete = page.whole(number, match[8]), page.whole(number, match[9], 0, 1)
            found.append(Contract(match[1], *spans[0], *spans[1], *spans[2], weekends, bool(complete)))
    return tuple(found)


def _nurses(page: Page, lines: Iterable[Line], contracts: set[str], skills: set[str]) -> tuple[Nurse, ...]:
    found, seen = [], dict[str, int]()
    for number, match in page.matching(lines, r"(\S+)\s+(\S+)\s+(\d+)((?:\s+\S+)*)", "Nguyen FullTime 1 Nurse"):
        name, contract, own = match[1], match[2], match[4].split()
        new = page.once(number, name, seen)
        page.known(number, contract, contracts, "contract")
        if int(match[3]) != len(own):
            page.add(number, "wrong_count", section=name, said=int(match[3]), found=len(own))
        held = tuple(skill for skill in dict.fromkeys(own) if page.known(number, skill, skills, "skill"))
        if new:
            found.append(Nurse(name, contract, held))
    return tuple(found)


# --- history ----------------------------------------------------------------------------------------------
def _history(page: Page, scenario: Scenario) -> History:
    parts = page.sections(("HISTORY", "NURSE_HISTORY"))
    week = 0
    for number, match in page.matching(_one(page, parts["HISTORY"].body), r"(\S+)\s+(\S+)", f"0 {scenario.name}"):
        week = page.whole(number, match[1], 0, MAX_WEEKS)
        _same_scenario(page, number, match[2], scenario)
    nurses, shifts = {n.name for n in scenario.nurses}, {s.name for s in scenario.shifts} | {NOTHING}
    held: dict[str, Carried] = {}
    seen: dict[str, int] = {}
    form = "Patrick 0 0 Night 1 4 0"
    for number, match in page.matching(parts["NURSE_HISTORY"].body, r"(\S+)" + r"\s+(\S+)" * 6, form):
        known = page.known(number, match[1], nurses, "nurse") & page.known(number, match[4], shifts, "shift")
        figures = [page.whole(number, match[i]) for i in (2, 3, 5, 6, 7)]
        last = None if match[4] == NOTHING else match[4]
        one = Carried(figures[0], figures[1], last, figures[2], figures[3], figures[4])
        if not _sound(one):
            page.add(number, "history_contradicts")
        if known and page.once(number, match[1], seen):
            held[match[1]] = one
    for name in [n.name for n in scenario.nurses if n.name not in held] if parts["NURSE_HISTORY"].line else []:
        page.add(parts["NURSE_HISTORY"].line, "nurse_without_history", name=name)
    return History(week, scenario.name, held)


def _sound(one: Carried) -> bool:
    if one.last_shift is None:
        return one.shift_run == one.work_run == 0 and one.off_run >= 1
    return 1 <= one.shift_run <= one.work_run and one.off_run == 0


# --- week -------------------------------------------------------------------------------------------------
def _week(page: Page, scenario: Scenario) -> Week:
    parts = page.sections(("WEEK_DATA", "REQUIREMENTS", "SHIFT_OFF_REQUESTS"))
    for line in _one(page, parts["WEEK_DATA"].body):
        _same_scenario(page, line.number, line.words, scenario)
    page.counted(parts["SHIFT_OFF_REQUESTS"], "SHIFT_OFF_REQUESTS = 5")
    shifts, skills = {s.name for s in scenario.shifts}, set(scenario.skills)
    cover: dict[tuple[int, str, str], tuple[int, int]] = {}
    seen: dict[str, int] = {}
    form = "Early Nurse (1,1) (1,1) (0,1) (1,1) (0,1) (1,1) (1,1)"
    for number, match in page.matching(parts["REQUIREMENTS"].body, r"(\S+)\s+(\S+)" + rf"\s+{_PAIR}" * 7, form):
        known = page.known(number, match[1], shifts, "shift") & page.known(number, match[2], skills, "skill")
        spans = [page.span(number, match[3 + 2 * day], match[4 + 2 * day]) for day in range(7)]
        if known and page.once(number, f"{match[1]} {match[2]}", seen):
            cover |= {(day, match[1], match[2]): span for day, span in enumerate(spans)}
    return Week(scenario.name, cover, _requests(page, parts["SHIFT_OFF_REQUESTS"].body, scenario))


def _requests(page: Page, lines: Iterable[Line], scenario: Scenario) -> tuple[Request, ...]:
    nurses, shifts = {n.name for n in scenario.nurses}, {s.name for s in scenario.shifts} | {ANY}
    found = []
    for number, match in page.matching(lines, r"(\S+)\s+(\S+)\s+(\S+)", "Patrick Any Thu"):
        known = page.known(number, match[1], nurses, "nurse")
        known &= page.known(number, match[2], shifts, "shift")
        if page.known(number, match[3], DAYS, "weekday") and known:
            found.append(Request(match[1], DAYS.index(match[3]), None if match[2] == ANY else match[2]))
    return tuple(found)


# --- solution ---------------------------------------------------------------------------------------------
def _solution(page: Page, instance: Instance, index: int) -> list[Entry]:
    """The entries of the week with this index among those at hand."""
    scenario, wanted = instance.scenario, instance.history.week + index
    parts = page.sections(("SOLUTION", "ASSIGNMENTS"))
    for number, match in page.matching(_one(page, parts["SOLUTION"].body), r"(\S+)\s+(\S+)", f"0 {scenario.name}"):
        week = page.whole(number, match[1], 0, MAX_WEEKS)
        if week != wanted:
            page.add(number, "other_week", found=week, wanted=wanted)
        _same_scenario(page, number, match[2], scenario)
    page.counted(parts["ASSIGNMENTS"], "ASSIGNMENTS = 5")
    nurses, shifts = {n.name for n in scenario.nurses}, {s.name for s in scenario.shifts}
    found = []
    for number, match in page.matching(parts["ASSIGNMENTS"].body, r"(\S+)" + r"\s+(\S+)" * 3, "Patrick Mon Late Nurse"):
        known = page.known(number, match[1], nurses, "nurse") & page.known(number, match[2], DAYS, "weekday")
        known &= page.known(number, match[3], shifts, "shift")
        if page.known(number, match[4], scenario.skills, "skill") and known:
            found.append(Entry(match[1], 7 * index + DAYS.index(match[2]), match[3], match[4]))
    return found


# --- shared -----------------------------------------------------------------------------------------------
def _one(page: Page, lines: list[Line]) -> list[Line]:
    """The first line; further ones are strays."""
    for line in lines[1:]:
        page.add(line.number, "stray_line")
    return lines[:1]


def _same_scenario(page: Page, number: int, name: str, scenario: Scenario) -> None:
    if scenario.name and name != scenario.name:
        page.add(number, "other_scenario", name=name, wanted=scenario.name)
