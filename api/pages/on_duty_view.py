"""Who is on duty now as plain values: posts with the team that is there, the next one, and what was handed over."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from models.handover import Note
from models.presence_facts import DutyPresence, Standing
from models.presence_states import CAME, HERE, Action, Whose, offered
from scheduler.problem import Duty

from .shifts import Kind, kind_of, leading_seat

Phone = Callable[[str], str]
"""Somebody's number as this reader may see it, empty when they may not."""


@dataclass(frozen=True, slots=True)
class Member:
    """One person on a duty, with what the reader may record now."""

    standing: Standing
    leads: bool
    offers: tuple[Action, ...]


@dataclass(frozen=True, slots=True)
class DutyNow:
    """One duty; instants are local."""

    held: DutyPresence
    kind: Kind
    start: datetime
    end: datetime
    minutes_to_start: int
    minutes_left: int
    team: tuple[Member, ...]

    @property
    def duty(self) -> Duty:
        return self.held.duty

    @property
    def expected(self) -> int:
        """Who should be there, or come."""
        return sum(m.standing.state != "excused" for m in self.team)

    @property
    def came(self) -> int:
        return sum(m.standing.state in CAME for m in self.team)

    @property
    def missing(self) -> int:
        """Not here half an hour after the start, or not come at all."""
        return sum(m.standing.overdue or m.standing.state == "no_show" for m in self.team)

    @property
    def late(self) -> int:
        return sum(m.standing.state == "late" for m in self.team)

    @property
    def leader(self) -> Member | None:
        return next((m for m in self.team if m.leads), None)

    @property
    def recorded(self) -> bool:
        """Whether the reader may record anything now."""
        return any(m.offers for m in self.team)


@dataclass(frozen=True, slots=True)
class PostNow:
    """A post, or a duty without one; `leaving` are of a shift that is over and have not checked out."""

    id: str
    name: str
    area: str
    now: tuple[DutyNow, ...]
    leaving: tuple[DutyNow, ...]
    coming: tuple[DutyNow, ...]
    """The next shift."""
    notes: tuple[Note, ...] = ()

    @property
    def missing(self) -> int:
        return sum(d.missing for d in self.now)


@dataclass(frozen=True, slots=True)
class Totals:
    """Over everything the reader sees, not over the page alone."""

    posts: int
    expected: int
    here: int
    late: int
    missing: int
    excused: int


def duty_now(held: DutyPresence, zone: ZoneInfo, now: datetime, whose: Whose | None) -> DutyNow:
    """A duty with its team, the leader first; `whose` None may record nothing."""
    duty = held.duty
    lead = leading_seat(duty)
    several = len(duty.seats) > 1
    members = [
        Member(
            one,
            several and lead is not None and one.position == lead.position,
            () if whose is None else offered(one.state, whose, duty, now),
        )
        for one in held.team
    ]
    return DutyNow(
        held,
        kind_of(duty, zone),
        duty.start.astimezone(zone),
        duty.end.astimezone(zone),
        _minutes(duty.start, now),
        _minutes(duty.end, now),
        tuple(sorted(members, key=lambda m: (not m.leads, m.standing.moved))),
    )


def _minutes(then: datetime, now: datetime) -> int:
    return int((then - now).total_seconds() // 60)


def posts_now(
    found: Sequence[DutyPresence],
    named: Mapping[str, tuple[str, str]],
    zone: ZoneInfo,
    now: datetime,
    whose: Whose | None,
) -> list[PostNow]:
    """Every post of `named` (id → name, area; in this order), then duties without a post that are under way."""
    by_post: dict[str, list[DutyPresence]] = defaultdict(list)
    for held in found:
        if held.duty.post is not None:
            by_post[held.duty.post].append(held)
    made = [_post(id_, *words, by_post.get(id_, []), zone, now, whose) for id_, words in named.items()]
    for held in found:
        if held.duty.post is None and held.duty.start <= now < held.duty.end:
            one = duty_now(held, zone, now, whose)
            made.append(PostNow("", held.duty.name or held.duty.place or held.duty.id, "", (one,), (), ()))
    return made


def _post(
    id_: str,
    name: str,
    area: str,
    held: Sequence[DutyPresence],
    zone: ZoneInfo,
    now: datetime,
    whose: Whose | None,
) -> PostNow:
    running = [h for h in held if h.duty.start <= now < h.duty.end]
    over = [h for h in held if h.duty.end <= now and any(one.state in HERE for one in h.team)]
    ahead = [h for h in held if h.duty.start > now]
    first = min((h.duty.start for h in ahead), default=None)
    return PostNow(
        id_,
        name,
        area,
        tuple(duty_now(h, zone, now, whose) for h in running),
        tuple(duty_now(h, zone, now, whose) for h in over),
        tuple(duty_now(h, zone, now, whose) for h in ahead if h.duty.start == first),
    )


def totals(posts: Collection[PostNow]) -> Totals:
    """Of the duties under way."""
    members = [m.standing for p in posts for d in p.now for m in d.team]
    return Totals(
        posts=sum(bool(p.now) for p in posts),
        expected=sum(one.state not in ("excused", "left") for one in members),
        here=sum(one.state in HERE for one in members),
        late=sum(one.state == "late" for one in members),
        missing=sum(one.overdue or one.state == "no_show" for one in members),
        excused=sum(one.state == "excused" for one in members),
    )


def people_on(posts: Collection[PostNow]) -> set[str]:
    """Everybody whose name is needed."""
    return {m.standing.person for p in posts for d in (*p.now, *p.leaving, *p.coming) for m in d.team}
