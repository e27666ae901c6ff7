"""Published rosters are kept in memory, and never show anything but what the database holds."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from threading import Thread

from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import event

from models.published import InForce, PublishedRoster
from models.records import PublishedDuty, Town
from models.store import Store
from scheduler.problem import Assignment, Demand, Duty

from . import towns
from .towns import MONDAY, NEXT, TOWN

START, END = datetime(2026, 11, 22, tzinfo=UTC), datetime(2026, 12, 8, tzinfo=UTC)
NOON = datetime(2026, 11, 23, 4, tzinfo=UTC)
SEATS = st.lists(
    st.builds(Assignment, st.sampled_from("abc"), st.sampled_from(["d0", "d1", "d2", "d3"]), st.sampled_from("xy")),
    unique_by=lambda a: (a.person, a.duty),
)


def naively(store: Store, person: str) -> list[PublishedDuty]:
    """The same by reading whole versions, one after another; a handover may be from and to the weeks beside it."""
    found = []
    weeks = [week.start for week in reversed(store.weeks.list(TOWN))]
    versions = [version for week in weeks if (version := store.rosters.find(TOWN, week, "published"))]
    every = [duty for version in versions for duty in version.duties]
    seats = [a for version in versions for a in version.assignments]
    for version in versions:
        for duty in version.duties:
            team = tuple(a for a in version.assignments if a.duty == duty.id)
            own = [a for a in team if a.person == person]
            before = tuple(d for d in every if duty.post and (d.post, d.end) == (duty.post, duty.start))
            after = tuple(d for d in every if duty.post and (d.post, d.start) == (duty.post, duty.end))
            said = {(a.person, a.duty): a.at for a in store.acknowledgements.list(TOWN, version.week)}
            relieved = tuple(a for d in before for a in seats if a.duty == d.id)
            relieving = tuple(a for d in after for a in seats if a.duty == d.id)
            found += [
                PublishedDuty(
                    version.week, version.number, duty, a.position, team, said.get((person, duty.id)), before,
                    relieved, after, relieving,
                )
                for a in own
            ]  # fmt: skip
    return sorted(found, key=lambda one: (one.duty.start, one.duty.id))


def test_what_lies_ahead_is_what_the_published_versions_say(town: Store) -> None:
    towns.published(town)
    town.weeks.make(TOWN, NEXT)
    towns.published(town, NEXT, shift=1)
    first = town.rosters.duties_of(TOWN, "p1", START, END)[0]
    town.acknowledgements.acknowledge(TOWN, first.week, "p1", first.duty.id)
    for person in (f"p{i}" for i in range(towns.PEOPLE)):
        assert town.rosters.duties_of(TOWN, person, START, END) == naively(town, person)
    ahead = town.rosters.ahead(TOWN, "p1", START, END)
    assert ahead.weeks == ((MONDAY, date(2026, 11, 29)), (NEXT, date(2026, 12, 6)))
    assert any(one.relieved for one in ahead.duties), "somebody takes over from somebody in this roster"


def test_a_new_publication_is_seen_at_once_and_by_other_processes(town: Store) -> None:
    other = Store(str(town.database.url.render_as_string(hide_password=False)))
    for shift in range(3):
        towns.published(town, shift=shift)
        for store in (town, other):
            assert store.rosters.duties_of(TOWN, "p2", START, END) == naively(town, "p2")
    other.close()


def test_what_is_kept_has_a_bound_and_what_was_forgotten_is_read_again(town: Store) -> None:
    kept = town.rosters._published.kept
    kept.most = 1
    towns.published(town)
    town.weeks.make(TOWN, NEXT)
    towns.published(town, NEXT)
    for _ in range(2):
        assert {one.week for one in town.rosters.duties_of(TOWN, "p1", START, END)} == {MONDAY, NEXT}
        assert len(kept) == 1


def test_hundreds_who_ask_at_once_read_a_roster_once(town: Store) -> None:
    towns.published(town)
    assert not len(town.rosters._published.kept), "what is not yet committed is not kept"
    read: list[str] = []
    event.listen(
        town.database.engine,
        "before_cursor_execute",
        lambda _c, _k, statement, *_: read.append(statement) if "roster.duties" in statement else None,
    )
    found: list[int] = []
    ask = [Thread(target=lambda: found.append(len(town.rosters.duties_of(TOWN, "p1", START, END)))) for _ in range(8)]
    for thread in ask:
        thread.start()
    for thread in ask:
        thread.join()
    assert len(found) == 8
    assert len(set(found)) == 1
    assert len(read) == 1


def test_heads_are_listed_without_the_duties_that_were_frozen(town: Store) -> None:
    towns.published(town)
    said: list[str] = []
    event.listen(town.database.engine, "before_cursor_execute", lambda _c, _k, statement, *_: said.append(statement))
    assert [head.state for head in town.rosters.versions(TOWN, MONDAY)] == ["published"]
    assert not any("roster.duties" in statement for statement in said)


@given(seats=SEATS)
def test_a_roster_is_looked_up_as_it_would_be_searched(seats: list[Assignment]) -> None:
    day = timedelta(hours=8)
    duties = tuple(
        Duty(id=f"d{i}", start=NOON + i // 2 * day, end=NOON + (i // 2 + 1) * day, seats=(Demand("x"), Demand("y")),
             post=f"post{i % 2}")
        for i in range(4)
    )  # fmt: skip
    version = InForce("t", MONDAY, 1, NOON, "Asia/Shanghai", 7)
    roster = PublishedRoster(duties, tuple(seats))
    assert roster.weight == len(duties) + len(seats)
    for person in "abc":
        served = roster.served(version, person, {"d0": NOON})
        assert {(one.duty.id, one.position) for one in served} == {
            (a.duty, a.position) for a in seats if a.person == person
        }
        for one in served:
            assert set(one.team) == {a for a in seats if a.duty == one.duty.id}
            assert {d.id for d in one.earlier} == {
                d.id for d in duties if (d.post, d.end) == (one.duty.post, one.duty.start)
            }
            assert set(one.relieved) == {a for a in seats if a.duty in {d.id for d in one.earlier}}
            assert {d.id for d in one.later} == {
                d.id for d in duties if (d.post, d.start) == (one.duty.post, one.duty.end)
            }
            assert set(one.relieving) == {a for a in seats if a.duty in {d.id for d in one.later}}
            assert (one.acknowledged_at is not None) == (one.duty.id == "d0")


def test_what_is_read_in_one_moment_is_of_one_moment(town: Store) -> None:
    with town.moment():
        before = town.towns.get(TOWN)
        late = Thread(target=lambda: town.towns.add(Town("later", "后来镇", "", towns.ZONE)))
        late.start()
        late.join()
        assert [one.id for one in town.towns.list()] == [TOWN]
        assert town.towns.get(TOWN) == before
    assert [one.id for one in town.towns.list()] == ["later", TOWN]
