"""Sheets as tables: the columns that Chinese organisers know, whatever they are then written as."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from itertools import groupby

from api.language import Language
from api.pages import when
from scheduler.problem import Problem
from scheduler.text import Text

from . import words
from .duties import DutySheet, Line, Seats, Who
from .people import PeopleSheet, PersonLine
from .table import Box, Head, Table

LONGEST_NAME = 31
"""Letters of a tab's name."""
NOT_IN_NAMES = str.maketrans(dict.fromkeys("[]:*?/\\'", " "))
REMARKS_WIDTH = 34
NO_SEAT = "—"
RowsOf = Callable[[Line, Language], list[list[Box]]]


@dataclass(frozen=True, slots=True)
class Heading:
    """What stands above and below every sheet of one roster; `made` is local."""

    town: str
    first: date
    last: date
    state: str
    """draft, published or superseded; empty while there is no roster."""
    number: int | None
    made: datetime
    lang: Language

    @property
    def draft(self) -> bool:
        return self.state in ("draft", "")

    @property
    def span(self) -> str:
        return words.span(self.first, self.last, self.lang)

    def title(self, place: str) -> str:
        """小镇桥头卡口值班表（11月23日—11月29日）【草稿】."""
        named = place if self.lang == "en" and place else f"{self.town}{place}"
        what = words.titled(named or self.town, self._said(words.SHEET), self.span, self.lang)
        return f"{what}{self._mark()}" if self.draft else what

    def foot(self, vacancies: int | None) -> tuple[str, ...]:
        """Who made it, when, of which version, and how many seats are empty, where that is to be said."""
        said = (
            (words.ISSUED_BY, self.town),
            (words.ISSUED_AT, words.stamp(self.made, self.lang)),
            (words.VERSION, self.version),
            *([] if vacancies is None else [(words.VACANCIES, str(vacancies))]),
        )
        return tuple(words.colon(label.in_language(self.lang), text, self.lang) for label, text in said)

    @property
    def version(self) -> str:
        """草稿 v3, 已发布 v2, or that there is none yet."""
        if self.number is None:
            return self._said(words.NO_ROSTER)
        return f"{self._said(words.STATES[self.state])} v{self.number}"

    def _mark(self) -> str:
        return f"【{self._said(words.DRAFT)}】" if self.lang == "zh" else f" [{self._said(words.DRAFT)}]"

    def _said(self, text: Text) -> str:
        return text.in_language(self.lang)


def heading_of(problem: Problem, town: str, state: str, number: int | None, made: datetime, lang: Language) -> Heading:
    """For the sheets of one roster; `made` is any instant."""
    last = problem.date_of(problem.days - 1)
    return Heading(town, problem.start, last, state, number, made.astimezone(problem.tz), lang)


def tables(sheets: Sequence[DutySheet], heading: Heading) -> list[Table]:
    """A table of each sheet; where there are several, a list of them comes first."""
    if not sheets:
        return [_nothing(heading)]
    taken = {words.CONTENTS.in_language(heading.lang).casefold()}
    found = [duty_table(sheet, heading, tab_name(sheet.name, taken)) for sheet in sheets]
    return [contents(sheets, found, heading), *found] if len(found) > 1 else found


def _nothing(heading: Heading) -> Table:
    lang = heading.lang
    heads = tuple(Head(word.in_language(lang), 17) for word in (words.DATE, words.SHIFT, words.TIME, words.REMARKS))
    return Table(words.SHEET.in_language(lang), heading.title(""), heads, (), heading.foot(0), heading.draft)


def tab_name(name: str, taken: set[str]) -> str:
    """A name that a workbook's tab may have and that no other tab has; it joins those `taken`."""
    plain = " ".join("".join(c for c in name if c.isprintable()).translate(NOT_IN_NAMES).split()) or "–"
    made, number = plain[:LONGEST_NAME].strip(), 1
    while made.casefold() in taken:
        number += 1
        mark = f" {number}"
        made = plain[: LONGEST_NAME - len(mark)].strip() + mark
    taken.add(made.casefold())
    return made


