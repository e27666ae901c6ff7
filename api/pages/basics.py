"""The basics of a town, noun by noun: lists of what there is, and one form for each thing.

What a noun is made of is said in basics_fields.py; the document's own reader judges what is entered.
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache
from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from api.access import can, may, scope, store, town_or_404
from api.errors import ApiError
from api.things import addressable
from models.errors import Conflict, InUse, NotFound
from models.records import Stored, Thing
from scheduler import document
from scheduler.document import DocumentError
from scheduler.text import Text

from .areas import in_tree
from .basics_fields import BASICS, Basic
from .basics_form import fill, refuse_loops, shown, without_row
from .basics_said import Names, rows, things_of
from .data_form import MEANWHILE, WHOLE, Choices, Form, areas_seen, choices, ids_of, names, of_stored
from .people import label, number, search_in
from .routes import blueprint
from .shift_day import Day, day_of
from .stale_weeks import stale_weeks
from .users import grouped, in_use

PAGE_SIZE = 200
GONE = Text(
    "您填的时候别人把它删除了，没有保存。您填的还在下面：点“添加”就重新建一个。",
    "Somebody removed this while you were at it; nothing was saved. What you entered is below: add it again.",
)


@blueprint.get("/towns/<town>/basics")
@may("see_roster")
def basics(town: str) -> ResponseReturnValue:
    """What there is of each noun, and what it is for."""
    found = {path: [label(t) for t, _depth in things_of(town, basic.noun)] for path, basic in BASICS.items()}
    return render_template("basics.html", town=town_or_404(town), basics=BASICS, found=found, may_edit=can("edit_data"))


@blueprint.get("/towns/<town>/basics/<noun>")
@may("see_roster")
def basics_of(town: str, noun: str) -> ResponseReturnValue:
    basic, wanted = _basic(noun), search_in().casefold()
    found = [(t, d) for t, d in things_of(town, basic.noun) if wanted in _find_text(t)]
    pages = max(1, -(-len(found) // PAGE_SIZE))
    page = min(number(), pages)
    return render_template(
        "basics_of.html",
        town=town_or_404(town),
        basics=BASICS,
        basic=basic,
        rows=rows(town, basic, found[(page - 1) * PAGE_SIZE : page * PAGE_SIZE], _names(town)),
        total=len(found),
        page=page,
        pages=pages,
        search=search_in(),
        may_edit=can("edit_data"),
    )


@blueprint.route("/towns/<town>/basics/<noun>/new", methods=["GET", "POST"])
@may("edit_data")
def new_basic(town: str, noun: str) -> ResponseReturnValue:
    """Its id may be left to its name, as far as an address can hold it."""
    basic = _basic(noun)
    form = Form(basic.noun, town, {"id": "", "name": ""})
    if request.method == "GET":
        return _page(form, basic)
    _fill(form, basic)
    made = None if _rows_only() else form.added(_ids(form, basic))
    if made is None:
        return _page(form, basic), 200 if _rows_only() else 422
    flash(_("已添加“%(name)s”。", name=made.name), "ok")
    return redirect(url_for("pages.basics_of", town=town, noun=noun), 303)


@blueprint.route("/towns/<town>/basics/<noun>/edit", methods=["GET", "POST"])
@may("edit_data")
def edit_basic(town: str, noun: str) -> ResponseReturnValue:
    """The thing of ?id=, which may be any text."""
    basic = _basic(noun)
    try:
        held = _held(town, basic)
    except NotFound:
        if not request.form.get("revision"):
            raise
        return _gone(town, basic), 409
    form = of_stored(basic.noun, town, held)
    if request.method == "GET":
        return _page(form, basic, held)
    _fill(form, basic)
    saved = None if _rows_only() else form.saved(held)
    if saved is None:
        return _page(form, basic, held), 200 if _rows_only() else 422
    flash(_("已保存“%(name)s”。", name=saved.name), "ok")
    where = "pages.edit_basic" if basic.staffs else "pages.basics_of"
    return redirect(url_for(where, town=town, noun=noun, id=saved.id if basic.staffs else None), 303)


def _gone(town: str, basic: Basic) -> str:
    """What was typed for a thing that somebody has removed meanwhile, as a new one."""
    form = Form(basic.noun, town, {"id": "", "name": ""})
    _fill(form, basic)
    form.typed["id"] = request.args.get("id", "")
    form.fault(WHOLE, GONE)
    return _page(form, basic)


@blueprint.post("/towns/<town>/basics/<noun>/remove")
@may("edit_data")
def remove_basic(town: str, noun: str) -> ResponseReturnValue:
    """Only what nothing names; else by what it is used."""
    basic = _basic(noun)
    held = _held(town, basic)
    form = of_stored(basic.noun, town, held)
    try:
        store().things.remove(town, basic.noun, held.value.id, form.revision)
    except (InUse, Conflict) as refused:
        form.revision = held.revision
        form.fault(WHOLE, in_use(town, refused) if isinstance(refused, InUse) else MEANWHILE)
        return _page(form, basic, held), 409
    flash(_("已删除“%(name)s”。", name=held.value.name), "ok")
    return redirect(url_for("pages.basics_of", town=town, noun=noun), 303)


def _basic(noun: str) -> Basic:
    """Raises ApiError (404)."""
    if noun not in BASICS:
        raise ApiError("not_found")
    return BASICS[noun]


def _held(town: str, basic: Basic) -> Stored[Thing]:
    """The thing that the address names. Raises NotFound, ApiError (404)."""
    held = store().things.get(town, basic.noun, request.args.get("id", ""))
    if not scope().sees(basic.noun, held.value):
        raise ApiError("not_found")
    return held


def _fill(form: Form, basic: Basic) -> None:
    """What was sent; a row that is to go, by a browser without scripts, goes before anything is read."""
    act, name, index = _asked()
    sent = without_row(request.form, name, index) if act == "drop" else request.form
    known = cache(lambda noun: frozenset(t.id for t, _depth in things_of(form.town, noun)))
    fill(form, basic, sent, known)
    if basic.noun == "areas":
        refuse_loops(form, _below(form))
    form.typed["id"] = request.form.get("id", "").strip()
    if _rows_only():
        form.faults.clear()


def _asked() -> tuple[str, str, str]:
    """What a button beside the rows asks for: add or drop, of which list, which row."""
    parts = [*request.form.get("rows", "").split(":"), "", "", ""]
    return parts[0], parts[1], parts[2]


def _rows_only() -> bool:
    """Whether the form is only to be shown with a row more or less."""
    return _asked()[0] in ("add", "drop")


def _ids(form: Form, basic: Basic) -> Iterable[str]:
    """The id that was typed, else the name's."""
    typed = request.form.get("id", "").strip()
    if not typed:
        return ids_of(form.body.get("name", ""), basic.word)
    try:
        addressable(typed)
    except ApiError as error:
        form.fault("id", error.faults[0].text)
    return [typed]


