"""Reader of instance and roster files. Every fault comes with file and line, all of them at once."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from pathlib import PurePath

from ..pages import Faults, Line, Page
from ..rostering import MINUTES_A_DAY
from .model import Employee, Entry, Instance, Need, Request, Roster, Shift

_SECTIONS = ("HORIZON", "SHIFTS", "STAFF", "DAYS_OFF", "SHIFT_ON_REQUESTS", "SHIFT_OFF_REQUESTS", "COVER")
_FORMS = {
    "HORIZON": "14",
    "SHIFTS": "L,480,E|D",
    "STAFF": "A,E=14|L=0,4320,3360,5,2,2,1",
    "DAYS_OFF": "A,0,7",
    "SHIFT_ON_REQUESTS": "A,2,D,3",
    "SHIFT_OFF_REQUESTS": "A,2,D,3",
    "COVER": "0,D,5,100,1",
}
MAX_DAYS = 366
NO_SHIFT = "-"


def read_instance(file: str, content: bytes) -> Instance:
    """The instance of a file. Raises DocumentError with all that is wrong with it."""
    faults = Faults()
    instance = _Reading(Page(file, content, faults).without_comments()).instance()
    faults.raise_if_any()
    return instance


class _Reading:
    """One pass over the sections, carrying on past faults."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.parts = page.sections([f"SECTION_{name}" for name in _SECTIONS])
        self.days = 0

    def instance(self) -> Instance:
        self.days = self._horizon()
        shifts = self._shifts()
        ids = [shift.id for shift in shifts]
        staff = self._staff(ids)
        who = {employee.id for employee in staff}
        return Instance(
            name=PurePath(self.page.file).stem,
            days=self.days,
            shifts=shifts,
            staff=staff,
            days_off=frozenset(self._days_off(who)),
            wanted=tuple(self._requests("SHIFT_ON_REQUESTS", who, ids)),
            unwanted=tuple(self._requests("SHIFT_OFF_REQUESTS", who, ids)),
            cover=self._cover(ids),
        )

    def _rows(self, name: str, least: int, most: int | None = None) -> Iterator[tuple[int, list[str]]]:
        """(line number, fields) of a section's lines that have as many fields as they should."""
        for line in self.parts[f"SECTION_{name}"].body:
            fields = [field.strip() for field in line.words.split(",")]
            if least <= len(fields) <= (least if most is None else most):
                yield line.number, fields
            else:
                self._malformed(line, name)

    def _malformed(self, line: Line, name: str) -> None:
        self.page.add(line.number, "malformed", form=_FORMS[name])

    def _horizon(self) -> int:
        days = 0
        body = self.parts["SECTION_HORIZON"].body
        for line in body[:1]:
            days = self.page.whole(line.number, line.words, 7, MAX_DAYS)
            if days % 7:
                self.page.add(line.number, "whole_weeks", days=days)
        for line in body[1:]:
            self.page.add(line.number, "stray_line")
        if not body and self.parts["SECTION_HORIZON"].line:
            self.page.add(self.parts["SECTION_HORIZON"].line, "malformed", form=_FORMS["HORIZON"])
        return days

    def _shifts(self) -> tuple[Shift, ...]:
        rows = list(self._rows("SHIFTS", 2, 3))
        ids = {fields[0] for _, fields in rows}
        found, seen = [], dict[str, int]()
        for number, fields in rows:
            minutes = self.page.whole(number, fields[1], 1, MINUTES_A_DAY)
            followers = [f for f in (fields[2].split("|") if len(fields) == 3 else []) if f]
            never = frozenset(f for f in followers if self.page.known(number, f, ids, "shift"))
            if self.page.once(number, fields[0], seen):
                found.append(Shift(fields[0], minutes, never))
        return tuple(found)

    def _staff(self, shifts: list[str]) -> tuple[Employee, ...]:
        found, seen = [], dict[str, int]()
        for number, fields in self._rows("STAFF", 8):
            most = self._max_shifts(number, fields[0], fields[1], shifts)
            figures = [self.page.whole(number, field) for field in fields[2:]]
            for most_of, least_of in ((0, 1), (2, 3)):
                if figures[least_of] > figures[most_of]:
                    self.page.add(number, "min_over_max", least=figures[least_of], most=figures[most_of])
            if self.page.once(number, fields[0], seen):
                found.append(Employee(fields[0], most, *figures))
        return tuple(found)

    def _max_shifts(self, number: int, name: str, written: str, shifts: list[str]) -> dict[str, int]:
        found: dict[str, int] = {}
        seen: dict[str, int] = {}
        for part in written.split("|"):
            shift, sign, most = part.partition("=")
            if not sign:
                self.page.add(number, "malformed", form=_FORMS["STAFF"])
            elif self.page.known(number, shift, shifts, "shift") and self.page.once(number, shift, seen):
                found[shift] = self.page.whole(number, most)
        for shift in shifts:
            if shift not in found and written.count("=") == written.count("|") + 1:
                self.page.add(number, "employee_without_maximum", name=name, shift=shift)
        return found

    def _day(self, number: int, written: str) -> int | None:
        """A day of the horizon; None when it is at fault."""
        before = len(self.page.faults.held)
        day = self.page.whole(number, written)
        if len(self.page.faults.held) > before:
            return None
        if self.days and day >= self.days:
            self.page.add(number, "no_such_day", day=day, last=self.days - 1)
            return None
        return day

    def _days_off(self, who: Collection[str]) -> Iterator[tuple[str, int]]:
        for number, fields in self._rows("DAYS_OFF", 1, MAX_DAYS):
            known = self.page.known(number, fields[0], who, "employee")
            for written in fields[1:]:
                day = self._day(number, written)
                if known and day is not None:
                    yield fields[0], day

    def _requests(self, name: str, who: Collection[str], shifts: list[str]) -> Iterator[Request]:
        for number, fields in self._rows(name, 4):
            known = self.page.known(number, fields[0], who, "employee")
            day, weight = self._day(number, fields[1]), self.page.whole(number, fields[3])
            if self.page.known(number, fields[2], shifts, "shift") and known and day is not None:
                yield Request(fields[0], day, fields[2], weight)

    def _cover(self, shifts: list[str]) -> dict[tuple[int, str], Need]:
        found: dict[tuple[int, str], Need] = {}
        seen: dict[str, int] = {}
        for number, fields in self._rows("COVER", 5):
            day = self._day(number, fields[0])
            heads, under, over = (self.page.whole(number, field) for field in fields[2:])
            if self.page.known(number, fields[1], shifts, "shift") and day is not None:
                if self.page.once(number, f"{day},{fields[1]}", seen):
                    found[day, fields[1]] = Need(heads, under, over, number)
        return found


