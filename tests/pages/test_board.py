"""The board's values: what is there, what is missing, what is not yet published."""

from __future__ import annotations

from datetime import timedelta

from api.pages.board import Board, Cover, Standing, build
from api.pages.filters import Wanted, wanted_in
from scheduler.problem import Assignment, Problem
from tests.factories import at, duty, law, person, problem, run, seat, serves, shift


def small(**more: object) -> Problem:
    team = (seat("lead", 1, priority=4), seat("verify", min=1, ideal=2, max=3))
    duties = [
        shift("early", 0, "early", team),
        shift("late", 0, "late", team),
        shift("night", 1, "night", team, post="market"),
        run("run", 2, 9, name="买药", place="药店", area="west"),
    ]
    return problem([person(p) for p in ("ann", "bob", "cai", "dan")], duties, [law("cover")], **more)


def board(made: tuple[Assignment, ...], **standing: object) -> Board:
    return build(small(), made, Standing(**standing), "zh")  # type: ignore[arg-type]


def bands(shown: Board) -> dict[str, object]:
    return {b.duty: b for row in (*shown.posts, *shown.runs) for cell in row.cells for b in cell}


def test_a_band_names_the_leader_even_when_others_come_first() -> None:
    shown = board(serves("ann early", "bob early lead"))
    assert bands(shown)["early"].who == "人员bob"  # type: ignore[attr-defined]


def test_without_a_leader_the_first_of_the_team_is_named() -> None:
    shown = board(serves("cai early", "ann early"))
    assert bands(shown)["early"].who == "人员ann"  # type: ignore[attr-defined]


def test_heads_are_counted_against_the_ideal_and_vacancies_against_the_minimum() -> None:
    shown = board(serves("ann early lead", "bob early"))
    assert bands(shown)["early"].cover == Cover(heads=2, wanted=3, short=0)  # type: ignore[attr-defined]
    assert bands(shown)["late"].cover == Cover(heads=0, wanted=3, short=2)  # type: ignore[attr-defined]


def test_vacancies_stand_on_their_day_with_place_and_position() -> None:
    shown = board(serves("ann early lead", "bob early", "cai late lead", "ann night", "dan run run"))
    found = [[(h.place, h.position, h.count) for h in day] for day in shown.holes]
    assert found == [[("大桥卡口", "查验", 1)], [("集市卡口", "点长岗", 1)], []]
    assert shown.figures.vacancies == 2


def test_a_draft_is_unpublished_where_it_differs_and_the_difference_is_marked() -> None:
    published = serves("ann early lead", "bob early", "cai late")
    shown = board(serves("bob early lead", "ann early", "cai late"), published=published)
    marks = {d: (b.unpublished, b.changed) for d, b in bands(shown).items()}  # type: ignore[attr-defined]
    assert marks["early"] == (True, True)
    assert marks["late"] == (False, False)
    assert marks["night"] == (False, False)


def test_before_the_first_publication_everything_is_unpublished_and_nothing_changed() -> None:
    shown = board(serves("ann early lead"))
    assert {(b.unpublished, b.changed) for b in bands(shown).values()} == {(True, False)}  # type: ignore[attr-defined]


def test_a_published_roster_is_solid() -> None:
    made = serves("ann early lead")
    shown = board(made, is_draft=False, published=made)
    assert {(b.unpublished, b.changed) for b in bands(shown).values()} == {(False, False)}  # type: ignore[attr-defined]


def test_errand_runs_have_rows_of_their_own_named_by_errand_and_area() -> None:
    shown = board(serves("dan run run"))
    assert [row.name for row in shown.posts] == ["大桥卡口", "集市卡口"]
    assert [(row.name, row.detail) for row in shown.runs] == [("买药", "西村")]


def test_many_different_errands_share_one_row() -> None:
    duties = [run(f"r{i}", 0, 9 + i / 4, name=f"第 {i} 单") for i in range(20)]
    made = problem([person("ann")], duties, [])
    shown = build(made, (), Standing(), "zh")
    assert [(row.name, len(row.cells[0])) for row in shown.runs] == [("", 20)]


def test_an_area_shows_its_subtree_only_and_counts_only_it() -> None:
    shown = build(small(), serves("ann early lead"), Standing(), "zh", area="east")
    assert [row.name for row in shown.posts] == ["大桥卡口"]
    assert shown.runs == ()
    assert {name: cover for name, cover, _ in shown.by_position}["点长岗"] == Cover(1, 2, 1)


