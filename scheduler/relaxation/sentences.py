"""How far rules would have to give, in words: "allow 9 h of rest (instead of 11 h) for 4 people"."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from ..problem import Problem
from ..roster import Give
from ..rules import Rule, words
from ..rules.rest import MinRest
from ..text import Text
from .gaps import RESTS, Gaps

if TYPE_CHECKING:
    from .filling import Filling


def proposal(gaps: Gaps, filling: Filling, gives: tuple[Give, ...]) -> Text:
    """ "Or allow 9 h of rest (instead of 11 h) for 4 people: that fills 4 of the 6 vacant seats." """
    clauses = [_vacancy_clause(gaps, filling, give) for give in gives]
    zh, en = "，并且".join(c.zh for c in clauses), " and ".join(c.en for c in clauses)
    shown = len(gaps.heads)
    of = Text(f"{shown} 个缺口", f"{filling.fills} of the {shown} vacant seats" if shown > 1 else "the vacant seat")
    if gaps.vacant > shown:
        most = f"{filling.fills} of the {shown} most important of {gaps.vacant} vacant seats"
        of = Text(f"{gaps.vacant} 个缺口中最要紧的 {shown} 个", most)
    return Text(f"或{zh}：{of.zh}可补 {filling.fills} 个。", f"Or {en}: that fills {of.en}.")


def _vacancy_clause(gaps: Gaps, filling: Filling, give: Give) -> Text:
    if give.rule in RESTS:
        return _rest(gaps.problem.rules[give.number], give, _least_rest(gaps, filling, give.number))
    return clause(gaps.problem, give, below=False)


def _least_rest(gaps: Gaps, filling: Filling, number: int) -> int:
    """Minutes between two duties of somebody for whom a rule of rest would give: the least of all."""
    tired = {b.person for b in filling.breaches[number]}
    least = 1 << 30
    for head, person in filling.pairs:
        if person in tired:
            more = [(p, h.duty) for h, p in filling.pairs if p == person and h != head]
            least = min(least, int(gaps.rest_around(head.duty, more)[person]))
    return least


def _rest(rule: Rule, give: Give, minutes: int) -> Text:
    rest, who = words.hours(minutes), _people(give)
    instead = Text("", "")
    if isinstance(rule, MinRest) and rule.after_night_hours is None and rule.run_hours is None:
        instead = Text(f"（规定 {rule.hours} 小时）", f" (instead of {rule.hours} h)")
    if rule.name == "rest_after_nights":
        return Text(f"允许 {who.zh}连续夜班后只休息 {rest.zh}", f"allow {rest.en} of rest after nights for {who.en}")
    return Text(f"允许 {who.zh}班间只休息 {rest.zh}{instead.zh}", f"allow {rest.en} of rest{instead.en} for {who.en}")


def clause(problem: Problem, give: Give, below: bool) -> Text:
    """What one entry has to let pass; `below` when it is a least that is not reached."""
    rule, who = problem.rules[give.number], _people(give)
    if below and give.rule in FEWER:
        less = FEWER[give.rule](give.excess)
        return Text(f"允许 {who.zh}{less.zh}", f"let {who.en} {less.en}")
    if not below and give.rule in MORE:
        more = MORE[give.rule](rule, give.excess)
        return Text(f"允许 {who.zh}{more.zh}", f"let {who.en} {more.en}")
    which = f"“{rule.id}”" if rule.id else ""
    which_en = f' "{rule.id}"' if rule.id else ""
    amount = _amount(give)
    whom = Text(f"对 {who.zh}", f" for {who.en}") if give.people else Text("", "")
    return Text(
        f"{whom.zh}放宽规则{rule.title.zh}{which}，最多 {amount.zh}",
        f'relax the rule "{rule.title.en}"{which_en}{whom.en} by at most {amount.en}',
    )


def _people(give: Give) -> Text:
    return words.number(give.people, "人", "person", "people")


def _amount(give: Give) -> Text:
    if give.unit == "minutes":
        return words.hours(give.excess)
    zh, one, many = {
        "duties": ("班", "duty", "duties"),
        "days": ("天", "day", "days"),
        "nights": ("个夜班", "night", "nights"),
        "weekends": ("个周末", "weekend", "weekends"),
        "heads": ("人", "head", "heads"),
        "times": ("次", "time", "times"),
    }[give.unit]
    return words.number(give.excess, zh, one, many)


def _max_hours(rule: Any, excess: int) -> Text:
    over, days = words.hours(excess), rule.window_days
    window = Text("24 小时", "24 h") if days == 1 else Text(f"{days} 天", f"{days} days")
    return Text(
        f"在任意 {window.zh}内超出工时上限，最多多 {over.zh}",
        f"exceed their most hours in any {window.en} by at most {over.en}",
    )


def _max_nights(_: Any, excess: int) -> Text:
    more = words.number(excess, "个夜班", "more night", "more nights")
    return Text(f"最多多值 {more.zh}", f"serve at most {more.en} than they may")


def _more_duties(_: Any, excess: int) -> Text:
    more = words.number(excess, "班", "more duty", "more duties")
    return Text(f"最多多值 {more.zh}", f"serve at most {more.en} than they may")


def _more_minutes(_: Any, excess: int) -> Text:
    more = words.hours(excess)
    return Text(f"最多多值 {more.zh}", f"serve at most {more.en} more than they may")


def _days_off(rule: Any, excess: int) -> Text:
    days = words.number(excess, "天", "free day", "free days")
    return Text(
        f"在 {rule.window_days} 天内最多少休 {days.zh}", f"go without at most {days.en} in {rule.window_days} days"
    )


def _on_a_day(_: Any, excess: int) -> Text:
    more = words.number(excess, "班", "more duty", "more duties")
    return Text(f"同一天最多多值 {more.zh}", f"serve at most {more.en} on one day")


def _bound(_: Any, __: int) -> Text:
    return Text("到包干以外的点位值勤", "serve away from the posts they are bound to")


def _unavailable(_: Any, __: int) -> Text:
    return Text("在请假或没空的时候仍来值勤", "be called in spite of 'unavailable'")


def _fewer_duties(excess: int) -> Text:
    less = words.number(excess, "班", "duty", "duties")
    return Text(f"比下限最多少值 {less.zh}", f"serve up to {less.en} fewer than the least")


def _fewer_minutes(excess: int) -> Text:
    less = words.hours(excess)
    return Text(f"比下限最多少值 {less.zh}", f"serve up to {less.en} less than the least")


MORE: dict[str, Callable[[Any, int], Text]] = {
    "max_hours": _max_hours,
    "max_nights": _max_nights,
    "min_max_duties": _more_duties,
    "min_max_minutes": _more_minutes,
    "day_off": _days_off,
    "one_duty_a_day": _on_a_day,
    "bound_posts": _bound,
    "availability": _unavailable,
}
"""Rules whose breach has words of its own; any other is named by its title."""
FEWER: dict[str, Callable[[int], Text]] = {"min_max_duties": _fewer_duties, "min_max_minutes": _fewer_minutes}
