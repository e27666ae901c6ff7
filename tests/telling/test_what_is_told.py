"""What follows from a publication, a change, a drop-out and the hours before a duty, in words and to whom."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models import telling_texts as words
from models.channels import TellingPolicy
from models.outbox import Message
from models.records import RosterVersion
from models.retention import Retention, purge
from models.webhooks import NewWebhook
from scheduler.problem import Assignment, Duty
from tests.models import towns
from tests.models.towns import MONDAY, TOWN

from .conftest import Place

ZONE = ZoneInfo("Asia/Shanghai")
DAY, NIGHT = "gate/2026-11-23/day", "gate/2026-11-23/night"


def publish(place: Place, *assignments: Assignment) -> RosterVersion:
    """A version with these seats, published as the service does it."""
    store = place.store
    before = store.rosters.find(TOWN, MONDAY, "published")
    draft = store.rosters.save_draft(TOWN, MONDAY, assignments, origin="edit", by="x", replace=True)
    with store.database.together():
        after = store.rosters.publish(TOWN, MONDAY, draft.number, draft.revision, by="x", report=towns.LEGAL)
        store.telling.published(TOWN, MONDAY, before, after, 0, by="x")
    return after


def told(place: Place, kind: str) -> dict[str, str]:
    """Recipient → the Chinese text."""
    return {m.to: m.text.zh for m in place.posted(kind=kind)}


def test_a_first_publication_tells_each_person_their_week_and_each_group_one_digest(place: Place) -> None:
    group = place.group()
    preview = place.store.telling.of_publication(TOWN, MONDAY, None, towns.drafted(place.store))
    assert preview, "a preview of the draft"
    assert place.posted() == [], "which keeps nothing"
    publish(place, Assignment("p1", DAY, "verify"), Assignment("p2", DAY, "record"), Assignment("p1", NIGHT, "verify"))
    messages = told(place, "roster_published")
    assert set(messages) == {"person:p1", "person:p2", f"group:{group.id}"}
    assert messages["person:p2"] == (
        "桃花2号，您好！桃花镇11月23日至29日的班表已发布，您有 1 个班：\n"
        "· 周一 11月23日 早班 08:00–20:00，东门，录入，组长 桃花1号\n"
        "请打开您的个人链接点“收到”；来不了请尽早点“我来不了”。"
    )
    assert "夜班 20:00–次日 08:00" in messages["person:p1"]
    assert messages[f"group:{group.id}"].startswith("桃花镇11月23日至29日的班表已发布：2 人，2 个班次，缺口 ")
    english = {m.to: m.text.en for m in place.posted()}["person:p2"]
    assert "Mon 23 Nov, day shift, 08:00–20:00, 东门, 录入, led by 桃花1号" in english


def test_a_change_is_told_to_those_alone_whom_it_concerns_old_to_new(place: Place) -> None:
    group = place.group()
    publish(place, Assignment("p1", DAY, "verify"), Assignment("p2", DAY, "record"), Assignment("p3", NIGHT, "verify"))
    publish(place, Assignment("p1", NIGHT, "verify"), Assignment("p2", DAY, "record"), Assignment("p4", DAY, "verify"))
    changed = told(place, "roster_changed")
    assert set(changed) == {"person:p1", "person:p3", "person:p4", f"group:{group.id}"}
    assert "原来：\n－ 周一 11月23日 早班" in changed["person:p1"]
    assert "改为：\n＋ 周一 11月23日 夜班" in changed["person:p1"]
    assert changed["person:p3"].endswith("您不用再去，谢谢！")
    digest = changed[f"group:{group.id}"]
    assert digest.startswith("班表有变动，涉及 3 人：")
    assert "桃花2号" not in digest
    assert " → " in digest
    assert told(place, "roster_published").keys() >= {"person:p2"}


def test_the_same_publication_told_twice_is_one(place: Place) -> None:
    after = publish(place, Assignment("p1", DAY, "verify"))
    assert place.store.telling.published(TOWN, MONDAY, None, after, 0, by="x") == 0


def test_a_drop_out_reaches_the_dispatchers_and_never_says_why(place: Place) -> None:
    place.channel("webhook", "staff", url=place.web.url("/staff"))
    publish(place, Assignment("p1", DAY, "verify"))
    start = datetime(2026, 11, 22, 23, tzinfo=UTC)
    absence = place.store.absences.report(TOWN, "p1", start, start + timedelta(hours=10), "发烧住院", by="x")
    (message,) = place.posted(kind="absence")
    assert (message.to, message.emergency) == ("role:dispatcher", False)
    assert "桃花1号 请假：周一 11月23日 07:00 至 周一 11月23日 17:00。要找人替的班有 1 个：" in message.text.zh
    assert "发烧" not in str(message)
    place.store.absences.withdraw(TOWN, absence.id)
    place.store.absences.withdraw(TOWN, absence.id)
    assert len(place.posted(kind="absence")) == 2
    place.round()
    assert any("撤回了请假" in heard.json["text"] for heard in place.web.heard)


def test_a_drop_out_just_before_the_duty_is_an_emergency_even_at_night(place: Place) -> None:
    place.channel("webhook", "staff", url=place.web.url("/staff"))
    publish(place, Assignment("p1", DAY, "verify"))
    place.at("2026-11-23T06:30")
    start = datetime(2026, 11, 23, tzinfo=UTC)
    place.store.absences.report(TOWN, "p1", start, start + timedelta(hours=8), "", by="x")
    place.round()
    assert [heard.path for heard in place.web.heard] == ["/staff"]


def test_people_are_reminded_in_the_evening_and_two_hours_before(place: Place) -> None:
    place.mails()
    place.person("p1", email="one@taohua.example")
    publish(place, Assignment("p1", DAY, "verify"))
    place.round(plan=True)
    assert len(place.mail.mails) == 1, "the publication"
    place.at("2026-11-22T18:45")
    place.round(plan=True)
    assert place.states_of("reminder") == ["waiting"], "there to be seen before it is due"
    for hour in ("19:00", "19:01"):
        place.at(f"2026-11-22T{hour}")
        place.round(plan=True)
    assert place.states_of("reminder") == ["sent"]
    assert place.mail.texts()[-1].startswith(
        "桃花1号，您好！提醒您明天有班：周一 11月23日 早班 08:00–20:00，东门，查验。"
    )
    place.at("2026-11-23T06:10")
    place.round(plan=True)
    place.at("2026-11-23T07:00")
    place.round(plan=True)
    assert "您的班快开始了" in place.mail.texts()[-1], "six o'clock is quiet: it came with the morning"
    place.at("2026-11-23T08:00")
    assert place.round(plan=True) == 0


def test_a_reminder_that_quiet_hours_would_make_useless_comes_before_them(place: Place) -> None:
    duty = replace(_duty(place, NIGHT), id="early", start=_local("2026-11-24T04:00"), end=_local("2026-11-24T06:00"))
    place.store.weeks.save_duty(TOWN, MONDAY, duty)
    publish(place, Assignment("p1", "early", "verify"))
    place.at("2026-11-23T21:30")
    place.round(plan=True)
    before = next(m for m in place.posted(kind="reminder") if m.key.startswith("before/"))
    assert before.due_at == _local("2026-11-23T21:45")


def test_a_duty_that_changes_withdraws_what_was_planned(place: Place) -> None:
    publish(place, Assignment("p1", DAY, "verify"))
    place.at("2026-11-22T18:45")
    place.store.reminders.plan()
    place.store.reminders.plan()
    assert place.states_of("reminder") == ["waiting"]
    publish(place, Assignment("p2", DAY, "verify"))
    place.store.reminders.plan()
    assert place.states_of("reminder") == ["withdrawn", "waiting"], "p2's turn, for 19:00 is still to come"
    assert [m.to for m in place.posted(kind="reminder", state="waiting")] == ["person:p2"]


def test_who_does_not_say_received_is_asked_and_then_told_of(place: Place) -> None:
    publish(place, Assignment("p1", DAY, "verify"), Assignment("p2", DAY, "record"))
    place.at("2026-11-22T21:30")
    place.store.acknowledgements.acknowledge(TOWN, MONDAY, "p2", DAY)
    listed = place.store.reminders.unconfirmed(place.store.towns.get(TOWN).value)
    assert [(u.person, u.duty.id) for u in listed] == [("p1", DAY)]
    place.store.channels.set_policy(TOWN, TellingPolicy(quiet_from=0, quiet_until=0, confirm_hours=10), 1)
    place.at("2026-11-22T22:01")
    place.store.reminders.plan()
    (asked,) = place.posted(kind="confirmation_wanted")
    assert asked.to == "person:p1"
    assert "您还没有确认这个班：周一 11月23日 早班" in asked.text.zh
    place.at("2026-11-23T02:01")
    place.store.reminders.plan()
    escalated = next(m for m in place.posted(kind="confirmation_wanted") if m.to == "role:dispatcher")
    assert "还有 1 人没有点“收到”，请联系：\n· 桃花1号（查验）" in escalated.text.zh
    assert "桃花2号" not in escalated.text.zh


def test_dispatchers_hear_of_an_early_duty_before_the_night_and_not_an_hour_before_it(place: Place) -> None:
    publish(place, Assignment("p1", DAY, "verify"))
    place.at("2026-11-22T21:30")
    place.store.reminders.plan()
    told = next(m for m in place.posted(kind="confirmation_wanted") if m.to == "role:dispatcher")
    assert told.due_at == _local("2026-11-22T21:45"), "02:00 is quiet, and 07:00 leaves nobody time to come"


def test_who_has_dropped_out_is_reminded_of_nothing(place: Place) -> None:
    publish(place, Assignment("p1", DAY, "verify"))
    start = datetime(2026, 11, 23, tzinfo=UTC)
    place.store.absences.report(TOWN, "p1", start, start + timedelta(hours=12), "", by="x")
    place.at("2026-11-22T19:01")
    place.store.reminders.plan()
    assert place.posted(kind="reminder") == []


def test_programs_hear_of_publications_vacancies_and_amendments(place: Place) -> None:
    events = ("roster.published", "roster.amended", "vacancy.opened")
    place.store.webhooks.add(TOWN, NewWebhook(name="all", url=place.web.url("/events"), events=events))
    first = publish(place, Assignment("p1", DAY, "verify"), Assignment("p2", DAY, "record"))
    place.web.answers = [500]
    place.round()
    assert [heard.json["event"] for heard in place.web.heard].count("roster.published") == 1
    place.clock.advance(minutes=2)
    place.round()
    heard = [h.json for h in place.web.heard]
    assert len({h["id"] for h in heard}) == 2, "what was tried twice has one id"
    vacancy = next(h for h in heard if h["event"] == "vacancy.opened")
    assert {"duty": NIGHT, "position": "verify"} in vacancy["data"]["seats"]
    place.web.heard.clear()
    place.store.amendments.amend(
        TOWN, MONDAY, first.number, [Assignment("p1", DAY, "verify")], [Assignment("p3", DAY, "verify")], by="x"
    )
    place.round()
    (amended,) = (h.json for h in place.web.heard)
    assert amended["event"] == "roster.amended"
    assert [a["person"] for a in amended["data"]["added"]] == ["p3"]
    place.web.heard.clear()
    place.store.amendments.amend(TOWN, MONDAY, first.number + 1, [Assignment("p3", DAY, "verify")], [], by="x")
    place.round()
    opened = next(h.json for h in place.web.heard if h.json["event"] == "vacancy.opened")
    assert opened["data"]["seats"] == [{"duty": DAY, "position": "verify"}]
    assert (opened["data"]["version"], opened["data"]["replaces"]) == (first.number + 2, first.number + 1)


def test_erasing_somebody_takes_what_they_were_told_and_their_name_out_of_the_rest(place: Place) -> None:
    start = datetime(2026, 11, 23, tzinfo=UTC)
    place.store.absences.report(TOWN, "p8", start, start + timedelta(hours=8), "", by="x")
    place.put("own", to="person:p8")
    dossier = place.store.personal.dossier(TOWN, "p8", "asked for it")
    assert [m["kind"] for m in dossier["messages"]] == ["reminder"]
    erased = place.store.personal.erase(TOWN, "p8", "asked for it")
    assert erased.remains == ()
    assert [m.key.partition("/")[0] for m in place.posted()] == ["absence"]
    assert "桃花8号" not in str(place.posted())


def test_old_messages_go_with_the_purge_and_what_waits_stays(place: Place) -> None:

    place.put("told", to="role:dispatcher")
    place.round()
    place.put("waits", due=place.clock() + timedelta(days=365))
    place.clock.advance(days=91)
    counts = purge(place.store.database, Retention())
    assert (counts["message"], [m.key for m in place.posted()]) == (1, ["waits"])


@given(st.dates(date(2026, 1, 1), date(2027, 12, 31)), st.integers(0, 23), st.integers(1, 30))
def test_every_moment_says_day_date_and_clock_times_in_both_languages(day: date, hour: int, hours: int) -> None:
    start = datetime(day.year, day.month, day.day, hour, tzinfo=ZONE)
    duty = Duty("d", start, start + timedelta(hours=hours), seats=())
    said = words.moment(duty, ZONE)
    assert said.zh.startswith(f"周{words.DAYS_ZH[day.weekday()]} {day.month}月{day.day}日 ")
    assert f"{hour:02}:00–" in said.zh
    assert said.en.startswith(words.DAYS_EN[day.weekday()])
    over = (start + timedelta(hours=hours)).date() - day
    ends_at_midnight = (hour + hours) % 24 == 0
    assert ("次日" in said.zh) is (over.days == 1 and not ends_at_midnight)
    assert ("午夜之后" in said.zh) is (hour == 0)


def test_a_message_has_a_sentence_in_both_languages(place: Place) -> None:
    publish(place, Assignment("p1", DAY, "verify"))
    with pytest.raises(TypeError):
        Message(key="k", kind="reminder", to="person:p1")  # type: ignore[call-arg]
    assert all(m.subject.zh and m.subject.en and m.text.zh and m.text.en for m in place.posted())


def _duty(place: Place, id_: str) -> Duty:
    return place.store.weeks.duty(TOWN, MONDAY, id_).value


def _local(written: str) -> datetime:
    return datetime.fromisoformat(f"{written}+08:00")
