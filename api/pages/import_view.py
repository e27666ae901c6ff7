"""What an import would do, in words: fields before and after, with names instead of ids and numbers masked."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from flask_babel import gettext as _

from api.access import store
from api.importing.column_names import COLUMNS
from api.importing.plan import Entry, Plan
from api.importing.town import night_word
from api.imports import fields_changed
from api.language import language
from models.privacy import masked
from scheduler.text import Text

from .people import label
from .routes import say
from .when import clock, day_long

NOUNS = (
    "categories", "units", "areas", "contracts", "qualifications", "posts", "shift_patterns", "staffing_templates",
)  # fmt: skip
NOUN_OF = {
    "category": "categories", "unit": "units", "area": "areas", "contract": "contracts", "bound_posts": "posts",
    "bound_areas": "areas",
}  # fmt: skip
MORE = {
    "availability": Text("可用时间", "Availability"),
    "opt_ins": Text("自愿", "Own word"),
    "staffing": Text("编组", "Staffing"),
    "seats": Text("席位", "Seats"),
}
STATUSES = {
    "prefer": Text("愿意", "Prefers"),
    "avoid": Text("尽量避开", "Rather not"),
    "unavailable": Text("不可用", "Unavailable"),
    "": Text("可用", "Available"),
}
SHOWN_SPANS = 12


@dataclass(frozen=True, slots=True)
class Changed:
    """One field; `gone` and `come` are parts of a list, `before` and `after` the whole otherwise."""

    label: str
    before: str = ""
    after: str = ""
    gone: tuple[str, ...] = ()
    come: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Shown:
    """An entry as it is read."""

    what: str
    noun: str
    id: str
    name: str
    rows: tuple[int, ...]
    changes: tuple[Changed, ...]


class Words:
    """The names of a town's things, and of those that would be added."""

    def __init__(self, town: str, plan: Plan, zone: ZoneInfo) -> None:
        self.zone, self.nights = zone, night_word(store().rules.get(town).value)
        self.names: dict[str, dict[str, str]] = {
            noun: {thing.id: label(thing) for thing in store().things.all(town, noun)} for noun in NOUNS
        }
        for entry in plan.entries:
            if entry.what == "new" and entry.noun in self.names:
                self.names[entry.noun].setdefault(entry.id, entry.name)
        self.labels = {column.key: column.name for kind in ("posts", "people") for column in COLUMNS[kind]} | MORE

    def entry(self, entry: Entry) -> Shown:
        changes = tuple(self._field(*change) for change in fields_changed(entry) if self._tells(entry, change[0]))
        return Shown(entry.what, entry.noun, entry.id, entry.name, entry.rows, changes)

    @staticmethod
    def _tells(entry: Entry, field: str) -> bool:
        return entry.what != "new" or field != "name"

    def _field(self, field: str, before: Any, after: Any) -> Changed:
        named = say(self.labels[field]) if field in self.labels else field
        if before and before == after:  # masked, both of them
            return Changed(named, str(before), _("%(phone)s（打码的几位不同）", phone=after))
        one, two = self._parts(field, before), self._parts(field, after)
        if one is None or two is None:
            return Changed(named, self._text(field, before), self._text(field, after))
        gone = tuple(part for part in one if part not in two)[:SHOWN_SPANS]
        come = tuple(part for part in two if part not in one)[:SHOWN_SPANS]
        return Changed(named, gone=gone, come=come)

    def _parts(self, field: str, value: Any) -> list[str] | None:
        """The parts of a field that is a list; None for one that is none."""
        match field:
            case "availability":
                return [self.span(span) for span in value or ()]
            case "qualifications":
                return [self._holding(held) for held in value or ()]
            case "bound_posts" | "bound_areas":
                return [self._name(NOUN_OF[field], id_) for id_ in value or ()]
            case "staffing":
                return [self._staffing(entry) for entry in value or ()]
            case "opt_ins":
                return [_("愿上夜班") if word == self.nights else word for word in value or ()]
            case "tags":
                return list(value or ())
        return None

    def _text(self, field: str, value: Any) -> str:
        if value is None or value == "":
            return ""
        if field in NOUN_OF:
            return self._name(NOUN_OF[field], str(value))
        if isinstance(value, list):
            return _("%(count)s 项", count=len(value))
        return f"{value:g}" if isinstance(value, float) else str(value)

    def _name(self, noun: str, id_: str) -> str:
        return self.names[noun].get(id_, id_)

    def _holding(self, held: Mapping[str, Any]) -> str:
        until = held.get("valid_until")
        name = self._name("qualifications", str(held["id"]))
        return _("%(name)s（至 %(day)s）", name=name, day=until) if until else name

    def _staffing(self, entry: Mapping[str, Any]) -> str:
        parts = [self._name("shift_patterns", entry["pattern"]), self._name("staffing_templates", entry["template"])]
        if entry.get("shifts"):
            parts.append("、".join(entry["shifts"]))
        days = [str(entry.get(name) or "") for name in ("first_day", "last_day")]
        return " · ".join([*parts, *(["–".join(days)] if any(days) else [])])

    def span(self, span: Mapping[str, Any]) -> str:
        """愿意 11-25 周三 22:00–06:00."""
        written = (str(span[name]).upper() for name in ("start", "end"))
        start, end = (datetime.fromisoformat(text).astimezone(self.zone) for text in written)
        one_day = (end - start).total_seconds() == 86_400 and (start.hour, start.minute) == (0, 0)
        hours = _("全天") if one_day else clock(start, end, language())
        if not one_day and (end - start).total_seconds() > 86_400:
            hours = f"{start:%H:%M} – {day_long(end.date(), language())} {end:%H:%M}"
        return f"{status(span.get('status'))} {day_long(start.date(), language())} {hours}"


def status(word: object) -> str:
    """What somebody says of a time."""
    return say(STATUSES.get(str(word), STATUSES[""]))


def chosen(plan: Plan, show: str) -> list[Entry]:
    """The entries that a filter lets through; what would be written comes first."""
    if show == "changes":
        return [e for what in ("new", "changed", "retired", "removed") for e in plan.entries if e.what == what]
    return [e for e in plan.entries if e.what == show]


def candidates(people: Mapping[str, Any], ids: Iterable[str], names: Words) -> list[tuple[str, str]]:
    """People among whom to choose: id, and what tells them apart."""
    found = []
    for id_ in ids:
        person = people.get(id_)
        if person is not None:
            unit = names.names["units"].get(person.unit or "", "")
            parts = [person.name, unit, masked(person.phone), id_]
            found.append((id_, " · ".join(part for part in parts if part)))
    return found
