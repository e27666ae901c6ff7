"""Towns."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, ClassVar

import marshmallow as ma

from models.records import Town

from .. import fields
from .base import Schema
from .paging import page_of


class TownBody(Schema):
    makes: ClassVar[type[Any] | None] = Town
    id = fields.Text(required=True, least=1, most=80)
    name = fields.Text(required=True, least=1, most=200)
    name_en = fields.Text(most=200, load_default="")
    zone = fields.Text(most=80, load_default="Asia/Shanghai", metadata={"description": "IANA time zone"})


@dataclass(frozen=True, slots=True)
class NewTown(Town):
    """A town to be added; with `basics` it begins with the usual ones."""

    basics: bool


class NewTownBody(TownBody):
    makes: ClassVar[type[Any] | None] = NewTown
    basics = fields.Flag(
        load_default=False,
        metadata={
            "description": "Begin with the usual categories, qualifications, positions, contracts, shift patterns, "
            "staffing templates and rules; without people and posts"
        },
    )


class TownOut(ma.Schema):
    id = ma.fields.String(required=True)
    name = ma.fields.String(required=True)
    name_en = ma.fields.String(required=True)
    zone = ma.fields.String(required=True)


TownPage = page_of("TownPage", TownOut)
