"""Commands for instances in the formats of research: solve, judge by the instance's own rules, write its files."""

from __future__ import annotations

from argparse import Namespace
from pathlib import Path
from typing import Any

from ..problem import Problem
from ..roster import Result
from ..text import Text
from .output import FINE, NOTHING_LEGAL, RULES_BROKEN, InputError, Teller, read, writable, write_bytes, write_json
from .solving import Stop, telling


def inrc2(options: Namespace, teller: Teller) -> int:
    """Solution files of an instance of the Second International Nurse Rostering Competition, one a week.

    Its own evaluator must agree with the solver about the cost; a figure that they do not share is a bug.
    """
    from ..instances import inrc2 as family

    folder = _folder(options.out)
    instance = family.read_instance(_file(options.scenario), _file(options.history), [_file(w) for w in options.weeks])
    results: list[Result] = []
    roster: family.Roster = ()
    with Stop() as stop:
        for step in family.steps(instance, week_by_week=options.dynamic):
            result = _solve(family.problem_of(step.foreseen), options, teller, stop)
            results.append(result)
            if result.assignments is None:
                return _nothing(teller, result)
            step.take(family.agreed(step.foreseen, result))
            roster += step.in_horizon()
            if options.dynamic:
                _say_week(teller, instance.history.week + step.index, result)
    verdict = family.judged(instance, roster)
    files = []
    if folder is not None:
        for index in range(len(instance.weeks)):
            path = folder / family.solution_name(instance, index)
            write_bytes(str(path), family.solution(instance, roster, index).encode())
            files.append(str(path))
    body = {"instance": instance.scenario.name, "version": "dynamic" if options.dynamic else "static"}
    return _report(teller, body, results, verdict.hard, verdict.soft, files)


def curtois(options: Namespace, teller: Teller) -> int:
    """The roster file of an instance of Curtois and Qu, judged as well by its own evaluator."""
    from ..instances import curtois as family

    writable(options.out)
    instance = family.read_instance(*_file(options.instance))
    with Stop() as stop:
        result = _solve(family.problem_of(instance), options, teller, stop)
    if result.assignments is None:
        return _nothing(teller, result)
    roster, verdict = family.agreed(instance, result)
    if options.out:
        write_bytes(options.out, family.written(instance, roster).encode())
    files = [options.out] if options.out else []
    return _report(teller, {"instance": instance.name}, [result], verdict.hard, verdict.soft, files)


def _file(path: str) -> tuple[str, bytes]:
    return Path(path).name, read(path)


def _folder(path: str | None) -> Path | None:
    """The folder for solution files, made when it is missing."""
    if path is None:
        return None
    try:
        Path(path).mkdir(exist_ok=True)
    except OSError as error:
        raise InputError(
            f"无法建立文件夹 {path}：{error.strerror}。", f"Cannot make the folder {path}: {error.strerror}."
        ) from None
    writable(str(Path(path) / "any"))
    return Path(path)


def _solve(problem: Problem, options: Namespace, teller: Teller, stop: Stop) -> Result:
    from .. import solver

    wanted = solver.Options(seconds=options.seconds, seed=options.seed, cores=options.cores)
    return solver.solve(problem, wanted, telling(options, teller), stop)


def _nothing(teller: Teller, result: Result) -> int:
    teller.say(Text("没有找到合法班表。", f"No legal roster was found ({result.status})."))
    return NOTHING_LEGAL


def _say_week(teller: Teller, week: int, result: Result) -> None:
    if not teller.jsonl:
        teller.say(
            Text(
                f"第 {week} 周：连同设想的后续各周，目标 {result.objective}。",
                f"Week {week}: objective {result.objective}, with the weeks to come as they are imagined.",
            )
        )


def _report(
    teller: Teller, body: dict[str, Any], results: list[Result], hard: dict[str, int], soft: dict[str, int],
    files: list[str],
) -> int:  # fmt: skip
    """The figures as JSON on standard output and as a sentence; rules broken when the instance's law is."""
    cost, last = sum(soft.values()), results[-1]
    alone = len(results) == 1
    body |= {
        "status": last.status if alone else "feasible",
        "cost": cost,
        "hard": hard,
        "soft": soft,
        "objective": last.objective if alone else None,
        "bound": last.bound if alone else None,
        "seconds": round(sum(r.seconds for r in results), 3),
        "files": files,
    }
    write_json(None, body)
    parts = ", ".join(f"{name} {amount}" for name, amount in [*hard.items(), *soft.items()])
    if not teller.jsonl:
        own = "–" if body["objective"] is None else body["objective"]
        teller.say(
            Text(
                f"按实例自己的规则：代价 {cost}，违反 {sum(hard.values())} 处（{parts}）；求解器的目标 {own}。",
                f"By the instance's own rules: cost {cost}, {sum(hard.values())} breach(es) of its law ({parts}); "
                f"the solver's objective is {own}.",
            )
        )
    return RULES_BROKEN if hard else FINE
