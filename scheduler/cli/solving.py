"""Commands that solve: stop on a signal with the best roster, tell progress, keep the incumbent."""

from __future__ import annotations

import multiprocessing
import os
import signal
import threading
import time
from argparse import Namespace
from collections.abc import Callable
from dataclasses import replace
from typing import Any

from .. import document
from ..problem import Assignment, Problem
from ..roster import Progress, Relaxation, Result, assignment_json
from ..text import Text
from .output import FINE, NOTHING_LEGAL, RULES_BROKEN, InputError, Teller, read, writable, write_json

LEAST_SECONDS_A_PART, MOST_SECONDS_A_PART = 2.0, 10.0
"""For each smaller problem that is solved to find the rules that contradict each other."""


def solve(options: Namespace, teller: Teller) -> int:
    """A roster for a problem, as a result document."""
    _before(options, options.problem, options.start)
    problem = _problem(options.problem)
    from .. import solver

    if options.progress == "text":
        _say_notices(problem, teller)
    with Stop() as stop:
        result = solver.solve(problem, _options(options, problem), telling(options, teller), stop, _keeping(options))
        result = replace(result, relaxations=_relaxations(problem, result, options, stop))
    write_json(options.out, result.as_json(options.lang))
    if options.progress == "text":
        teller.say(_outcome(result.status, result.vacancies, result.assignments))
        for relaxation in result.relaxations:
            teller.say(relaxation.text)
    if result.assignments is None:
        return NOTHING_LEGAL
    return RULES_BROKEN if result.violations else FINE


def _relaxations(problem: Problem, result: Result, options: Namespace, stop: Stop) -> tuple[Relaxation, ...]:
    """What would have to give for fewer vacancies or, when nothing is legal, for anything legal.

    The latter takes solves of its own, in what is left of the time and at least for a moment each. Nothing of it when
    the solve was told to stop: whoever waits for that wants the roster now, and `explain` says the same later.
    """
    if stop():
        return ()
    from .. import solver
    from ..relaxation import contradictions, relaxations

    if result.assignments is not None:
        return relaxations(problem, result.assignments)
    ends = time.monotonic() + options.seconds - result.seconds

    def solved(part: Problem) -> tuple[Assignment, ...] | None:
        seconds = min(MOST_SECONDS_A_PART, max(LEAST_SECONDS_A_PART, ends - time.monotonic()))
        if options.reproducible:
            seconds = LEAST_SECONDS_A_PART
        asked = solver.Options(seconds, options.seed, cores=options.cores, reproducible=options.reproducible)
        return solver.solve(part, asked, should_stop=stop).assignments

    return contradictions(problem, solved) if result.status == "infeasible" else ()


def repair(options: Namespace, teller: Teller) -> int:
    """Up to three ways to go on without the absent and with the duties that are new, as a repair's result."""
    _before(options, options.problem, options.absences, options.start)
    problem = _problem(options.problem)
    asked = document.loads(read(options.absences))
    absent, opened = document.absences_from_json(problem, asked), document.opened_from_json(problem, asked)
    from .. import repair as repairing

    absences = [repairing.Absence(*one) for one in absent]
    with Stop() as stop:
        result = repairing.repair(problem, absences, _options(options, problem), opened, stop)
    body = result.as_json(options.lang)
    write_json(options.out, body)
    if options.progress == "text":
        for alternative in result.alternatives:
            teller.say(alternative.text)
    return FINE if body["alternatives"] else NOTHING_LEGAL


class Stop:
    """True once SIGTERM or SIGINT has come; a second SIGINT ends the process at once."""

    def __init__(self) -> None:
        self._asked = False
        self._before: dict[int, Any] = {}

    def __call__(self) -> bool:
        return self._asked

    def __enter__(self) -> Stop:
        for number in (signal.SIGTERM, signal.SIGINT):
            self._before[number] = signal.signal(number, self._ask)
        return self

    def __exit__(self, *_: object) -> None:
        for number, handler in self._before.items():
            signal.signal(number, handler)

    def _ask(self, number: int, _: object) -> None:
        self._asked = True
        if number == signal.SIGINT:
            signal.signal(signal.SIGINT, signal.SIG_DFL)


def _before(options: Namespace, *inputs: str | None) -> None:
    """What must be right before time is spent."""
    if sum(path == "-" for path in inputs) > 1:
        raise InputError("标准输入只能用一次。", "Standard input can be read only once.")
    writable(options.out)
    writable(options.incumbent)
    if options.while_parent_lives:
        threading.Thread(target=_watch, args=(options.parent,), daemon=True).start()


def _watch(parent: int) -> None:
    """Ends this process and its children once the parent has gone.

    Polled, for the kernel's own death signal fires when the parent's *thread* ends, not its process.
    """
    while os.getppid() == parent:
        time.sleep(0.3)
    for child in multiprocessing.active_children():
        child.kill()
    os._exit(FINE)


def _problem(path: str) -> Problem:
    return document.load(document.loads(read(path)))


def _options(options: Namespace, problem: Problem) -> Any:
    from .. import solver

    start = None
    if options.start:
        start = document.roster_from_json(problem, document.loads(read(options.start)))
    return solver.Options(
        seconds=options.seconds,
        seed=options.seed,
        gap=options.gap,
        cores=options.cores,
        reproducible=options.reproducible,
        start=start,
        memory=None if options.memory is None else options.memory * 2**20,
    )


def telling(options: Namespace, teller: Teller) -> Callable[[Progress], None]:
    def jsonl(progress: Progress) -> None:
        teller.record(progress.as_json())

    def text(progress: Progress) -> None:
        teller.say(_said(progress))

    def nothing(progress: Progress) -> None:
        """Asked for silence."""

    return {"jsonl": jsonl, "text": text, "none": nothing}[options.progress]


def _said(p: Progress) -> Text:
    if p.objective is None:
        return Text(f"{p.seconds:6.1f} 秒  还没有合法班表", f"{p.seconds:6.1f} s  no legal roster yet")
    bound = "–" if p.bound is None else f"{p.bound:.0f}"
    gap = "–" if p.gap is None else f"{100 * p.gap:.2f} %"
    return Text(
        f"{p.seconds:6.1f} 秒  缺口 {p.vacancies}  代价 {p.objective}  下界 {bound}  差距 {gap}",
        f"{p.seconds:6.1f} s  {p.vacancies} vacant  cost {p.objective}  bound {bound}  gap {gap}",
    )


def _keeping(options: Namespace) -> Callable[[tuple[Assignment, ...]], None]:
    def keep(assignments: tuple[Assignment, ...]) -> None:
        if options.incumbent:
            write_json(options.incumbent, {"assignments": [assignment_json(a) for a in assignments]})

    return keep


def _say_notices(problem: Problem, teller: Teller) -> None:
    from ..preflight import preflight

    for notice in preflight(problem):
        teller.say(notice.text)


def _outcome(status: str, vacancies: Any, assignments: Any) -> Text:
    if assignments is None:
        return Text("没有找到合法班表。", f"No legal roster was found ({status}).")
    empty = sum(v.count for v in vacancies)
    proven = Text("已证明最优", "proven optimal") if status == "optimal" else Text("可行", "feasible")
    return Text(f"班表{proven.zh}，缺口 {empty} 个。", f"The roster is {proven.en}, with {empty} vacant seat(s).")
