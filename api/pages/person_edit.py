"""The form of one person: who they are, how they are reached, what they may do and where they serve."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from itertools import count

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from api.access import may, store, town_or_404
from api.importing import values
from api.importing.sentences import text_of
from api.importing.town import night_word
from api.importing.values import Unclear
from models.privacy import is_masked, masked, masked_email
from models.records import Stored, Thing
from scheduler.problem import Person

from .areas import in_tree
from .data_form import Body, Form, areas_seen, choices, of_stored
from .people import label
from .routes import blueprint

ONE = {"category": "categories", "unit": "units", "area": "areas", "contract": "contracts"}
"""Field → the noun of which it names one."""
MANY = {"bound_posts": "posts", "bound_areas": "areas"}
TRIES = 200


@blueprint.route("/towns/<town>/people/new", methods=["GET", "POST"])
@may("edit_people")
def new_person(town: str) -> ResponseReturnValue:
    form = Form("people", town, {"id": "", "name": "", "category": ""})
    if request.method == "GET":
        return _page(form)
    _fill(form)
    made = form.added(_ids(form))
    if made is None:
        form.body["id"] = request.form.get("id", "").strip()
        return _page(form), 422
    flash(_("已添加 %(name)s。", name=made.name), "ok")
    return redirect(url_for("pages.person_data", town=town, person=made.id), 303)


@blueprint.route("/towns/<town>/people/<person>/edit", methods=["GET", "POST"])
@may("edit_people")
def edit_person(town: str, person: str) -> ResponseReturnValue:
    """What is not on the form, such as availability, stays as it is."""
    held = store().things.get(town, "people", person)
    form = of_stored("people", town, held)
    if request.method == "GET":
        return _page(form, held)
    _fill(form, held)
    saved = form.saved(held)
    if saved is None:
        return _page(form, held), 422
    flash(_("已保存 %(name)s。", name=saved.name), "ok")
    return redirect(url_for("pages.person_data", town=town, person=person), 303)


def _ids(form: Form) -> Iterator[str]:
    """The id that was typed, else numbers until one is free: p0001, p0002 …"""
    typed = request.form.get("id", "").strip()
    if typed:
        return iter([typed])
    first = store().things.page(form.town, "people", 1, 1).total + 1
    numbers = zip(count(first), range(TRIES), strict=False)
    return (f"p{number:04}" for number, _try in numbers)


def _fill(form: Form, held: Stored[Thing] | None = None) -> None:
    form.needed("name", values.name(request.form.get("name", "")))
    form.needed("category", request.form.get("category", "").strip())
    for name in ("unit", "area", "contract", "household"):
        form.text(name)
    _contacts(form, held)
    for name in MANY:
        form.several(name)
    form.put("tags", sorted(values.several(request.form.get("tags", ""))))
    form.put("qualifications", [*_holdings(form)])
    word = _night_word(form.town)
    welcome = {word} if request.form.get("nights") else set()
    form.put("opt_ins", sorted({*form.body.get("opt_ins", ())} - {word} | welcome))


def _contacts(form: Form, held: Stored[Thing] | None) -> None:
    """Number and address come masked to the form; what comes back as it was stays as it is."""
    for name, reader, hide in (("phone", values.phone, masked), ("email", values.email, masked_email)):
        before = str(getattr(held.value, name)) if held else ""
        typed = request.form.get(name, "").strip()
        form.typed[name] = typed
        if before and typed == hide(before):
            continue
        if is_masked(typed):
            form.fault(name, text_of(f"masked_{name}", value=typed))
            continue
        form.read(name, reader)


def _holdings(form: Form) -> Iterator[Body]:
    """What is ticked, each with the last valid day beside it; the first valid day is not on the form and stays."""
    before = {h["id"]: h for h in form.body.get("qualifications", ())}
    for id_ in request.form.getlist("qualifications"):
        until = request.form.get(f"until-{id_}", "").strip()
        kept = {k: v for k, v in before.get(id_, {"id": id_}).items() if k != "valid_until"}
        try:
            last = values.day(until) if until else None
        except Unclear as unclear:
            form.fault("qualifications", text_of(unclear.code, **unclear.figures))
            last = None
        yield kept | ({"valid_until": last.isoformat()} if isinstance(last, date) else {})


def _night_word(town: str) -> str:
    return night_word(store().rules.get(town).value)


def _page(form: Form, held: Stored[Thing] | None = None) -> str:
    town, body = form.town, form.body
    person = held.value if held else None
    assert person is None or isinstance(person, Person)
    contacts = {"phone": masked(person.phone), "email": masked_email(person.email)} if person else {}
    return render_template(
        "person_edit.html",
        town=town_or_404(town),
        form=form,
        person=person,
        contacts=contacts | form.typed,
        offered={name: choices(town, noun) for name, noun in ONE.items()} | {"posts": choices(town, "posts")},
        areas=[(a.id, label(a), depth) for a, depth in in_tree(areas_seen(town))],
        qualifications=choices(town, "qualifications"),
        until={h["id"]: h.get("valid_until", "") for h in body.get("qualifications", ())},
        nights=_night_word(town) in body.get("opt_ins", ()),
    )
