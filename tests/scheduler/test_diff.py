"""What changes between two rosters."""

from __future__ import annotations

from dataclasses import replace

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from scheduler.diff import compare

from .. import factories as f
from ..strategies import towns, wild_rosters
from ..thorough import examples

TOWN = f.problem(
    [f.person("ann"), f.person("bao"), f.person("chen")],
    [
        f.shift("early0", 0, "early", (f.seat("verify", 3), f.seat("lead")), shift_name="早班"),
        f.shift("night1", 1, "night", shift_name="夜班"),
    ],
    [],
    days=2,
)


def test_equal_rosters_differ_in_nothing_whatever_their_order_and_pins() -> None:
    one = f.serves("ann early0", "bao night1")
    other = tuple(replace(a, pinned=True) for a in reversed(one))
    assert not compare(TOWN, one, other)
    assert compare(TOWN, one, other).people == 0


def test_changes_are_told_person_by_person_in_words() -> None:
    difference = compare(
        TOWN, f.serves("ann early0", "bao early0"), f.serves("ann night1", "chen early0 lead", "chen night1")
    )
    assert difference.people == 3
    assert [c.text(TOWN).zh for c in difference.changes] == [
        "人员ann 由 3月2日 早班 大桥卡口（查验） 改为 3月3日 夜班 大桥卡口（查验）。",
        "人员bao 不再值 3月2日 早班 大桥卡口（查验）。",
        "人员chen 加值 3月2日 早班 大桥卡口（点长岗）、3月3日 夜班 大桥卡口（查验）。",
    ]
    assert difference.changes[1].text(TOWN).en == "人员bao no longer serves 2 Mar 06:00–14:00 at 大桥卡口 (查验)."


def test_another_position_in_the_same_duty_is_a_change() -> None:
    (change,) = compare(TOWN, f.serves("ann early0"), f.serves("ann early0 lead")).changes
    assert (change.lost[0].position, change.gained[0].position) == ("verify", "lead")


def test_what_the_problem_no_longer_knows_is_told_by_its_id() -> None:
    gone = f.serves("zoe early0", "ann gone")
    changes = compare(TOWN, gone, ()).changes
    assert [c.person for c in changes] == ["ann", "zoe"]
    assert changes[0].text(TOWN).en == "人员ann no longer serves gone (查验)."
    assert changes[1].text(TOWN).zh.startswith("zoe 不再值")


def test_as_json_it_says_the_same() -> None:
    body = compare(TOWN, f.serves("ann early0"), f.serves("ann night1")).as_json(TOWN)
    assert body["people"] == 1
    assert body["changes"][0]["lost"] == [{"person": "ann", "duty": "early0", "position": "verify"}]
    assert set(body["changes"][0]["text"]) == {"zh", "en"}


@settings(max_examples=examples(20), deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.data())
def test_the_changes_lead_from_one_roster_to_the_other(data: st.DataObject) -> None:
    town = data.draw(towns())
    before, after = data.draw(wild_rosters(town)), data.draw(wild_rosters(town))
    changes = compare(town, before, after).changes
    held = set(before)
    for change in changes:
        assert all(a.person == change.person for a in change.gained + change.lost)
        assert set(change.lost) <= held
        assert not held & set(change.gained)
        held = held - set(change.lost) | set(change.gained)
    assert held == set(after)
