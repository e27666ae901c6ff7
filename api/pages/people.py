"""A town's people, and the personal links of its volunteers."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import ngettext

from api.access import requires, store, town_or_404
from api.language import language
from models.records import Thing
from scheduler.problem import Person

from .routes import blueprint

PAGE_SIZE = 40
LINK_DAYS = 90


@dataclass(frozen=True, slots=True)
class Row:
    id: str
    name: str
    category: str
    unit: str
    qualifications: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Listed:
    items: tuple[Row, ...]
    total: int
    page: int
    pages: int


@dataclass(frozen=True, slots=True)
class Issued:
    """A personal link that is shown this once."""

    name: str
    url: str
    days: int


@blueprint.get("/towns/<town>/people")
@requires("organiser")
def people(town: str) -> ResponseReturnValue:
    return _page(town)


@blueprint.post("/towns/<town>/people/<person>/link")
@requires("organiser")
def issue_link(town: str, person: str) -> ResponseReturnValue:
    """Answers with the page itself and not a redirect: the link is nowhere else."""
    found = store().things.get(town, "people", person).value
    token = store().links.issue(town, person, LINK_DAYS)
    url = url_for("pages.volunteer", token=token, _external=True)
    return _page(town, Issued(found.name, url, LINK_DAYS))


@blueprint.post("/towns/<town>/people/<person>/revoke")
@requires("organiser")
def revoke_link(town: str, person: str) -> ResponseReturnValue:
    found = store().things.get(town, "people", person).value
    count = store().links.revoke(town, person)
    if count:
        flash(
            ngettext(
                "已撤销 %(name)s 的 %(num)d 个链接。", "已撤销 %(name)s 的 %(num)d 个链接。", count, name=found.name
            ),
            "ok",
        )
    else:
        flash(_("%(name)s 没有有效的链接。", name=found.name), "warning")
    return redirect(url_for("pages.people", town=town, q=_search(), page=_number()), 303)


def _search() -> str:
    return request.args.get("q", "").strip()[:100]


def _number() -> int:
    text = request.args.get("page", "1")
    return max(1, min(int(text), 10**6)) if text.isascii() and text.isdigit() and len(text) < 8 else 1


def _page(town: str, issued: Issued | None = None) -> str:
    found = store().things.page(town, "people", _number(), PAGE_SIZE, _search())
    names = {noun: _names(town, noun) for noun in ("categories", "units", "qualifications")}
    rows = tuple(_row(held.value, names) for held in found.items)
    pages = max(1, -(-found.total // PAGE_SIZE))
    listed = Listed(rows, found.total, found.page, pages)
    return render_template("people.html", town=town_or_404(town), people=listed, search=_search(), issued=issued)


def _names(town: str, noun: str) -> dict[str, str]:
    return {thing.id: label(thing) for thing in store().things.all(town, noun)}


def label(thing: Thing) -> str:
    """The name of a thing in the language of the request."""
    name: Any = getattr(thing, "name_en", "") if language() == "en" else ""
    return str(name or thing.name)


def _row(person: Thing, names: dict[str, dict[str, str]]) -> Row:
    assert isinstance(person, Person)
    return Row(
        person.id,
        person.name,
        names["categories"].get(person.category, person.category),
        names["units"].get(person.unit or "", ""),
        tuple(names["qualifications"].get(h.qualification, h.qualification) for h in person.qualifications),
    )
