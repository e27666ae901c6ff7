"""Importing for people: hand in a file or a list, see what it would do, deal with what is doubtful, confirm."""

from __future__ import annotations

from datetime import date
from typing import Any, cast, get_args
from zoneinfo import ZoneInfo

from flask import Response, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import ngettext

from api import imports
from api.access import actor, can, may, needs, scope, store, town_or_404
from api.body import takes_documents
from api.errors import ApiError, fault, invalid
from api.importing import current, templates
from api.importing.column_names import COLUMNS, FileKind
from api.importing.plan import Plan
from api.importing.signups import usual_pattern
from api.importing.tables import MOST_BYTES, MOST_ROWS
from api.schemas.imports import LONGEST_LIST, Answers, NewImport
from api.uploads import MEBIBYTE
from models.errors import Conflict
from models.imports import Import, Kind

from . import import_view
from .people import label, number
from .routes import blueprint, day_in

KINDS: tuple[Kind, ...] = ("people", "availability", "signups", "posts")
PAGE_SIZE = 50
MOST_SHOWN = 100
"""Faults, questions and lines that are shown at a time."""
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@blueprint.get("/towns/<town>/import")
@may("edit_people", "edit_data")
def new_import(town: str) -> ResponseReturnValue:
    return _form(town)


@blueprint.post("/towns/<town>/import")
@may("edit_people", "edit_data")
@takes_documents
def hand_in(town: str) -> ResponseReturnValue:
    """Compare what was handed in; a file that cannot be read is refused on the same page, with what to do."""
    try:
        held = _handed_in(town)
    except ApiError as error:
        if error.code == "not_allowed":
            raise
        return _form(town, error), error.status
    return redirect(url_for("pages.one_import", town=town, import_=held.id), 303)


@blueprint.get("/towns/<town>/import/template/<kind>.<ending>")
@may("edit_people", "edit_data")
def import_template(town: str, kind: str, ending: str) -> ResponseReturnValue:
    wanted = _file_kind(kind, ending)
    headers = _as_file(f"sanban-{kind}.{ending}")
    if ending == "csv":
        return Response(templates.csv(wanted), mimetype="text/csv", headers=headers)
    return Response(templates.workbook(wanted, store().imports.snapshot(town).things), mimetype=XLSX, headers=headers)


@blueprint.get("/towns/<town>/import/current/<kind>.<ending>")
@may("edit_people", "edit_data")
def import_current(town: str, kind: str, ending: str) -> ResponseReturnValue:
    """What the town has, in the shape of the template: handed in again it changes nothing."""
    wanted = _file_kind(kind, ending)
    if scope().whole:
        needs("export")
    snapshot = store().imports.snapshot(town)
    rows = current.rows(wanted, imports.town_of(snapshot, town), _whole_numbers(town, wanted))
    if len(rows) > MOST_ROWS:
        raise invalid([fault("query", "too_many_rows", count=len(rows), most=MOST_ROWS)])
    headers = _as_file(f"sanban-{kind}-current.{ending}")
    if ending == "csv":
        return Response(templates.csv(wanted, rows), mimetype="text/csv", headers=headers)
    return Response(templates.workbook(wanted, snapshot.things, rows), mimetype=XLSX, headers=headers)


def _whole_numbers(town: str, kind: FileKind) -> dict[str, str]:
    """Person → number, when whole ones are asked for: that needs the right and a reason, which is kept in the log.

    Raises ApiError (403, 422).
    """
    if kind != "people" or request.args.get("phones") != "full":
        return {}
    needs("reveal_phones")
    reason = request.args.get("reason", "").strip()
    if not reason:
        raise invalid([fault("query.reason", "reason_for_phones")])
    only = scope().only("people")
    people = sorted(p.id for p in store().things.all(town, "people") if only is None or p.id in only)
    return store().personal.reveal_phones(town, people, "import/current", reason[:500])


def _file_kind(kind: str, ending: str) -> FileKind:
    """Raises ApiError (403, 404)."""
    wanted = next((k for k in get_args(FileKind) if k == kind), None)
    if wanted is None or ending not in ("xlsx", "csv"):
        raise ApiError("not_found")
    needs(imports.RIGHTS[wanted])
    return cast(FileKind, wanted)


def _as_file(name: str) -> dict[str, str]:
    return {"Content-Disposition": f'attachment; filename="{name}"', "Cache-Control": "no-store"}


@blueprint.get("/towns/<town>/import/<import_>")
@may("edit_people", "edit_data")
def one_import(town: str, import_: str) -> ResponseReturnValue:
    return _page(*imports.waiting(town, import_))


