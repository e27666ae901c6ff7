"""How somebody disappears. Names stand in the table of people, and rosters hold ids: published ones stay as they are.

What names the person is deleted (the person, links, absences, seats in drafts) or made nameless (documents of solves,
other people's reasons, figures of drafts). The id stays in published rosters and in the log, and is never given again.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Table, delete, func, or_, select
from sqlalchemy.orm import Session

from scheduler.document import MAX_DAYS

from .audit_capture import note_that
from .audit_rows import ErasedPersonRow
from .call_rows import KeptCallRow
from .callout_rows import CalloutAskRow, GapClaimRow
from .columns import Base
from .database import dumps
from .errors import InUse
from .exchange_rows import ExchangeRow
from .feed_rows import PersonFeedRow
from .import_rows import ImportRow
from .message_rows import MessageRow
from .presence_personal import unname
from .presence_rows import HandoverNoteRow, PresenceRow
from .privacy import CONTACTS, ERASED_NAME, everywhere, shortened
from .rows import (
    AbsenceRow,
    AcknowledgementRow,
    AssignmentRow,
    LinkRow,
    PersonRow,
    RosterRow,
    SolvePaperRow,
    SolveRow,
    TownRow,
    WeekRow,
)
from .solves import UNDER_WAY
from .usage import users_of
from .usual_rows import UsualWeekRow

Unsay = Callable[[str], str]
MOST_REMAINS = 100


@dataclass(frozen=True, slots=True)
class Erased:
    """What an erasure did. `remains` are rows that may not be changed and in which the name was found all the same."""

    counts: dict[str, int]
    """Table → rows that were deleted or made nameless."""
    remains: tuple[tuple[str, str], ...]
    """(table, key): to be looked at by people, such as an account of the same name."""


def erase(session: Session, town: TownRow, person: PersonRow, now: datetime) -> Erased:
    """Raises InUse: a rule names them, they have published duties to come, or a solve of the town is under way."""
    weeks = select(WeekRow).where(WeekRow.town == town.id).order_by(WeekRow.start)
    session.scalars(weeks.with_for_update(key_share=True)).all()  # nobody publishes meanwhile
    _refuse_in_use(session, town, person, now)
    id_, unsay = person.id, _unsaying(session, person)
    counts = {
        "draft": _out_of_drafts(session, town.id, id_, unsay),
        "solve_paper": _out_of_papers(session, town.id, person, unsay),
        "reason": _out_of_reasons(session, town.id, id_, unsay),
        "presence_text": unname(session, town.id, id_, unsay),
        **{table.__tablename__: _count(session, table, town.id, id_) for table in (PresenceRow, HandoverNoteRow)},
        "kept_call": _forget_answers(session, town.id),
        "message": _out_of_messages(session, town.id, id_, unsay),
        "waiting_import": _forget_imports(session, town.id),
        **{table.__tablename__: _count(session, table, town.id, id_) for table in (LinkRow, AbsenceRow, ExchangeRow)},
        "acknowledgement": _count(session, AcknowledgementRow, town.id, id_),
        **{table.__tablename__: _count(session, table, town.id, id_) for table in (PersonFeedRow, UsualWeekRow)},
        **{table.__tablename__: _count(session, table, town.id, id_) for table in (CalloutAskRow, GapClaimRow)},
    }
    session.delete(person)
    session.add(ErasedPersonRow(town=town.id, person=id_, at=now))
    note_that(session, town.id, "erase", "person", id_, id_, {name: [n, 0] for name, n in counts.items() if n})
    session.flush()
    return Erased(counts, tuple(_remains(session, town.id, unsay)))


def _refuse_in_use(session: Session, town: TownRow, person: PersonRow, now: datetime) -> None:
    wanted = select(SolveRow.id).where(SolveRow.town == town.id, SolveRow.state.in_(UNDER_WAY))
    users = [
        *(user for user in users_of(session, town, "people", person.id) if user[0] == "rule"),
        *(("roster", week.isoformat()) for week in _weeks_to_come(session, town.id, person.id, now)),
        *(("solve", solve) for solve in session.scalars(wanted)),
    ]
    if users:
        raise InUse("person", person.id, tuple(users[:10]), len(users))


def _weeks_to_come(session: Session, town: str, person: str, now: datetime) -> Iterator[date]:
    """Weeks with a published duty of this person that has not ended."""
    a, r = AssignmentRow, RosterRow
    published = select(r.week, r.number, r.duties).where(
        r.town == town, r.state == "published", r.week > now.date() - timedelta(days=MAX_DAYS + 8)
    )
    for week, number, duties in session.execute(published.order_by(r.week)).all():
        wanted = select(a.duty).where(a.town == town, a.week == week, a.number == number, a.person == person)
        own = set(session.scalars(wanted))
        if any(body["id"] in own and _instant(body["end"]) > now for body in duties or ()):
            yield week


def _unsaying(session: Session, person: PersonRow) -> Unsay:
    """What takes the person's name and number out of a text, and leaves the longer names in which theirs stands.

    A name that somebody else of the town has too says nothing about whom it means and stays.
    """
    name, *contacts = person.name, *(str(person.body.get(contact) or "") for contact in CONTACTS)
    others = select(PersonRow.name).where(
        PersonRow.town == person.town, PersonRow.id != person.id, PersonRow.name.contains(name, autoescape=True)
    )
    names = set(session.scalars(others))
    if name in names:
        name = ""
    names = {name, *names} if name else set()

    def unsay(text: str) -> str:
        made = shortened(text, names, lambda found: ERASED_NAME if found == name else found)
        for contact in filter(None, contacts):
            made = made.replace(contact, ERASED_NAME)
        return made

    return unsay


def _out_of_drafts(session: Session, town: str, person: str, unsay: Unsay) -> int:
    """Seats in drafts; the sentences of a draft's figures lose the name."""
    a, count = AssignmentRow, 0
    for draft in session.scalars(select(RosterRow).where(RosterRow.town == town, RosterRow.state == "draft")):
        mine = (a.town == town, a.week == draft.week, a.number == draft.number, a.person == person)
        gone = len(session.scalars(delete(a).where(*mine).returning(a.duty)).all())
        draft.summary = everywhere(draft.summary, unsay)
        draft.revision += gone
        count += gone
    return count


