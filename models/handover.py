"""Hand-over notes: what one shift leaves for the next one at a post."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from uuid import uuid4

from sqlalchemy import func, select

from scheduler.document.faults import Faults

from . import words
from .database import Database
from .errors import NotFound
from .presence_rows import HandoverNoteRow
from .rows import PostRow
from .scope import town_row

MAX_NOTE = 500
SHOWN = 3
"""Notes of a post that are shown, the latest first."""
AT_ONCE = 500


@dataclass(frozen=True, slots=True)
class Note:
    """`by` is an account's id, `person:ID` or `link:ID`."""

    id: str
    post: str
    text: str
    at: datetime
    by: str


class HandoverNotes:
    def __init__(self, database: Database) -> None:
        self._db = database

    def write(self, town: str, post: str, text: str, by: str) -> Note:
        """Leave a note at a post. Raises NotFound (post), DocumentError (nothing, too long, control characters)."""
        faults, bare = Faults(), text.strip()
        if not bare:
            faults.add(("text",), "too_short", length=0, limit=1)
        words.check(faults, "text", bare, MAX_NOTE)
        faults.raise_if_any()
        person = by.removeprefix("person:") if by.startswith("person:") else None
        with self._db.write() as session:
            town_row(session, town, hold=True)
            if session.get(PostRow, (town, post)) is None:
                raise NotFound("post", post)
            row = HandoverNoteRow(
                id=str(uuid4()), town=town, post=post, text=bare, at=self._db.now(), said_by=by, person=person
            )
            session.add(row)
            session.flush()
            return _note(row)

    def latest(self, town: str, posts: Collection[str], since: datetime) -> dict[str, tuple[Note, ...]]:
        """Post → its last notes since then, the latest first."""
        n, found = HandoverNoteRow, dict[str, list[Note]]()
        wanted = sorted(posts)
        with self._db.read() as session:
            for first in range(0, len(wanted), AT_ONCE):
                place = func.row_number().over(partition_by=n.post, order_by=(n.at.desc(), n.id)).label("place")
                named = select(n.id, place).where(
                    n.town == town, n.post.in_(wanted[first : first + AT_ONCE]), n.at >= since
                )
                inner = named.subquery()
                rows = select(n).join(inner, inner.c.id == n.id).where(inner.c.place <= SHOWN)
                for row in session.scalars(rows.order_by(n.at.desc(), n.id)):
                    found.setdefault(row.post, []).append(_note(row))
        return {post: tuple(notes) for post, notes in found.items()}


def _note(row: HandoverNoteRow) -> Note:
    return Note(row.id, row.post, row.text, row.at, row.said_by)
