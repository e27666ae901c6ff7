"""Imports: what is handed in, what would be done, what the maker answers."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any, Literal

import marshmallow as ma

from .. import fields
from .base import Schema, TextOut
from .paging import Paging, PagingQuery

LONGEST_CONTENT = 12 * 1024 * 1024
"""Characters of base64: a file of 8 MiB, and some more that is refused in words."""
LONGEST_LIST = 100_000
WHATS = ("new", "changed", "unchanged", "missing", "retired", "removed")


@dataclass(frozen=True, slots=True)
class NewImport:
    """A file, or the text of a sign-up list."""

    kind: Literal["people", "availability", "posts", "signups"]
    name: str = ""
    content: str = ""
    text: str = ""
    category: str = ""
    week: date | None = None
    said_on: date | None = None
    pattern: str = ""
    yes: Literal["prefer", "available"] = "prefer"


class NewImportBody(Schema):
    makes = NewImport
    kind = fields.Choice("people", "availability", "posts", "signups", required=True)
    name = fields.Text(most=300, metadata={"description": "Of the file, for people to read."})
    content = fields.Text(
        most=LONGEST_CONTENT, metadata={"description": "The .xlsx or .csv file in base64; not for sign-ups."}
    )
    text = fields.Text(most=LONGEST_LIST, metadata={"description": "A sign-up list, a line a person."})
    category = fields.Text(
        most=fields.LONGEST_ID, metadata={"description": "Id of the category of new people who have none."}
    )
    week = fields.Day(metadata={"description": "First day of the seven that a sign-up list speaks of."})
    said_on = fields.Day(metadata={"description": "The day that 今天, 明天, 本周 and 下周 count from; today if empty."})
    pattern = fields.Text(
        most=fields.LONGEST_ID, metadata={"description": "Id of the shift pattern of the list; the usual one if empty."}
    )
    yes = fields.Choice("prefer", "available", metadata={"description": "What a time that is signed up for becomes."})


@dataclass(frozen=True, slots=True)
class Answers:
    """None leaves what was answered before."""

    who: dict[str, str] | None = None
    add: list[dict[str, str]] | None = None
    retire: bool | None = None
    lines: dict[str, str] | None = None


class Row(fields.Text):
    """The number of a row, as a key."""

    def _deserialize(self, value: Any, *args: Any, **kwargs: Any) -> str:
        text: str = super()._deserialize(value, *args, **kwargs)
        if not (text.isascii() and text.isdigit()):
            raise ma.ValidationError("not_an_integer")
        return str(int(text))


class WordBody(Schema):
    noun = fields.Choice("categories", "units", "areas", "qualifications", required=True)
    name = fields.Text(least=1, most=200, required=True)


class AnswersBody(Schema):
    makes = Answers
    who = ma.fields.Dict(
        keys=Row(most=6),
        values=fields.Text(most=fields.LONGEST_ID),
        metadata={"description": 'Row → id of the person meant, "new", "skip", or "" for no answer'},
    )
    add = fields.List(fields.Nested(WordBody), most=1000, metadata={"description": "Words that may be added."})
    retire = fields.Flag(metadata={"description": "Take what the file does not name out of service."})
    lines = ma.fields.Dict(
        keys=Row(most=6),
        values=fields.Text(most=1000),
        metadata={"description": "Row of a sign-up list → its text as it should have been"},
    )


@dataclass(frozen=True, slots=True)
class Shown(Paging):
    """Which entries are listed."""

    what: str | None = None


class ShownQuery(PagingQuery):
    makes = Shown
    what = fields.Choice(*WHATS)


@dataclass(frozen=True, slots=True)
class Confirmation:
    leave_out: bool = False


class ConfirmBody(Schema):
    makes = Confirmation
    leave_out = fields.Flag(metadata={"description": "Import the rest when rows are faulty or not answered."})


class ImportedFieldOut(ma.Schema):
    field = ma.fields.String(required=True)
    before = ma.fields.Raw(required=True, allow_none=True)
    after = ma.fields.Raw(required=True, allow_none=True)


class ImportedThingOut(ma.Schema):
    """One thing; telephone numbers are masked."""

    what = ma.fields.String(required=True, metadata={"description": ", ".join(WHATS)})
    noun = ma.fields.String(required=True)
    id = ma.fields.String(required=True)
    name = ma.fields.String(required=True)
    rows = ma.fields.List(ma.fields.Integer(), required=True)
    changes = ma.fields.List(ma.fields.Nested(ImportedFieldOut), required=True)


class ImportFaultOut(ma.Schema):
    row = ma.fields.Integer(required=True, metadata={"description": "As a spreadsheet program counts, from 1"})
    column = ma.fields.String(required=True, metadata={"description": "Name of the column in the file"})
    letter = ma.fields.String(required=True)
    code = ma.fields.String(required=True)
    message = ma.fields.String(required=True)
    messages = ma.fields.Nested(TextOut, required=True)


class ImportQuestionOut(ma.Schema):
    row = ma.fields.Integer(required=True)
    name = ma.fields.String(required=True)
    code = ma.fields.String(required=True)
    message = ma.fields.String(required=True)
    candidates = ma.fields.List(ma.fields.String(), required=True, metadata={"description": "Ids of people"})
    answer = ma.fields.String(required=True)
    may_be_new = ma.fields.Boolean(required=True)


class ImportWordOut(ma.Schema):
    noun = ma.fields.String(required=True)
    name = ma.fields.String(required=True)
    rows = ma.fields.List(ma.fields.Integer(), required=True)
    accepted = ma.fields.Boolean(required=True)


class ImportOut(ma.Schema):
    """An import that waits, and one page of its entries."""

    id = ma.fields.String(required=True)
    kind = ma.fields.String(required=True)
    name = ma.fields.String(required=True)
    created_at = ma.fields.String(required=True)
    expires_at = ma.fields.String(required=True)
    counts = ma.fields.Dict(keys=ma.fields.String(), values=ma.fields.Integer(), required=True)
    unused_columns = ma.fields.List(ma.fields.String(), required=True)
    troubles = ma.fields.List(ma.fields.Nested(ImportFaultOut), required=True)
    questions = ma.fields.List(ma.fields.Nested(ImportQuestionOut), required=True)
    additions = ma.fields.List(ma.fields.Nested(ImportWordOut), required=True)
    lines = ma.fields.List(ma.fields.Dict(), required=True, metadata={"description": "Of a sign-up list"})
    items = ma.fields.List(ma.fields.Nested(ImportedThingOut), required=True)
    page = ma.fields.Integer(required=True)
    page_size = ma.fields.Integer(required=True)
    total = ma.fields.Integer(required=True)


class ImportsOut(ma.Schema):
    items = ma.fields.List(ma.fields.Dict(), required=True)


class ImportDoneOut(ma.Schema):
    """What was written."""

    counts = ma.fields.Dict(keys=ma.fields.String(), values=ma.fields.Integer(), required=True)