def test_the_tree_counts_posts_and_vacancies_of_whole_subtrees() -> None:
    shown = board(serves("ann early lead", "bob early"))
    found = {a.id: (a.depth, a.posts, a.short) for a in shown.areas}
    assert found == {"town": (0, 1, 2), "east": (1, 1, 2), "gate": (2, 1, 2), "west": (0, 1, 3)}


def test_cover_by_shift_adds_up_to_cover_by_position() -> None:
    shown = board(serves("ann early lead", "bob late", "dan run run"))
    by_shift = sum((c for day in shown.by_shift for _, c in day), Cover())
    by_position = sum((c for _, c, _ in shown.by_position), Cover())
    assert by_shift == by_position
    assert all(sum((c for _, c in parts), Cover()) == cover for _, cover, parts in shown.by_position)


def test_the_key_figures_count_people_nights_and_who_has_not_confirmed() -> None:
    made = serves("ann early lead", "ann night lead", "bob late")
    now = at(0, 13) + timedelta(minutes=59)
    shown = board(made, is_draft=False, published=made, acknowledged={("bob", "late")}, now=now)
    figures = shown.figures
    assert (figures.serving, figures.people) == (2, 4)
    assert figures.duties == (2, 1)
    assert figures.nights == (1, 1)
    assert figures.unconfirmed == 1, "the early duty has begun, the late one is confirmed, the night is not"


def test_a_board_of_an_empty_week_is_empty() -> None:
    shown = build(problem([person("ann")], [], []), (), Standing(), "zh")
    assert (shown.posts, shown.runs, shown.figures.vacancies) == ((), (), 0)


def test_somebody_who_has_left_is_shown_by_id() -> None:
    shown = board((Assignment("gone", "early", "lead"),))
    assert bands(shown)["early"].who == "gone"  # type: ignore[attr-defined]


def test_a_shift_that_starts_after_noon_is_an_evening_and_a_night_is_a_night() -> None:
    duties = [duty("a", 0, 8, 5), duty("b", 0, 13, 5), duty("c", 0, 20, 8, night=True), run("d", 0, 9)]
    shown = build(problem([person("ann")], duties, []), (), Standing(), "zh")
    kinds = {d: b.kind for d, b in bands(shown).items()}  # type: ignore[attr-defined]
    assert kinds == {"a": "D", "b": "E", "c": "N", "d": "R"}


def test_posts_are_looked_for_by_a_part_of_their_name() -> None:
    shown = build(small(), serves("ann early lead"), Standing(), "zh", wanted=Wanted(post="集市"))
    assert [row.name for row in (*shown.posts, *shown.runs)] == ["集市卡口"]
    assert shown.figures.vacancies == 6, "the figures stay those of the whole town"


def test_who_looks_for_a_category_sees_its_rows_and_its_people_by_name() -> None:
    duties = [
        shift("a", 0, "early", (seat("lead"), seat("verify"))),
        shift("b", 1, "early"),
        shift("c", 0, "late", post="market"),
    ]
    made = problem([person("ann"), person("bob", "cadre")], duties, [law("cover")])
    shown = build(
        made, serves("ann a lead", "bob a", "ann b", "ann c"), Standing(), "zh", wanted=Wanted(category="cadre")
    )
    assert [row.name for row in shown.posts] == ["大桥卡口"]
    found = {b.duty: (b.who, b.other) for row in shown.posts for cell in row.cells for b in cell}
    assert found == {"a": ("人员bob", False), "b": ("", True)}


def test_an_address_that_names_nothing_known_looks_for_anything() -> None:
    found = wanted_in({"area": "moon", "unit": "?", "category": "x", "post": " 桥 "}, small())
    assert found == Wanted(post="桥")
    assert wanted_in({"area": "east", "unit": "school"}, small()) == Wanted(area="east", unit="school")


def test_a_band_says_how_many_of_its_team_are_locked() -> None:
    made = (Assignment("ann", "early", "lead", pinned=True), Assignment("bob", "early", "verify"))
    band = bands(board(made))["early"]
    assert (band.pins, band.person) == (1, "ann")  # type: ignore[attr-defined]
