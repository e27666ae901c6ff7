"""A day in a sub-district of eleven thousand: what is waited for, and how effort grows from 1,000 to 50,000 people."""

from __future__ import annotations

import gc
import json
import os
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from functools import partial
from pathlib import Path
from random import Random
from statistics import median
from tempfile import TemporaryDirectory
from typing import Any

from scheduler import document, towns
from scheduler.check import check, consequences
from scheduler.preflight import preflight
from scheduler.problem import Assignment, Duty, Person, Problem
from scheduler.program import build
from scheduler.repair import Absence, RepairResult, repair
from scheduler.rules import all_limits
from scheduler.solver import Options
from scheduler.substitutes import rank

from .machine import PeakMemory
from .solving import solve

SIZES = (1_000, 2_000, 5_000, 11_000, 20_000, 50_000)
GAP = 0.005
"""The relative gap up to which a solve is timed."""
NOW = 30 * 60
"""The minute of the window at which the published roster is repaired: six on the second morning."""
TONIGHT = 46 * 60
"""New posts open at ten in the evening of that day."""
NEW_POSTS = 6
Roster = tuple[Assignment, ...]
Figures = dict[str, Any]


def day(key: str, week: date, seed: int, seconds: float, trials: int) -> Figures:
    """Everything of one day in one town: a solve of `seconds`, then each thing that an organiser waits for."""
    body = towns.make(key, seed, week)
    solved, result = solve(body, seconds, seed)
    roster = tuple(Assignment(a["person"], a["duty"], a["position"]) for a in result["assignments"])
    watch = PeakMemory(os.getpid())
    watch.start()
    figures = {"people": len(body["people"]), "solve": solved, "rows": list(_rows(body, roster, seed, trials))}
    figures["peak_memory_mb"] = round(watch.stop() / 2**20)
    return figures


def _rows(body: dict[str, Any], roster: Roster, seed: int, trials: int) -> list[Figures]:
    chance = Random(seed)
    problem = document.load(body)
    edits = _edits(problem, roster, chance)
    seats = partial(chance.choice, roster)
    rows = [
        _row("load the document", trials, lambda: document.load(body)),
        _row("say all limits", trials, lambda p: all_limits(p), lambda: document.load(body)),
        _row("build the program", 1, lambda: build(problem)),
        _row("pre-flight", trials, lambda p: preflight(p), lambda: document.load(body)),
        _row("check, limits not yet said", trials, lambda p: check(p, roster), lambda: document.load(body)),
        _row("check again", trials, lambda: check(problem, roster)),
        _row("legality of one change", 4 * trials, lambda e: consequences(problem, roster, *e), edits),
        _row("substitutes for one seat", 4 * trials, lambda g: _rank(problem, roster, g), seats),
    ]  # fmt: skip
    for absent in (1, 240):
        several = 5 * trials if absent == 1 else 1
        rows.append(_repairs(f"repair, {absent} absent", body, roster, chance, several, absent))
    rows.append(_new_posts(body, roster))
    return rows


def _row(name: str, trials: int, work: Callable[..., object], given: Callable[[], Any] | None = None) -> Figures:
    """Wall clock and processor time of some runs; `given` makes what each of them works on, outside the clock."""
    wall, processor = [], []
    for _ in range(trials):
        what = () if given is None else (given(),)
        gc.collect()
        clock, used = time.perf_counter(), time.process_time()
        work(*what)
        wall.append(time.perf_counter() - clock)
        processor.append(time.process_time() - used)
    return {"what": name, "trials": trials, "seconds": wall, "processor_seconds": processor}


def _edits(problem: Problem, roster: Roster, chance: Random) -> Callable[[], tuple[list[Assignment], list[Assignment]]]:
    """One assignment goes from whoever has it to somebody drawn."""

    def edit() -> tuple[list[Assignment], list[Assignment]]:
        gone = chance.choice(roster)
        return [gone], [replace(gone, person=chance.choice(problem.people).id)]

    return edit


def _rank(problem: Problem, roster: Roster, gone: Assignment) -> object:
    return rank(problem, tuple(a for a in roster if a != gone), gone.duty, gone.position)


# --- repairs ------------------------------------------------------------------------------------------------
def _repairs(name: str, body: dict[str, Any], roster: Roster, chance: Random, trials: int, absent: int) -> Figures:
    """People who serve on the third or fourth day are absent for both; the roster is out, the second day has begun."""
    found: list[RepairResult] = []

    def drawn() -> tuple[Problem, list[Absence]]:
        problem = document.load(body)
        problem = replace(problem, baseline=roster, now=problem.instant(NOW))
        opens, closes = problem.instant(48 * 60), problem.instant(96 * 60)
        duties = {d.id: d for d in problem.duties}
        busy = sorted({a.person for a in roster if opens <= duties[a.duty].start < closes})
        return problem, [Absence(p, opens, closes) for p in chance.sample(busy, min(absent, len(busy)))]

    def work(case: tuple[Problem, list[Absence]]) -> None:
        found.append(repair(*case, Options(seconds=20)))

    return _row(name, trials, work, drawn) | _repaired(found)


