"""What people settle among themselves, as steps of a day at the office."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from models.exchange_kinds import OPEN, ExchangePolicy, Wish
from models.store import Store
from scheduler.problem import Assignment
from scheduler.text import Text

from .towns import MONDAY, TOWN


def exchange_matters(store: Store) -> dict[str, Callable[[], Any]]:
    """Method of the store → a step that takes it."""
    made: list[str] = []

    def added() -> None:
        seat = Assignment("p1", "gate/2026-11-24/day", "verify")
        begins = store.weeks.duty(TOWN, MONDAY, seat.duty).value.start
        wish = Wish(kind="offer", week=MONDAY, given=seat, about=Text("白班", "day"), expires_at=begins)
        made.append(store.exchanges.add(TOWN, wish).id)

    return {
        "exchanges.add": added,
        "exchanges.move": lambda: store.exchanges.move(TOWN, made[0], OPEN, "withdrawn"),
        "exchanges.set_policy": lambda: store.exchanges.set_policy(TOWN, ExchangePolicy(swaps="off"), 1),
    }
