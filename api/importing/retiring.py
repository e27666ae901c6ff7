"""What becomes of people and posts that a file does not name, when its maker wants them out of service."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, time

from models.imports import digest
from scheduler.document import local_instant

from .plan import Entry, Plan
from .spans import Said, over
from .town import Body, Town

FAR = datetime(2099, 12, 31)  # noqa: DTZ001 - the wall clock of the town, made an instant there
"""Until then somebody who is out of service counts as unavailable."""


def retire(plan: Plan, town: Town, noun: str) -> None:
    """What nothing names is removed; who stands in rosters is unavailable from today on, a used post is not staffed."""
    bodies = {body["id"]: body for body in town.things[noun]}
    plan.entries = [_retired(e, bodies[e.id], town) if e.what == "missing" else e for e in plan.entries]


def _retired(entry: Entry, body: Body, town: Town) -> Entry:
    if entry.id not in town.snapshot.used[entry.noun]:
        return replace(entry, what="removed", seen=digest(body))
    after = _out_of_service(body, town) if entry.noun == "people" else _without(body, "staffing")
    made = town.read(entry.noun, after)
    if made == town.read(entry.noun, body):
        return entry
    return replace(entry, what="retired", before=body, after=made, seen=digest(body))


def back_in_service(body: Body, town: Town) -> Body:
    """Somebody whom a file names again is no longer out of service."""
    far = local_instant(FAR.date(), time(), town.zone).timestamp()
    held = body.get("availability", ())
    kept = [s for s in held if datetime.fromisoformat(s["end"].upper()).timestamp() != far]
    return body if len(kept) == len(held) else _without(body, "availability") | ({"availability": kept} if kept else {})


def _out_of_service(body: Body, town: Town) -> Body:
    start, end = (local_instant(day, time(), town.zone) for day in (town.today, FAR.date()))
    return body | {"availability": over(body.get("availability", ()), [Said(start, end, "unavailable")], town.zone)}


def _without(body: Body, name: str) -> Body:
    return {key: value for key, value in body.items() if key != name}
