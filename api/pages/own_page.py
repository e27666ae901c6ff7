"""A volunteer's own page: the next duty as a card, then the days ahead. `models/own_page.py` says how it is read."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from functools import lru_cache
from typing import Any

from flask import current_app, render_template, request
from flask.typing import ResponseReturnValue
from werkzeug.routing import Map, Rule

from api.access import public, store
from api.presence import NOTES_FOR
from models.handover import Note
from models.own_page import LONGEST, Look
from models.presence_facts import Facts, Standing, stand
from models.presence_states import AFTERWARDS, EARLY, Action, offered
from models.records import Absence, Ahead, PublishedDuty
from scheduler.problem import Assignment

from .duty_card import DutyCard, FreeDays, card, days_of
from .routes import blueprint
from .volunteer import DAYS_AHEAD, Names, Visit, ids_on, is_large, keeping_size, published_days, visitor


@dataclass(frozen=True, slots=True)
class OwnPresence:
    """How it stands with one's own presence on a duty that is about now."""

    standing: Standing
    offers: tuple[Action, ...]
    """What one may say of oneself now."""
    note: Note | None
    """What the shift before left last."""


@dataclass(frozen=True, slots=True)
class OwnPage:
    """All that the page shows, but what few people have: that is asked for where it is shown."""

    here: Visit
    next: DutyCard | None
    minutes_left: int
    entries: Sequence[DutyCard | FreeDays]
    names: Names
    presence: OwnPresence | None
    settling: bool
    """Whether there are exchanges to be shown."""
    called: bool
    """Whether there are call-outs."""


@blueprint.get("/v/<token>")
@public
def volunteer(token: str) -> ResponseReturnValue:
    """The next duty as a card, then the days ahead."""
    page = own_page(token)
    body = render_template(
        "phone.html",
        token=token,
        here=page.here,
        next=page.next,
        minutes_left=page.minutes_left,
        entries=page.entries,
        names=page.names,
        presence=page.presence,
        settling=page.settling,
        called=page.called,
        large=is_large(),
        done=request.args.get("done", ""),
    )
    return keeping_size(body)


def own_page(token: str) -> OwnPage:
    """The page of a link. Raises ApiError (410) or leads elsewhere as `visit` does."""
    look = store().own_pages.look(token, DAYS_AHEAD)
    here = visitor(token, look.opened if look else None, look.now if look else None)
    assert look is not None, "nobody comes in without one"
    closes = here.opens + timedelta(days=DAYS_AHEAD)
    ahead = store().own_pages.ahead(look, closes)
    absences: Sequence[Absence] = ()
    if look.away and ahead.duties:
        absences = store().absences.list(here.town.id, person=here.who.person, start=look.now - LONGEST, end=closes)
    return _page(here, look, ahead, [a for a in absences if a.state != "withdrawn"])


def _page(here: Visit, look: Look, ahead: Ahead, absences: Sequence[Absence]) -> OwnPage:
    away = [(a.start, a.end) for a in absences if a.end > here.now]
    me = here.who.person
    cards = [card(held, me, here.zone, held.earlier, held.relieved, away) for held in ahead.duties]
    coming = cards[0] if cards else None
    at_hand = ahead.duties[0] if coming and coming.start - EARLY <= here.now <= coming.end + AFTERWARDS else None
    leader = coming.leader if coming else None
    wanted = ids_on(cards)
    found = store().own_pages.card(look, wanted, leader, at_hand, here.now - NOTES_FOR) if cards else None
    found_facts = found.facts if found else Facts()
    found_facts.away[me] = [(a.start, a.end) for a in absences]
    days = published_days(ahead.weeks, here.opens.date())
    return OwnPage(
        here=here,
        next=coming,
        minutes_left=int((coming.start - here.now).total_seconds() // 60) if coming else 0,
        entries=days_of(cards, *days) if days else [],
        names=Names.found(found.named if found else {}),
        presence=_presence(here, at_hand, found_facts, found.notes if found else ()) if at_hand else None,
        settling=look.settling,
        called=look.called,
    )


def _presence(here: Visit, held: PublishedDuty, facts: Facts, notes: Sequence[Note]) -> OwnPresence:
    seat = Assignment(here.who.person, held.duty.id, held.position)
    standing = stand(facts, held.week, held.duty, seat, here.now)
    note = next((n for n in notes if n.by != here.who.id), None)
    return OwnPresence(standing, offered(standing.state, "person", held.duty, here.now), note)


@blueprint.app_template_global("own_url")
def own_url(token: str, name: str, **values: Any) -> str:
    """The address of one of the pages of a personal link: as `url_for`, in a tenth of the time."""
    built = _rule(current_app.url_map, name).build({"token": token, **values})
    assert built is not None
    return request.script_root + built[1]


@lru_cache(maxsize=256)
def _rule(routes: Map, name: str) -> Rule:
    return next(routes.iter_rules(f"pages.{name}"))
