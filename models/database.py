"""Connections and transactions."""
from __future__ import annotations

from collections.abc import Callable
from datetime import datetime


class Database:
    def __init__(self, url: str, clock: Callable[[], datetime]) -> None:
        self.url = url
        self.clock = clock
