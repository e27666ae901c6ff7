"""Importing people, availability and posts: compared first, written when confirmed, and then all of it or nothing."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Callable
from dataclasses import asdict
from datetime import date, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from flask import url_for
from flask.views import MethodView

from models.errors import AlreadyExists, Conflict, NotFound
from models.imports import Import, Kind, Snapshot
from scheduler.document import DocumentError

from .access import actor, can, may, needs, scope, store, town_or_404
from .body import Blueprint, takes_documents
from .conditions import expected, tag, versioned
from .errors import ApiError, fault, invalid
from .importing import comparing, signups
from .importing.column_names import FileKind
from .importing.plan import Entry, Plan, from_json
from .importing.town import Town
from .language import language
from .numbers import HIDE
from .rights import Right
from .schemas.imports import (
    Answers,
    AnswersBody,
    Confirmation,
    ConfirmBody,
    ImportDoneOut,
    ImportOut,
    ImportsOut,
    NewImport,
    NewImportBody,
    Shown,
    ShownQuery,
)
from .schemas.paging import cut
from .things import Answer

RIGHTS: dict[Kind, Right] = {
    "people": "edit_people", "availability": "edit_people", "signups": "edit_people", "posts": "edit_data",
}  # fmt: skip
blueprint = Blueprint(
    "imports", __name__, url_prefix="/api/v1/towns/<town>/imports", description="Files and lists to import"
)


def started(town: str, asked: NewImport) -> Import:
    """Read what was handed in and compare it. Raises ApiError (403, 413, 422); nothing of a bad one is kept."""
    if asked.kind != "signups":
        return started_with(town, asked.kind, _content(asked.content), asked.name, asked.category)
    needs(RIGHTS[asked.kind])
    _known_category(town, asked.category)
    things = store().imports.snapshot(town).things
    pattern = asked.pattern or signups.usual_pattern(things)
    if pattern and pattern not in {body["id"] for body in things["shift_patterns"]}:
        raise invalid([fault("pattern", "unknown_id", id=pattern)])
    week, said_on = asked.week or next_week(town), asked.said_on or today(town)
    source = comparing.text_source(asked.text, week, pattern, asked.category, asked.yes, said_on)
    return _begun(town, "signups", source)


def started_with(town: str, kind: FileKind, data: bytes, name: str, category: str) -> Import:
    """The same for the bytes of a file."""
    needs(RIGHTS[kind])
    _known_category(town, category)
    return _begun(town, kind, comparing.file_source(kind, data, name, category), comparing.shown_name(name))


def waiting(town: str, id_: str) -> tuple[Import, Plan]:
    """One's own import with its plan. Raises ApiError (403, 404)."""
    try:
        held = store().imports.get(town, id_, actor().id)
    except NotFound:
        raise ApiError("import_gone") from None
    needs(RIGHTS[held.kind])
    return held, from_json(held.plan)


def answered(held: Import, given: Answers) -> Import:
    """The import compared anew, with what its maker has answered. Raises ApiError (404), Conflict."""
    before = held.answers
    answers = {
        "who": _merged(before.get("who", {}), given.who),
        "lines": _merged(before.get("lines", {}), given.lines),
        "add": before.get("add", []) if given.add is None else [[word["noun"], word["name"]] for word in given.add],
        "retire": before.get("retire", False) if given.retire is None else given.retire,
    }
    plan, mark = _compared(held.town, held.kind, held.source, answers)
    return _kept(lambda: store().imports.compared_again(held, mark, plan.as_json(), answers))


def confirmed(held: Import, plan: Plan, leave_out: bool) -> dict[str, int]:
    """Write it all, and say how much it was. Raises ApiError (404, 409, 422); then nothing was written."""
    if plan.held and not leave_out:
        raise ApiError("import_unfinished", {"count": len(plan.held)}, details={"rows": sorted(plan.held)[:1000]})
    try:
        _kept(lambda: store().imports.confirm(held, plan.changes()))
    except (Conflict, DocumentError, AlreadyExists):
        raise ApiError("import_outdated", details={"import": held.id}) from None
    return plan.counts()


def discarded(held: Import) -> None:
    """Raises ApiError (404)."""
    _kept(lambda: store().imports.discard(held.town, held.id, held.created_by))


def next_week(town: str) -> date:
    """The Monday after today, of which sign-up lists mostly speak."""
    day = today(town)
    return day + timedelta(days=7 - day.weekday())


def today(town: str) -> date:
    return store().database.now().astimezone(ZoneInfo(town_or_404(town).zone)).date()


def fields_changed(entry: Entry) -> list[tuple[str, Any, Any]]:
    """Field, what it was, what it would be; numbers are masked."""
    before, after = entry.before or {}, entry.after or {}
    return [
        (name, _shown(name, before.get(name)), _shown(name, after.get(name)))
        for name in dict.fromkeys([*after, *before])
        if name not in ("id", "history") and before.get(name) != after.get(name)
    ]


def _begun(town: str, kind: Kind, source: dict[str, Any], name: str = "") -> Import:
    plan, mark = _compared(town, kind, source, {})
    return store().imports.keep(town, kind, name, actor().id, mark, source, plan.as_json())


def _known_category(town: str, category: str) -> None:
    """Raises ApiError (422) when the town has no such category."""
    if category and category not in {thing.id for thing in store().things.all(town, "categories")}:
        raise invalid([fault("category", "unknown_id", id=category)])


