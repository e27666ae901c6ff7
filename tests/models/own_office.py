"""What people say about themselves, and who may look at that, for the test that nothing goes past the log."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, time
from typing import Any

from models.said_times import UsualTime
from models.store import Store

from .callout_office import called_out
from .exchange_steps import exchange_matters
from .towns import TOWN

NIGHT = (time(20), time(8))


def own_matters(store: Store) -> dict[str, Callable[[], Any]]:
    """One call of each method that writes."""
    times, feeds = store.usual_times, store.feeds
    return {
        **called_out(store),
        **exchange_matters(store),
        "feeds.make": lambda: feeds.make(TOWN, "person", "p1"),
        "feeds.revoke": lambda: feeds.revoke(TOWN, "person", "p1"),
        "usual_times.set": lambda: times.set(TOWN, "p2", [UsualTime(0, *NIGHT, "avoid")], 0),
        "usual_times.answer": lambda: times.answer(TOWN, "p2", date(2026, 11, 25), *NIGHT, "unavailable"),
        "usual_times.answer_usual": lambda: times.answer_usual(TOWN, "p2", 1, *NIGHT, "unavailable"),
        "duty_links.issue": lambda: store.duty_links.issue(TOWN, "look", "督查组", 1, "x"),
        "duty_links.revoke": lambda: store.duty_links.revoke(TOWN, store.duty_links.list(TOWN)[0].id),
        "reserves.set_policy": lambda: store.reserves.set_policy(TOWN, True, 1),
        "usual_times.welcome": lambda: times.welcome(TOWN, "p2", "nights_welcome", True),
    }
