"""What an example of a rule is, and the words to tell one."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from scheduler.problem import Duty, Person
from scheduler.rules import Rule

from ... import factories as f

MINUTE = 1 / 60
ANN = (f.person("ann"),)
EARLY, LATE, NIGHT = f.shift("early", 0, "early"), f.shift("late", 0, "late"), f.shift("night", 0, "night")
NEXT_EARLY, NEXT_LATE = f.shift("early1", 1, "early"), f.shift("late1", 1, "late")
NIGHTS = tuple(f.shift(f"n{day}", day, "night") for day in range(5))
TWO = (f.seat("verify", 2),)
LATE_NIGHT = (f.past(-1, 22, 8, night=True),)
"""A past duty that ends at six on the first morning."""
LEADER = (f.seat("lead", qualifications=("leader",)), f.seat("verify"))
LED, LED_NIGHT = f.shift("d", 0, "early", LEADER), f.shift("n", 0, "night", LEADER)
MARKET = f.shift("m", 0, "early", post="market")


@dataclass(frozen=True)
class Example:
    """One rule, a few duties, a roster, and what the rule says of it."""

    says: str
    rule: Rule
    duties: tuple[Duty, ...]
    roster: tuple[str, ...]
    cost: int | None = None
    """None: the rule is law."""
    breaks: bool = False
    people: tuple[Person, ...] = ANN
    town: dict[str, Any] = field(default_factory=dict)


def legal(says: str, rule: Rule, duties: tuple[Duty, ...], *roster: str, **more: Any) -> Example:
    return Example(says, rule, duties, roster, **_parts(more))


def illegal(says: str, rule: Rule, duties: tuple[Duty, ...], *roster: str, **more: Any) -> Example:
    return Example(says, rule, duties, roster, breaks=True, **_parts(more))


def costs(cost: int, says: str, rule: Rule, duties: tuple[Duty, ...], *roster: str, **more: Any) -> Example:
    return Example(says, rule, duties, roster, cost=cost, **_parts(more))


def _parts(more: dict[str, Any]) -> dict[str, Any]:
    people = more.pop("people", ANN)
    return {"people": people, "town": more}


def ann(**more: Any) -> tuple[Person, ...]:
    return (f.person("ann", **more),)


def two(**more: Any) -> tuple[Person, ...]:
    return (f.person("ann", **more), f.person("bao", **more))


SMALLEST: dict[str, dict[str, Any]] = {"team_mix": {"at_least": 1}, "standby_cover": {"at_least": 1}}
"""What a rule needs at least beside its name."""


def entry(name: str, **more: Any) -> dict[str, Any]:
    """The shortest entry of a rule in the problem document, and what is added to it."""
    return {"rule": name} | SMALLEST.get(name, {}) | more
