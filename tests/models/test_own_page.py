"""A volunteer's page, read in two statements, is what the store says by its ordinary ways, in every process at once."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta

import psycopg
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import event

from models.callout_records import Asked, NewCallout
from models.exchange_kinds import OPEN, Wish
from models.own_page import LATELY, LONGEST, Look
from models.presence import PresenceRefused, Said
from models.presence_facts import stand
from models.presence_states import AFTERWARDS, EARLY
from models.records import PublishedDuty
from models.store import Store
from scheduler import document
from scheduler.problem import Assignment
from scheduler.text import Text

from . import towns
from .office import changed
from .towns import MONDAY, NEXT, TOWN

DAYS = 14
HOURS = st.integers(0, 20)
PERSON = st.sampled_from([f"p{i}" for i in range(towns.PEOPLE)])
NOTES = timedelta(hours=24)
Step = Callable[[Store, str, int], object]


class Calendar:
    """A clock that stands still until it is told otherwise."""

    def __init__(self) -> None:
        self.now = datetime(2026, 11, 22, 22, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.now


@pytest.fixture
def then() -> Calendar:
    return Calendar()


@pytest.fixture
def processes(filled_url: str, then: Calendar) -> Iterator[list[Store]]:
    """One that writes and two that look, each of which remembers what it likes."""
    made = [Store(filled_url, then) for _ in range(3)]
    towns.published(made[0])
    made[0].weeks.make(TOWN, NEXT)
    yield made
    for store in made:
        store.close()


def own(store: Store, person: str) -> list[PublishedDuty]:
    now = store.database.now()
    return store.rosters.duties_of(TOWN, person, now, now + timedelta(days=DAYS))


def acknowledged(store: Store, person: str, _: int) -> object:
    return [store.acknowledgements.acknowledge(TOWN, one.week, person, one.duty.id) for one in own(store, person)[:1]]


def dropped_out(store: Store, person: str, _: int) -> object:
    return [store.absences.report(TOWN, person, d.duty.start, d.duty.end, "", by="x") for d in own(store, person)[:1]]


def came_after_all(store: Store, person: str, _: int) -> object:
    return [store.absences.withdraw(TOWN, one.id) for one in store.absences.list(TOWN, person=person)]


def amended(store: Store, person: str, number: int) -> object:
    """Somebody else has the seat from now on."""
    for held in own(store, person)[:1]:
        other = next(p for p in (f"p{number % 9}", "p0", "p1", "p2") if p not in {a.person for a in held.team})
        seat = Assignment(person, held.duty.id, held.position)
        moved = [Assignment(other, held.duty.id, held.position)]
        return store.amendments.amend(TOWN, held.week, held.number, [seat], moved, by="x")
    return None


def offered(store: Store, person: str, number: int) -> object:
    for held in own(store, person)[-1:]:
        seat, partner = Assignment(person, held.duty.id, held.position), f"p{number % 9}"
        wish = Wish(
            kind="offer", week=held.week, given=seat, about=Text("班", "duty"), expires_at=held.duty.start,
            partner=None if partner == person else partner,
        )  # fmt: skip
        if not [e for e in store.exchanges.list(TOWN, person=person) if e.state in OPEN]:
            return store.exchanges.add(TOWN, wish)
    return None


def withdrawn(store: Store, person: str, _: int) -> object:
    held = [e for e in store.exchanges.list(TOWN, person=person) if e.state in OPEN]
    return [store.exchanges.move(TOWN, e.id, OPEN, "withdrawn") for e in held]


def called_out(store: Store, person: str, number: int) -> object:
    if store.callouts.list(TOWN, live=True):
        return [store.callouts.decline(TOWN, c.id, person) for c in store.callouts.asking(TOWN, person)]
    held = own(store, f"p{number % 9}")
    for one in held[:1]:
        said = Text("班", "duty")
        return store.callouts.open(
            TOWN,
            NewCallout(
                week=one.week, duty=one.duty.id, position=one.position, instead="", start=one.duty.start,
                end=one.duty.end, until=one.duty.end, seat=said, town_name=said, asked=[Asked(person)],
            ),
            by="x",
        )  # fmt: skip
    return None


def renamed(store: Store, person: str, number: int) -> None:
    changed(store, person, name=f"桃花{number}姐", phone=f"1540000{number:04d}")
    held = store.things.get(TOWN, "posts", "gate")
    post = document.entity_to_json("posts", held.value) | {"name_en": f"Gate {number}", "directions": f"第{number}路口"}
    store.things.change(TOWN, "posts", document.entity_from_json("posts", post, towns.ZONE), held.revision)


def recorded(store: Store, person: str, number: int) -> object:
    try:
        action = ("arrive", "leave", "miss")[number % 3]
        said = Said(person=person, action=action, by="x", whose="leader")  # type: ignore[arg-type]
        return [store.presence.record(TOWN, one.week, one.duty.id, said) for one in own(store, person)[:1]]
    except PresenceRefused:
        return None  # not now, or not after what was said before: nothing has changed


def noted(store: Store, person: str, number: int) -> object:
    return store.handover.write(TOWN, ("gate", "bridge")[number % 2], f"留言{number}", f"person:{person}")


def replanned(store: Store, _: str, number: int) -> object:
    return towns.published(store, (MONDAY, NEXT)[number % 2], shift=number)


def coded(store: Store, person: str, number: int) -> object:
    return store.links.make_code(TOWN, person) if number % 2 else store.links.drop_code(TOWN, person)


STEPS: list[Step] = [
    acknowledged, dropped_out, came_after_all, amended, offered, withdrawn, called_out, renamed, recorded, noted,
    replanned, coded,
]  # fmt: skip
MOVES = st.lists(st.tuples(st.sampled_from(STEPS), PERSON, st.integers(0, 9), HOURS), min_size=1, max_size=4)


def is_as_everywhere_else(store: Store, look: Look | None, plain: Store, token: str) -> None:
    """What the page's own way gives in one process is what the ordinary ways give in another one."""
    assert look is not None
    now, person = plain.database.now(), look.opened.person.id
    closes = now + timedelta(days=DAYS)
    assert look.opened == plain.links.open(token)
    ahead = store.own_pages.ahead(look, closes)
    said = plain.rosters.ahead(TOWN, person, now, closes)
    assert ahead.duties == said.duties
    assert [week for week in ahead.weeks if week[1] >= now.date()] == [w for w in said.weeks if w[1] >= now.date()]
    absences = plain.absences.list(TOWN, person=person, start=now - LONGEST, end=closes)
    assert look.away == any(a.state != "withdrawn" for a in absences)
    assert look.called == bool(plain.callouts.asking(TOWN, person))
    settling = [
        e for e in plain.exchanges.list(TOWN, person=person)
        if (e.state in OPEN and e.expires_at > now) or (e.ended_at is not None and e.ended_at > now - LATELY)
    ]  # fmt: skip
    assert look.settling == bool(settling)
    has_the_same_card(store, look, plain, ahead.duties)