def read_roster(instance: Instance, file: str, content: bytes) -> Roster:
    """The roster of a file: one line a person, the id and then one field a day, a shift's id or "-".

    Raises DocumentError with all that is wrong with it.
    """
    faults = Faults()
    page = Page(file, content, faults).without_comments()
    staff, shifts = {e.id for e in instance.staff}, {s.id for s in instance.shifts} | {NO_SHIFT}
    found: list[Entry] = []
    seen: dict[str, int] = {}
    for line in page.lines:
        name, *days = [field.strip() for field in line.words.split(",")]
        if len(days) != instance.days:
            page.add(line.number, "malformed", form=",".join([name, "-", "-", "…"]) + f" (1 + {instance.days})")
        elif page.known(line.number, name, staff, "employee") and page.once(line.number, name, seen):
            for day, shift in enumerate(days):
                if page.known(line.number, shift, shifts, "shift") and shift != NO_SHIFT:
                    found.append(Entry(name, day, shift))
    for name in sorted(staff - set(seen)):
        page.add(None, "employee_without_line", name=name)
    faults.raise_if_any()
    return tuple(found)


def written(instance: Instance, roster: Roster) -> str:
    """The file that reads back as this roster."""
    held = {(e.employee, e.day): e.shift for e in roster}
    rows = [[e.id, *(held.get((e.id, day), NO_SHIFT) for day in range(instance.days))] for e in instance.staff]
    return "".join(",".join(row) + "\n" for row in rows)
