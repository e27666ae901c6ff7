"""`Idempotency-Key`: a POST that is sent twice is carried out once, and the second one gets the first one's answer.

What such a call writes and the answer to it are one transaction: when the process is killed in the middle, nothing
has happened and the same call may be sent again; when only the answer was lost, sending it again gives the answer.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Callable
from typing import Any, TypeVar

from flask import Flask, Response, current_app, make_response, request

from models.calls import Asked, Held, Kept
from models.errors import CallFenced

from .access import Actor, current_actor, store
from .errors import ApiError, fault
from .rights import rights_of

View = TypeVar("View", bound=Callable[..., Any])
HEADER = "Idempotency-Key"
WELL_FORMED = re.compile(r"[!-~]{1,200}")
HOLD_SECONDS = 60.0
"""After that a call that has given no sign counts as dead; should it live after all, it is fenced off."""
KEPT_HEADERS = ("Content-Type", "ETag", "Location")
UNKEYED = frozenset({"session", "teams"})
"""Blueprints in which the header means nothing: signing in is never repeated from memory, teams have no account."""
_ONCE = "shows_once"
PARAMETER = {
    "name": HEADER,
    "in": "header",
    "required": False,
    "description": "Your own word for this call, good for a day: sent again, it is answered again and not done again.",
    "schema": {"type": "string", "minLength": 1, "maxLength": 200, "pattern": f"^{WELL_FORMED.pattern}$"},
}


class _Failed(Exception):
    """The call ended in a failure of ours: everything is taken back."""

    def __init__(self, answer: Response) -> None:
        self.answer = answer


def shows_once(view: View) -> View:
    """Mark a view whose answer holds a secret: it is not kept, and a second call is told that it was done (409)."""
    setattr(view, _ONCE, True)
    return view


def install(app: Flask) -> None:
    """Stand before every view."""
    dispatch = app.dispatch_request
    app.dispatch_request = lambda: once(dispatch)  # type: ignore[method-assign]


def documented(spec: dict[str, Any]) -> dict[str, Any]:
    """An OpenAPI document in which every POST that takes the header says so; the one given stays as it is."""
    paths = spec["paths"].items()
    return spec | {"paths": {path: {how: _with_header(how, said) for how, said in of.items()} for path, of in paths}}


def _with_header(method: str, said: Any) -> Any:
    if method != "post" or UNKEYED & set(said.get("tags", ())):
        return said
    return said | {"parameters": [*said.get("parameters", ()), PARAMETER]}


def once(dispatch: Callable[[], Any]) -> Any:
    """The answer of the view, or the one that it gave before. Raises ApiError, CallInFlight, KeyReused."""
    asked = _asked()
    if asked is None:
        return dispatch()
    found = store().calls.begin(asked, float(current_app.config.get("CALL_SECONDS", HOLD_SECONDS)))
    return _again(found) if isinstance(found, Kept) else _carried_out(found, dispatch)


def _asked() -> Asked | None:
    """What is asked for, when it is asked for by key; None otherwise. Raises ApiError."""
    key = request.headers.get(HEADER)
    if key is None or request.method != "POST" or request.url_rule is None or request.blueprint in UNKEYED:
        return None
    who = current_actor() if request.path.startswith("/api/v1/") else None
    if who is None:
        return None
    if not WELL_FORMED.fullmatch(key):
        raise ApiError("bad_request", faults=(fault(f"header.{HEADER}", "bad_key"),))
    return Asked(who.town, who.id, key, f"POST {request.url_rule.rule}", _digest(who))


def _digest(who: Actor) -> str:
    """Of all that the answer depends on: with other rights another one would be due."""
    areas = getattr(who, "areas", None)
    words = [request.full_path, request.headers.get("If-Match"), sorted(rights_of(who)), areas and sorted(areas)]
    return hashlib.sha256(json.dumps(words).encode() + b"\0" + request.get_data(cache=True)).hexdigest()


def _carried_out(held: Held, dispatch: Callable[[], Any]) -> Response:
    """Runs the view in one transaction with the keeping of its answer; what has written nothing leaves no trace."""
    try:
        with store().database.together() as unit:
            answer = _answered(dispatch)
            if answer.status_code >= 500:
                raise _Failed(answer)
            if unit.written:
                store().calls.keep(held, _kept(answer))
                return answer
    except CallFenced:
        raise ApiError("call_in_flight", headers={"Retry-After": "2"}) from None
    except _Failed as failed:
        answer = failed.answer
    store().calls.forget(held)
    return answer


def _answered(dispatch: Callable[[], Any]) -> Response:
    try:
        return make_response(dispatch())
    except Exception as error:  # noqa: BLE001 - whatever it is, the application's own handlers answer it
        return make_response(current_app.handle_user_exception(error))


def _kept(answer: Response) -> Kept:
    headers = {name: answer.headers[name] for name in KEPT_HEADERS if name in answer.headers}
    secret = getattr(_view(), _ONCE, False) and answer.status_code < 400
    body = None if secret or answer.is_streamed else answer.get_data(as_text=True)
    return Kept(answer.status_code, headers, body)


def _again(kept: Kept) -> Response:
    if kept.body is None:
        raise ApiError("already_done")
    answer = Response(kept.body, kept.status, kept.headers)
    answer.headers["Idempotent-Replayed"] = "true"
    return answer


def _view() -> Any:
    """The function that answers this request, behind its class."""
    view: Any = current_app.view_functions.get(request.endpoint or "")
    return getattr(getattr(view, "view_class", None), request.method.lower(), view)
