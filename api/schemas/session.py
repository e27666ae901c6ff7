"""Signing in."""

from __future__ import annotations

from dataclasses import dataclass

import marshmallow as ma

from .. import fields
from .base import Schema


@dataclass(frozen=True, slots=True)
class SignIn:
    login: str
    password: str


class SignInBody(Schema):
    makes = SignIn
    login = fields.Text(required=True, least=1, most=200)
    password = fields.Text(required=True, least=1, most=1000)


class ActorOut(ma.Schema):
    id = ma.fields.String(required=True)
    name = ma.fields.String(required=True)
    town = ma.fields.String(required=True, allow_none=True, metadata={"description": "null: the whole platform"})


class SessionOut(ma.Schema):
    role = ma.fields.String(required=True, metadata={"description": "organiser, administrator or volunteer"})
    actor = ma.fields.Nested(ActorOut, required=True)
    csrf_token = ma.fields.String(required=True, metadata={"description": "Send as X-CSRF-Token with unsafe calls"})
