"""Hours that somebody has served, as certificates have them; pure."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from models.presence_figures import Served
from models.presence_states import CAME


@dataclass(frozen=True, slots=True)
class Record:
    """One duty that is over. `minutes` are those that count: what presence says, else the roster's own times."""

    number: str
    served: Served
    start: datetime | None
    end: datetime | None
    minutes: int
    by_roster: bool
    """Nobody kept presence there."""

    @property
    def counts(self) -> bool:
        return self.minutes > 0


@dataclass(frozen=True, slots=True)
class Sum:
    """What some records come to."""

    minutes: int
    duties: int
    nights: int


def record(town: str, served: Served) -> Record:
    """The record of a duty, whose number is the same whenever and wherever it is asked for."""
    duty = served.duty
    named = "\x1f".join((town, served.person, served.week.isoformat(), duty.id))
    number = f"{served.week:%Y}-{hashlib.sha256(named.encode('utf-8', 'surrogatepass')).hexdigest()[:10].upper()}"
    if served.state in CAME:
        return Record(number, served, served.start, served.end, served.minutes, False)
    if served.state in ("planned", "confirmed"):
        minutes = int((duty.end - duty.start).total_seconds() // 60)
        return Record(number, served, duty.start, duty.end, minutes, True)
    return Record(number, served, None, None, 0, False)


def total(records: Iterable[Record]) -> Sum:
    """Minutes, duties and nights that count."""
    counted = [r for r in records if r.counts]
    return Sum(sum(r.minutes for r in counted), len(counted), sum(r.served.duty.night for r in counted))
