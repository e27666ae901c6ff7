"""The towns of one scenario each, made once for all tests."""

from __future__ import annotations

from datetime import date
from functools import cache
from typing import Any

from scheduler import document, towns
from scheduler.problem import Assignment, Problem
from scheduler.towns.town import Town

MONDAY = date(2026, 11, 23)


@cache
def built(key: str) -> Town:
    return towns.build(key, 1, MONDAY)


@cache
def loaded(key: str) -> Problem:
    return document.load(built(key).document)


@cache
def small_yinhu(seed: int = 1, people: int = 1_000) -> dict[str, Any]:
    return towns.make("yinhu", seed, MONDAY, people)


def posts(key: str, kind: str) -> list[dict[str, Any]]:
    return [p for p in built(key).document["posts"] if p["type"] == kind]


def least_seats(problem: Problem) -> int:
    return sum(seat.min for duty in problem.duties for seat in duty.seats)


def witness(problem: Problem, town: Town) -> list[Assignment]:
    """The town's own roster, in the problem's duty ids."""
    at = {
        (d.post, int(m), s.position): d.id
        for d, m in zip(problem.duties, problem.duty_start, strict=True)
        for s in d.seats
        if d.kind == "shift"
    }
    return [Assignment(f.person, f.run or at[f.post, f.start, f.position], f.position) for f in town.witness]
