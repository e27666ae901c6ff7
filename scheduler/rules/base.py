"""What every rule shares: hard or priced, for whom, on which dates, and who is exempt."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, fields, replace
from datetime import date
from functools import cached_property
from inspect import cleandoc
from typing import TYPE_CHECKING, Any, ClassVar

import numpy as np

from ..limits import Limit, Tier
from ..problem import MeaningError
from ..text import Text
from . import words
from .population import Population
from .times import Past, past_of

if TYPE_CHECKING:
    from ..problem import Contract, Problem

__all__ = ["Case", "Population", "Rule", "RuleError", "all_limits", "parameter"]


class RuleError(MeaningError):
    """A rule whose parameters make no sense; reads like its first fault, and `faults` has all of them."""

    def __init__(self, faults: list[MeaningError]) -> None:
        super().__init__(faults[0].field_name, faults[0].code, **faults[0].details)
        self.faults = tuple(faults)


def parameter(
    default: Any,
    zh: str,
    en: str,
    unit: str = "",
    minimum: int | None = None,
    maximum: int | None = None,
    refers: str = "",
) -> Any:
    """A rule's own parameter: what it means, its unit, its range, and the noun of the document it names."""
    about = {"zh": zh, "en": en, "unit": unit, "minimum": minimum, "maximum": maximum, "refers": refers}
    return field(default=default, metadata={"parameter": True} | about)


@dataclass(frozen=True)
class Case:
    """One breach, or one person kept off a seat, with the words for it."""

    problem: Problem
    limit: Limit
    person: int | None
    duties: tuple[int, ...]
    excess: int = 0
    tier: Tier | None = None
    instance: int | None = None

    @cached_property
    def about(self) -> dict[str, Any]:
        """The facts that the rule gave its limit."""
        return dict(self.limit.about)

    @property
    def who(self) -> Text:
        """The person's name."""
        return Text("", "") if self.person is None else words.person(self.problem, self.person)

    @property
    def what(self) -> Text:
        """The duties that count."""
        return words.duties(self.problem, self.duties)