def _below(form: Form) -> frozenset[str]:
    """An area with all that are below it."""
    found, depth_of_it = set[str](), None
    for area, depth in in_tree(areas_seen(form.town)):
        if area.id == form.body.get("id"):
            depth_of_it = depth
        elif depth_of_it is not None and depth <= depth_of_it:
            break
        if depth_of_it is not None:
            found.add(area.id)
    return frozenset(found)


def _find_text(thing: Thing) -> str:
    return f"{thing.name}\n{getattr(thing, 'name_en', '')}\n{thing.id}".casefold()


def _names(town: str) -> Names:
    """The names of a noun's things, looked up when they are needed."""
    return cache(lambda noun: names(choices(town, noun)))


def _offered(form: Form) -> dict[str, Any]:
    """Noun → what may be chosen of it; of areas with their depth, less the one in hand and those below it."""
    offered: dict[str, Choices | list[tuple[str, str, int]]] = {
        noun: choices(form.town, noun) for noun in ("positions", "qualifications")
    }
    below = _below(form) if form.noun == "areas" else frozenset()
    tree = in_tree(areas_seen(form.town)) if form.noun == "areas" else []
    offered["areas"] = [(area.id, label(area), depth) for area, depth in tree if area.id not in below]
    return offered


def _page(form: Form, basic: Basic, held: Stored[Thing] | None = None) -> str:
    town, thing = form.town, held.value if held else None
    users = grouped(town, store().things.users(town, basic.noun, thing.id)) if thing else []
    return render_template(
        "basic_edit.html",
        town=town_or_404(town),
        basic=basic,
        form=form,
        thing=thing,
        name=label(thing) if thing else "",
        shown=shown,
        offered=_offered(form),
        blank=_blank_rows(form, basic),
        users=users,
        day=_day(form),
        stale=stale_weeks(town, thing.id) if basic.staffs and thing else None,
    )


def _day(form: Form) -> Day | None:
    """The day of a shift pattern as it stands on the form; None while it cannot be read."""
    if form.noun != "shift_patterns":
        return None
    body = form.body | {"id": form.body["id"] or "new", "name": form.body.get("name") or "new"}
    try:
        return day_of(document.entity_from_json(form.noun, body, town_or_404(form.town).zone))
    except DocumentError:
        return None


def _blank_rows(form: Form, basic: Basic) -> int:
    """Rows to fill in: one for something new, one more whenever somebody asks for it."""
    rows_there = any(form.body.get(field.name) for field in basic.fields if field.shape == "rows")
    return int(_asked()[0] == "add" or not rows_there)
