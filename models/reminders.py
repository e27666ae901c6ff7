"""The planner: puts reminders and questions into the outbox a little before they are due, and takes back stale ones.

It may run as often as one likes and in several workers: what it plans is known by its key, and the key holds what
matters of the duty, so that a duty that changes withdraws what was planned for it.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from hashlib import blake2b
from zoneinfo import ZoneInfo

from scheduler.problem import Assignment, Duty
from scheduler.text import Text

from . import telling_texts as say
from .absences import Absences, Acknowledgements
from .channels import Channels, TellingPolicy
from .database import Database
from .outbox import Kind, Message, Outbox
from .records import Town, Week
from .rosters import Rosters
from .telling_texts import Names, Seat
from .things import Things
from .towns import Towns
from .weeks import Weeks

AHEAD = timedelta(hours=49)
"""How far the planner looks: further than any reminder goes back."""
EARLY = timedelta(minutes=30)
"""How long before it is due a message is put into the outbox, so that people can see it there."""
BEFORE_QUIET = timedelta(minutes=15)
"""A reminder that would come in quiet hours and be too late after them comes so long before they begin."""
ROOM: dict[str, timedelta] = {"escalate": timedelta(hours=2)}
"""What is told so that somebody can still be found is of use only so long before the duty."""
PLANNED = ("evening", "before", "confirm", "unconfirmed")
"""How the keys of what the planner puts there begin."""


@dataclass(frozen=True, slots=True)
class Coming:
    """A duty of a published roster that begins soon, with its team."""

    week: Week
    published_at: datetime
    duty: Duty
    team: tuple[Assignment, ...]
    """Without people who have said that they cannot come."""
    said: frozenset[str]
    """Who of them has said 收到."""


@dataclass(frozen=True, slots=True)
class Unconfirmed:
    """Somebody who serves soon and has not said 收到."""

    person: str
    duty: Duty
    position: str


class Reminders:
    def __init__(self, database: Database, rosters: Rosters) -> None:
        self._db, self._outbox, self._channels = database, Outbox(database), Channels(database)
        self._towns, self._weeks, self._rosters = Towns(database), Weeks(database), rosters
        self._things, self._absences = Things(database), Absences(database)
        self._said = Acknowledgements(database)

    def plan(self) -> int:
        """Bring the outbox of every town up to date; how many messages are new or were taken back."""
        return sum(self.plan_town(town) for town in self._towns.list())

    def plan_town(self, town: Town) -> int:
        """The same for one town."""
        coming, policy = list(self._coming(town)), self._channels.policy(town.id).value
        plans = [plan for one in coming for plan in self._plans(town, one, policy)]
        now = self._db.now()
        gone = self._outbox.withdraw_others(town.id, PLANNED, {plan.key for plan in plans})
        fresh = [plan for plan in plans if plan.due <= now + EARLY and plan.expires > now and not plan.told]
        names = self._names(town.id, fresh)
        return gone + self._outbox.put(town.id, [_message(plan, ZoneInfo(town.zone), names) for plan in fresh])

    def unconfirmed(self, town: Town, hours: int = 24) -> list[Unconfirmed]:
        """Who has not said 收到 to a duty of the coming hours, by its start: for the organiser's list."""
        until = self._db.now() + timedelta(hours=hours)
        found = []
        for one in self._coming(town):
            if one.duty.start < until:
                found += [Unconfirmed(a.person, one.duty, a.position) for a in one.team if a.person not in one.said]
        return sorted(found, key=lambda u: (u.duty.start, u.duty.id, u.person))

    def _coming(self, town: Town) -> Iterator[Coming]:
        """Duties that begin within the planner's reach."""
        now = self._db.now()
        for week in self._weeks.list(town.id):
            opens = datetime.combine(week.start, time(), ZoneInfo(town.zone))
            if opens > now + AHEAD or opens + timedelta(days=week.days + 1) < now:
                continue
            roster = self._rosters.find(town.id, week.start, "published")
            if roster is None or roster.published_at is None:
                continue
            away, said = self._away(town.id, now), self._confirmed(town.id, week)
            duties = {d.id: d for d in roster.duties if now < d.start < now + AHEAD}
            teams: dict[str, list[Assignment]] = {}
            for a in roster.assignments:
                duty = duties.get(a.duty)
                if duty and not any(start < duty.end and duty.start < end for start, end in away.get(a.person, ())):
                    teams.setdefault(a.duty, []).append(a)
            for id_, team in teams.items():
                here = frozenset(a.person for a in team if (a.person, id_) in said)
                yield Coming(week, roster.published_at, duties[id_], tuple(team), here)

    def _away(self, town: str, now: datetime) -> dict[str, list[tuple[datetime, datetime]]]:
        away: dict[str, list[tuple[datetime, datetime]]] = {}
        for absence in self._absences.list(town, start=now, end=now + AHEAD + timedelta(days=2)):
            if absence.state != "withdrawn":
                away.setdefault(absence.person, []).append((absence.start, absence.end))
        return away

    def _confirmed(self, town: str, week: Week) -> set[tuple[str, str]]:
        return {(a.person, a.duty) for a in self._said.list(town, week.start)}

    def _plans(self, town: Town, one: Coming, policy: TellingPolicy) -> Iterator[Plan]:
        zone, start = ZoneInfo(town.zone), one.duty.start
        leader = say.leader_of(one.duty, one.team)
        for label, due in _times(start.astimezone(zone), policy):
            awake = _awake(due, start - ROOM.get(label, timedelta()), policy, zone)
            told = awake < one.published_at
            missing = tuple(a for a in one.team if a.person not in one.said)
            if label == "escalate":
                if missing:
                    yield Plan(one.week, one.duty, label, missing, None, awake, start, told)
                continue
            for a in missing if label == "confirm" else one.team:
                own = None if leader == a.person else leader
                yield Plan(one.week, one.duty, label, (a,), own, awake, start, told)

    def _names(self, town: str, plans: list[Plan]) -> Names:
        return self._things.named(
            town,
            {
                "posts": {p.duty.post for p in plans if p.duty.post},
                "positions": {a.position for p in plans for a in p.seats},
                "people": {a.person for p in plans for a in p.seats} | {p.leader for p in plans if p.leader},
            },
        )


