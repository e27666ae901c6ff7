"""Sheets as the JSON that is answered."""

from __future__ import annotations

from typing import Any

from .duties import DutySheet, Line, Who
from .layout import Heading
from .people import PeopleSheet, PersonLine


def heading_json(heading: Heading) -> dict[str, Any]:
    return {
        "title": heading.title(""),
        "start": heading.first.isoformat(),
        "end": heading.last.isoformat(),
        "state": heading.state,
        "number": heading.number,
        "draft": heading.draft,
        "made_at": heading.made.isoformat(timespec="seconds"),
    }


def sheet_json(sheet: DutySheet, heading: Heading) -> dict[str, Any]:
    return {
        "kind": sheet.which,
        "id": sheet.key or None,
        "name": sheet.name,
        "area": sheet.area,
        "title": heading.title(sheet.name),
        "vacancies": sheet.vacancies,
        "lines": [_line(line) for line in sheet.lines],
    }


def _line(line: Line) -> dict[str, Any]:
    return {
        "duty": line.duty,
        "date": line.day.isoformat(),
        "kind": line.kind,
        "shift": line.shift,
        "start": line.start.isoformat(),
        "end": line.end.isoformat(),
        "place": line.place,
        "detail": line.detail,
        "seats": [
            {
                "position": s.position,
                "name": s.name,
                "leading": s.leading,
                "people": [_who(p) for p in s.people],
                "vacant": s.vacant,
                "reason": s.reason,
            }
            for s in line.seats
        ],
    }


def _who(who: Who) -> dict[str, str]:
    return {"id": who.id, "name": who.name, "phone": who.phone}


def people_json(sheet: PeopleSheet) -> list[dict[str, Any]]:
    return [_person(line, sheet) for line in sheet.people]


def _person(line: PersonLine, sheet: PeopleSheet) -> dict[str, Any]:
    return _who(line.who) | {
        "category": line.category,
        "unit": line.unit,
        "days": [
            {"date": day.isoformat(), "kinds": list(kinds)} for day, kinds in zip(sheet.days, line.days, strict=True)
        ],
        "duties": line.duties,
        "minutes": line.minutes,
        "nights": line.nights,
    }
