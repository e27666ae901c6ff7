"""Towns."""

from __future__ import annotations

import marshmallow as ma

from models.records import Town

from .. import fields
from .base import Schema
from .paging import page_of


class TownBody(Schema):
    makes = Town
    id = fields.Text(required=True, least=1, most=80)
    name = fields.Text(required=True, least=1, most=200)
    name_en = fields.Text(most=200, load_default="")
    zone = fields.Text(most=80, load_default="Asia/Shanghai", metadata={"description": "IANA time zone"})


class TownOut(ma.Schema):
    id = ma.fields.String(required=True)
    name = ma.fields.String(required=True)
    name_en = ma.fields.String(required=True)
    zone = ma.fields.String(required=True)


TownPage = page_of("TownPage", TownOut)
