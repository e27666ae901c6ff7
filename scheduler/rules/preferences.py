"""Wishes of the organiser: the usual post, and which category fills first."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from ..limits import Limit, at_most
from ..problem import DutyKind
from ..text import Text
from . import words
from .base import Case, Rule, parameter
from .times import past_of

if TYPE_CHECKING:
    from ..problem import Problem


@dataclass(frozen=True, kw_only=True)
class Continuity(Rule):
    """Each duty away from the person's usual posts costs {weight}.

    The usual posts are those of the past duties. People without any are free, and so are duties without a post.
    """

    name = "continuity"
    title = Text("固定点位", "Continuity")
    zh = "不在惯常点位的每一班计 {weight}。"
    more_zh = "惯常点位是过去勤务的点位。没有过去勤务的人不计，没有点位的勤务也不计。"
    always_priced = True

    hard: bool = False

    def limits(self, problem: Problem) -> Iterator[Limit]:
        past = past_of(problem).of(self.persons(problem))
        usual: dict[int, set[str]] = {}
        for person, post in zip(past.person.tolist(), past.post.tolist(), strict=True):
            if post is not None:
                usual.setdefault(person, set()).add(post)
        alike: dict[frozenset[str], list[int]] = {}
        for person, posts in sorted(usual.items()):
            alike.setdefault(frozenset(posts), []).append(person)
        duties = self.duties(problem)
        at = [problem.duties[d].post for d in duties.tolist()]
        for own, people in alike.items():
            elsewhere = np.array([post is not None and post not in own for post in at], bool)
            yield Limit(
                self.name,
                "person",
                np.array(people, np.int64),
                duties[elsewhere],
                at_most(0, self.weight),
                about=(("posts", tuple(sorted(own))),),
            )

    def broken(self, case: Case) -> Text:
        usual = [words.named(case.problem, "post", p) for p in case.about["posts"]]
        who, what = case.who, case.what
        return Text(
            f"{who.zh} 惯常在 {'、'.join(p.zh for p in usual)}，却排在 {what.zh}",
            f"{who.en} usually serves at {', '.join(p.en for p in usual)}, here {what.en}",
        )


@dataclass(frozen=True, kw_only=True)
class CategoryOrder(Rule):
    """Seats are filled by categories in the order {order}: each duty costs {weight} for every category before the
    person's own.

    Categories that are not in the order cost nothing.
    """

    name = "category_order"
    title = Text("派班先后", "Category order")
    zh = "按 {order} 的先后派班：每班按其类别之前的类别数各计 {weight}。"
    more_zh = "不在列的类别不计。"
    always_priced = True

    hard: bool = False
    order: tuple[str, ...] = parameter(
        ("volunteer", "cadre"), "类别的先后", "Categories, those to be called first in front", refers="categories"
    )
    kinds: tuple[DutyKind, ...] = parameter(
        (), "只看这些种类的勤务；为空则全部", "Only duties of these kinds; all when empty"
    )

    def limits(self, problem: Problem) -> Iterator[Limit]:
        persons = self.persons(problem)
        category = np.array([problem.people[i].category for i in persons.tolist()], object)
        kinds = self.kinds
        duties = [d for d in self.duties(problem).tolist() if not kinds or problem.duties[d].kind in kinds]
        for rank, name in enumerate(self.order):
            if rank:
                yield Limit(
                    self.name,
                    "person",
                    persons[category == name],
                    np.array(duties, np.int64),
                    at_most(0, self.weight * rank),
                    about=(("category", name),),
                )

    def broken(self, case: Case) -> Text:
        category = words.named(case.problem, "category", case.about["category"])
        return Text(
            f"{case.who.zh}（{category.zh}）排在 {case.what.zh}",
            f"{case.who.en} ({category.en}) serves {case.what.en}",
        )