@dataclass(frozen=True, kw_only=True)
class Rule:
    """A law or a wish. The first paragraph of a rule's docstring is its sentence in English, `zh` the same in Chinese.

    A rule speaks for its population less those who hold the opt-in `waived_by`. With dates it looks at the duties
    that start on them; past duties count whatever their date, so that nothing is lost at the window's border.
    """

    name: ClassVar[str]
    title: ClassVar[Text]
    zh: ClassVar[str]
    more_zh: ClassVar[str] = ""
    """The docstring's other paragraphs in Chinese."""
    always_hard: ClassVar[bool] = False
    """True for rules that make no sense as a price."""
    always_priced: ClassVar[bool] = False
    reads_baseline: ClassVar[bool] = False
    """True when the limits depend on the baseline."""
    same_ground: ClassVar[bool] = False
    """True when `ground` says the same of everybody whom one limit keeps off a seat, so that one of them is asked."""

    id: str = ""
    hard: bool = True
    weight: int = 1
    population: Population = field(default_factory=Population)
    first_day: date | None = None
    last_day: date | None = None
    waived_by: str | None = None
    """Persons with this opt-in are exempt: a person's own word overrides a group default."""

    def __post_init__(self) -> None:
        found = list(self.faults())
        if found:
            raise RuleError(found)

    def faults(self) -> Iterator[MeaningError]:
        """What makes no sense; subclasses add their own."""
        if self.always_hard and not self.hard:
            yield MeaningError("hard", "always_hard")
        if self.always_priced and self.hard:
            yield MeaningError("hard", "always_priced")
        if self.weight < 0:
            yield MeaningError("weight", "negative")
        if self.first_day and self.last_day and self.last_day < self.first_day:
            yield MeaningError("dates", "first_after_last")
        for f in fields(self):
            value, least = getattr(self, f.name), f.metadata.get("minimum")
            if least is not None and isinstance(value, int) and value < least:
                yield MeaningError(f.name, "too_small", limit=least, value=value)

    def limits(self, problem: Problem) -> Iterator[Limit]:
        """The rule as limits; each speaks for as many people as possible."""
        raise TypeError(f"{type(self).__name__} says no limits")

    def days_back(self, problem: Problem) -> int:
        """How many days before the window may hold past duties that a figure of the rule counts; 0 when none does.

        What stretches over the border by itself, such as a past duty that still runs, is no figure; neither are the
        totals that people carry into a share.
        """
        return 0

    @classmethod
    def template(cls) -> Text:
        """The rule's sentence with its figures as {names}."""
        return Text(cls.zh, " ".join(cleandoc(cls.__doc__ or "").split("\n\n")[0].split()))

    def sentence(self) -> Text:
        """The rule in words, with its figures."""
        said, clauses = self.template(), list(self.clauses())
        zh = said.zh.rstrip("。").format(**self._figures("、"))
        en = said.en.rstrip(".").format(**self._figures(", "))
        return Text("；".join([zh, *(c.zh for c in clauses)]) + "。", "; ".join([en, *(c.en for c in clauses)]) + ".")

    def _figures(self, comma: str) -> dict[str, object]:
        """Every field as a sentence shows it."""
        held = {f.name: getattr(self, f.name) for f in fields(self)}
        return {key: comma.join(map(str, v)) if isinstance(v, tuple) else v for key, v in held.items()}

    @classmethod
    def more(cls) -> Text:
        """What there is to know beyond the sentence."""
        paragraphs = cleandoc(cls.__doc__ or "").split("\n\n")[1:]
        return Text(cls.more_zh, " ".join(" ".join(p.split()) for p in paragraphs))

    def clauses(self) -> Iterator[Text]:
        """What the sentence adds when optional parameters are given."""
        return iter(())

    def breach(
        self,
        problem: Problem,
        limit: Limit,
        person: int | None,
        duties: list[int],
        excess: int,
        tier: Tier | None = None,
        instance: int | None = None,
    ) -> Text:
        """One breach in words.

        `person` indexes the problem's people (None when the limit is not a person's), `duties` are those that
        count, in time order. Where they are known, `tier` is the part of the price that is exceeded, and `instance`
        the number of the limit's instance, such as the label of a group.
        """
        return self.broken(Case(problem, limit, person, tuple(duties), excess, tier, instance))

    def why_out(self, problem: Problem, limit: Limit, person: int, duties: list[int]) -> Text:
        """The clause that says why this rule keeps a person off a seat, as in "3 resting after the night of the 5th".

        `duties` are those of the person that would count, the one being tried last. Equal clauses are counted
        together, so it names the ground and no person.
        """
        return self.ground(Case(problem, limit, person, tuple(duties)))

    def broken(self, case: Case) -> Text:
        """What `breach` says."""
        return self.sentence()

    def ground(self, case: Case) -> Text:
        """What `why_out` says."""
        return self.title

    # --- for subclasses -------------------------------------------------------------------------------
    @property
    def price_weight(self) -> int | None:
        """None when hard, as `at_most` and `at_least` want it."""
        return None if self.hard else self.weight

    def persons(self, problem: Problem) -> np.ndarray:
        """Indices of the persons bound by the rule; kept on the problem, since many rules share a population."""
        held: dict[tuple[Population, str | None], np.ndarray] = problem.once("_rule_persons", dict)
        key = (self.population, self.waived_by)
        if key not in held:
            found = self.population.indices(problem)
            if self.waived_by is not None:
                bound = [i for i in found.tolist() if self.waived_by not in problem.people[i].opt_ins]
                found = np.array(bound, np.int64)
            held[key] = found
        return held[key]

    def duties(self, problem: Problem) -> np.ndarray:
        """Indices of the duties that start on one of the rule's dates."""
        first = -(10**6) if self.first_day is None else (self.first_day - problem.start).days
        last = 10**6 if self.last_day is None else (self.last_day - problem.start).days
        return np.flatnonzero((problem.duty_day >= first) & (problem.duty_day <= last))

    def past(self, problem: Problem) -> Past:
        """The past duties of the rule's persons."""
        return past_of(problem).of(self.persons(problem))

    def by_figure(self, problem: Problem, own: str, figure: int | None) -> Iterator[tuple[int, np.ndarray]]:
        """(figure, persons) for every distinct figure: the rule's own, or that of a person's contract."""
        persons = self.persons(problem)
        special: dict[str, Contract] = {c.id: c for c in problem.contracts if getattr(c, own, None) is not None}
        by_value: dict[int, list[int]] = {}
        for i in persons.tolist():
            contract = special.get(problem.people[i].contract or "")
            value = figure if contract is None else getattr(contract, own)
            if value is not None:
                by_value.setdefault(value, []).append(i)
        for value, bound in sorted(by_value.items()):
            yield value, np.array(bound, np.int64)


def all_limits(problem: Problem) -> list[Limit]:
    """The limits of all the problem's rules, made once and kept on the problem as its other arrays are."""
    return problem.once(
        "_limits", lambda: [limit for index in range(len(problem.rules)) for limit in _said(problem, index)]
    )


def limits_of_baseline(problem: Problem) -> list[Limit]:
    """The limits of those rules alone that depend on the baseline."""
    return [limit for index, rule in enumerate(problem.rules) if rule.reads_baseline for limit in _said(problem, index)]


def _said(problem: Problem, index: int) -> Iterator[Limit]:
    """The limits of one rule that speak about anything."""
    for limit in problem.rules[index].limits(problem):
        if len(limit.duties) and (len(limit.persons) or limit.each in ("seat", "duty")):
            yield replace(limit, rule_index=index)
