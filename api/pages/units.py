"""The town's units, which are its teams where they fill gaps: what they are called in both languages."""

from __future__ import annotations

from collections import Counter
from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from api.access import can, may, store, town_or_404
from api.importing import values
from scheduler import document

from .data_form import Form, ids_of, of_stored
from .routes import blueprint

MOST = 2_000
"""Units of one town that the page lists."""


@blueprint.get("/towns/<town>/units")
@may("see_roster")
def units(town: str) -> ResponseReturnValue:
    return _page(town)


@blueprint.post("/towns/<town>/units")
@may("edit_data")
def add_unit(town: str) -> ResponseReturnValue:
    """Its id is its name, as far as an address can hold it."""
    form = _filled(Form("units", town, {"id": "", "name": ""}))
    made = form.added(ids_of(form.body["name"], "unit"))
    if made is None:
        return _page(town, form), 422
    flash(_("已添加“%(name)s”。", name=made.name), "ok")
    return redirect(url_for("pages.units", town=town), 303)


@blueprint.post("/towns/<town>/units/<unit>")
@may("edit_data")
def edit_unit(town: str, unit: str) -> ResponseReturnValue:
    held = store().things.get(town, "units", unit)
    form = _filled(of_stored("units", town, held))
    saved = form.saved(held)
    if saved is None:
        return _page(town, form), 422
    flash(_("已保存“%(name)s”。", name=saved.name), "ok")
    return redirect(url_for("pages.units", town=town), 303)


def _filled(form: Form) -> Form:
    form.needed("name", values.name(request.form.get("name", "")))
    form.text("name_en")
    return form


def _page(town: str, form: Form | None = None) -> str:
    """With `form` what was typed and is at fault stands in its own row, or in that of a new one."""
    held = store().things.page(town, "units", 1, MOST).items
    people: Any = store().things.all(town, "people")
    rows = [Form("units", town, document.entity_to_json("units", one.value), one.revision) for one in held]
    if form is not None and form.revision:
        rows = [form if row.body["id"] == form.body["id"] else row for row in rows]
    return render_template(
        "units.html",
        town=town_or_404(town),
        rows=rows,
        new=form if form is not None and not form.revision else Form("units", town, {"id": "", "name": ""}),
        form=form or Form("units", town, {}),
        people=Counter(person.unit for person in people),
        may_edit=can("edit_data"),
    )
