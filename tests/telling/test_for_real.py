"""The worker's own program: killed while it sends, and what a signed call looks like on the wire."""

from __future__ import annotations

import hashlib
import hmac
import os
import subprocess
import sys
import threading
import time
from datetime import timedelta
from pathlib import Path

import pytest

from models.outbox import Asked
from models.webhooks import NewWebhook
from tests.models.towns import TOWN
from tests.patience import eventually

from .conftest import Place

ROOT = Path(__file__).resolve().parents[2]


@pytest.mark.parametrize("filled_url", ["sqlite"], indirect=True)
def test_a_worker_killed_while_it_sends_loses_nothing(place: Place, filled_url: str, tmp_path: Path) -> None:
    place.clock.ahead = timedelta()  # a process of its own has the real time
    channel = place.group()
    place.web.gate = threading.Event()
    place.put("a", to=f"group:{channel.id}", emergency=True)
    settings = {"DATABASE_URL": filled_url, "SANBAN_DATA": str(tmp_path), "SANBAN_OUTBOUND_ALLOW": "127.0.0.0/8"}
    with (tmp_path / "worker.log").open("wb") as log:
        worker = subprocess.Popen(
            [sys.executable, str(ROOT / "worker.py")], cwd=tmp_path, env=os.environ | settings, stdout=log, stderr=log
        )
    try:
        eventually(lambda: place.web.heard, "the first call")
        assert place.states() == {"a": "sending"}
    finally:
        worker.kill()
        worker.wait()
        place.web.gate.set()
    assert place.round() == 0
    assert place.states() == {"a": "sending"}, "nobody knows yet that it is dead"
    place.clock.advance(minutes=2)
    assert place.round() == 1
    assert place.states() == {"a": "sent"}
    first, second = (heard.json for heard in place.web.heard)
    assert first["ids"] == second["ids"], "whoever hears it twice can tell"


def test_a_call_is_signed_over_its_moment_and_body(place: Place) -> None:
    made, secret = place.store.webhooks.add(
        TOWN, NewWebhook(name="all", url=place.web.url("/events"), events=("roster.published",))
    )
    place.store.webhooks.emit(TOWN, "test", {"any": "问"}, only=made.value.id)
    place.round()
    (call,) = place.web.heard
    moment = call.headers["Sanban-Timestamp"]
    assert abs(int(moment) - time.time()) < 300
    mark = hmac.new(secret.encode(), f"{moment}.".encode() + call.body, hashlib.sha256).hexdigest()
    assert call.headers["Sanban-Signature"] == f"v1={mark}"
    assert call.headers["Sanban-Id"] == call.json["id"]
    assert (call.json["event"], call.json["town"], call.json["data"]) == ("test", TOWN, {"any": "问"})


def test_a_webhook_that_is_switched_off_hears_nothing(place: Place) -> None:
    wanted = NewWebhook(name="all", url=place.web.url("/events"), events=("roster.published",))
    made, _ = place.store.webhooks.add(TOWN, wanted)
    place.store.webhooks.emit(TOWN, "roster.published", {})
    off = NewWebhook(name="all", url=wanted.url, events=wanted.events, active=False)
    place.store.webhooks.change(TOWN, made.value.id, off, 1)
    assert place.store.webhooks.emit(TOWN, "roster.published", {}) == 0
    place.round()
    assert place.web.heard == []
    assert place.store.webhooks.deliveries(TOWN, made.value.id).items[0].state == "expired"
    assert place.store.outbox.page(TOWN, Asked()).total == 0
