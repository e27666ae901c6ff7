"""Lists in pages; the figures of paging are in the body."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import marshmallow as ma

from .. import fields
from .base import Query

LARGEST_PAGE = 500


@dataclass(frozen=True, slots=True)
class Paging:
    """Which page is asked for; pages count from 1."""

    page: int = 1
    page_size: int = 50


@dataclass(frozen=True, slots=True)
class Search(Paging):
    search: str = ""


class PagingQuery(Query):
    makes = Paging
    page = fields.Whole(least=1, most=1_000_000, metadata={"description": "From 1."})
    page_size = fields.Whole(least=1, most=LARGEST_PAGE)


class SearchQuery(PagingQuery):
    makes = Search
    search = fields.Text(most=200, metadata={"description": "Part of a name or id, in any case of letters."})


def page_of(name: str, item: type[ma.Schema], **extra: ma.fields.Field[Any]) -> type[ma.Schema]:
    """The schema of a page of these items."""
    members = {
        "items": ma.fields.List(ma.fields.Nested(item), required=True),
        "page": ma.fields.Integer(required=True),
        "page_size": ma.fields.Integer(required=True),
        "total": ma.fields.Integer(required=True, metadata={"description": "Over all pages"}),
        **extra,
    }
    return type(name, (ma.Schema,), members)


def cut(items: list[Any] | tuple[Any, ...], paging: Paging) -> dict[str, Any]:
    """One page of a list that is whole in memory."""
    first = (paging.page - 1) * paging.page_size
    return {
        "items": list(items[first : first + paging.page_size]),
        "page": paging.page,
        "page_size": paging.page_size,
        "total": len(items),
    }
