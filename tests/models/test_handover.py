"""Hand-over notes, duty links, and the reserves of a new week."""

from __future__ import annotations

from datetime import timedelta

import pytest

from models.audit import AuditFilter
from models.errors import Conflict, NotFound
from models.presence import Said
from models.presence_figures import Rate
from models.records import Stored
from models.reserves import expected_no_shows
from models.retention import Retention, purge
from models.store import Store
from scheduler.document import DocumentError
from tests.conftest import Clock

from .test_presence import EIGHT, GATE, HOUR, NIGHT, TEAM, At, at, publish, say, town  # noqa: F401 - fixtures
from .towns import MONDAY, NEXT, TOWN, filled


def test_the_last_notes_of_each_post_are_shown_the_latest_first(town: Store, at: At) -> None:  # noqa: F811
    for i in range(5):
        at.now += HOUR
        town.handover.write(TOWN, "gate", f"第 {i} 条", "link:abc")
    town.handover.write(TOWN, "bridge", " 钥匙在抽屉 ", "person:p1")
    found = town.handover.latest(TOWN, ["gate", "bridge"], EIGHT - 24 * HOUR)
    assert [note.text for note in found["gate"]] == ["第 4 条", "第 3 条", "第 2 条"]
    assert [(note.text, note.by) for note in found["bridge"]] == [("钥匙在抽屉", "person:p1")]
    assert town.handover.latest(TOWN, ["gate"], at.now + HOUR) == {}


def test_a_note_that_cannot_be_kept_is_refused(town: Store) -> None:  # noqa: F811
    for text in ("", "  ", "x" * 501, "a\x07b"):
        with pytest.raises(DocumentError):
            town.handover.write(TOWN, "gate", text, "x")
    with pytest.raises(NotFound):
        town.handover.write(TOWN, "none", "x", "x")


def test_a_duty_link_opens_until_it_expires_or_is_revoked(town: Store, at: At) -> None:  # noqa: F811
    token, made = town.duty_links.issue(TOWN, "lead", "桥头点长", 7, "organiser", post="bridge")
    opened = town.duty_links.open(token)
    assert opened is not None
    assert (opened[0].id, opened[1]) == (TOWN, made)
    assert town.duty_links.names(TOWN, [made.id, "other"]) == {made.id: "桥头点长"}
    with town.database.read() as session:
        assert token not in str(list(session.connection().exec_driver_sql("SELECT * FROM duty_link")))
    at.now += HOUR
    other, _ = town.duty_links.issue(TOWN, "look", "县督查组", 7, "organiser", area="town")
    assert town.duty_links.revoke(TOWN, made.id) is True
    assert town.duty_links.revoke(TOWN, made.id) is False
    assert town.duty_links.open(token) is None
    assert town.duty_links.open(other) is not None
    at.now += timedelta(days=7)
    assert town.duty_links.open(other) is None
    assert [(one.name, one.open) for one in town.duty_links.list(TOWN)] == [("县督查组", False), ("桥头点长", False)]
    with pytest.raises(NotFound):
        town.duty_links.revoke(TOWN, "none")


def test_a_duty_link_leads_somewhere(town: Store) -> None:  # noqa: F811
    with pytest.raises(DocumentError) as refused:
        town.duty_links.issue(TOWN, "screen", " ", 0, "x")
    assert [fault.path for fault in refused.value.faults] == ["name", "days", "post"]
    for place in ({"area": "none"}, {"post": "none"}):
        with pytest.raises(NotFound):
            town.duty_links.issue(TOWN, "look", "x", 1, "x", **place)
    with pytest.raises(NotFound):
        town.duty_links.issue("none", "look", "x", 1, "x")


def test_an_invented_token_opens_nothing(town: Store) -> None:  # noqa: F811
    assert [town.duty_links.open(token) for token in ("", "x", "\x00", "\ud800")] == [None] * 4


def test_links_are_logged_without_their_tokens(town: Store) -> None:  # noqa: F811
    token, _ = town.duty_links.issue(TOWN, "look", "桃花1号专用", 7, "organiser")
    (entry,) = town.audit.all(AuditFilter(town=TOWN, noun="duty_link"))
    assert token not in str(entry)
    assert "桃花1号" not in str(entry)


def test_presence_is_handed_out_erased_and_forgotten(filled_url: str, clock: Clock) -> None:
    store = Store(filled_url, At())
    publish(store, TEAM)
    say(store, "arrive", "p1", how="qr")
    say(store, "arrive", "p2")
    store.presence.record(
        TOWN, MONDAY, GATE,
        Said(person="p2", action="correct", by="x", whose="leader", state="planned", reason="桃花1号代签"),
    )  # fmt: skip
    store.handover.write(TOWN, "gate", "桃花1号留下的钥匙", "person:p1")
    store.handover.write(TOWN, "gate", "找桃花1号要钥匙", "person:p2")
    dossier = store.personal.dossier(TOWN, "p1", "本人要求")
    assert [(one["action"], one["how"]) for one in dossier["presence"]] == [("arrive", "qr")]
    assert [one["text"] for one in dossier["handover_notes"]] == ["桃花1号留下的钥匙"]
    publish(store, [TEAM[1]])
    done = store.personal.erase(TOWN, "p1", "本人要求")
    assert (done.counts["presence"], done.counts["handover_note"], done.counts["presence_text"]) == (1, 1, 3)
    assert done.remains == ()
    (note,) = store.handover.latest(TOWN, ["gate"], EIGHT - 24 * HOUR)["gate"]
    assert "桃花1号" not in note.text
    store.database._clock = lambda: EIGHT + timedelta(days=500)
    gone = purge(store.database, Retention())
    assert (gone["presence"], gone["handover_note"]) == (2, 1)
    store.close()


def test_reserves_are_an_option_with_a_revision(town: Store) -> None:  # noqa: F811
    assert town.reserves.policy(TOWN) == Stored(False, 1)
    assert town.reserves.set_policy(TOWN, True, 1) == Stored(True, 2)
    with pytest.raises(Conflict):
        town.reserves.set_policy(TOWN, False, 1)
    filled(town, "other")
    assert town.reserves.policy("other").value is False


def test_who_has_hardly_a_record_counts_with_the_rate_of_all() -> None:
    rates = {"often": Rate(8, 4), "never": Rate(8, 0), "once": Rate(1, 1)}
    of_all = 5 / 17
    assert expected_no_shows(["often", "never", "once", "new"], rates) == pytest.approx(0.5 + 0 + 2 * of_all)
    assert expected_no_shows(["new"], {}) == 0


def test_a_new_week_has_reserves_where_the_last_team_did_not_come(town: Store, at: At) -> None:  # noqa: F811
    at.now = EIGHT + HOUR
    say(town, "miss", "p1")
    say(town, "miss", "p2")
    at.now = EIGHT + 24 * HOUR
    plain = town.weeks.make(TOWN, NEXT)
    ideal = {(d.value.id, s.position): (s.ideal, s.max) for d in town.weeks.duties(TOWN, NEXT) for s in d.value.seats}
    assert ideal["gate/2026-11-30/day", "verify"] == (1, 2)
    town.weeks.remove(TOWN, NEXT, plain.revision)
    town.reserves.set_policy(TOWN, True, 1)
    town.weeks.make(TOWN, NEXT)
    after = {(d.value.id, s.position): (s.ideal, s.max) for d in town.weeks.duties(TOWN, NEXT) for s in d.value.seats}
    assert after.pop(("gate/2026-11-30/day", "verify")) == (3, 3)
    del ideal["gate/2026-11-30/day", "verify"]
    assert after == ideal
    assert NIGHT