def _new_posts(body: dict[str, Any], roster: Roster) -> Figures:
    """Six posts open beside others at ten in the evening, in three shifts to the end of the week.

    Whoever is bound to the neighbouring post may serve there too.
    """
    found: list[RepairResult] = []

    def opened() -> tuple[Problem, list[str]]:
        return with_new_posts(replace(document.load(body), baseline=roster), NEW_POSTS)

    def work(case: tuple[Problem, list[str]]) -> None:
        problem, new = case
        found.append(repair(problem, (), Options(seconds=20), new))

    row = _row(f"repair, {NEW_POSTS} new posts", 1, work, opened)
    problem, new = opened()
    seats = sum(seat.min for duty in problem.duties if duty.id in set(new) for seat in duty.seats)
    return row | {"seats": seats} | _repaired(found)


def with_new_posts(problem: Problem, count: int) -> tuple[Problem, list[str]]:
    """(the problem with so many new posts, their duties): each is the double of a post that people are bound to."""
    bound = {post for person in problem.people for post in person.bound_posts}
    crowded = [p for p in problem.posts if p.id in bound and p.type == "checkpoint"]
    olds = crowded[:: max(1, len(crowded) // count)][:count]
    new_id = {post.id: f"{post.id}-new" for post in olds}
    posts = [replace(p, id=new_id[p.id], name=f"{p.name}（新）", name_en=f"{p.name_en}, new") for p in olds]
    from_now_on = problem.instant(TONIGHT)
    duties = [_double(d, new_id) for d in problem.duties if d.post in new_id and d.start >= from_now_on]
    people = tuple(_bound_too(person, new_id) for person in problem.people)
    changed = replace(
        problem,
        now=problem.instant(TONIGHT - 60),
        posts=(*problem.posts, *posts),
        duties=(*problem.duties, *duties),
        people=people,
    )
    return changed, [d.id for d in duties]


def _double(duty: Duty, new_id: dict[str, str]) -> Duty:
    return replace(duty, id=f"{duty.id}-new", post=new_id[duty.post or ""])


def _bound_too(person: Person, new_id: dict[str, str]) -> Person:
    more = tuple(new_id[p] for p in person.bound_posts if p in new_id)
    return replace(person, bound_posts=(*person.bound_posts, *more)) if more else person


def _repaired(found: list[RepairResult]) -> Figures:
    best = [r.alternatives[0] for r in found]
    return {
        "people_moved": [b.people_moved for b in best],
        "proven_fewest": sum(b.proven_fewest for b in best),
        "still_empty": [sum(v.count for v in b.vacancies) for b in best],
    }


# --- growth -------------------------------------------------------------------------------------------------
def growth(week: date, seed: int, seconds: float, sizes: tuple[int, ...] = SIZES) -> list[Figures]:
    """Seconds until the gap is at most `GAP`, and the memory of all processes, for towns of one density."""
    return [_grown(towns.make("yinhu", seed, week, people), people, seconds, seed) for people in sizes]


def _grown(body: dict[str, Any], people: int, seconds: float, seed: int) -> Figures:
    """One solve by the command line, which ends when the gap is reached."""
    with TemporaryDirectory() as folder:
        problem, out = Path(folder) / "problem.json", Path(folder) / "result.json"
        problem.write_text(json.dumps(body), encoding="utf-8")
        started = time.monotonic()
        asked = [sys.executable, "-m", "scheduler", "solve", str(problem), "--out", str(out), "--progress", "none"]
        asked += ["--seconds", str(seconds), "--seed", str(seed), "--gap", str(GAP)]
        child = subprocess.Popen(asked)
        watch = PeakMemory(child.pid)
        watch.start()
        code = child.wait()
        wall, memory = time.monotonic() - started, watch.stop()
        result = json.loads(out.read_text(encoding="utf-8")) if code == 0 else {}
    gap = result.get("gap")
    return {
        "people": people,
        "seconds": round(wall, 1),
        "reached": gap is not None and gap <= GAP,
        "gap": gap,
        "vacancies": sum(v["count"] for v in result.get("vacancies", [])),
        "peak_memory_mb": round(memory / 2**20),
        "exit_code": code,
    }


# --- tables -------------------------------------------------------------------------------------------------
def day_table(figures: Figures) -> str:
    """The day as a Markdown table."""
    lines = ["| | wall clock, median (worst) | processor time, median | |", "|---|---|---|---|"]
    for row in figures["rows"]:
        said = ""
        if "people_moved" in row:
            proven = f"{row['proven_fewest']} of {row['trials']} proven fewest"
            said = f"{_few(row['people_moved'])} people moved, {_few(row['still_empty'])} seats empty, {proven}"
        wall, processor = row["seconds"], row["processor_seconds"]
        lines.append(f"| {row['what']} | {median(wall):.3f} s ({max(wall):.3f}) | {median(processor):.3f} s | {said} |")
    return "\n".join([*lines, f"| peak memory of the day | {figures['peak_memory_mb']} MB | | |"])


def _few(values: list[int]) -> str:
    return str(values[0]) if min(values) == max(values) else f"{min(values)} to {max(values)}"


def growth_table(rows: list[Figures]) -> str:
    """The growth as a Markdown table."""
    lines = [f"| people | seconds to a gap of {100 * GAP:g} % | gap | peak memory |", "|---|---|---|---|"]
    for row in rows:
        seconds = f"{row['seconds']:.1f}" if row["reached"] else f"not in {row['seconds']:.0f}"
        gap = "–" if row["gap"] is None else f"{100 * row['gap']:.2f} %"
        lines.append(f"| {row['people']:,} | {seconds} | {gap} | {row['peak_memory_mb']} MB |")
    return "\n".join(lines)
