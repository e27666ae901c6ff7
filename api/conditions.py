"""Revisions: every thing that can be changed carries one in its ETag, and a change names it with If-Match."""

from __future__ import annotations

from collections.abc import Callable
from copy import deepcopy
from functools import wraps
from typing import Any, TypeVar

from flask import Response, request

from .errors import ApiError

View = TypeVar("View", bound=Callable[..., Any])
NEVER = -1
"""A revision that nothing has: what an If-Match that is not one of our tags stands for."""
IF_MATCH = {
    "name": "If-Match",
    "in": "header",
    "required": True,
    "description": "The ETag on which the change is based; 428 without, 412 when somebody was faster.",
    "schema": {"type": "string"},
}


def tag(revision: int) -> dict[str, str]:
    """The ETag header of a revision."""
    return {"ETag": f'"{revision}"'}


def expected() -> int:
    """The revision that the caller's change is based on; raises ApiError (428) without If-Match.

    A weak tag counts like a strong one: it names a revision, and not bytes, and a proxy that compresses an answer
    weakens the tag on it (RFC 9110, 8.8.1).
    """
    given = request.if_match
    tags = given.as_set(include_weak=True)
    if not tags and not given.star_tag:
        raise ApiError("revision_needed")
    if len(tags) != 1:
        return NEVER
    (only,) = tags
    return int(only) if only and only.isascii() and only.isdigit() and len(only) < 16 else NEVER


def versioned(view: View) -> View:
    """The view answers with an ETag; a GET may be conditional, PUT, PATCH and DELETE must name the revision."""

    @wraps(view)
    def wrapper(*args: Any, **kwargs: Any) -> Any:
        answer = view(*args, **kwargs)
        if isinstance(answer, Response) and request.method in ("GET", "HEAD") and answer.headers.get("ETag"):
            return answer.make_conditional(request)
        return answer

    wrapper._apidoc = deepcopy(getattr(view, "_apidoc", {}))  # type: ignore[attr-defined]
    wrapper._apidoc["etag"] = True  # type: ignore[attr-defined]
    return wrapper  # type: ignore[return-value]
