"""Rules that say nothing: for nobody, on no duty, at no price."""

from __future__ import annotations

from collections.abc import Iterator

from ..problem import Problem
from ..rules import Rule
from ..rules.team import TeamMix
from ..text import Text
from .notice import Notice, error, warning

PRICED_BY_OTHER_FIGURES = ("availability", "cover", "stability")
"""Rules whose prices are parameters of their own, so that `weight` means nothing."""


def dead_rules(problem: Problem) -> Iterator[Notice]:
    """Rules without effect, and rules that wait for people who do not exist."""
    for number, rule in enumerate(problem.rules):
        label = named(rule, number)
        if not len(rule.persons(problem)):
            yield _nobody(rule, label)
        if not len(rule.duties(problem)):
            yield warning(
                "rule_without_duties",
                f"{label.zh}的日期内没有任何勤务，不起作用：请检查日期。",
                f"{label.en} has dates on which no duty starts and does nothing: check the dates.",
            )
        elif _filtered_out(problem, rule):
            yield warning(
                "rule_without_duties",
                f"{label.zh}的点位、岗位、班次或种类没有对应的勤务，不起作用：请检查。",
                f"{label.en} looks at posts, positions, shifts or kinds that no duty has and does nothing: check them.",
            )
        if not rule.hard and rule.weight == 0 and rule.name not in PRICED_BY_OTHER_FIGURES:
            yield warning(
                "rule_without_weight",
                f"{label.zh}的代价是 0，不起作用：请给出代价或去掉。",
                f"{label.en} costs 0 and does nothing: give it a weight or remove it.",
            )
        if isinstance(rule, TeamMix) and rule.at_least and not len(rule.members.indices(problem)):
            yield _no_members(rule, label)


def _nobody(rule: Rule, label: Text) -> Notice:
    if rule.waived_by is not None and not rule.population.everybody:
        why = Text("所指人员不存在或都已声明不受约束", "speaks for nobody, or all of them have waived it")
    elif rule.waived_by is not None:
        why = Text("所有人都已声明不受约束", "has been waived by everybody")
    else:
        why = Text("所指人员一个也没有", "speaks for nobody")
    return warning(
        "rule_for_nobody",
        f"{label.zh}{why.zh}，不起作用：请检查 population。",
        f"{label.en} {why.en} and does nothing: check its population.",
    )


def _no_members(rule: TeamMix, label: Text) -> Notice:
    make = error if rule.hard else warning
    return make(
        "members_do_not_exist",
        f"{label.zh}要求每班至少 {rule.at_least} 名的人员一个也没有：请检查 members。",
        f"{label.en} wants at least {rule.at_least} in every team of people who do not exist: check its members.",
    )


def _filtered_out(problem: Problem, rule: Rule) -> bool:
    """True when a filter of the rule is given and no duty passes all of them."""
    posts, shifts, kinds = (frozenset(getattr(rule, name, ())) for name in ("posts", "shifts", "kinds"))
    positions = frozenset(getattr(rule, "positions", ()))
    if not (posts or shifts or kinds or positions):
        return False
    return not any(
        (not posts or problem.duties[i].post in posts)
        and (not shifts or problem.duties[i].shift in shifts)
        and (not kinds or problem.duties[i].kind in kinds)
        and (not positions or any(s.position in positions for s in problem.duties[i].seats))
        for i in rule.duties(problem).tolist()
    )


def named(rule: Rule, number: int) -> Text:
    """A rule in a sentence: its title, and its id or place in the list."""
    which = f"“{rule.id}”" if rule.id else f"（第 {number + 1} 条）"
    which_en = f'"{rule.id}"' if rule.id else f"(number {number + 1})"
    return Text(f"规则{rule.title.zh}{which}", f'The rule "{rule.title.en}" {which_en}')
