"""What Apprise says to itself while it sends, heard for the reason of a failure and kept out of our own log."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field


@dataclass
class Heard:
    """Lines that may hold addresses: a reason is made out from them, nothing of them is kept."""

    lines: list[str] = field(default_factory=list)

    @property
    def said(self) -> str:
        return "\n".join(self.lines)


class _Listener(logging.Handler):
    def __init__(self, heard: Heard) -> None:
        super().__init__(logging.DEBUG)
        self._heard = heard

    def emit(self, record: logging.LogRecord) -> None:
        self._heard.lines.append(record.getMessage())


@contextmanager
def listening() -> Iterator[Heard]:
    """For as long as one message is handed over."""
    logger, heard = logging.getLogger("apprise"), Heard()
    listener, level = _Listener(heard), logger.level
    logger.propagate = False
    logger.addHandler(listener)
    logger.setLevel(logging.DEBUG)
    try:
        yield heard
    finally:
        logger.setLevel(level)
        logger.removeHandler(listener)
