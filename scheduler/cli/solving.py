"""Commands that solve: stop on a signal with the best roster, tell progress, keep the incumbent."""

from __future__ import annotations

import multiprocessing
import os
import signal
import threading
import time
from argparse import Namespace
from collections.abc import Callable
from typing import Any

from .. import document
from ..problem import Assignment, Problem
from ..roster import Progress, assignment_json
from ..text import Text
from .output import FINE, NOTHING_LEGAL, RULES_BROKEN, InputError, Teller, read, writable, write_json


def solve(options: Namespace, teller: Teller) -> int:
    """A roster for a problem, as a result document."""
    _before(options, options.problem, options.start)
    problem = _problem(options.problem)
    from .. import solver

    if options.progress == "text":
        _say_notices(problem, teller)
    with Stop() as stop:
        result = solver.solve(problem, _options(options, problem), telling(options, teller), stop, _keeping(options))
    write_json(options.out, result.as_json(options.lang))
    if options.progress == "text":
        teller.say(_outcome(result.status, result.vacancies, result.assignments))
    if result.assignments is None:
        return NOTHING_LEGAL
    return RULES_BROKEN if result.violations else FINE


def repair(options: Namespace, teller: Teller) -> int:
    """Up to three ways to go on without the absent, as a repair's result."""
    _before(options, options.problem, options.absences, options.start)
    problem = _problem(options.problem)
    absent = document.absences_from_json(problem, document.loads(read(options.absences)))
    from .. import repair as repairing

    absences = [repairing.Absence(*one) for one in absent]
    result = repairing.repair(problem, absences, _options(options, problem))
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
