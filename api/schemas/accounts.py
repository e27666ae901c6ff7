"""Accounts of organisers and administrators."""

from __future__ import annotations

from dataclasses import dataclass

import marshmallow as ma

from models.records import Role

from .. import fields
from .base import Schema
from .paging import page_of

SHORTEST_PASSWORD = 10


def password_field(**kwargs: bool) -> fields.Text:
    return fields.Text(least=SHORTEST_PASSWORD, most=1000, **kwargs)


@dataclass(frozen=True, slots=True)
class NewAccount:
    login: str
    name: str
    password: str
    role: Role
    town: str | None


class NewAccountBody(Schema):
    makes = NewAccount
    login = fields.Text(required=True, least=1, most=100)
    name = fields.Text(required=True, least=1, most=200)
    password = password_field(required=True)
    role = fields.Choice("organiser", "administrator", required=True)
    town = fields.Id(allow_none=True, load_default=None, metadata={"description": "null: the whole platform"})

    @ma.validates_schema
    def _organisers_have_a_town(self, data: dict[str, object], **_: object) -> None:
        if data.get("role") == "organiser" and data.get("town") is None:
            raise ma.ValidationError("required", "town")


@dataclass(frozen=True, slots=True)
class AccountChange:
    active: bool | None = None
    password: str | None = None


class AccountChangeBody(Schema):
    makes = AccountChange
    active = fields.Flag()
    password = password_field()


class AccountOut(ma.Schema):
    id = ma.fields.String(required=True)
    login = ma.fields.String(required=True)
    name = ma.fields.String(required=True)
    role = ma.fields.String(required=True)
    town = ma.fields.String(required=True, allow_none=True)
    active = ma.fields.Boolean(required=True)


AccountPage = page_of("AccountPage", AccountOut)
