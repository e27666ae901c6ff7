"""What an exchange is: a wish about a seat of a published roster, what becomes of it, and what a town allows."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal

from scheduler.problem import Assignment
from scheduler.text import Text

ExchangeKind = Literal["claim", "offer", "swap"]
"""Somebody takes a vacant seat; gives one away to whoever may take it; gives one for a colleague's."""
ExchangeState = Literal["requested", "accepted", "done", "declined", "refused", "withdrawn", "expired", "failed"]
"""`accepted`: those concerned agree and the town wants to be asked; `refused`: the town said no."""
Way = Literal["direct", "approval", "off"]
REQUESTED: tuple[ExchangeState, ...] = ("requested",)
ACCEPTED: tuple[ExchangeState, ...] = ("accepted",)
OPEN = REQUESTED + ACCEPTED


Change = tuple[list[Assignment], list[Assignment]]
"""What leaves and what enters a roster."""


@dataclass(frozen=True, slots=True)
class ExchangePolicy:
    """What people may settle among themselves: at once when it is legal, with approval, or not at all."""

    claims: Way = "direct"
    offers: Way = "direct"
    swaps: Way = "direct"

    def way(self, kind: ExchangeKind) -> Way:
        return {"claim": self.claims, "offer": self.offers, "swap": self.swaps}[kind]


@dataclass(frozen=True, slots=True, kw_only=True)
class Wish:
    """What somebody asks for. `given` is the seat that they give away, of a claim the one that they want; `wanted`
    the colleague's seat of a swap; `partner` who is asked (None: whoever may)."""

    kind: ExchangeKind
    week: date
    given: Assignment
    about: Text
    expires_at: datetime
    partner: str | None = None
    wanted: Assignment | None = None
    wanted_about: Text | None = None
    partner_week: date | None = None
    """Of `wanted`, when it is another week."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Exchange:
    """A wish and what has become of it; instants are in UTC."""

    id: str
    town: str
    kind: ExchangeKind
    state: ExchangeState
    week: date
    person: str
    duty: str
    position: str
    partner: str | None
    partner_week: date | None
    """Of the colleague's seat, when it is another week."""
    partner_duty: str | None
    partner_position: str | None
    about: Text
    partner_about: Text | None
    created_at: datetime
    expires_at: datetime
    ended_at: datetime | None
    decided_by: str | None
    reason: Text | None

    @property
    def given(self) -> Assignment:
        """The seat of who asks: theirs to give, or the one that they claim."""
        return Assignment(self.person, self.duty, self.position)

    @property
    def wanted(self) -> Assignment | None:
        """The colleague's seat of a swap."""
        if self.partner is None or self.partner_duty is None or self.partner_position is None:
            return None
        return Assignment(self.partner, self.partner_duty, self.partner_position)

    @property
    def open(self) -> bool:
        return self.state in OPEN

    @property
    def weeks(self) -> tuple[date, ...]:
        """Those whose rosters it changes, by date."""
        return tuple(sorted({self.week, self.partner_week or self.week}))

    def changes(self) -> dict[date, Change]:
        """What leaves and what enters the roster of each week when it is done; an offer needs its partner."""
        if self.kind == "claim":
            return {self.week: ([], [self.given])}
        assert self.partner is not None, "nobody has taken the offer yet"
        return {week: self._in(week, self.partner) for week in self.weeks}

    def _in(self, week: date, partner: str) -> Change:
        gone, come = list[Assignment](), list[Assignment]()
        if week == self.week:
            gone.append(self.given)
            come.append(Assignment(partner, self.duty, self.position))
        if self.wanted is not None and week == (self.partner_week or self.week):
            gone.append(self.wanted)
            come.append(Assignment(self.person, self.wanted.duty, self.wanted.position))
        return gone, come
