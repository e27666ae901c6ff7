"""API tokens."""

from __future__ import annotations

from dataclasses import dataclass

import marshmallow as ma

from .. import fields
from ..rights import RIGHTS, Right
from .base import Schema
from .paging import page_of

NOT_FOR_TOKENS: frozenset[Right] = frozenset({"own_matters", "own_account"})
SCOPES: tuple[Right, ...] = tuple(right for right in RIGHTS if right not in NOT_FOR_TOKENS)
"""What a token may be given: a token makes no tokens and changes no password."""
LONGEST_DAYS = 366


@dataclass(frozen=True, slots=True)
class NewToken:
    name: str
    scopes: list[Right]
    days: int = 90


class NewTokenBody(Schema):
    makes = NewToken
    name = fields.Text(required=True, least=1, most=100, metadata={"description": "What it is for."})
    scopes = fields.List(
        fields.Choice(*SCOPES),
        least=1,
        most=len(SCOPES),
        required=True,
        metadata={"description": "Rights of docs/permissions.md that you hold yourself."},
    )
    days = fields.Whole(least=1, most=LONGEST_DAYS, metadata={"description": "How long it works; 90 when left out."})


class TokenOut(ma.Schema):
    id = ma.fields.String(required=True)
    name = ma.fields.String(required=True)
    hint = ma.fields.String(required=True, metadata={"description": "The last characters of the token"})
    scopes = ma.fields.List(ma.fields.String(), required=True)
    created_at = ma.fields.String(required=True)
    expires_at = ma.fields.String(required=True)
    last_used_at = ma.fields.String(
        required=True, allow_none=True, metadata={"description": "To the minute; null: never"}
    )


class IssuedTokenOut(TokenOut):
    token = ma.fields.String(required=True, metadata={"description": "Shown once; only its hash is stored"})


TokenPage = page_of("TokenPage", TokenOut)
