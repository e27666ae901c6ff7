"""The problem of a stored week, loaded; the last few are kept, since loading and its limits cost more than asking."""

from __future__ import annotations

import hashlib
import json
from collections import OrderedDict
from datetime import date
from threading import Lock
from typing import Any

from models.records import RosterVersion
from scheduler import document
from scheduler.problem import Problem

from .access import store

KEPT = 4
_held: OrderedDict[bytes, Problem] = OrderedDict()
_lock = Lock()


def loaded(body: dict[str, Any]) -> Problem:
    """The problem of a document, perhaps from the last few. Raises DocumentError."""
    key = hashlib.blake2b(json.dumps(body, sort_keys=True).encode()).digest()
    with _lock:
        if key in _held:
            _held.move_to_end(key)
            return _held[key]
    problem = document.load(body)
    with _lock:
        _held[key] = problem
        while len(_held) > KEPT:
            _held.popitem(last=False)
    return problem


def problem_of(town: str, week: date) -> Problem:
    """The problem of a week with its own duties. Raises NotFound, DocumentError."""
    return loaded(store().weeks.problem_document(town, week))


def problem_for(town: str, week: date, *versions: RosterVersion) -> Problem:
    """The problem of a week with the duties that these versions staff; an earlier version's duties win."""
    body = store().weeks.problem_document(town, week)
    duties = {duty.id: duty for version in reversed(versions) for duty in version.duties}
    body["duties"] = [document.entity_to_json("duties", d) for d in sorted(duties.values(), key=_in_time)]
    body.pop("errand_runs", None)
    return loaded(body)


def _in_time(duty: Any) -> tuple[Any, str]:
    return duty.start, duty.id