def duty_table(sheet: DutySheet, heading: Heading, tab: str) -> Table:
    lang = heading.lang
    if sheet.which == "unit":
        heads, rows = _unit_columns(lang), _by_day(sheet.lines, lang, _unit_rows)
    else:
        positions = positions_of(sheet.lines)
        heads = _columns(sheet, positions, lang)
        rows = _by_day(sheet.lines, lang, lambda line, said: [_post_row(sheet, line, positions, said)])
    foot = heading.foot(None if sheet.which == "unit" else sheet.vacancies)
    return Table(tab, heading.title(sheet.name), heads, rows, foot, heading.draft, fixed=3)


def positions_of(lines: Iterable[Line]) -> list[tuple[str, ...]]:
    """The columns of a post: all leaders' positions in one, then each other one, in the order of the seats."""
    seats = {s.position: s.leading for line in lines for s in line.seats}
    leaders = tuple(position for position, leading in seats.items() if leading)
    return ([leaders] if leaders else []) + [(p,) for p, leading in seats.items() if not leading]


def _columns(sheet: DutySheet, positions: Sequence[tuple[str, ...]], lang: Language) -> tuple[Head, ...]:
    names = {s.position: s.name for line in sheet.lines for s in line.seats}
    shift = words.SHIFT if sheet.which == "post" else words.DUTY
    return (
        Head(words.DATE.in_language(lang), 17),
        Head(shift.in_language(lang), widest=18),
        Head(words.TIME.in_language(lang), widest=18),
        *(Head("/".join(names[p] for p in column)) for column in positions),
        Head(words.REMARKS.in_language(lang), REMARKS_WIDTH),
    )


def _unit_columns(lang: Language) -> tuple[Head, ...]:
    named = (words.SHIFT, words.TIME, words.PLACE, words.POSITION, words.NAME)
    return (
        Head(words.DATE.in_language(lang), 17),
        *(Head(word.in_language(lang)) for word in named),
        Head(words.REMARKS.in_language(lang), REMARKS_WIDTH),
    )


def _by_day(lines: Sequence[Line], lang: Language, rows_of: RowsOf) -> tuple[tuple[Box, ...], ...]:
    """Rows under one box for each day."""
    rows: list[tuple[Box, ...]] = []
    for day, held in groupby(lines, key=lambda line: line.day):
        today = [row for line in held for row in rows_of(line, lang)]
        date_box = Box(words.date_and_day(day, lang), "head", rows=len(today))
        rows += [(date_box, *today[0]), *(tuple(row) for row in today[1:])]
    return tuple(rows)


def _post_row(sheet: DutySheet, line: Line, positions: Sequence[tuple[str, ...]], lang: Language) -> list[Box]:
    by_position = {s.position: s for s in line.seats}
    boxes = [
        _seats_box([by_position[p] for p in column if p in by_position], lang, named=len(column) > 1)
        for column in positions
    ]
    where = [] if sheet.which == "post" else [line.detail]
    remarks = "\n".join(part for part in [*where, *_reasons(line, lang)] if part)
    return [*_shift_boxes(line, lang), *boxes, Box(remarks)]


def _unit_rows(line: Line, lang: Language) -> list[list[Box]]:
    leader = words.colon(words.LEADER.in_language(lang), line.leader, lang) if line.leader else ""
    return [
        [
            *_shift_boxes(line, lang),
            Box(line.place),
            Box(seats.name),
            Box(called(person)),
            Box("" if seats.leading else leader),
        ]
        for seats in line.seats
        for person in seats.people
    ]


def _shift_boxes(line: Line, lang: Language) -> list[Box]:
    return [Box(line.shift, line.kind), Box(when.clock(line.start, line.end, lang), "centre")]


def _seats_box(held: Sequence[Seats], lang: Language, *, named: bool) -> Box:
    """The people of one or several positions; several are `named`. A duty without such a position has a dash."""
    if not held:
        return Box(NO_SEAT, "rest")
    groups = [(f"{s.name} " if named else "") + together(s.people, lang) for s in held if s.people]
    vacant = [(f"{s.name} " if named else "") + words.missing(s.vacant, lang) for s in held if s.vacant]
    return Box("\n".join(groups), missing="\n".join(vacant))


def together(people: Sequence[Who], lang: Language) -> str:
    """People in one box: those with numbers below each other."""
    between = "\n" if any(p.phone for p in people) else "、" if lang == "zh" else ", "
    return between.join(map(called, people))


def called(person: Who) -> str:
    return f"{person.name} {person.phone}".strip()