def has_the_same_card(store: Store, look: Look, plain: Store, duties: tuple[PublishedDuty, ...]) -> None:
    """Names, and of the first duty the notes of its post and how the person stands."""
    now, person = look.now, look.opened.person.id
    first = duties[0] if duties else None
    at_hand = first if first and first.duty.start - EARLY <= now <= first.duty.end + AFTERWARDS else None
    people = {a.person for a in first.team} if first else {"p3"}
    wanted = {
        "posts": {d.duty.post for d in duties if d.duty.post},
        "positions": {d.position for d in duties},
        "people": people,
    }
    leader = sorted(people)[0]
    card = store.own_pages.card(look, wanted, leader, at_hand, now - NOTES)
    named = plain.things.named(TOWN, wanted)
    assert {key: (one.name, one.name_en) for key, one in card.named.items()} == {
        key: (one.name, one.name_en) for key, one in named.items()
    }
    assert card.named["people", leader] == named["people", leader]
    assert {one.phone for (noun, id_), one in card.named.items() if (noun, id_) != ("people", leader)} <= {""}
    if at_hand is None:
        assert not card.notes
        return
    post = at_hand.duty.post
    notes = plain.handover.latest(TOWN, [post], now - NOTES).get(post, ()) if post else ()
    assert card.notes == notes
    absences = plain.absences.list(TOWN, person=person, start=now - LONGEST)
    card.facts.away[person] = [(a.start, a.end) for a in absences if a.state != "withdrawn"]
    seat = Assignment(person, at_hand.duty.id, at_hand.position)
    held = plain.presence.of(TOWN, at_hand.week, at_hand.duty.id)
    assert [stand(card.facts, at_hand.week, at_hand.duty, seat, now)] == [s for s in held.team if s.person == person]


@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(moves=MOVES)
def test_whatever_happens_every_process_shows_it_at_the_next_look(
    processes: list[Store], then: Calendar, moves: list[tuple[Step, str, int, int]]
) -> None:
    """The town lives on from example to example; who looks remembers the rosters of all of them."""
    writer, page, plain = processes
    tokens = {person: writer.links.issue(TOWN, person, renew=True) for person in {move[1] for move in moves}}
    for step, person, number, hours in moves:
        step(writer, person, number)
        if then.now < datetime(2026, 12, 5, tzinfo=UTC):
            then.now += timedelta(hours=hours / 4)
        is_as_everywhere_else(page, page.own_pages.look(tokens[person], DAYS), plain, tokens[person])


def test_a_link_that_is_no_good_leads_nowhere(processes: list[Store], then: Calendar) -> None:
    writer, page, _ = processes
    token = writer.links.issue(TOWN, "p1", days=1)
    assert page.own_pages.look(token, DAYS) is not None
    assert page.own_pages.look(token + "x", DAYS) is None
    assert page.own_pages.look("\ud800", DAYS) is None
    then.now += timedelta(days=1)
    assert page.own_pages.look(token, DAYS) is None
    renewed = writer.links.issue(TOWN, "p1")
    writer.links.revoke(TOWN, "p1")
    assert page.own_pages.look(renewed, DAYS) is None


def test_weeks_that_are_over_are_not_read_again(processes: list[Store], then: Calendar) -> None:
    """Which a town of ten thousand would notice: its weeks do not all fit into a process."""
    writer, page, plain = processes
    towns.published(writer, NEXT)
    token = writer.links.issue(TOWN, "p1")
    then.now = datetime(2026, 12, 1, 6, tzinfo=UTC)
    page.rosters._published.kept.most = 1
    read: list[str] = []
    event.listen(
        page.database.engine,
        "before_cursor_execute",
        lambda _c, _k, statement, *_: read.append(statement) if "roster.duties" in statement else None,
    )
    for _ in range(3):
        is_as_everywhere_else(page, page.own_pages.look(token, DAYS), plain, token)
    assert len(read) == 2, "each week once"


def test_connections_that_were_cut_are_not_noticed(postgres_database: str) -> None:
    """Nobody asks before a look whether the server is still there."""
    store = Store(postgres_database)
    assert store.own_pages.look("nobody's", DAYS) is None
    with psycopg.connect(postgres_database, autocommit=True) as connection:
        cut = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE pid <> pg_backend_pid() AND datname = %s"
        assert connection.execute(cut, [store.database.url.database]).fetchall()
    assert store.own_pages.look("nobody's", DAYS) is None
    store.close()
