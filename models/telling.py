"""What follows from what happens: who is told of a published week, of a change, of a drop-out, and which programs.

`of_publication` only says it, for a preview; the others keep it in the caller's unit of work.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from scheduler.problem import Assignment
from scheduler.text import Text

from . import telling_texts as say
from .channel_order import heads
from .channels import Channels
from .database import Database
from .outbox import Kind, Message, Outbox
from .records import Absence, Named, RosterVersion, Town
from .rosters import Rosters
from .telling_texts import Names, Seat
from .things import Things
from .towns import Towns
from .vacant import Slot, opened, vacant
from .webhooks import Webhooks
from .weeks import Weeks

SOON = timedelta(hours=2)
"""A drop-out from a duty that begins so soon is an emergency."""
Served = dict[str, list[Seat]]


class Telling:
    def __init__(self, database: Database, rosters: Rosters) -> None:
        self._db, self._rosters = database, rosters
        self._outbox, self._webhooks, self._channels = Outbox(database), Webhooks(database), Channels(database)
        self._things, self._towns, self._weeks = Things(database), Towns(database), Weeks(database)

    def of_publication(
        self, town: str, week: date, before: RosterVersion | None, after: RosterVersion, *, emergency: bool = False
    ) -> list[Message]:
        """The messages of a publication without keeping them: `before` is in force now, `after` may still be a draft.

        Each person concerned gets one, each group of volunteers one digest. Duties that are over concern nobody.
        """
        now, home = self._db.now(), self._towns.get(town).value
        old, new = _served(before, now), _served(after, now)
        changed = [p for p in {**old, **new} if _promises(old.get(p)) != _promises(new.get(p))]
        names = self._names(town, (old.get(p, []) + new.get(p, []) for p in changed), changed)
        telling = _Publication(home, week, self._weeks.get(town, week).days, before, after, names, emergency)
        messages = [telling.to_person(p, old.get(p, []), new.get(p, [])) for p in sorted(changed)]
        kind: Kind = "roster_published" if before is None else "roster_changed"
        groups = heads([stored.value for stored in self._channels.list(town)], "group", kind) if changed else []
        messages += [telling.to_group(channel.id, old, new, sorted(changed)) for channel in groups]
        return messages

    def published(
        self,
        town: str,
        week: date,
        before: RosterVersion | None,
        after: RosterVersion,
        vacant: int,
        *,
        by: str | None,
        emergency: bool = False,
    ) -> int:
        """Keep what a publication tells people and programs; how many messages. `vacant`: its number of empty seats."""
        kept = self._outbox.put(town, self.of_publication(town, week, before, after, emergency=emergency), by)
        data = {"week": week.isoformat(), "version": after.number, "replaces": before.number if before else None}
        self._webhooks.emit(town, "roster.published", data | {"vacancies": vacant})
        seats = opened(_open(before) if before else (), _open(after))
        if seats:
            self._webhooks.emit(town, "vacancy.opened", data | {"seats": seats})
        return kept

    def absence_reported(self, absence: Absence) -> None:
        """The dispatchers hear who is missing when, and from which duties; never why."""
        held = self._rosters.duties_of(absence.town, absence.person, absence.start, absence.end)
        seats = [Seat(h.duty, h.position) for h in held if h.duty.end > self._db.now()]
        names = self._names(absence.town, [seats], [absence.person])
        zone = ZoneInfo(self._towns.get(absence.town).value.zone)
        soon = any(seat.duty.start - self._db.now() < SOON for seat in seats)
        person = say.name("people", absence.person, names)
        span = _span(absence.start.astimezone(zone), absence.end.astimezone(zone))
        count = len(seats)
        which = Text(f"要找人替的班有 {count} 个：", f"Duties that need somebody else ({count}):")
        if not seats:
            which = Text("这段时间没有已发布的班。", "There is no published duty in that time.")
        opening = Text(f"{person.zh} 请假：{span.zh}。{which.zh}", f"{person.en} cannot come {span.en}. {which.en}")
        text = say.paragraphs(opening, say.listed([say.short(s, zone, names) for s in seats]) if seats else None)
        message = Message(
            key=f"absence/{absence.id}", kind="absence", to="role:dispatcher", text=text, emergency=soon,
            subject=Text(f"{person.zh} 请假", f"{person.en} cannot come"), expires=absence.end,
        )  # fmt: skip
        self._outbox.put(absence.town, [message], absence.reported_by)
        data = {"absence": absence.id, "person": absence.person, "start": absence.start.isoformat(),
                "end": absence.end.isoformat(), "duties": [seat.duty.id for seat in seats]}  # fmt: skip
        self._webhooks.emit(absence.town, "absence.reported", data)

    def absence_withdrawn(self, absence: Absence) -> None:
        """The dispatchers need look for nobody any more."""
        person = say.name("people", absence.person, self._names(absence.town, [], [absence.person]))
        zone = ZoneInfo(self._towns.get(absence.town).value.zone)
        span = _span(absence.start.astimezone(zone), absence.end.astimezone(zone))
        text = Text(f"{person.zh} 撤回了请假（{span.zh}），可以来值班。",
                    f"{person.en} can come after all; the drop-out {span.en} is withdrawn.")  # fmt: skip
        subject = Text(f"{person.zh} 撤回请假", f"{person.en} can come after all")
        message = Message(
            key=f"absence/{absence.id}/withdrawn", kind="absence", to="role:dispatcher", subject=subject, text=text,
            expires=absence.end,
        )  # fmt: skip
        self._outbox.put(absence.town, [message])

    def _names(self, town: str, seats: Iterable[Sequence[Seat]], people: Iterable[str]) -> Names:
        held = [seat for some in seats for seat in some]
        return self._things.named(
            town,
            {
                "posts": {s.duty.post for s in held if s.duty.post},
                "positions": {s.position for s in held},
                "people": {*people, *(s.leader for s in held if s.leader)},
            },
        )


class _Publication:
    """The messages of one publication."""

    def __init__(
        self,
        town: Town,
        week: date,
        days: int,
        before: RosterVersion | None,
        after: RosterVersion,
        names: Names,
        emergency: bool,
    ) -> None:
        self._town, self._zone = Named(town.name, town.name_en), ZoneInfo(town.zone)
        self._span, self._week, self._names = say.days(week, days), week, names
        self._before, self._after, self._emergency = before, after, emergency
        self._key = f"published/{week}/{after.number}"

    def to_person(self, person: str, old: Sequence[Seat], new: Sequence[Seat]) -> Message:
        name = say.name("people", person, self._names).zh
        lost, gained = _difference(old, new)
        if self._before is None:
            text = say.week_of_person(name, self._town, self._span, self._lines(new))
        else:
            text = say.change_of_person(name, self._town, self._span, self._lines(lost), self._lines(gained))
        return Message(
            key=f"{self._key}/{person}", kind=self._kind, to=f"person:{person}", subject=self._subject, text=text,
            emergency=self._emergency, expires=max(seat.duty.end for seat in (*lost, *gained)),
        )  # fmt: skip

    def to_group(self, channel: str, old: Served, new: Served, changed: Sequence[str]) -> Message:
        text = self._first(new) if self._before is None else self._changes(old, new, changed)
        ends = [seat.duty.end for p in changed for seat in (*old.get(p, ()), *new.get(p, ()))]
        return Message(
            key=f"{self._key}@{channel}", kind=self._kind, to=f"group:{channel}", subject=self._subject, text=text,
            emergency=self._emergency, expires=max(ends),
        )  # fmt: skip

    @property
    def _kind(self) -> Kind:
        return "roster_published" if self._before is None else "roster_changed"

    @property
    def _subject(self) -> Text:
        if self._before is None:
            return Text(f"{self._span.zh}的班表已发布", f"The roster for {self._span.en} is published")
        return Text(f"{self._span.zh}的班表有变动", f"The roster for {self._span.en} has changed")

    def _lines(self, seats: Iterable[Seat]) -> list[Text]:
        return [say.full(seat, self._zone, self._names) for seat in sorted(seats, key=_by_start)]

    def _first(self, new: Served) -> Text:
        duties = {seat.duty.id for seats in new.values() for seat in seats}
        vacant = len(_open(self._after))
        town = self._town.name_en or self._town.name
        return say.paragraphs(
            Text(
                f"{self._town.name}{self._span.zh}的班表已发布：{len(new)} 人，{len(duties)} 个班次，"
                f"缺口 {vacant} 个。",
                f"The roster of {town} for {self._span.en} is published: {len(new)} people, {len(duties)} duties, "
                f"{vacant} empty seats.",
            ),
            Text("请大家" + say.PAGE.zh.removeprefix("请").replace("您的", "自己的"), say.PAGE.en),
        )

    def _changes(self, old: Served, new: Served, changed: Sequence[str]) -> Text:
        lines = []
        for person in changed:
            lost, gained = _difference(old.get(person, []), new.get(person, []))
            name = say.name("people", person, self._names)
            was, now = (
                [say.short(seat, self._zone, self._names) for seat in sorted(seats, key=_by_start)]
                for seats in (lost, gained)
            )
            lines.append(_moved(name, was, now))
        opening = Text(f"班表有变动，涉及 {len(changed)} 人：", f"The roster has changed for {len(changed)} people:")
        return say.paragraphs(opening, say.listed(lines))


def _moved(name: Text, was: Sequence[Text], now: Sequence[Text]) -> Text:
    old = Text("；".join(t.zh for t in was), "; ".join(t.en for t in was))
    new = Text("；".join(t.zh for t in now), "; ".join(t.en for t in now))
    if was and now:
        return Text(f"{name.zh}：{old.zh} → {new.zh}", f"{name.en}: {old.en} → {new.en}")
    if was:
        return Text(f"{name.zh}：取消 {old.zh}", f"{name.en}: no longer {old.en}")
    return Text(f"{name.zh}：新增 {new.zh}", f"{name.en}: new {new.en}")


def _served(version: RosterVersion | None, now: datetime) -> Served:
    """Person → their duties that are not over."""
    if version is None:
        return {}
    duties = {duty.id: duty for duty in version.duties if duty.end > now}
    teams: dict[str, list[Assignment]] = {}
    for a in version.assignments:
        if a.duty in duties:
            teams.setdefault(a.duty, []).append(a)
    served: Served = {}
    for id_, team in teams.items():
        leader = say.leader_of(duties[id_], team)
        for a in team:
            own = None if leader == a.person else leader
            served.setdefault(a.person, []).append(Seat(duties[id_], a.position, own))
    return served


def _promises(seats: Sequence[Seat] | None) -> set[tuple[object, ...]]:
    return {seat.promise for seat in seats or ()}


def _difference(old: Sequence[Seat], new: Sequence[Seat]) -> tuple[list[Seat], list[Seat]]:
    """(what goes, what comes)."""
    before, after = _promises(old), _promises(new)
    return [s for s in old if s.promise not in after], [s for s in new if s.promise not in before]


def _by_start(seat: Seat) -> tuple[datetime, str]:
    return seat.duty.start, seat.duty.id


def _open(version: RosterVersion) -> list[Slot]:
    """Each seat below its minimum, as often as heads are missing."""
    return vacant(version.duties, version.assignments)


def _span(start: datetime, end: datetime) -> Text:
    first, last = say.day(start.date()), say.day(end.date())
    return Text(
        f"{first.zh} {start:%H:%M} 至 {last.zh} {end:%H:%M}", f"from {first.en} {start:%H:%M} to {last.en} {end:%H:%M}"
    )
