"""The alternatives of a repair, and the form that asks for one."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta

from werkzeug.datastructures import MultiDict

from api.pages.repair_form import choices, entries, matching, reported
from api.pages.repair_view import Message, alternatives
from models.records import Absence
from scheduler.problem import Assignment, Problem
from scheduler.roster import assignment_json
from scheduler.text import Text
from tests.factories import at, law, person, problem, serves, shift

BASE = serves("ann early", "bob late", "cai night")


def town() -> Problem:
    duties = [shift("early", 0, "early"), shift("late", 0, "late"), shift("night", 1, "night")]
    return problem([person(p) for p in ("ann", "bob", "cai")], duties, [law("min_rest", hours=11), law("cover")])


def body(made: tuple[Assignment, ...], moved: int, open_seats: int = 0) -> dict[str, object]:
    reason = {"zh": "没有人", "en": "nobody"}
    vacancy = {"duty": "night", "position": "verify", "count": 1, "priority": 3, "reasons": reason}
    return {
        "assignments": [assignment_json(a) for a in made],
        "people_moved": moved,
        "proven_fewest": True,
        "vacancies": [vacancy] * open_seats,
    }


def test_a_seat_that_changes_hands_says_from_whom_to_whom() -> None:
    found = alternatives(town(), BASE, [body(serves("ann early", "bob late", "ann night"), 1)], {"cai"}, "zh")[0]
    assert [(h.place.duty, h.before, h.after) for h in found.handed] == [("night", "人员cai", "人员ann")]
    assert [(n.name, n.before, n.after) for n in found.nights] == [("人员ann", 0, 1)]


def test_a_seat_that_stays_open_has_nobody_after_and_says_why() -> None:
    found = alternatives(town(), BASE, [body(serves("ann early", "bob late"), 0, 1)], {"cai"}, "zh")[0]
    assert [(h.before, h.after) for h in found.handed] == [("人员cai", "")]
    assert (found.open_seats, found.messages) == (1, ())
    assert [r.zh for r in found.reasons] == ["没有人"]


def test_a_seat_that_stood_open_before_is_not_the_repairs_doing() -> None:
    before = serves("ann early", "cai night")
    found = alternatives(town(), before, [body(before, 0), body(serves("ann early"), 0)], {"cai"}, "zh")
    assert [a.open_seats for a in found] == [0, 1]


def test_what_adopting_an_alternative_would_tell_is_asked_about_its_own_roster() -> None:
    asked: list[set[Assignment]] = []

    def told(after: Sequence[Assignment]) -> tuple[Message, ...]:
        asked.append(set(after))
        return (Message("人员ann", Text("您新增", "you gain")),)

    swapped = serves("bob early", "ann night", "cai late")
    found = alternatives(town(), BASE, [body(swapped, 2)], {"cai"}, "zh", told)[0]
    assert asked == [set(swapped)]
    assert [m.name for m in found.messages] == ["人员ann"]


def test_an_alternative_that_breaks_a_rule_says_so() -> None:
    found = alternatives(town(), BASE, [body(serves("ann early", "ann late"), 1)], {"bob"}, "zh")[0]
    assert [v.rule for v in found.violations] == ["min_rest"]


def test_alternatives_are_numbered_from_one_in_their_order() -> None:
    listed = [body(BASE, 0), body(serves("ann early"), 0)]
    assert [a.number for a in alternatives(town(), BASE, listed, (), "zh")] == [1, 2]


def test_the_choices_are_the_duties_and_days_ahead_and_the_rest_of_the_week() -> None:
    found = choices(town(), BASE, "bob", at(0, 15), "zh")
    assert [c.value for c in found] == ["late", "day 0", "day 1", "day 2", "rest"]
    rest = found[-1]
    assert (rest.start, rest.end) == (at(0, 15), at(3, 0))
    assert "early" not in [c.value for c in choices(town(), BASE, "ann", at(0, 14), "zh")], "it has ended"


def test_the_rest_of_the_week_reaches_to_the_end_of_a_night_across_its_border() -> None:
    made = problem([person("ann")], [shift("last", 2, "night")], [])
    rest = choices(made, serves("ann last"), "ann", at(0, 0), "zh")[-1]
    assert rest.end == at(3, 6)


def test_what_is_typed_goes_before_what_is_chosen() -> None:
    form = MultiDict([("person", "bob"), ("when", "day 1"), ("from", "2026-03-02T14:00"), ("to", "2026-03-02T15:30")])
    entry = entries(town(), BASE, form, at(0, 0), "zh")[0]
    assert entry.span == (at(0, 14), at(0, 14) + timedelta(minutes=90))
    form = MultiDict([("person", "bob"), ("when", "day 1"), ("from", ""), ("to", "")])
    assert entries(town(), BASE, form, at(0, 0), "zh")[0].span == (at(1, 0), at(2, 0))


def test_people_are_added_dropped_and_unknown_ones_left_out() -> None:
    form = MultiDict([("person", "ann"), ("person", "nobody"), ("person", "bob"), ("drop", "0"), ("add", "cai")])
    assert [e.person for e in entries(town(), BASE, form, at(0, 0), "zh")] == ["bob", "cai"]


def test_reported_drop_outs_that_hit_a_duty_come_first() -> None:
    def absence(who: str, day: int) -> Absence:
        span = at(day, 0), at(day, 24)
        return Absence(f"{who}-{day}", "tiny", who, *span, "", "reported", f"person:{who}", at(0, 0))

    found = reported(town(), BASE, [absence("ann", 2), absence("bob", 0), absence("gone", 0)], "zh")
    assert [(r.absence.id, [p.duty for p in r.hits]) for r in found] == [("bob-0", ["late"]), ("ann-2", [])]


def test_people_are_found_by_a_part_of_their_name_unless_they_are_entered_already() -> None:
    assert [id_ for id_, _, _ in matching(town(), "人员", ["bob"])] == ["ann", "cai"]
    assert matching(town(), " ", []) == []
