"""Each rule by examples that people can follow: legal, illegal, and the minute between; law and price.

Every example is put to the checker and to the oracle.
"""

from __future__ import annotations

from dataclasses import replace

import pytest

from scheduler.check import check
from scheduler.rules import REGISTRY, Population

from .. import factories as f
from ..oracle import judge
from .examples import EXAMPLES
from .examples.told import Example

CASES = [pytest.param(e, id=f"{name}: {e.says}") for name, examples in EXAMPLES.items() for e in examples]


@pytest.mark.parametrize("example", CASES)
def test_the_rule_says_of_the_example_what_people_expect(example: Example) -> None:
    more = {"days": 3} | example.town
    town = f.problem(example.people, example.duties, [example.rule], **more)
    roster = f.serves(*example.roster)
    name = example.rule.name
    report, verdict = check(town, roster), judge(town, roster)
    broken = {v.rule for v in report.violations}
    assert broken == ({name} if example.breaks else set())
    assert broken == set(verdict.hard)
    if example.cost is not None:
        assert report.costs.get(name, 0) == example.cost
        assert verdict.costs.get(name, 0) == example.cost


BREACHES = [e for examples in EXAMPLES.values() for e in examples if e.breaks]


@pytest.mark.parametrize("example", BREACHES, ids=lambda e: e.says)
def test_a_breach_is_said_in_both_languages_and_names_people_by_name(example: Example) -> None:
    more = {"days": 3} | example.town
    town = f.problem(example.people, example.duties, [example.rule], **more)
    for violation in check(town, f.serves(*example.roster)).violations:
        assert violation.excess > 0
        assert violation.text.zh != violation.text.en
        if violation.person is not None:
            name = town.people[town.person_index[violation.person]].name
            assert name in violation.text.zh
            assert name in violation.text.en


BINDING = [e for name, examples in EXAMPLES.items() for e in examples if name not in ("cover", "team_mix")]


@pytest.mark.parametrize("example", BINDING, ids=lambda e: e.says)
def test_a_rule_for_nobody_says_nothing(example: Example) -> None:
    """Cover and team_mix are about duties: a team without the rule's people lacks them."""
    rule = replace(example.rule, population=Population(tags=frozenset(["nobody"])))
    town = f.problem(example.people, example.duties, [rule], **({"days": 3} | example.town))
    report = check(town, f.serves(*example.roster))
    assert report.legal
    assert report.objective == 0


def test_every_rule_has_examples_of_both_kinds() -> None:
    assert set(EXAMPLES) == set(REGISTRY)
    for name, examples in EXAMPLES.items():
        if not REGISTRY[name].always_priced:
            assert any(e.breaks for e in examples), name
            assert any(not e.breaks and e.cost is None for e in examples), name
        if not REGISTRY[name].always_hard:
            assert any(e.cost for e in examples), name
