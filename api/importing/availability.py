"""Rows of availability become spans of people who are there."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta

from scheduler.document import DocumentError, local_instant
from scheduler.problem import AvailabilityStatus
from scheduler.text import Text

from . import values
from .columns import Table
from .matching import People
from .people import who
from .plan import Entry, Plan
from .rows import Row
from .spans import ALL_DAY, LONGEST_DAYS, Said, contradiction, of_clock, of_shift, over, shift_called, whole_day
from .town import Body, Town
from .values import Unclear

Span = tuple[datetime, datetime]


def build(table: Table, town: Town, answers: dict[int, str], plan: Plan) -> None:
    """Notes in `plan` what every person's availability becomes."""
    people = People(town, answers)
    said: dict[str, list[Said]] = {}
    rows: dict[str, Row] = {}
    for number, cells in table.rows:
        row = Row(number, cells, table, plan)
        person = _person(row, people)
        spans = _said(row, town)
        if person is not None and row.sound:
            rows.setdefault(person["id"], row)
            said.setdefault(person["id"], []).extend(spans)
    for id_, spans in said.items():
        apply(people.by_id[id_], spans, rows[id_], town, plan)


def apply(person: Body, said: list[Said], row: Row, town: Town, plan: Plan) -> None:
    """Note one person's spans, unless they contradict each other or the document's rules."""
    found = contradiction(said)
    if found is not None:
        Row(found[1].row, {}, row.table, plan).fault("status", Unclear("contradicts", {"row": found[0].row}))
        return
    numbers = tuple(sorted({s.row for s in said}))
    made = over(person.get("availability", ()), said, town.zone)
    after = {k: v for k, v in person.items() if k != "availability"} | ({"availability": made} if made else {})
    try:
        before, after = town.read("people", person), town.read("people", after)
    except DocumentError as error:
        row.refused(error, {"availability": "status"})
        return
    if _in_order(before) == _in_order(after):
        plan.entries.append(Entry("unchanged", "people", person["id"], person["name"], numbers))
    else:
        plan.compared("people", person, after, numbers)


def _in_order(body: Body) -> list[tuple[float, float, str]]:
    return sorted(
        (datetime.fromisoformat(s["start"]).timestamp(), datetime.fromisoformat(s["end"]).timestamp(), s["status"])
        for s in body.get("availability", ())
    )


def _person(row: Row, people: People) -> Body | None:
    meant = who(row)
    if not (meant.id or meant.name or meant.phone):
        row.fault("name", Unclear("who_missing"))
        return None
    match = people.find(row.number, meant, row.plan, may_be_new=False)
    if match.skip:
        row.plan.held.add(row.number)
    elif match.person is None and match.settled:
        row.fault("name" if meant.name else "id", Unclear("nobody_like_this"))
    return match.person


def _said(row: Row, town: Town) -> list[Said]:
    if not row.text("status"):
        row.fault("status", Unclear("missing"))
        return []
    status: list[AvailabilityStatus | None] = []
    row.read("status", lambda text: status.append(values.status(text)))
    spans = _spans(row, town)
    if not status:
        return []
    whole = {whole_day(span[0].date(), town.zone) for span in spans}
    return [Said(*span, status[0], row.number, span not in whole) for span in spans if _fits(row, span)]


def _spans(row: Row, town: Town) -> list[Span]:
    """By date and shift, by date and clock, or from one moment to another."""
    near = town.today
    day = row.read("day", lambda text: values.day(text, near))
    shifts, start, end = row.text("shift"), row.text("start"), row.text("end")
    if row.text("day") and day is None:
        return []
    if shifts and not (start or end):
        return _shifts(row, day, shifts, town)
    if start or end:
        return _clocks(row, day, town)
    if day is not None:
        return [whole_day(day, town.zone)]
    row.fault("day", Unclear("when_missing"))
    return []


def _shifts(row: Row, day: date | None, text: str, town: Town) -> list[Span]:
    if day is None:
        row.fault("day", Unclear("when_missing"))
        return []
    found: list[Span] = []
    for word in values.several(text):
        shifts = shift_called(town.things["shift_patterns"], word)
        if values.key(word) in ALL_DAY:
            found.append(whole_day(day, town.zone))
        elif len(shifts) == 1:
            found.append(of_shift(day, shifts[0], town.zone))
        else:
            names = dict.fromkeys(s["name"] for p in town.things["shift_patterns"] for s in p["shifts"])
            options, whole = "、".join(["全天", *names]), Text("班制", "the town's patterns")
            row.fault("shift", Unclear("no_such_shift", {"value": word, "pattern": whole, "options": options}))
    return found


def _clocks(row: Row, day: date | None, town: Town) -> list[Span]:
    first = _moment(row, "start", day, town)
    last = _moment(row, "end", day, town)
    if first is None or last is None:
        if row.sound:
            row.fault("start" if first is None else "end", Unclear("when_missing"))
        return []
    (one, start), (other, end) = first, last
    own_date = values.moment(row.text("end"), town.today) is not None or _is_date(row.text("end"))
    if not own_date:
        return [of_clock(one, start or time(), end, town.zone)]
    until = local_instant(other + timedelta(days=1) if end is None else other, end or time(), town.zone)
    return [(local_instant(one, start or time(), town.zone), until)]


def _moment(row: Row, column: str, day: date | None, town: Town) -> tuple[date, time | None] | None:
    """A date and a time; (date, None) is the end of that day. A date alone is its beginning, or its end in “To”."""
    text = row.text(column)
    if not text:
        return None
    try:
        both = values.moment(text, town.today)
        if both is not None and both[0] is not None:
            return both[0], both[1]
        if _is_date(text):
            return values.day(text, town.today), time() if column == "start" else None
        clock = values.clock(text)
    except Unclear as unclear:
        row.fault(column, unclear)
        return None
    if day is None:
        row.fault("day", Unclear("when_missing"))
        return None
    return day, clock


def _is_date(text: str) -> bool:
    return bool(values.DATE.fullmatch(text.strip()) or values.SHORT_DATE.fullmatch(text.strip()))


def _fits(row: Row, span: Span) -> bool:
    start, end = span
    if end.timestamp() <= start.timestamp():
        row.fault("end", Unclear("end_before_start"))
        return False
    if end.timestamp() - start.timestamp() > LONGEST_DAYS * 86_400:
        row.fault("end", Unclear("too_far", {"days": LONGEST_DAYS}))
        return False
    return True
