"""What the store and the document reader refuse, as our errors."""

from __future__ import annotations

from flask import Flask, Response, request

from models.errors import (
    AlreadyEnded,
    AlreadyExists,
    BrokenRules,
    CallInFlight,
    Conflict,
    InUse,
    KeyReused,
    LastAdministrator,
    NotFound,
    StoreError,
    StoreFull,
    Unavailable,
)
from models.presence import PresenceRefused
from models.presence_states import CHANGES, STATES
from scheduler.document import DocumentError
from scheduler.problem import MeaningError
from scheduler.text import Text

from .errors import ApiError, answer, fault, invalid
from .language import language

MOST_VIOLATIONS = 500


def translated(error: Exception) -> ApiError:
    """Our error for one of the store's or the document's."""
    match error:
        case NotFound():
            return ApiError("not_found", details={"noun": error.noun, "id": error.id})
        case AlreadyExists():
            return ApiError("already_exists", {"id": error.id}, details={"noun": error.noun, "id": error.id})
        case InUse():
            used_by = [{"noun": noun, "id": id_} for noun, id_ in error.used_by]
            return ApiError("in_use", {"id": error.id}, details={"used_by": used_by, "count": error.count})
        case AlreadyEnded():
            return ApiError("already_finished", details={"state": error.state})
        case Conflict(current=None):
            return ApiError("conflict")
        case Conflict():
            code = "changed_meanwhile" if request.if_match or request.if_none_match else "conflict"
            headers, details = {"ETag": f'"{error.current}"'}, {"revision": error.current}
            return ApiError(code, {"revision": error.current}, headers=headers, details=details)
        case PresenceRefused():
            return _not_recorded(error)
        case LastAdministrator():
            return ApiError("last_administrator")
        case BrokenRules():
            count = len(error.report.violations)
            violations = [v.as_json(language()) for v in error.report.violations[:MOST_VIOLATIONS]]
            return ApiError("rules_broken", {"count": count}, details={"count": count, "violations": violations})
        case Unavailable():
            return ApiError("store_unavailable", headers={"Retry-After": "2"})
        case StoreFull():
            return ApiError("store_full")
        case CallInFlight():
            return ApiError("call_in_flight", headers={"Retry-After": "2"})
        case KeyReused():
            return ApiError("key_reused")
        case DocumentError():
            return invalid(error.faults)
        case MeaningError():
            return invalid([fault(error.field_name, "unknown_id", id=error.details.get("id", ""))])
    raise error


def _not_recorded(error: PresenceRefused) -> ApiError:
    """Why a change of presence was not written down, in words."""
    state, change = STATES[error.state], CHANGES[error.action]
    details = {"state": error.state, "action": error.action}
    if error.code == "illegal_change":
        text = Text(
            f"现在是“{state.zh}”，不能记为“{change.text.zh}”，未作记录。如果先前记错了，请用“更正”。",
            f"They are {state.en} now: this cannot be followed by “{change.text.en}”; nothing was recorded. "
            "If what stands there is wrong, correct it.",
        )
        return ApiError("illegal_presence", text=text, details=details)
    text = Text(
        f"现在不能登记“{change.text.zh}”（可登记时间：{change.when.zh}），未作记录。",
        f"This is not the time to “{change.text.en}” ({change.when.en}); nothing was recorded.",
    )
    return ApiError("outside_presence_window", text=text, details=details)


def install(app: Flask) -> None:
    """Handlers for the errors of the rooms behind this one."""

    def refuse(error: Exception) -> Response:
        return answer(translated(error))

    for kind in (StoreError, DocumentError, MeaningError):
        app.register_error_handler(kind, refuse)
