"""How long things are kept that nobody needs for ever, and taking away what is older."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Table, delete, or_, select
from sqlalchemy.orm import Session

from . import environment
from .audit_context import acting
from .call_rows import KeptCallRow
from .callout_rows import CalloutRow, GapOfferRow, TeamLinkRow
from .columns import Base
from .database import Database
from .exchange_rows import ExchangeRow
from .import_rows import ImportRow
from .message_rows import MessageRow
from .presence_rows import DutyLinkRow, HandoverNoteRow, PresenceRow
from .rows import AbsenceRow, AcknowledgementRow, LinkRow, PersonRow, SolvePaperRow, SolveRow
from .rows_access import ApiTokenRow, AttemptRow, OpenSessionRow
from .solves import UNDER_WAY
from .webhook_rows import WebhookDeliveryRow

ON_THE_WAY = ("waiting", "sending")
"""States of a message or a call that is still to be sent."""


@dataclass(frozen=True, slots=True)
class Retention:
    """Days; what is older goes with the next purge. Published rosters and the log of changes stay."""

    stateless: int = 30
    """Solves of no stored week, since they ended."""
    papers: int = 180
    """Documents of solves of a week, since they ended; the solve itself and its roster stay."""
    links: int = 30
    """Personal links, duty links, links of teams and API tokens, since they expired or were revoked."""
    absences: int = 400
    """Drop-outs and presence, since they ended; acknowledgements, since their week began; exchanges, since their
    duty began; call-outs and offers to teams, since their time was up."""
    history: int = 90
    """A person's single past duties and spans of availability, since they ended; hand-over notes. Rules look back
    28 days."""
    messages: int = 90
    """What people were told and what webhooks were called with, since it was put into the outbox."""


def from_environment(environ: Mapping[str, str]) -> Retention:
    """The periods by the SANBAN_KEEP_… settings. Raises SettingsError."""
    names = ("stateless", "papers", "links", "absences", "history", "messages")
    return Retention(**{name: environment.whole(environ, f"SANBAN_KEEP_{name.upper()}_DAYS") for name in names})


def purge(database: Database, periods: Retention, *, dry: bool = False) -> dict[str, int]:
    """Take away what is older, in one transaction; table → how many rows, 0 included. `dry` only counts."""
    with acting("system", reason="purge"), database.write() as session:
        done = _purged(session, periods, database.now())
        if dry:
            session.rollback()
    return done


def _purged(session: Session, keep: Retention, now: datetime) -> dict[str, int]:
    def before(days: int) -> datetime:
        return now - timedelta(days=days)

    s, p, ln, t, a, k = SolveRow, SolvePaperRow, LinkRow, ApiTokenRow, AbsenceRow, AcknowledgementRow
    tl, m, d = TeamLinkRow, MessageRow, WebhookDeliveryRow
    over, unused = s.state.not_in(UNDER_WAY), before(keep.links)
    old = select(s.id).where(over, s.week.is_not(None), s.finished_at < before(keep.papers))
    return {
        "solve": _gone(session, s, over, s.week.is_(None), s.finished_at < before(keep.stateless)),
        "solve_paper": _gone(session, p, p.solve.in_(old)),
        "link": _gone(session, ln, or_(ln.expires_at < unused, ln.revoked_at < unused)),
        "api_token": _gone(session, t, or_(t.expires_at < unused, t.revoked_at < unused)),
        "open_session": _gone(session, OpenSessionRow, OpenSessionRow.expires_at < now),
        "attempt": _gone(session, AttemptRow, AttemptRow.ends_at < now),
        "kept_call": _gone(session, KeptCallRow, KeptCallRow.expires_at < now),
        "absence": _gone(session, a, a.ends_at < before(keep.absences)),
        "exchange": _gone(session, ExchangeRow, ExchangeRow.expires_at < before(keep.absences)),
        "presence": _gone(session, PresenceRow, PresenceRow.ends_at < before(keep.absences)),
        "handover_note": _gone(session, HandoverNoteRow, HandoverNoteRow.at < before(keep.history)),
        "duty_link": _gone(
            session, DutyLinkRow, or_(DutyLinkRow.expires_at < unused, DutyLinkRow.revoked_at < unused)
        ),
        "acknowledgement": _gone(session, k, k.week < before(keep.absences).date()),
        "callout": _gone(session, CalloutRow, CalloutRow.until < before(keep.absences)),
        "gap_offer": _gone(session, GapOfferRow, GapOfferRow.until < before(keep.absences)),
        "team_link": _gone(session, tl, or_(tl.expires_at < unused, tl.revoked_at < unused)),
        "waiting_import": _gone(session, ImportRow, ImportRow.expires_at < now),
        "message": _gone(session, m, m.state.not_in(ON_THE_WAY), m.created_at < before(keep.messages)),
        "webhook_delivery": _gone(session, d, d.state.not_in(ON_THE_WAY), d.created_at < before(keep.messages)),
        "person": _forget_past(session, before(keep.history)),
    }


def _gone(session: Session, table: type[Base], *which: ColumnElement[bool]) -> int:
    """Delete these rows; how many they were."""
    core: Any = table.__table__
    assert isinstance(core, Table)
    keys = [*core.primary_key]
    return len(session.execute(delete(table).where(*which).returning(*keys)).all())


def _forget_past(session: Session, limit: datetime) -> int:
    """People lose single past duties and availability that ended before; how many people lost something."""
    count = 0
    for row in session.scalars(select(PersonRow).with_for_update()):
        kept = _recent(row.body, limit)
        if kept != row.body:
            row.body, row.revision = kept, row.revision + 1
            count += 1
    return count


def _recent(body: dict[str, Any], limit: datetime) -> dict[str, Any]:
    made = dict(body)
    if "availability" in body:
        made["availability"] = [span for span in body["availability"] if _ends(span) >= limit]
    if "recent" in body.get("history", {}):
        recent = [past for past in body["history"]["recent"] if _ends(past) >= limit]
        made["history"] = body["history"] | {"recent": recent}
    return made


def _ends(span: Mapping[str, Any]) -> datetime:
    return datetime.fromisoformat(span["end"].upper()).astimezone(UTC)
