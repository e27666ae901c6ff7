"""Exchanges as they are kept: told with each state, of one town, handed out, erased and purged like the rest."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from models.errors import Conflict, NotFound
from models.exchange_kinds import REQUESTED, ExchangePolicy, Wish
from models.outbox import Asked
from models.retention import Retention, purge
from models.store import Store
from scheduler.problem import Assignment
from scheduler.text import Text
from tests.conftest import Clock

from .towns import MONDAY, TOWN

GATE = "gate/2026-11-23/day"
BEGINS = datetime(2026, 11, 23, tzinfo=UTC)
WISH = Wish(
    kind="offer",
    week=MONDAY,
    given=Assignment("p1", GATE, "verify"),
    about=Text("11月23日 白班 东门（查验）", "23 Nov 08:00–20:00 at East gate (verifier)"),
    expires_at=BEGINS,
    partner="p2",
)


@pytest.fixture
def early(town: Store, clock: Clock) -> Store:
    """Three days before the duty."""
    clock.ahead = BEGINS - timedelta(days=3) - datetime.now(UTC)
    return town


def test_a_wish_keeps_both_sides_and_its_seat_in_words(early: Store) -> None:
    swap = replace(WISH, kind="swap", wanted=Assignment("p2", "stores", "verify"), wanted_about=Text("盘点", "stores"))
    made = early.exchanges.add(TOWN, swap, by="person:p1")
    assert early.exchanges.get(TOWN, made.id) == made
    assert (made.about.en, made.partner_about and made.partner_about.zh) == (WISH.about.en, "盘点")
    assert made.changes()[MONDAY] == (
        [Assignment("p1", GATE, "verify"), Assignment("p2", "stores", "verify")],
        [Assignment("p2", GATE, "verify"), Assignment("p1", "stores", "verify")],
    )
    assert [e.id for e in early.exchanges.list(TOWN, person="p2")] == [made.id]
    assert early.exchanges.list(TOWN, person="p3") == []
    with pytest.raises(NotFound):
        early.exchanges.get("elsewhere", made.id)


def test_one_open_wish_about_a_duty_at_a_time_and_none_moves_twice(early: Store) -> None:
    made = early.exchanges.add(TOWN, WISH)
    with pytest.raises(Conflict):
        early.exchanges.add(TOWN, WISH)
    assert early.exchanges.move(TOWN, made.id, REQUESTED, "withdrawn").ended_at is not None
    with pytest.raises(Conflict):
        early.exchanges.move(TOWN, made.id, REQUESTED, "declined")
    assert early.exchanges.add(TOWN, WISH).id != made.id


def test_everybody_concerned_is_told_of_each_state_once(early: Store) -> None:
    made = early.exchanges.add(TOWN, WISH)
    early.exchanges.move(TOWN, made.id, REQUESTED, "accepted", partner="p2")
    told = {(m.to, m.text.zh) for m in early.outbox.page(TOWN, Asked(kind="exchange")).items}
    assert {to for to, _ in told} == {"person:p1", "person:p2", "role:organiser"}
    assert any("桃花1号 想把「11月23日 白班 东门（查验）」转给您" in text for _, text in told)
    assert any("仍由您值" in text for to, text in told if to == "person:p1")


def test_a_wish_that_cannot_be_told_is_not_kept(early: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: object) -> int:
        raise OSError("full")

    monkeypatch.setattr(early.outbox, "put", full)
    with pytest.raises(OSError, match="full"):
        early.exchanges.add(TOWN, WISH)
    assert early.exchanges.list(TOWN) == []


def test_a_town_says_how_far_its_people_go(early: Store) -> None:
    assert early.exchanges.policy(TOWN).value == ExchangePolicy("direct", "direct", "direct")
    wanted = ExchangePolicy(claims="approval", swaps="off")
    assert early.exchanges.set_policy(TOWN, wanted, 1).revision == 2
    assert early.exchanges.policy(TOWN).value == wanted
    with pytest.raises(Conflict):
        early.exchanges.set_policy(TOWN, wanted, 1)


def test_what_is_about_a_person_is_handed_out_and_goes_with_them(early: Store) -> None:
    early.exchanges.add(TOWN, replace(WISH, partner="p3", given=Assignment("p2", GATE, "verify")))
    other = early.exchanges.add(TOWN, replace(WISH, partner=None), state="accepted")
    early.exchanges.move(TOWN, other.id, ["accepted"], "refused", reason=Text("桃花2号来了", "桃花2号来了"))
    kept = early.personal.dossier(TOWN, "p2", "asked for it")["exchanges"]
    assert [(e["asked_by"], e["partner"], e["kind"]) for e in kept] == [("p2", "p3", "offer")]
    early.personal.erase(TOWN, "p2", "moved away")
    (left,) = early.exchanges.list(TOWN)
    assert left.reason is not None
    assert "桃花2号" not in left.reason.zh


def test_old_ones_go_with_the_purge(early: Store, clock: Clock) -> None:
    early.exchanges.add(TOWN, WISH)
    clock.advance(days=402)
    assert purge(early.database, Retention())["exchange"] == 0
    clock.advance(days=2)
    assert purge(early.database, Retention())["exchange"] == 1
    assert early.exchanges.list(TOWN) == []
