"""People called out, and gaps given to teams, for the test that nothing goes past the log."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

from models.callout_records import Asked, NewCallout
from models.store import Store
from scheduler.text import Text

from .towns import MONDAY, TOWN

SLOT = ("gate/2026-11-23/day", "verify")


def called_out(store: Store) -> dict[str, Callable[[], Any]]:
    """One call of each method that writes."""
    made = dict[str, Any]()

    def opened(instead: str) -> str:
        now = store.database.now()
        until = now + timedelta(hours=2)
        new = NewCallout(
            week=MONDAY, duty=SLOT[0], position=SLOT[1], instead=instead, start=now, end=until, until=until,
            seat=Text("东门", "East gate"), town_name=Text("桃花镇", "Taohua"), asked=[Asked("p1"), Asked("p2")],
        )  # fmt: skip
        made["callout"] = store.callouts.open(TOWN, new, "x").id
        return str(made["callout"])

    def offered() -> None:
        until = store.database.now() + timedelta(days=1)
        made["offer"] = store.gaps.offer(TOWN, MONDAY, ["school"], [SLOT], until, "x")[0].id

    def claimed() -> None:
        made["claim"] = store.gaps.claim(TOWN, made["offer"], SLOT, ["p1"])[0].id

    return {
        "callouts.open": lambda: opened("p3"),
        "callouts.fill": lambda: store.callouts.fill(TOWN, made["callout"], "p1", "person:p1"),
        "callouts.withdraw": lambda: store.callouts.withdraw(TOWN, opened("p4"), "x"),
        "gaps.offer": offered,
        "gaps.claim": claimed,
        "gaps.give_back": lambda: store.gaps.give_back(TOWN, made["offer"], made["claim"]),
        "gaps.close": lambda: store.gaps.close(TOWN, made["offer"], "x"),
        "team_links.issue": lambda: store.team_links.issue(TOWN, "school", 7),
        "team_links.revoke": lambda: store.team_links.revoke(TOWN, "school"),
    }