@blueprint.post("/towns/<town>/import/<import_>/answers")
@may("edit_people", "edit_data")
def answer_import(town: str, import_: str) -> ResponseReturnValue:
    """Keep what was decided on the page, and compare again."""
    held, plan = imports.waiting(town, import_)
    try:
        again = imports.answered(held, _answers(held, plan))
    except Conflict:
        return _outdated(held)
    flash(_("已按您的答复重新对比。"), "ok")
    return redirect(url_for("pages.one_import", town=town, import_=again.id, show=request.args.get("show")), 303)


@blueprint.post("/towns/<town>/import/<import_>/confirm")
@may("edit_people", "edit_data")
def confirm_import(town: str, import_: str) -> ResponseReturnValue:
    """All of it, or nothing and the page again with the reason."""
    held, plan = imports.waiting(town, import_)
    if request.form.get("revision") != str(held.revision):
        return _outdated(held)
    try:
        counts = imports.confirmed(held, plan, request.form.get("leave_out") == "1")
    except ApiError as error:
        if error.code not in ("import_unfinished", "import_outdated"):
            raise
        return _page(held, plan, error), error.status
    flash(_done(held.kind, counts), "ok")
    return redirect(_back(town, held.kind), 303)


@blueprint.post("/towns/<town>/import/<import_>/discard")
@may("edit_people", "edit_data")
def discard_import(town: str, import_: str) -> ResponseReturnValue:
    held, _plan = imports.waiting(town, import_)
    imports.discarded(held)
    flash(_("已放弃这次导入，什么也没有写入。"), "ok")
    return redirect(url_for("pages.new_import", town=town, kind=held.kind), 303)


def _outdated(held: Import) -> ResponseReturnValue:
    """Somebody answered in another window: the page as it is now."""
    again, plan = imports.waiting(held.town, held.id)
    return _page(again, plan, ApiError("import_outdated")), 409


def _handed_in(town: str) -> Import:
    kind, form = _kind(request.form.get("kind", "")), request.form
    if kind == "signups":
        text = form.get("text", "")
        if len(text) > LONGEST_LIST:
            raise ApiError("too_large", {"limit": LONGEST_LIST})
        asked = NewImport(
            kind,
            text=text,
            category=form.get("category", ""),
            week=_day(form.get("week")),
            said_on=_day(form.get("said_on")),
            pattern=form.get("pattern", ""),
            yes="available" if form.get("yes") == "available" else "prefer",
        )
        return imports.started(town, asked)
    file = request.files.get("file")
    data = file.read(MOST_BYTES + 1) if file else b""
    return imports.started_with(town, kind, data, file.filename or "" if file else "", form.get("category", ""))


def _day(text: str | None) -> date | None:
    """A date as the API takes it; None for one that is none, or far away."""
    found = day_in(text)
    return found if found and 1970 <= found.year <= 2100 else None


def _kind(text: str) -> Kind:
    """What is imported, as far as the reader may; what they may do first otherwise."""
    mine = [kind for kind in KINDS if can(imports.RIGHTS[kind])]
    return next((kind for kind in mine if kind == text), mine[0])


def _answers(held: Import, plan: Plan) -> Answers:
    """What the page's form says; questions and lines that were not on it stay as they are."""
    form = request.form
    who = {name[4:]: text[:128] for name, text in form.items() if name.startswith("who-") and name[4:].isdigit()}
    same = _all_the_same(plan, form.get("all", ""))
    who |= {row: text for row, text in same.items() if not who.get(row)}
    lines = {name[5:]: text[:1000] for name, text in form.items() if name.startswith("line-") and name[5:].isdigit()}
    said = dict(_original(held))
    lines = {row: text for row, text in lines.items() if text != said.get(int(row))}
    add = [dict(zip(("noun", "name"), word.split("|", 1))) for word in form.getlist("add") if "|" in word]
    return Answers(who, add[:1000], form.get("retire") == "1", lines)


def _all_the_same(plan: Plan, answer: str) -> dict[str, str]:
    """One answer to everything that has none: the only candidate, somebody new, or to leave the row out."""
    asked = [q for q in plan.questions if not q.answer]
    if answer == "same":
        return {str(q.row): q.candidates[0] for q in asked if len(q.candidates) == 1}
    if answer == "new":
        return {str(q.row): "new" for q in asked if q.may_be_new}
    return {str(q.row): "skip" for q in asked} if answer == "skip" else {}


def _original(held: Import) -> list[tuple[int, str]]:
    edited = held.answers.get("lines", {})
    return [(row, edited.get(str(row), text)) for row, text in held.source.get("lines", ())]


