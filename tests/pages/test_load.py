"""The load of each person against what they may."""

from __future__ import annotations

from api.pages.load import build
from scheduler.problem import Problem
from tests.factories import away, law, person, problem, serves, shift


def town(*people: object) -> Problem:
    duties = [shift("e0", 0, "early"), shift("n0", 0, "night"), shift("e1", 1, "early"), shift("n2", 2, "night")]
    rules = [law("max_hours", hours=40, window_days=7), law("max_nights", max=2)]
    return problem(people, duties, rules)  # type: ignore[arg-type]


def test_duties_nights_and_minutes_are_added_up_by_day() -> None:
    found = build(town(person("ann")), serves("ann e0", "ann n2"), "zh").people[0]
    assert (found.duties, found.nights, found.minutes) == (2, 1, 960)
    assert [[m.kind for m in day.marks] for day in found.days] == [["D"], [], ["N"]]


def test_the_contract_goes_before_the_towns_own_figure() -> None:
    people = build(
        town(person("ann"), person("bob", contract="short"), person("cai", contract="half")), (), "zh"
    ).people
    assert [(p.max_minutes, p.max_nights) for p in people] == [(2400, 2), (1200, 2), (2400, 1)]


def test_more_than_is_allowed_is_told_from_exactly_as_much() -> None:
    two, one = person("ann"), person("bob", contract="half")
    made = serves("ann n0", "ann n2", "bob n0", "bob n2")
    people = build(town(two, one), made, "zh").people
    assert [p.over for p in people] == [False, True]


def test_days_on_which_somebody_said_no_are_marked_to_the_minute() -> None:
    exactly = person("ann", availability=(away(1, 0, 24),))
    prefers = person("bob", availability=(away(1, 0, 24, "avoid"),))
    people = build(town(exactly, prefers), (), "zh").people
    assert [[d.away for d in p.days] for p in people] == [[False, True, False], [False, False, False]]


def test_people_are_found_by_name_and_category_and_ordered_by_load() -> None:
    made = town(person("ann"), person("bob", "cadre"), person("cai"))
    served = serves("cai e0", "cai n2", "bob e0")
    assert [p.id for p in build(made, served, "zh", order="hours").people] == ["cai", "bob", "ann"]
    assert [p.id for p in build(made, served, "zh", search="人员B").people] == ["bob"]
    assert [p.id for p in build(made, served, "zh", category="cadre").people] == ["bob"]
    assert build(made, served, "zh", search="nobody").total == 0


def test_pages_beyond_the_last_show_the_last() -> None:
    made = town(*(person(f"p{i}") for i in range(5)))
    found = build(made, (), "zh", page=9, page_size=2)
    assert (found.page, found.pages, [p.id for p in found.people]) == (3, 3, ["p4"])
