"""From well-shaped JSON to entities. Faults of meaning are collected and such an entity is None."""

from __future__ import annotations

from datetime import UTC, date, datetime, time
from itertools import pairwise
from typing import Any
from zoneinfo import ZoneInfo

from ..problem import (
    Area,
    Assignment,
    Availability,
    Contract,
    Demand,
    Duty,
    History,
    Holding,
    MeaningError,
    PastDuty,
    Person,
    Post,
    Shift,
    ShiftPattern,
    Staffing,
    StaffingTemplate,
    Term,
    Vehicle,
)
from .faults import Faults, Path
from .sentences import SENTENCES
from .verdict import judge

Body = dict[str, Any]
MAX_DUTY_HOURS = 7 * 24
_EARLIEST = datetime(1970, 1, 2, tzinfo=UTC)
_LATEST = datetime(2100, 12, 31, tzinfo=UTC)
_ANY_INSTANT = datetime(2000, 1, 1, tzinfo=UTC)


class Reader:
    """Reads entities of one town; instants come out in the town's zone."""

    def __init__(self, zone: str, faults: Faults) -> None:
        self.zone = ZoneInfo(zone)
        self.faults = faults

    # --- scalars ----------------------------------------------------------------------------------------
    def instant(self, written: str, path: Path, *, whole_minute: bool = True) -> datetime:
        """The instant in the town's zone; a fault and some instant when there is no such one."""
        try:
            held = datetime.fromisoformat(written.upper())
        except ValueError:
            self.faults.add(path, "not_a_datetime", value=written)
            return _ANY_INSTANT
        if not 1970 < held.year < 2101 or not _EARLIEST <= held <= _LATEST:
            self.faults.add(path, "out_of_calendar", value=written)
            return _ANY_INSTANT
        if whole_minute and (held.second or held.microsecond):
            self.faults.add(path, "not_a_whole_minute", value=written)
        return held.astimezone(self.zone)

    def interval(self, body: Body, path: Path) -> tuple[datetime, datetime]:
        """Start and end; compared as instants, for on a clock change the wall clock may run back between them."""
        before = len(self.faults)
        start, end = self.instant(body["start"], (*path, "start")), self.instant(body["end"], (*path, "end"))
        if len(self.faults) == before and end.timestamp() <= start.timestamp():
            self.faults.add((*path, "end"), "end_before_start")
        return start, end

    def day(self, written: str | None, path: Path) -> date | None:
        if written is None:
            return None
        try:
            return date.fromisoformat(written)
        except ValueError:
            self.faults.add(path, "not_a_date", value=written)
            return None

    def dates(self, body: Body, path: Path, first: str, last: str) -> tuple[date | None, date | None]:
        """An inclusive span of dates, either end open."""
        one, two = self.day(body.get(first), (*path, first)), self.day(body.get(last), (*path, last))
        if one is not None and two is not None and two < one:
            self.faults.add((*path, last), "first_after_last")
        return one, two

    # --- vocabulary -------------------------------------------------------------------------------------
    def term(self, body: Body, path: Path) -> Term:
        return Term(body["id"], body["name"], body.get("name_en", ""))

    def area(self, body: Body, path: Path) -> Area:
        return Area(
            id=body["id"],
            name=body["name"],
            name_en=body.get("name_en", ""),
            parent=body.get("parent"),
            latitude=body.get("latitude"),
            longitude=body.get("longitude"),
        )

    def contract(self, body: Body, path: Path) -> Contract:
        figures = ("max_hours_24h", "max_hours_7d", "max_nights", "max_duties")
        return Contract(
            id=body["id"],
            name=body["name"],
            name_en=body.get("name_en", ""),
            share_percent=int(body.get("share_percent", 100)),
            **{name: _whole(body.get(name)) for name in figures},
        )

    def shift(self, body: Body, path: Path) -> Shift:
        start, end = time.fromisoformat(body["start"]), time.fromisoformat(body["end"])
        return Shift(body["id"], body["name"], start, end, body.get("night", False), body.get("name_en", ""))

    def shift_pattern(self, body: Body, path: Path) -> ShiftPattern:
        self._unique(body["shifts"], (*path, "shifts"))
        shifts = tuple(self.shift(s, (*path, "shifts", i)) for i, s in enumerate(body["shifts"]))
        return ShiftPattern(body["id"], body["name"], shifts, body.get("name_en", ""))

    def demand(self, body: Body, path: Path, *, standby: bool = False) -> Demand:
        least = int(body.get("min", 1))
        ideal = int(body.get("ideal", least))
        most = int(body.get("max", ideal))
        if not least <= ideal <= most:
            self.faults.add((*path, "min"), "min_ideal_max_order", min=least, ideal=ideal, max=most)
            least = ideal = most = 1
        if body.get("activated") and not standby:
            self.faults.add((*path, "activated"), "not_standby")
        found = Demand(
            body["position"], least, ideal, most, int(body.get("priority", 3)), tuple(body.get("qualifications", ()))
        )
        return found.with_activated(body["activated"]) if body.get("activated") else found

    def seats(self, bodies: list[Body], path: Path, *, standby: bool = False) -> tuple[Demand, ...]:
        seen: set[str] = set()
        for i, body in enumerate(bodies):
            if body["position"] in seen:
                self.faults.add((*path, i, "position"), "duplicate_position", position=body["position"])
            seen.add(body["position"])
        return tuple(self.demand(b, (*path, i), standby=standby) for i, b in enumerate(bodies))

    def staffing_template(self, body: Body, path: Path) -> StaffingTemplate:
        seats = self.seats(body["seats"], (*path, "seats"))
        return StaffingTemplate(body["id"], body["name"], seats, body.get("name_en", ""))

    def vehicle(self, body: Body, path: Path) -> Vehicle:
        return Vehicle(
            id=body["id"],
            name=body["name"],
            gearbox=body.get("gearbox", ""),
            type=body.get("type", ""),
            driver_qualifications=tuple(body.get("driver_qualifications", ())),
        )

    # --- work -------------------------------------------------------------------------------------------
    def staffing(self, body: Body, path: Path) -> Staffing:
        first, last = self.dates(body, path, "first_day", "last_day")
        return Staffing(body["template"], body["pattern"], tuple(body.get("shifts", ())), first, last)

    def post(self, body: Body, path: Path) -> Post:
        staffing = enumerate(body.get("staffing", ()))
        return Post(
            id=body["id"],
            name=body["name"],
            name_en=body.get("name_en", ""),
            area=body.get("area"),
            type=body.get("type", "checkpoint"),
            colour=body.get("colour", ""),
            latitude=body.get("latitude"),
            longitude=body.get("longitude"),
            unit=body.get("unit"),
            directions=body.get("directions", ""),
            bring=body.get("bring", ""),
            staffing=tuple(self.staffing(s, (*path, "staffing", i)) for i, s in staffing),
        )

    def duty(self, body: Body, path: Path) -> Duty:
        start, end = self.interval(body, path)
        hours = (end.timestamp() - start.timestamp()) / 3600
        if hours > MAX_DUTY_HOURS:
            self.faults.add((*path, "end"), "duty_too_long", hours=round(hours), limit=MAX_DUTY_HOURS)
        return Duty(
            id=body["id"],
            start=start,
            end=end,
            seats=self.seats(body["seats"], (*path, "seats"), standby=body.get("kind") == "standby"),
            kind=body.get("kind", "shift"),
            night=body.get("night", False),
            post=body.get("post"),
            area=body.get("area"),
            shift=body.get("shift"),
            shift_name=body.get("shift_name", ""),
            name=body.get("name", ""),
            place=body.get("place", ""),
            vehicle=body.get("vehicle"),
        )

    def errand_run(self, body: Body, path: Path) -> Duty:
        return self.duty(body | {"kind": "errand_run"}, path)

    # --- people -----------------------------------------------------------------------------------------
    def availability(self, body: Body, path: Path) -> Availability:
        return Availability(*self.interval(body, path), body["status"])

    def past_duty(self, body: Body, path: Path) -> PastDuty:
        known: dict[str, Any] = {name: body.get(name) for name in ("post", "position", "kind", "shift")}
        start, end = self.interval(body, path)
        return PastDuty(start=start, end=end, night=body.get("night", False), **known)

    def history(self, body: Body, path: Path) -> History:
        recent = self._each("past_duty", body.get("recent", ()), (*path, "recent"))
        totals = {name: int(body.get(name, 0)) for name in ("duties", "nights", "weekends", "minutes")}
        return History(recent, **totals)

    def holding(self, body: Body, path: Path) -> Holding:
        return Holding(body["id"], *self.dates(body, path, "valid_from", "valid_until"))

    def person(self, body: Body, path: Path) -> Person:
        spans = self._each("availability", body.get("availability", ()), (*path, "availability"))
        if len(spans) == len(body.get("availability", ())):
            self._apart(spans, (*path, "availability"))
        return Person(
            id=body["id"],
            name=body["name"],
            category=body["category"],
            unit=body.get("unit"),
            area=body.get("area"),
            contract=body.get("contract"),
            household=body.get("household"),
            phone=body.get("phone", ""),
            email=body.get("email", ""),
            qualifications=self._each("holding", body.get("qualifications", ()), (*path, "qualifications")),
            availability=spans,
            opt_ins=frozenset(body.get("opt_ins", ())),
            bound_posts=tuple(body.get("bound_posts", ())),
            bound_areas=tuple(body.get("bound_areas", ())),
            tags=frozenset(body.get("tags", ())),
            history=self.history(body["history"], (*path, "history")) if "history" in body else _NO_HISTORY,
        )

    def assignment(self, body: Body, path: Path) -> Assignment:
        return Assignment(body["person"], body["duty"], body["position"], body.get("pinned", False))

    # --- helpers ----------------------------------------------------------------------------------------
    def entity(self, definition: str, body: Body, path: Path) -> Any:
        """The entity, or None when its meaning is at fault (the faults are collected)."""
        before = len(self.faults)
        try:
            held = getattr(self, _METHODS.get(definition, definition))(body, path)
        except MeaningError as error:
            if len(self.faults) == before:
                known = error.code in SENTENCES
                details = error.details if known else {"problem": error.code}
                self.faults.add((*path, error.field_name), error.code if known else "entity_meaning", **details)
            return None
        return held if len(self.faults) == before else None

    def salvage(self, definition: str, body: Body, path: Path) -> None:
        """Faults of meaning in the sound parts of an entry whose shape is at fault elsewhere."""
        if definition in ("duty", "errand_run"):
            quiet = Faults()
            if all(judge("instant", body.get(end), (), quiet) for end in ("start", "end")):
                self.interval(body, path)
        history = body.get("history")
        if definition == "person" and isinstance(history, dict):
            self.salvage("history", history, (*path, "history"))
        for field, inner in _PARTS.get(definition, {}).items():
            entries = body.get(field)
            for i, entry in enumerate(entries if isinstance(entries, list) else ()):
                if judge(inner, entry, (*path, field, i), Faults()):
                    self.entity(inner, entry, (*path, field, i))

    def _each(self, definition: str, bodies: Any, path: Path) -> tuple[Any, ...]:
        """Every entry read on its own, so that one at fault does not hide the next."""
        held = (self.entity(definition, body, (*path, i)) for i, body in enumerate(bodies))
        return tuple(entry for entry in held if entry is not None)

    def _unique(self, bodies: list[Body], path: Path) -> None:
        seen: dict[str, int] = {}
        for i, body in enumerate(bodies):
            if body["id"] in seen:
                first = f"{path[-1]}[{seen[body['id']]}]"
                self.faults.add((*path, i, "id"), "duplicate_id", id=body["id"], first=first)
            seen.setdefault(body["id"], i)

    def _apart(self, spans: tuple[Availability, ...], path: Path) -> None:
        """Spans of one person that overlap contradict one another."""
        order = sorted(range(len(spans)), key=lambda i: spans[i].start.timestamp())
        for one, two in pairwise(order):
            if spans[two].start.timestamp() < spans[one].end.timestamp():
                self.faults.add((*path, max(one, two)), "overlapping_availability", other=min(one, two))


_NO_HISTORY = History()
_PARTS = {
    "person": {"availability": "availability", "qualifications": "holding"},
    "history": {"recent": "past_duty"},
    "post": {"staffing": "staffing"},
    "duty": {"seats": "seat"},
    "errand_run": {"seats": "seat"},
    "staffing_template": {"seats": "seat"},
}
"""Lists within an entry: field → the definition of its entries."""
_METHODS = {"seat": "demand"}


def _whole(value: Any) -> int | None:
    return None if value is None else int(value)