@dataclass(frozen=True, slots=True)
class Plan:
    """A message that is to come: what it is about and when it is told."""

    week: Week
    duty: Duty
    label: str
    seats: tuple[Assignment, ...]
    leader: str | None
    due: datetime
    expires: datetime
    told: bool
    """The publication came later and has told the same: it is not put there any more."""

    @property
    def key(self) -> str:
        """The same as long as what matters of the duty is the same."""
        if self.label == "escalate":
            return f"unconfirmed/{self.week.start}/{self.duty.id}/{self.duty.start.isoformat()}"
        seat, duty = self.seats[0], self.duty
        matter = repr((duty.start.isoformat(), duty.end.isoformat(), duty.post, duty.place, seat.position))
        mark = blake2b(matter.encode(), digest_size=6).hexdigest()
        return f"{self.label}/{self.week.start}/{duty.id}/{seat.person}/{mark}"


def _times(start: datetime, policy: TellingPolicy) -> Iterator[tuple[str, datetime]]:
    """(label, when) of what is told about a duty, by the town's clock."""
    if policy.evening_at is not None:
        evening = datetime.combine(
            start.date() - timedelta(days=1), time(policy.evening_at // 60, policy.evening_at % 60), start.tzinfo
        )
        yield "evening", evening
    if policy.before_minutes is not None:
        yield "before", start - timedelta(minutes=policy.before_minutes)
    if policy.confirm_hours is not None:
        yield "confirm", start - timedelta(hours=policy.confirm_hours)
    if policy.escalate_hours is not None:
        yield "escalate", start - timedelta(hours=policy.escalate_hours)


def _awake(due: datetime, too_late: datetime, policy: TellingPolicy, zone: ZoneInfo) -> datetime:
    """When it is told so that quiet hours do not hold it until it is too late."""
    local = due.astimezone(zone)
    if not policy.quiet(local.hour * 60 + local.minute):
        return due
    ends = _next(local, policy.quiet_until)
    return due if ends < too_late else _next(local - timedelta(days=1), policy.quiet_from) - BEFORE_QUIET


def _next(local: datetime, minute: int) -> datetime:
    """The next time that the clock shows this minute of the day, after `local`."""
    found = datetime.combine(local.date(), time(minute // 60, minute % 60), local.tzinfo)
    return found if found > local else found + timedelta(days=1)


def _message(plan: Plan, zone: ZoneInfo, names: Names) -> Message:
    if plan.label == "escalate":
        return _escalation(plan, zone, names)
    seat = plan.seats[0]
    line = say.full(Seat(plan.duty, seat.position, plan.leader), zone, names)
    who = say.name("people", seat.person, names).zh
    subject, text = _WORDS[plan.label]
    kind: Kind = "confirmation_wanted" if plan.label == "confirm" else "reminder"
    said = Text(text.zh.format(line=line.zh), text.en.format(line=line.en))
    return Message(
        key=plan.key, kind=kind, to=f"person:{seat.person}", subject=subject, text=say.greeted(who, said),
        due=plan.due, expires=plan.expires,
    )  # fmt: skip


def _escalation(plan: Plan, zone: ZoneInfo, names: Names) -> Message:
    when, where = say.moment(plan.duty, zone), say.place(plan.duty, names)
    lines = []
    for seat in plan.seats:
        person, position = say.name("people", seat.person, names), say.name("positions", seat.position, names)
        lines.append(Text(f"{person.zh}（{position.zh}）", f"{person.en} ({position.en})"))
    opening = Text(
        f"{when.zh}，{where.zh}：还有 {len(lines)} 人没有点“收到”，请联系：",
        f"{when.en}, {where.en}: {len(lines)} {'person has' if len(lines) == 1 else 'people have'} "
        "not said “received” yet; please call:",
    )
    return Message(
        key=plan.key, kind="confirmation_wanted", to="role:dispatcher", due=plan.due, expires=plan.expires,
        subject=Text("有人还没有点“收到”", "Not everybody has confirmed"),
        text=say.paragraphs(opening, say.listed(lines)),
    )  # fmt: skip


_WORDS: dict[str, tuple[Text, Text]] = {
    "evening": (
        Text("明天有班", "You have a duty tomorrow"),
        Text("提醒您明天有班：{line}。辛苦了！", "a reminder of your duty tomorrow: {line}. Thank you!"),
    ),
    "before": (
        Text("您的班快开始了", "Your duty begins soon"),
        Text("您的班快开始了：{line}。路上注意安全！", "your duty begins soon: {line}. Have a safe way!"),
    ),
    "confirm": (
        Text("请确认您的班", "Please confirm your duty"),
        Text(
            f"您还没有确认这个班：{{line}}。{say.PAGE.zh}",
            f"you have not confirmed this duty yet: {{line}}. {say.PAGE.en}",
        ),
    ),
}
