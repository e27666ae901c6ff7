"""Waves of a call-out go on in the worker's round, whoever is killed, and nobody is asked twice."""

from __future__ import annotations

from contextlib import closing
from datetime import UTC, datetime, timedelta

from models.callout_records import Asked, NewCallout, Pace
from models.outbox import Asked as Looked
from models.store import Store
from scheduler.text import Text
from tests.models.towns import MONDAY, TOWN
from tests.patience import eventually

from .conftest import Place


def asked(place: Place) -> list[str]:
    """Whom messages have asked, by key."""
    listed = place.store.outbox.page(TOWN, Looked(kind="call_out"), 1, 100).items
    return sorted(m.key.rsplit("/", 1)[1] for m in listed if "/asked/" in m.key)


def test_a_wave_that_is_due_is_asked_once_though_a_worker_is_killed(place: Place) -> None:
    earlier = datetime.now(UTC) - timedelta(minutes=6)
    soon = earlier + timedelta(hours=1)
    with closing(Store(place.url, lambda: earlier)) as before:
        new = NewCallout(
            week=MONDAY, duty="gate/2026-11-23/day", position="verify", instead="", start=soon, end=soon, until=soon,
            seat=Text("东门", "East gate"), town_name=Text("桃花镇", "Taohua"),
            asked=[Asked(p) for p in ("p1", "p2", "p3")],
            pace=Pace(wave_size=1, wave_minutes=5, escalate_minutes=60),
        )  # fmt: skip
        made = before.callouts.open(TOWN, new, "one")
    assert asked(place) == ["p1"]
    first = place.worker()
    eventually(lambda: asked(place) == ["p1", "p2"], "the second wave")
    first.kill()
    first.join()
    place.worker()
    eventually(lambda: place.log().count("worker_started") == 2, "the second worker")
    place.store.callouts.advance()
    assert asked(place) == ["p1", "p2"]  # the third wave is due five minutes after the second
    assert place.store.callouts.get(TOWN, made.id).wave == 2
