"""The town's posts and the form of one: where it is, how people get there, what they bring."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from api.access import can, may, scope, store, town_or_404
from api.importing import values
from api.importing.sentences import text_of
from models.records import Stored, Thing
from scheduler.problem import Post

from . import post_staffing
from .areas import in_tree
from .data_form import Form, areas_seen, choices, ids_of, names, of_stored
from .people import PAGE_SIZE, label, number, search_in
from .routes import blueprint

TEXTS = ("name_en", "type", "colour", "directions", "bring")


@dataclass(frozen=True, slots=True)
class Row:
    """A post in the list."""

    id: str
    name: str
    area: str
    unit: str
    staffing: tuple[str, ...]
    directions: bool
    bring: bool


@blueprint.get("/towns/<town>/posts")
@may("see_roster")
def posts(town: str) -> ResponseReturnValue:
    found = store().things.page(town, "posts", number(), PAGE_SIZE, search_in(), scope().only("posts"))
    terms = {noun: names(choices(town, noun)) for noun in ("areas", "units", "staffing_templates", "shift_patterns")}
    return render_template(
        "posts.html",
        town=town_or_404(town),
        rows=[_row(held.value, terms) for held in found.items],
        total=found.total,
        page=found.page,
        pages=max(1, -(-found.total // PAGE_SIZE)),
        search=search_in(),
        may_edit=can("edit_data"),
    )


@blueprint.route("/towns/<town>/posts/new", methods=["GET", "POST"])
@may("edit_data")
def new_post(town: str) -> ResponseReturnValue:
    """A post with its staffing; its id is its name, as far as an address can hold it."""
    form = Form("posts", town, {"id": "", "name": ""})
    if request.method == "GET":
        return _page(form)
    _fill(form)
    made = form.added(ids_of(form.body["name"], "post"))
    if made is None:
        return _page(form), 422
    flash(_("已添加“%(name)s”。", name=made.name), "ok")
    return redirect(url_for("pages.posts", town=town), 303)


@blueprint.route("/towns/<town>/posts/<post>", methods=["GET", "POST"])
@may("edit_data")
def edit_post(town: str, post: str) -> ResponseReturnValue:
    """Weeks that are made already keep their duties."""
    held = store().things.get(town, "posts", post)
    form = of_stored("posts", town, held)
    if request.method == "GET":
        return _page(form, held)
    _fill(form)
    saved = form.saved(held)
    if saved is None:
        return _page(form, held), 422
    flash(_("已保存“%(name)s”。", name=saved.name), "ok")
    return redirect(url_for("pages.posts", town=town, q=search_in(), page=number()), 303)


def _fill(form: Form) -> None:
    form.needed("name", values.name(request.form.get("name", "")))
    for name in ("area", "unit", *TEXTS):
        form.text(name)
    for name, most in (("latitude", 90.0), ("longitude", 180.0)):
        form.read(name, lambda text, most=most: values.number(text, -most, most))  # type: ignore[misc]
    if ("latitude" in form.body) != ("longitude" in form.body) and not {"latitude", "longitude"} & set(form.faults):
        form.fault("longitude" if "latitude" in form.body else "latitude", text_of("missing"))
    if "staffing-template" in request.form:
        post_staffing.fill(form, post_staffing.rows_sent())


def _row(post: Thing, terms: dict[str, Any]) -> Row:
    assert isinstance(post, Post)
    return Row(
        post.id,
        label(post),
        terms["areas"].get(post.area, ""),
        terms["units"].get(post.unit, ""),
        tuple(_staffing(post, terms)),
        bool(post.directions),
        bool(post.bring),
    )


def _staffing(post: Post, terms: dict[str, Any]) -> list[str]:
    return [
        " · ".join(
            terms[noun].get(id_, id_)
            for noun, id_ in (("staffing_templates", s.template), ("shift_patterns", s.pattern))
        )
        for s in post.staffing
    ]


def _page(form: Form, held: Stored[Thing] | None = None) -> str:
    town = form.town
    post = held.value if held else None
    assert post is None or isinstance(post, Post)
    everywhere: Any = store().things.all(town, "posts")
    return render_template(
        "post_edit.html",
        town=town_or_404(town),
        form=form,
        post=post,
        areas=[(a.id, label(a), depth) for a, depth in in_tree(areas_seen(town))],
        units=choices(town, "units"),
        types=sorted({p.type for p in everywhere if p.type}),
        colours=sorted({p.colour for p in everywhere if p.colour}),
        rows=post_staffing.shown(_rows(form)),
        teams=post_staffing.teams(town),
        shifts=post_staffing.shifts_of(town),
        kept={"q": search_in(), "page": number()},
    )


def _rows(form: Form) -> list[post_staffing.Row]:
    """As they were typed, else as they are stored."""
    if request.method == "POST" and "staffing-template" in request.form:
        return post_staffing.rows_sent()
    return post_staffing.rows_of(form.body.get("staffing", ()))
