"""Commands that look and do not solve."""

from __future__ import annotations

from argparse import Namespace

from .. import document, towns
from ..problem import Assignment, Problem
from ..rules import as_markdown, catalogue
from ..text import Text
from .output import FINE, RULES_BROKEN, InputError, Teller, read, write_json, write_text


def check(options: Namespace, teller: Teller) -> int:
    """Every breach of the rules by a roster, its costs and vacancies."""
    from ..check import check as judge

    problem, assignments = _both(options)
    report = judge(problem, assignments)
    write_json(options.out, report.as_json(options.lang))
    broken, empty = len(report.violations), sum(v.count for v in report.vacancies)
    teller.say(
        Text(
            f"违反规则 {broken} 处，缺口 {empty} 个，代价 {report.objective}。",
            f"{broken} breach(es) of the rules, {empty} vacant seat(s), cost {report.objective}.",
        )
    )
    return RULES_BROKEN if broken else FINE


def explain(options: Namespace, teller: Teller) -> int:
    """Every vacancy of a roster with its reason, and what would have to give to fill them."""
    from ..explain import vacancies
    from ..relaxation import relaxations

    problem, assignments = _both(options)
    found, giving = vacancies(problem, assignments), relaxations(problem, assignments)
    body = {
        "vacancies": [v.as_json(options.lang) for v in found],
        "relaxations": [r.as_json(options.lang) for r in giving],
    }
    write_json(options.out, body)
    empty = sum(v.count for v in found)
    teller.say(Text(f"缺口 {empty} 个。", f"{empty} vacant seat(s)."))
    for relaxation in giving:
        teller.say(relaxation.text)
    return FINE


def preflight(options: Namespace, _: Teller) -> int:
    """What cannot work, before anything is solved."""
    from ..preflight import preflight as look

    notices = look(document.load(document.loads(read(options.problem))))
    write_json(options.out, {"notices": [n.as_json(options.lang) for n in notices]})
    return FINE


def town(options: Namespace, _: Teller) -> int:
    """The problem document of a demo town."""
    if options.key not in towns.KEYS:
        known = ", ".join(towns.KEYS)
        raise InputError(
            f"没有示范镇街“{options.key}”，可选：{known}。",
            f'There is no demo town "{options.key}"; use one of {known}.',
        )
    try:
        write_json(options.out, towns.make(options.key, options.seed, options.start, options.people))
    except towns.SizeError as error:
        raise InputError(f"--people：{error.text.zh}", f"--people: {error.text.en}") from error
    return FINE


def rules(options: Namespace, _: Teller) -> int:
    """All rules with their sentences and parameters."""
    if options.json or options.out:
        write_json(options.out, catalogue())
        return FINE
    write_text(as_markdown())
    return FINE


def schema(options: Namespace, _: Teller) -> int:
    """The JSON Schema of the problem document."""
    write_json(options.out, document.schema())
    return FINE


def _both(options: Namespace) -> tuple[Problem, tuple[Assignment, ...]]:
    if options.problem == options.roster == "-":
        raise InputError("标准输入只能用一次。", "Standard input can be read only once.")
    problem = document.load(document.loads(read(options.problem)))
    return problem, document.roster_from_json(problem, document.loads(read(options.roster)))
