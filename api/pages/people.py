"""A town's people, and the personal links of its volunteers."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from flask import render_template, request
from flask.typing import ResponseReturnValue

from api.access import can, may, scope, store, town_or_404
from api.language import language
from models.links import LinkPolicy
from models.records import Stored, Thing
from scheduler.problem import Person

from .routes import blueprint

PAGE_SIZE = 40


@dataclass(frozen=True, slots=True)
class Row:
    id: str
    name: str
    category: str
    unit: str
    qualifications: tuple[str, ...]
    link_until: datetime | None
    """Until when the person has an open link; None when there is none, or the reader does not hand out links."""
    has_code: bool


@dataclass(frozen=True, slots=True)
class Listed:
    items: tuple[Row, ...]
    total: int
    page: int
    pages: int


@dataclass(frozen=True, slots=True)
class Shown:
    """Secrets of one person that are shown this once; empty ones were not made."""

    name: str
    url: str = ""
    code: str = ""


@blueprint.get("/towns/<town>/people")
@may("see_people")
def people(town: str) -> ResponseReturnValue:
    return page(town)


def search_in() -> str:
    """What was searched for."""
    return request.args.get("q", "").strip()[:100]


def number() -> int:
    """Which page of the list is looked at, from 1."""
    text = request.args.get("page", "1")
    return max(1, min(int(text), 10**6)) if text.isascii() and text.isdigit() and len(text) < 8 else 1


def page(town: str, shown: Shown | None = None) -> str:
    """The list of people; with `shown`, secrets that are on no other page."""
    found = store().things.page(town, "people", number(), PAGE_SIZE, search_in(), scope().only("people"))
    names = {noun: _names(town, noun) for noun in ("categories", "units", "qualifications")}
    links = LinkState.of(town, [held.value.id for held in found.items])
    rows = tuple(_row(held.value, names, links) for held in found.items)
    listed = Listed(rows, found.total, found.page, max(1, -(-found.total // PAGE_SIZE)))
    return render_template(
        "people.html",
        town=town_or_404(town),
        people=listed,
        search=search_in(),
        shown=shown,
        policy=links.policy,
        may_issue=can("issue_links"),
        may_set=can("edit_town"),
    )


@dataclass(frozen=True, slots=True)
class LinkState:
    """What there is to know about the links of the people on a page."""

    policy: Stored[LinkPolicy]
    until: dict[str, datetime]
    with_code: frozenset[str]

    @classmethod
    def of(cls, town: str, people: list[str]) -> LinkState:
        """Nothing of people, for who does not hand out links."""
        asked, links = people if can("issue_links") else [], store().links
        zone = ZoneInfo(town_or_404(town).zone)
        until = {person: ends.astimezone(zone) for person, ends in links.latest(town, asked).items()}
        return cls(links.policy(town), until, links.with_code(town, asked))


def _names(town: str, noun: str) -> dict[str, str]:
    return {thing.id: label(thing) for thing in store().things.all(town, noun)}


def label(thing: Thing) -> str:
    """The name of a thing in the language of the request."""
    name: Any = getattr(thing, "name_en", "") if language() == "en" else ""
    return str(name or thing.name)


def _row(person: Thing, names: dict[str, dict[str, str]], links: LinkState) -> Row:
    assert isinstance(person, Person)
    return Row(
        person.id,
        person.name,
        names["categories"].get(person.category, person.category),
        names["units"].get(person.unit or "", ""),
        tuple(names["qualifications"].get(h.qualification, h.qualification) for h in person.qualifications),
        links.until.get(person.id),
        person.id in links.with_code,
    )