def _form(town: str, error: ApiError | None = None) -> str:
    kind = _kind(request.values.get("kind", ""))
    waiting = [one for one in store().imports.waiting(town, actor().id) if can(imports.RIGHTS[one.kind])]
    return render_template(
        "import.html",
        town=town_or_404(town),
        kind=kind,
        kinds=[k for k in KINDS if can(imports.RIGHTS[k])],
        kind_word=kind_word,
        error=error,
        waiting=waiting,
        columns=() if kind == "signups" else COLUMNS[kind],
        categories=[(thing.id, label(thing)) for thing in store().things.all(town, "categories")],
        patterns=[(thing.id, label(thing)) for thing in store().things.all(town, "shift_patterns")],
        usual=usual_pattern(store().imports.snapshot(town).things) if kind == "signups" else "",
        week=imports.next_week(town),
        today=imports.today(town),
        sent=request.form,
        local=_local(town),
        takes_out=not scope().whole or can("export"),
        limits={"rows": MOST_ROWS, "megabytes": MOST_BYTES // MEBIBYTE},
    )


def _page(held: Import, plan: Plan, error: ApiError | None = None) -> str:
    town = town_or_404(held.town)
    words = import_view.Words(held.town, plan, ZoneInfo(town.zone))
    people: dict[str, Any] = {p.id: p for p in store().things.all(held.town, "people")} if plan.questions else {}
    counts, show = plan.counts(), _show()
    entries = import_view.chosen(plan, show)
    page, pages = number(), max(1, -(-len(entries) // PAGE_SIZE))
    shown = [words.entry(e) for e in entries[(page - 1) * PAGE_SIZE : page * PAGE_SIZE]]
    to_add = {(t.row, t.column) for t in plan.troubles if t.code == "unknown_word"}
    return render_template(
        "import_one.html",
        town=town,
        held=held,
        plan=plan,
        counts=counts,
        writes=len(plan.changes()),
        kind_word=kind_word,
        noun_word=noun_word,
        error=error,
        show=show,
        filters=_filters(plan, counts),
        entries=shown,
        page=page,
        pages=pages,
        troubles=[t for t in plan.troubles if (t.row, t.column) not in to_add and held.kind != "signups"],
        questions=[
            (q, import_view.candidates(people, q.candidates, words))
            for q in sorted(plan.questions, key=lambda q: (bool(q.answer), q.row))
        ],
        lines=_lines(plan, words),
        said_on=day_in(held.source.get("said_on")),
        show_link=lambda name: url_for("pages.one_import", town=town.id, import_=held.id, show=name),
        editing=request.args.get("edit", ""),
        retire=bool(held.answers.get("retire")),
        local=_local(held.town),
        most=MOST_SHOWN,
    )


def _filters(plan: Plan, counts: dict[str, int]) -> list[tuple[str, str, int]]:
    """What may be looked at: its name in the address, its word, how many entries."""
    words = [
        ("changes", _("会写入的"), len(import_view.chosen(plan, "changes"))),
        ("new", _("新增"), counts["new"]),
        ("changed", _("改动"), counts["changed"]),
        ("unchanged", _("不变"), counts["unchanged"]),
        ("missing", _("文件里没有"), counts["missing"]),
    ]
    return [word for word in words if word[2] or word[0] == "changes"]


def _show() -> str:
    asked = request.args.get("show", "")
    return asked if asked in ("changes", "new", "changed", "unchanged", "missing") else "changes"


def _lines(plan: Plan, words: import_view.Words) -> list[dict[str, Any]]:
    """The lines of a sign-up list, those in doubt first."""
    shown = [
        line | {"spans": [(words.span(span), span["status"] or "available") for span in line["said"]]}
        for line in plan.lines
    ]
    return sorted(shown, key=lambda line: (not line["doubts"], line["row"]))


def _local(town: str) -> Any:
    zone = ZoneInfo(town_or_404(town).zone)
    return lambda instant: instant.astimezone(zone)


def _back(town: str, kind: Kind) -> str:
    if kind == "posts":
        return url_for("pages.new_import", town=town, kind=kind)
    return url_for("pages.people", town=town)


def _done(kind: Kind, counts: dict[str, int]) -> str:
    """What was written, in a sentence."""
    new, changed = counts["new"], counts["changed"]
    gone = counts["retired"] + counts["removed"]
    parts = [
        ngettext("新增 %(num)d 项", "新增 %(num)d 项", new),
        ngettext("改动 %(num)d 项", "改动 %(num)d 项", changed),
        *([ngettext("停用 %(num)d 项", "停用 %(num)d 项", gone)] if gone else []),
    ]
    return _("%(kind)s已导入：%(parts)s。", kind=kind_word(kind), parts=_("，").join(parts))


def kind_word(kind: str) -> str:
    words = {"people": _("人员"), "availability": _("可用时间"), "posts": _("点位"), "signups": _("接龙")}
    return words.get(kind, kind)


def noun_word(noun: str) -> str:
    words = {
        "categories": _("类别"), "units": _("来源单位"), "areas": _("片区"), "qualifications": _("资质"),
        "staffing_templates": _("编组"), "people": _("人员"), "posts": _("点位"),
    }  # fmt: skip
    return words.get(noun, noun)
