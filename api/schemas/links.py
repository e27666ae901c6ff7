"""Personal links, their codes, and how a town hands them out."""

from __future__ import annotations

from dataclasses import dataclass

import marshmallow as ma

from models.links import LinkPolicy

from .. import fields
from .base import Schema

LONGEST_DAYS = 366


@dataclass(frozen=True, slots=True)
class NewLink:
    days: int | None = None
    renew: bool = False


class NewLinkBody(Schema):
    makes = NewLink
    days = fields.Whole(
        least=1, most=LONGEST_DAYS, metadata={"description": "How long it works; as the town has it when left out."}
    )
    renew = fields.Flag(metadata={"description": "End the person's older links at the same moment."})


class LinkOut(ma.Schema):
    id = ma.fields.String(required=True)
    created_at = ma.fields.String(required=True)
    expires_at = ma.fields.String(required=True)
    revoked_at = ma.fields.String(required=True, allow_none=True)
    open = ma.fields.Boolean(required=True, metadata={"description": "Neither expired nor revoked"})


class LinksOut(ma.Schema):
    items = ma.fields.List(ma.fields.Nested(LinkOut), required=True)
    has_code = ma.fields.Boolean(required=True, metadata={"description": "Whether the person has a code"})


class IssuedLinkOut(ma.Schema):
    token = ma.fields.String(required=True, metadata={"description": "Shown once; only its hash is stored"})
    path = ma.fields.String(required=True, metadata={"description": "The page that it opens"})
    code = ma.fields.String(
        required=True,
        allow_none=True,
        metadata={"description": "A code that was made because the town wants one and the person had none; shown once"},
    )


class RevokedOut(ma.Schema):
    revoked = ma.fields.Integer(required=True)


class CodeOut(ma.Schema):
    code = ma.fields.String(required=True, metadata={"description": "Six digits, shown once"})


class LinkPolicyBody(Schema):
    makes = LinkPolicy
    days = fields.Whole(least=1, most=LONGEST_DAYS, required=True)
    code_needed = fields.Flag(required=True)


class LinkPolicyOut(ma.Schema):
    days = ma.fields.Integer(required=True, metadata={"description": "How long a new link works"})
    code_needed = ma.fields.Boolean(required=True, metadata={"description": "Whether every link needs a code"})
