"""Signing in."""

from __future__ import annotations

from dataclasses import dataclass

import marshmallow as ma

from .. import fields
from .accounts import password_field
from .base import Schema


@dataclass(frozen=True, slots=True)
class SignIn:
    login: str
    password: str


class SignInBody(Schema):
    makes = SignIn
    login = fields.Text(required=True, least=1, most=200)
    password = fields.Text(required=True, least=1, most=1000)


@dataclass(frozen=True, slots=True)
class NewPassword:
    old: str
    new: str


class NewPasswordBody(Schema):
    makes = NewPassword
    old = fields.Text(required=True, least=1, most=1000)
    new = password_field(required=True)


class ActorOut(ma.Schema):
    id = ma.fields.String(required=True)
    name = ma.fields.String(required=True)
    town = ma.fields.String(required=True, allow_none=True, metadata={"description": "null: the whole platform"})


class SessionOut(ma.Schema):
    role = ma.fields.String(required=True, metadata={"description": "As in docs/permissions.md"})
    rights = ma.fields.List(ma.fields.String(), required=True, metadata={"description": "What the caller may do"})
    actor = ma.fields.Nested(ActorOut, required=True)
    csrf_token = ma.fields.String(required=True, metadata={"description": "Send as X-CSRF-Token with unsafe calls"})
