"""Domain objects as the JSON that is answered, in the caller's language."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from models.records import Absence, Acknowledgement, PublishedDuty, RosterHead, RosterVersion, Solve
from scheduler import document
from scheduler.preflight import Notice
from scheduler.problem import Problem
from scheduler.roster import assignment_json
from scheduler.substitutes import Ranking
from scheduler.text import Text

from .language import language


def instant(moment: datetime | None) -> str | None:
    return None if moment is None else moment.astimezone(UTC).isoformat().replace("+00:00", "Z")


def said(text: Text | None) -> dict[str, Any] | None:
    """A sentence in both languages."""
    return None if text is None else text.as_json()


def notice_json(notice: Notice) -> dict[str, Any]:
    return {
        "severity": notice.severity,
        "code": notice.code,
        "sentence": notice.text.in_language(language()),
        "text": notice.text.as_json(),
    }


def solve_json(solve: Solve, joined: bool | None = None) -> dict[str, Any]:
    """A solve as everybody may see it; `joined` only in the answer to its creation."""
    body = {
        "id": solve.id,
        "town": solve.town,
        "week": solve.week and solve.week.isoformat(),
        "kind": solve.kind,
        "state": solve.state,
        "over": solve.over,
        "stop_requested": solve.stop_requested,
        "seconds": solve.seconds,
        "seed": solve.seed,
        "gap": solve.gap,
        "reproducible": solve.reproducible,
        "attempt": solve.attempt,
        "created_at": instant(solve.created_at),
        "started_at": instant(solve.started_at),
        "finished_at": instant(solve.finished_at),
        "progress": solve.progress and solve.progress.as_json(),
        "error": said(solve.error),
        "roster_number": solve.roster_number,
        "beside": solve.beside,
    }
    return body if joined is None else body | {"joined": joined}


def head_json(head: RosterHead) -> dict[str, Any]:
    """A version of a roster without its assignments."""
    return {
        "week": head.week.isoformat(),
        "number": head.number,
        "state": head.state,
        "origin": head.origin,
        "based_on": head.based_on,
        "solve_id": head.solve_id,
        "created_at": instant(head.created_at),
        "created_by": head.created_by,
        "published_at": instant(head.published_at),
        "published_by": head.published_by,
        "override_reason": head.override_reason,
        "revision": head.revision,
        "summary": in_caller_language(head.summary),
    }


def roster_json(version: RosterVersion) -> dict[str, Any]:
    """A version with its assignments and the duties that it staffs."""
    return head_json(version) | {
        "assignments": [assignment_json(a) for a in version.assignments],
        "duties": [document.entity_to_json("duties", d) for d in version.duties],
    }


def absence_json(absence: Absence) -> dict[str, Any]:
    return {
        "id": absence.id,
        "person": absence.person,
        "start": instant(absence.start),
        "end": instant(absence.end),
        "reason": absence.reason,
        "state": absence.state,
        "reported_by": absence.reported_by,
        "created_at": instant(absence.created_at),
    }


def acknowledgement_json(said_so: Acknowledgement) -> dict[str, Any]:
    return {"person": said_so.person, "duty": said_so.duty, "at": instant(said_so.at)}


def published_duty_json(held: PublishedDuty) -> dict[str, Any]:
    """A duty that somebody serves; the duty itself is left for its schema to write."""
    return {
        "week": held.week.isoformat(),
        "number": held.number,
        "duty": held.duty,
        "position": held.position,
        "team": [assignment_json(a) for a in held.team],
        "acknowledged_at": instant(held.acknowledged_at),
    }


def ranking_json(problem: Problem, ranking: Ranking) -> dict[str, Any]:
    """Candidates for a seat, best first, and what keeps the others off it; with names, for people to read."""
    return {
        "candidates": [
            {
                "person": c.person,
                "name": person_name(problem, c.person),
                "score": c.score,
                "reasons": [t.as_json() for t in c.reasons],
                "consequences": [t.as_json() for t in c.consequences],
            }
            for c in ranking.candidates
        ],
        "excluded": [
            {"person": e.person, "name": person_name(problem, e.person), "rule": e.rule, "text": e.text.as_json()}
            for e in ranking.excluded
        ],
    }


def person_name(problem: Problem, person: str) -> str:
    return problem.people[problem.person_index[person]].name


def in_caller_language(body: Any) -> Any:
    """A stored document with each "reason" and "sentence" in the language of this request."""
    if isinstance(body, list):
        return [in_caller_language(part) for part in body]
    if not isinstance(body, dict):
        return body
    made = {key: in_caller_language(part) for key, part in body.items()}
    for short, both in (("reason", "reasons"), ("sentence", "text")):
        texts = made.get(both)
        if short in made and isinstance(texts, dict) and set(texts) == {"zh", "en"}:
            made[short] = texts[language()]
    return made