def _content(text: str) -> bytes:
    try:
        return base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError):
        raise invalid([fault("content", "bad_value")]) from None


def town_of(snapshot: Snapshot, town: str) -> Town:
    """A snapshot as far as the caller sees it."""
    within = scope()
    seen = {noun: within.only(noun) for noun in ("people", "posts", "areas")}
    return Town(snapshot, today(town), (), can("edit_data"), seen)


def _compared(town: str, kind: Kind, source: dict[str, Any], answers: dict[str, Any]) -> tuple[Plan, str]:
    snapshot, within = store().imports.snapshot(town), scope()
    seen = {noun: within.only(noun) for noun in ("people", "posts", "areas")}
    plan = comparing.compare(kind, source, answers, snapshot, today(town), can("edit_data"), seen)
    return plan, snapshot.mark


def _merged(before: dict[str, str], given: dict[str, str] | None) -> dict[str, str]:
    """Answers one by one; an empty one takes the earlier one back."""
    return {row: text for row, text in (before | (given or {})).items() if text}


def _kept(call: Callable[[], Any]) -> Any:
    try:
        return call()
    except NotFound:
        raise ApiError("import_gone") from None


def _shown(name: str, value: Any) -> Any:
    return HIDE[name](value) if name in HIDE and value else value


def import_json(held: Import, plan: Plan, asked: Shown) -> dict[str, Any]:
    """An import as it is answered."""
    chosen = [e for e in plan.entries if asked.what in (None, e.what)]
    page = cut(chosen, asked)
    said = language()
    return page | {
        "id": held.id,
        "kind": held.kind,
        "name": held.name,
        "created_at": held.created_at.isoformat(),
        "expires_at": held.expires_at.isoformat(),
        "counts": plan.counts(),
        "unused_columns": list(plan.unused),
        "troubles": [
            {"row": t.row, "column": t.column, "letter": t.letter, "code": t.code}
            | {"message": t.text.in_language(said), "messages": t.text.as_json()}
            for t in plan.troubles
        ],
        "questions": [asdict(q) | {"message": q.text.in_language(said)} for q in plan.questions],
        "additions": [asdict(a) for a in plan.additions],
        "lines": plan.lines,
        "items": [_entry_json(e) for e in page["items"]],
    }


def _entry_json(entry: Entry) -> dict[str, Any]:
    changes = [{"field": f, "before": b, "after": a} for f, b, a in fields_changed(entry)]
    return {"what": entry.what, "noun": entry.noun, "id": entry.id, "name": entry.name} | {
        "rows": list(entry.rows),
        "changes": changes,
    }


@blueprint.route("")
class Many(MethodView):
    @may("edit_people", "edit_data")
    @blueprint.response(200, ImportsOut)
    def get(self, town: str) -> dict[str, Any]:
        """List my imports that wait to be confirmed"""
        held = store().imports.waiting(town, actor().id)
        return {
            "items": [
                {"id": one.id, "kind": one.kind, "name": one.name, "created_at": one.created_at.isoformat()}
                for one in held
                if can(RIGHTS[one.kind])
            ]
        }

    @may("edit_people", "edit_data")
    @takes_documents
    @versioned
    @blueprint.arguments(NewImportBody)
    @blueprint.response(201, ImportOut)
    def post(self, body: NewImport, town: str) -> Answer:
        """Compare a file or a sign-up list with what is stored; nothing is written"""
        held = started(town, body)
        where = url_for("imports.One", town=town, id_=held.id)
        shown = import_json(held, from_json(held.plan), Shown())
        return shown, 201, {"Location": where, **tag(held.revision)}


@blueprint.route("/<id_>")
class One(MethodView):
    @may("edit_people", "edit_data")
    @versioned
    @blueprint.arguments(ShownQuery, location="query")
    @blueprint.response(200, ImportOut)
    def get(self, query: Shown, town: str, id_: str) -> Answer:
        """Get one of my imports with a page of what it would do"""
        held, plan = waiting(town, id_)
        return import_json(held, plan, query), 200, tag(held.revision)

    @may("edit_people", "edit_data")
    @versioned
    @blueprint.arguments(AnswersBody)
    @blueprint.response(200, ImportOut)
    def patch(self, body: Answers, town: str, id_: str) -> Answer:
        """Answer what was doubtful and compare again; with {} just compare again"""
        revision = expected()
        held, _plan = waiting(town, id_)
        if held.revision != revision:
            raise Conflict("import", id_, held.revision)
        again = answered(held, body)
        return import_json(again, from_json(again.plan), Shown()), 200, tag(again.revision)

    @may("edit_people", "edit_data")
    @blueprint.response(204)
    def delete(self, town: str, id_: str) -> None:
        """Give up one of my imports"""
        discarded(waiting(town, id_)[0])


@blueprint.route("/<id_>/confirm")
class Confirm(MethodView):
    @may("edit_people", "edit_data")
    @versioned
    @blueprint.arguments(ConfirmBody)
    @blueprint.response(200, ImportDoneOut)
    def post(self, body: Confirmation, town: str, id_: str) -> dict[str, Any]:
        """Write all of it, as one transaction"""
        revision = expected()
        held, plan = waiting(town, id_)
        if held.revision != revision:
            raise Conflict("import", id_, held.revision)
        return {"counts": confirmed(held, plan, body.leave_out)}
