"""Accounts of those who sign in with a password."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal

import marshmallow as ma
from marshmallow import post_load

from models.records import Account, Role

from .. import fields
from ..rights import ACCOUNT_ROLES
from .base import Schema
from .paging import page_of

SHORTEST_PASSWORD = 10
MOST_AREAS = 200
AREAS = {"description": "Limited to these areas and all below them; null: the whole town"}


def password_field(**kwargs: bool) -> fields.Text:
    return fields.Text(least=SHORTEST_PASSWORD, most=1000, **kwargs)


@dataclass(frozen=True, slots=True)
class NewAccount:
    login: str
    name: str
    password: str
    role: Role
    town: str | None = None
    areas: list[str] | None = None


class NewAccountBody(Schema):
    makes = NewAccount
    login = fields.Text(required=True, least=1, most=100)
    name = fields.Text(required=True, least=1, most=200)
    password = password_field(required=True)
    role = fields.Choice(*ACCOUNT_ROLES, required=True)
    town = fields.Id(allow_none=True, load_default=None, metadata={"description": "null: the whole platform"})
    areas = fields.List(fields.Id(), most=MOST_AREAS, allow_none=True, load_default=None, metadata=AREAS)


@dataclass(frozen=True, slots=True)
class AccountChange:
    """What is None stays; areas "all" lifts the limits."""

    name: str | None = None
    role: Role | None = None
    active: bool | None = None
    password: str | None = None
    areas: list[str] | Literal["all"] | None = None


class AccountChangeBody(Schema):
    makes = AccountChange
    name = fields.Text(least=1, most=200)
    role = fields.Choice(*ACCOUNT_ROLES)
    active = fields.Flag()
    password = password_field()
    areas = fields.List(fields.Id(), most=MOST_AREAS, allow_none=True, metadata=AREAS)

    @post_load
    def _make(self, data: dict[str, Any], **_: Any) -> AccountChange:
        lifted = {"areas": "all"} if "areas" in data and data["areas"] is None else {}
        return AccountChange(**data | lifted)


class AccountOut(ma.Schema):
    id = ma.fields.String(required=True)
    login = ma.fields.String(required=True)
    name = ma.fields.String(required=True)
    role = ma.fields.String(required=True)
    town = ma.fields.String(required=True, allow_none=True)
    active = ma.fields.Boolean(required=True)
    areas = ma.fields.Function(
        serialize=lambda account: areas_of(account),
        required=True,
        metadata=AREAS | {"type": ["array", "null"], "items": {"type": "string"}},
    )


def areas_of(account: Account) -> list[str] | None:
    """The areas in order; None for the whole town."""
    return None if account.areas is None else sorted(account.areas)


AccountPage = page_of("AccountPage", AccountOut)
