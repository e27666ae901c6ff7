"""A whole problem document becomes a town; what is there already stays as it is."""

from __future__ import annotations

from typing import Any

from sqlalchemy.orm import Session

from scheduler.problem import Problem

from .records import NOUNS, Town
from .rows import TownRow
from .things import insert, taken_ids
from .towns import add_town, town_of
from .weeks import add_duties, add_week, overlap


def load_town(session: Session, body: dict[str, Any], problem: Problem, week: bool) -> Town:
    """Master data, rules and, with `week`, the week with its duties; `problem` is what the document says."""
    named = body["town"]
    town = Town(named["id"], named["name"], named.get("name_en") or "", problem.zone)
    held = session.get(TownRow, town.id, with_for_update={"key_share": True}) or add_town(session, town)
    for noun in NOUNS:
        there = taken_ids(session, held.id, noun)
        new = (without_nulls(entry) for entry in body.get(noun) or () if entry["id"] not in there)
        insert(session, held.id, noun, new)
    if held.rules_revision == 0:
        held.rules = [without_nulls(rule) for rule in body.get("rules") or ()]
        held.rules_revision = 1
    if week and overlap(session, held.id, problem.start, problem.days) is None:
        row = add_week(session, held.id, problem.start, problem.days)
        add_duties(session, held, row, problem.duties)
    return town_of(held)


def without_nulls(value: Any) -> Any:
    """The document without fields that are null: they count as left out."""
    if isinstance(value, dict):
        return {k: without_nulls(v) for k, v in value.items() if v is not None}
    if isinstance(value, list):
        return [without_nulls(v) for v in value]
    return value
