"""The ledger as tables: a line a duty, in the shape of volunteers' service records, and each person's sum."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from api.language import Language
from api.pages import when
from models.presence_states import STATES
from scheduler.text import Text

from . import words
from .hours import Entry, Total, totals
from .layout import in_hours
from .table import Box, Head, Table

TITLE = Text("志愿服务时长台账", "Ledger of service hours")
SUMS = Text("汇总", "Sums")
DETAILS = Text("明细", "Details")
PROJECT = Text("服务项目", "Service")
DAY = Text("服务日期", "Date")
SPAN = Text("起止时间", "From – to")
LENGTH = Text("服务时长（小时）", "Hours of service")
CONFIRMED = Text("其中已确认（小时）", "Of these confirmed")
PLACE = Text("服务地点", "Place")
ORGANISER = Text("组织单位", "Organised by")
SAID = Text("确认情况", "Confirmation")
TIMES = Text("服务次数", "Times")
NOT_KEPT = Text("按班表，未签到", "By the roster; no check-in")
HERE = Text("已签到", "Checked in")
NOTE = Text("时长：有签到的按签到，没有签到的按班表", "Hours: as checked in, else by the roster")


@dataclass(frozen=True, slots=True)
class Ledger:
    """Entries of a span of days, both ends inclusive; `made` is local."""

    town: str
    first: date
    last: date
    entries: tuple[Entry, ...]
    made: datetime
    lang: Language


def tables(ledger: Ledger) -> list[Table]:
    """The sums of each person, then every single duty."""
    return [_sums(ledger), _details(ledger)]


def said(entry: Entry, lang: Language) -> str:
    """What is known of somebody's being there."""
    if entry.confirmed is None:
        return NOT_KEPT.in_language(lang)
    return (HERE if entry.confirmed else STATES[entry.state]).in_language(lang)


def _sums(ledger: Ledger) -> Table:
    said_so = [words.NAME, words.NUMBER, words.UNIT, TIMES, words.NIGHTS, LENGTH, CONFIRMED]
    rows = tuple(_sum(total) for total in totals(ledger.entries))
    return _table(ledger, SUMS, said_so, rows, widest=20)


def _sum(total: Total) -> tuple[Box, ...]:
    return (
        Box(total.name, "head"),
        Box(total.person),
        Box(total.unit),
        Box(total.duties, "number"),
        Box(total.nights, "number"),
        Box(in_hours(total.minutes), "number"),
        Box(in_hours(total.confirmed), "number"),
    )


def _details(ledger: Ledger) -> Table:
    lang = ledger.lang
    said_so = [words.NAME, words.NUMBER, PROJECT, DAY, SPAN, LENGTH, PLACE, ORGANISER, SAID]
    rows = tuple(
        (
            Box(entry.name, "head"),
            Box(entry.person),
            Box(entry.project),
            Box(entry.start.date().isoformat(), "centre"),
            Box(when.clock(entry.start, entry.end, lang), "centre"),
            Box(in_hours(entry.minutes), "number"),
            Box(entry.place),
            Box(ledger.town),
            Box(said(entry, lang)),
        )
        for entry in ledger.entries
    )
    return _table(ledger, DETAILS, said_so, rows, widest=30)


def _table(
    ledger: Ledger, name: Text, columns: Sequence[Text], rows: tuple[tuple[Box, ...], ...], widest: float
) -> Table:
    lang = ledger.lang
    title = words.titled(ledger.town, TITLE.in_language(lang), words.span(ledger.first, ledger.last, lang), lang)
    foot = (
        words.colon(words.ISSUED_BY.in_language(lang), ledger.town, lang),
        words.colon(words.ISSUED_AT.in_language(lang), words.stamp(ledger.made, lang), lang),
        NOTE.in_language(lang),
    )
    heads = tuple(Head(column.in_language(lang), widest=widest) for column in columns)
    return Table(name.in_language(lang), title, heads, rows, foot)


def entry_json(entry: Entry, lang: Language) -> dict[str, Any]:
    return {
        "person": entry.person,
        "name": entry.name,
        "unit": entry.unit,
        "category": entry.category,
        "duty": entry.duty,
        "project": entry.project,
        "place": entry.place,
        "date": entry.start.date().isoformat(),
        "start": entry.start.isoformat(),
        "end": entry.end.isoformat(),
        "night": entry.night,
        "minutes": entry.minutes,
        "planned_minutes": entry.planned,
        "confirmed_minutes": entry.confirmed,
        "state": entry.state,
        "confirmation": said(entry, lang),
    }