def _out_of_papers(session: Session, town: str, person: PersonRow, unsay: Unsay) -> int:
    """Documents of solves, which copy the people of their day."""
    p = SolvePaperRow
    marks = [
        f'"id":{dumps(person.id)}',
        *(dumps(said)[1:-1] for said in (person.name, *map(person.body.get, CONTACTS)) if said),
    ]
    written: list[ColumnElement[bool]] = [p.body.contains(mark, autoescape=True) for mark in marks]
    papers = session.scalars(
        select(p).join(SolveRow, SolveRow.id == p.solve).where(SolveRow.town == town, or_(*written))
    )
    count = 0
    for paper in papers.all():
        bare = dumps(_without(everywhere(json.loads(paper.body), unsay), person.id))
        count += bare != paper.body
        paper.body = bare
    return count


def _without(document: Any, person: str) -> Any:
    """A problem document in which one person is nothing but an id, a category and no name."""
    if not isinstance(document, dict) or not isinstance(document.get("people"), list):
        return document
    bare = {"id": person, "name": ERASED_NAME}
    return document | {
        "people": [
            bare | {"category": body["category"]} if isinstance(body, dict) and body.get("id") == person else body
            for body in document["people"]
        ]
    }


def _out_of_reasons(session: Session, town: str, person: str, unsay: Unsay) -> int:
    """What others wrote about their drop-outs, and why exchanges were refused."""
    count = 0
    for row in session.scalars(select(AbsenceRow).where(AbsenceRow.town == town, AbsenceRow.person != person)):
        bare = unsay(row.reason)
        count += bare != row.reason
        row.reason = bare
    e = ExchangeRow
    for exchange in session.scalars(select(e).where(e.town == town, e.person != person, e.reason.is_not(None))):
        said = everywhere(exchange.reason, unsay)
        count += said != exchange.reason
        exchange.reason = said
    return count


def _out_of_messages(session: Session, town: str, person: str, unsay: Unsay) -> int:
    """What they were told goes; what others were told loses the name."""
    m = MessageRow
    own = (m.town == town, m.recipient == f"person:{person}")
    count = len(session.scalars(delete(m).where(*own).returning(m.id)).all())
    for row in session.scalars(select(m).where(m.town == town)):
        said = [row.subject, row.text, row.error, row.tried]
        bare = everywhere(said, unsay)
        if bare != said:
            row.subject, row.text, row.error, row.tried = bare
            count += 1
    return count


def _forget_answers(session: Session, town: str) -> int:
    """Answers kept for callers who ask again: any of them may name anybody."""
    k = KeptCallRow
    answered = (or_(k.town == town, k.town.is_(None)), k.status.is_not(None))
    return len(session.scalars(delete(k).where(*answered).returning(k.id)).all())


def _forget_imports(session: Session, town: str) -> int:
    """Files and lists that wait to be confirmed: any of them may name anybody, and can be handed in again."""
    m = ImportRow
    return len(session.scalars(delete(m).where(m.town == town).returning(m.id)).all())


def _count(session: Session, table: Any, town: str, person: str) -> int:
    """Rows that go with the person: the database deletes them."""
    wanted = select(func.count()).select_from(table).where(table.town == town, table.person == person)
    return session.scalar(wanted) or 0


def _remains(session: Session, town: str, unsay: Unsay) -> Iterator[tuple[str, str]]:
    """Rows of the town, and of nobody's town, in which the name or number still stands."""
    found = 0
    for table in Base.metadata.sorted_tables:
        for row in session.connection().execute(_of_town(table, town)).mappings():
            if any(everywhere(value, unsay) != value for value in row.values() if isinstance(value, (str, dict, list))):
                yield table.name, "/".join(str(row[column.name]) for column in table.primary_key)
                found += 1
                if found == MOST_REMAINS:
                    return


def _of_town(table: Table, town: str) -> Any:
    """The rows of a table that concern a town: its own, and those that know no town but through their parents."""
    if table.name == "town":
        return select(table).where(table.c.id == town)
    if table.name == "solve_paper":
        return select(table).where(table.c.solve.in_(select(SolveRow.id).where(SolveRow.town == town)))
    return select(table).where(table.c.town == town) if "town" in table.c else select(table)


def _instant(written: str) -> datetime:
    return datetime.fromisoformat(written.upper()).astimezone(UTC)