def _reasons(line: Line, lang: Language) -> list[str]:
    return [
        words.colon(f"{s.name}{'' if lang == 'zh' else ' '}{words.missing(s.vacant, lang)}", s.reason, lang)
        for s in line.seats
        if s.vacant and s.reason
    ]


def contents(sheets: Sequence[DutySheet], found: Sequence[Table], heading: Heading) -> Table:
    """The list of a workbook's sheets, each with a link and, of posts, what it lacks."""
    lang, of_units = heading.lang, sheets[0].which == "unit"
    columns = (words.UNIT, words.SEATS) if of_units else (words.PLACE, words.SEATS, words.AREA, words.VACANCIES)
    rows = []
    for sheet, table in zip(sheets, found, strict=True):
        served = sum(len(seats.people) for line in sheet.lines for seats in line.seats)
        row = (Box(sheet.name, "link", link=table.name), Box(served, "number"))
        missing = Box(missing=words.missing(sheet.vacancies, lang)) if sheet.vacancies else Box(0, "number")
        rows.append(row if of_units else (*row, Box(sheet.area), missing))
    heads = tuple(Head(column.in_language(lang), widest=40) for column in columns)
    foot = heading.foot(None if of_units else sum(sheet.vacancies for sheet in sheets))
    return Table(words.CONTENTS.in_language(lang), heading.title(""), heads, tuple(rows), foot, heading.draft)


def day_table(sheets: Sequence[DutySheet], heading: Heading, title: str) -> Table:
    """All posts of one day below each other; the people of a shift in one box, each position named."""
    lang = heading.lang
    named = (words.PLACE, words.SHIFT, words.TIME, words.PEOPLE_ON, words.REMARKS)
    rows: list[tuple[Box, ...]] = []
    for sheet in sheets:
        own = [
            (*_shift_boxes(line, lang), _seats_box(line.seats, lang, named=True), Box("\n".join(_reasons(line, lang))))
            for line in sheet.lines
        ]
        if own:
            rows += [(Box(sheet.name, "head", rows=len(own)), *own[0]), *own[1:]]
    heads = tuple(Head(word.in_language(lang), widest=40) for word in named)
    vacancies = sum(sheet.vacancies for sheet in sheets)
    return Table(words.SHEET.in_language(lang), title, heads, tuple(rows), heading.foot(vacancies), heading.draft)


def without_empty_remarks(table: Table) -> Table:
    """The table without its last column when nothing stands in it."""
    if any(row[-1].words for row in table.rows):
        return table
    return replace(table, heads=table.heads[:-1], rows=tuple(row[:-1] for row in table.rows))


def people_table(sheet: PeopleSheet, heading: Heading, vacancies: int, *, phones: bool) -> Table:
    """A row for each person, a column for each day."""
    lang = heading.lang
    first = [words.NAME, words.CATEGORY, words.UNIT, *([words.PHONE] if phones else [])]
    heads = (
        *(Head(word.in_language(lang), widest=20) for word in first),
        *(Head(when.day(day, lang).replace(" ", "\n"), 6) for day in sheet.days),
        *(Head(word.in_language(lang), 7) for word in (words.DUTIES, words.HOURS, words.NIGHTS)),
    )
    rows = tuple(_person_row(line, lang, phones=phones) for line in sheet.people)
    name = words.PEOPLE.in_language(lang)
    return Table(name, heading.title(""), heads, rows, heading.foot(vacancies), heading.draft, fixed=len(first))


def _person_row(line: PersonLine, lang: Language, *, phones: bool) -> tuple[Box, ...]:
    words_of_days = (
        Box("".join(words.LETTERS[k].in_language(lang) for k in kinds), kinds[-1])
        if kinds
        else Box(words.REST.in_language(lang), "rest")
        for kinds in line.days
    )
    return (
        Box(line.who.name, "head"),
        Box(line.category),
        Box(line.unit),
        *([Box(line.who.phone)] if phones else []),
        *words_of_days,
        Box(line.duties, "number"),
        Box(in_hours(line.minutes), "number"),
        Box(line.nights, "number"),
    )


def in_hours(minutes: int) -> int | float:
    """480 → 8, 450 → 7.5, 100 → 1.67."""
    whole, rest = divmod(minutes, 60)
    return whole if not rest else round(minutes / 60, 2)
