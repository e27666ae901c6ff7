"""Reading and writing instance files, and what is said of broken ones: every fault at once, with file and line."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from scheduler.document import DocumentError
from scheduler.instances import curtois, inrc2
from scheduler.instances.inrc2.model import Carried, Contract, Request
from scheduler.instances.sentences import SENTENCES

from ...thorough import examples
from . import drawn
from .files import CURTOIS, HISTORY, SCENARIO, WEEK

File = tuple[str, bytes]


def file(name: str, text: str) -> File:
    return name, text.encode()


def tiny(scenario: str = SCENARIO, history: str = HISTORY, weeks: tuple[str, ...] = (WEEK, WEEK)) -> inrc2.Instance:
    held = [file(f"W{i}", week) for i, week in enumerate(weeks)]
    return inrc2.read_instance(file("Sc", scenario), file("H", history), held)


def small(text: str = CURTOIS) -> curtois.Instance:
    return curtois.read_instance("made.txt", text.encode())


def faults_of(read: Callable[[], object]) -> dict[str, set[str]]:
    """Place → codes of all that is said to be wrong, in two languages that differ."""
    with pytest.raises(DocumentError) as error:
        read()
    found: dict[str, set[str]] = {}
    for fault in error.value.faults:
        assert fault.text.zh != fault.text.en
        assert "{" not in fault.text.zh + fault.text.en
        found.setdefault(fault.path, set()).add(fault.code)
    return found


def line_of(text: str, words: str) -> int:
    return next(i for i, line in enumerate(text.splitlines(), 1) if line == words)


# --- what is there --------------------------------------------------------------------------------------------
def test_a_scenario_with_its_history_and_weeks_is_read() -> None:
    instance = tiny()
    scenario = instance.scenario
    assert (scenario.name, scenario.weeks, scenario.skills) == ("tiny", 2, ("Head", "Care"))
    assert scenario.contracts[1] == Contract("Half", 2, 6, 1, 3, 2, 4, 1, False)
    assert scenario.forbidden == {("Night", "Early")}
    assert scenario.nurses[0].skills == ("Head", "Care")
    assert instance.history.nurses["Ann"] == Carried(0, 0, "Night", 1, 3, 0)
    assert instance.history.nurses["Bao"] == Carried(0, 0, None, 0, 0, 1)
    assert instance.weeks[0].cover[0, "Early", "Care"] == (1, 1)
    assert instance.weeks[0].requests == (Request("Ann", 1, None), Request("Bao", 5, "Early"))
    assert (instance.days, instance.ends_horizon) == (14, True)
    assert not tiny(weeks=(WEEK,)).ends_horizon


def test_other_line_ends_trailing_blanks_and_a_byte_order_mark_do_no_harm() -> None:
    windows = "\ufeff" + SCENARIO.replace("\n", " \r\n")
    assert tiny(scenario=windows) == tiny()
    assert small(CURTOIS.replace("\n", "\r\n")) == small()


def test_a_shift_scheduling_instance_is_read() -> None:
    instance = small()
    assert (instance.name, instance.days) == ("made", 14)
    assert [(s.id, s.minutes, s.never_before) for s in instance.shifts] == [("D", 480, set()), ("N", 600, {"D"})]
    ann = instance.staff[0]
    assert (ann.max_shifts, ann.max_minutes, ann.min_minutes) == ({"D": 14, "N": 2}, 4800, 960)
    assert (ann.max_run, ann.min_run, ann.min_days_off, ann.max_weekends) == (5, 2, 2, 1)
    assert instance.days_off == {("a", 3), ("b", 0), ("b", 5)}
    assert [(r.employee, r.day, r.shift, r.weight) for r in instance.wanted] == [("a", 1, "D", 2)]
    assert (instance.cover[0, "D"].heads, instance.cover[0, "D"].under, instance.cover[0, "D"].over) == (1, 100, 1)


# --- there and back -------------------------------------------------------------------------------------------
@settings(max_examples=examples(40), deadline=None)
@given(data=st.data())
def test_solution_files_read_back_as_the_roster(data: st.DataObject) -> None:
    instance = data.draw(drawn.inrc2_instances())
    roster = data.draw(drawn.inrc2_rosters(instance))
    weeks = range(len(instance.weeks))
    files = [file(inrc2.solution_name(instance, i), inrc2.solution(instance, roster, i)) for i in weeks]
    assert sorted(inrc2.read_solutions(instance, files)) == sorted(roster)


@settings(max_examples=examples(40), deadline=None)
@given(data=st.data())
def test_roster_files_of_the_other_family_read_back_as_well(data: st.DataObject) -> None:
    instance = data.draw(drawn.curtois_instances())
    roster = data.draw(drawn.curtois_rosters(instance))
    assert curtois.read_roster(instance, "r", curtois.written(instance, roster).encode()) == roster


def test_a_solution_file_looks_as_the_competition_wants_it() -> None:
    instance = tiny()
    roster = (inrc2.Entry("Bao", 8, "Early", "Care"), inrc2.Entry("Ann", 7, "Night", "Head"))
    assert (
        inrc2.solution(instance, roster, 1)
        == "SOLUTION\n1 tiny\n\nASSIGNMENTS = 2\nAnn Mon Night Head\nBao Tue Early Care\n"
    )
    assert inrc2.solution_name(instance, 1) == "Sol-tiny-1.txt"


def test_a_history_that_is_written_reads_back() -> None:
    instance = tiny(weeks=(WEEK,))
    after = inrc2.carry(instance, (inrc2.Entry("Ann", 6, "Early", "Care"), inrc2.Entry("Chen", 0, "Early", "Care")))
    again = tiny(history=inrc2.history(after), weeks=(WEEK,))
    assert again.history == after
    assert after.week == 1
    assert after.nurses["Ann"] == Carried(1, 1, "Early", 1, 1, 0)
    assert after.nurses["Chen"] == Carried(1, 0, None, 0, 0, 6)


# --- broken files: (words of a good file, what stands there instead, code) -----------------------------------------
BAD_SCENARIO = [
    ("SKILLS = 2", "SKILLS = 3", "wrong_count"),
    ("SKILLS = 2", "SKILLS", "malformed"),
    ("WEEKS = 2", "WEEKS = none", "wrong_number"),
    ("WEEKS = 2", "WEEKS =", "malformed"),
    ("Care", "Head", "name_twice"),
    ("Early (2,3)", "Early (3,2)", "min_over_max"),
    ("Early (2,3)", "Early 2,3", "malformed"),
    ("Early (2,3)", "Early (2,x)", "wrong_number"),
    ("Night 1 Early", "Night 1 Erly", "unknown_name"),
    ("Night 1 Early", "Night 2 Early", "wrong_count"),
    ("Full (4,8) (2,4) (2,3) 1 1", "Full (4,8) (2,4) (2,3) 1", "malformed"),
    ("Full (4,8) (2,4) (2,3) 1 1", "Full (4,8) (2,4) (2,3) 1 2", "wrong_number"),
    ("Bao Full 1 Care", "Bao Ful 1 Care", "unknown_name"),
    ("Bao Full 1 Care", "Bao Full 1 Cure", "unknown_name"),
    ("Bao Full 1 Care", "Bao Full 2 Care", "wrong_count"),
    ("NURSES = 3", "NURSERY = 3", "unknown_section"),
]
BAD_HISTORY = [
    ("0 tiny", "0 other", "other_scenario"),
    ("0 tiny", "x tiny", "wrong_number"),
    ("Ann 0 0 Night 1 3 0", "Ann 0 0 Night 4 3 0", "history_contradicts"),
    ("Ann 0 0 Night 1 3 0", "Ann 0 0 Night 1 3 2", "history_contradicts"),
    ("Bao 0 0 None 0 0 1", "Bao 0 0 None 0 0 0", "history_contradicts"),
    ("Ann 0 0 Night 1 3 0", "Ann 0 0 Noon 1 3 0", "unknown_name"),
    ("Ann 0 0 Night 1 3 0", "Ann 0 0 Night 1 3", "malformed"),
    ("Chen 0 0 Early 2 2 0", "Ann 0 0 Early 2 2 0", "name_twice"),
]
BAD_WEEK = [
    ("tiny", "large", "other_scenario"),
    ("Night Care (0,0) (0,1) (0,1) (0,0) (0,1) (0,0) (0,0)", "Night Care (0,0) (0,1)", "malformed"),
    ("Night Care (0,0) (0,1) (0,1) (0,0) (0,1) (0,0) (0,0)",
     "Early Care (0,0) (0,1) (0,1) (0,0) (0,1) (0,0) (0,0)", "name_twice"),
    ("Night Care (0,0) (0,1) (0,1) (0,0) (0,1) (0,0) (0,0)",
     "Night Care (0,0) (2,1) (0,1) (0,0) (0,1) (0,0) (0,0)", "min_over_max"),
    ("SHIFT_OFF_REQUESTS = 2", "SHIFT_OFF_REQUESTS = 1", "wrong_count"),
    ("Ann Any Tue", "Ann Any Today", "unknown_name"),
    ("Ann Any Tue", "Anne Any Tue", "unknown_name"),
    ("Ann Any Tue", "Ann Tue", "malformed"),
]  # fmt: skip
BAD_CURTOIS = [
    ("14", "13", "whole_weeks"),
    ("14", "often", "wrong_number"),
    ("D,480,", "D,2000,", "wrong_number"),
    ("D,480,", "D", "malformed"),
    ("N,600,D", "N,600,E", "unknown_name"),
    ("N,600,D", "D,600,D", "name_twice"),
    ("a,D=14|N=2,4800,960,5,2,2,1", "a,D=14|N=2,4800,960,5,2,2", "malformed"),
    ("a,D=14|N=2,4800,960,5,2,2,1", "a,D=14|N2,4800,960,5,2,2,1", "malformed"),
    ("a,D=14|N=2,4800,960,5,2,2,1", "a,D=14|E=2,4800,960,5,2,2,1", "unknown_name"),
    ("a,D=14|N=2,4800,960,5,2,2,1", "a,D=14,4800,960,5,2,2,1", "employee_without_maximum"),
    ("a,D=14|N=2,4800,960,5,2,2,1", "a,D=14|N=2,960,4800,5,2,2,1", "min_over_max"),
    ("a,D=14|N=2,4800,960,5,2,2,1", "b,D=14|N=2,4800,960,5,2,2,1", "name_twice"),
    ("a,3", "a,14", "no_such_day"),
    ("a,3", "c,3", "unknown_name"),
    ("a,1,D,2", "a,1,D", "malformed"),
    ("a,1,D,2", "a,1,D,much", "wrong_number"),
    ("b,8,D,3", "b,8,X,3", "unknown_name"),
    ("0,D,1,100,1", "1,D,1,100,1", "name_twice"),
    ("0,D,1,100,1", "0,D,1,100", "malformed"),
    ("SECTION_COVER", "SECTION_COVERS", "unknown_section"),
]


@pytest.mark.parametrize(("good", "bad", "code"), BAD_SCENARIO)
def test_a_broken_scenario_is_refused_with_its_line(good: str, bad: str, code: str) -> None:
    found = faults_of(lambda: tiny(scenario=SCENARIO.replace(f"{good}\n", f"{bad}\n", 1)))
    assert any(code in codes for place, codes in found.items() if place.startswith("Sc:")), found
    where = line_of(SCENARIO, good) if code != "name_twice" else line_of(SCENARIO, "Care")
    assert code in found[f"Sc:{where}"]


@pytest.mark.parametrize(("good", "bad", "code"), BAD_HISTORY)
def test_a_broken_history_is_refused_with_its_line(good: str, bad: str, code: str) -> None:
    found = faults_of(lambda: tiny(history=HISTORY.replace(good, bad, 1)))
    assert code in found[f"H:{line_of(HISTORY, good)}"]


@pytest.mark.parametrize(("good", "bad", "code"), BAD_WEEK)
def test_a_broken_week_is_refused_with_its_line(good: str, bad: str, code: str) -> None:
    found = faults_of(lambda: tiny(weeks=(WEEK, WEEK.replace(good, bad, 1))))
    assert found == {f"W1:{line_of(WEEK, good)}": {code}}


@pytest.mark.parametrize(("good", "bad", "code"), BAD_CURTOIS)
def test_a_broken_shift_scheduling_instance_is_refused_with_its_line(good: str, bad: str, code: str) -> None:
    found = faults_of(lambda: small(CURTOIS.replace(f"\n{good}\n", f"\n{bad}\n", 1)))
    again = {"b,D=14|N=2,4800,960,5,2,2,1": 1, "1,D,1,100,1": 2}.get(bad, 0)  # the second of two is the one at fault
    assert code in found[f"made.txt:{line_of(CURTOIS, good) + again}"]


def test_a_missing_section_a_second_one_and_a_stray_line_are_told() -> None:
    without = SCENARIO.split("NURSES")[0]
    assert faults_of(lambda: tiny(scenario=without))["Sc"] == {"missing_section"}
    twice = SCENARIO + "\nSKILLS = 0\n"
    assert faults_of(lambda: tiny(scenario=twice)) == {f"Sc:{len(twice.splitlines())}": {"section_twice"}}
    assert faults_of(lambda: tiny(scenario="hello\n" + SCENARIO)) == {"Sc:1": {"stray_line"}}
    assert faults_of(lambda: tiny(history="")) == {"H": {"missing_section"}}


def test_bytes_that_are_no_text_are_told() -> None:
    def read() -> object:
        return inrc2.read_instance(("Sc", b"\xff\xfe"), file("H", HISTORY), [file("W", WEEK)])

    assert "not_utf8" in faults_of(read)["Sc"]


def test_all_faults_of_all_files_come_at_once() -> None:
    broken = SCENARIO.replace("Early (2,3)", "Early (3,2)").replace("Bao Full", "Bao Fall")
    found = faults_of(lambda: tiny(broken, HISTORY.replace("Ann", "Ana"), (WEEK.replace("Tue", "Tu"), WEEK, WEEK)))
    assert {place.split(":")[0] for place in found} == {"Sc", "H", "W0"}
    assert {"too_many_weeks"} in found.values()
    assert len(found) == 6


def test_a_nurse_without_history_is_told_by_name() -> None:
    found = faults_of(lambda: tiny(history=HISTORY.replace("Chen 0 0 Early 2 2 0\n", "")))
    assert found == {f"H:{line_of(HISTORY, 'NURSE_HISTORY')}": {"nurse_without_history"}}


def test_broken_solution_files_are_refused_with_their_line() -> None:
    text = "SOLUTION\n1 tiny\n\nASSIGNMENTS = 3\nAnn Mon Noon Head\nAnn Mon Night\n"
    found = faults_of(lambda: inrc2.read_solutions(tiny(), [file("S", text)]))
    expected = {"S:2": {"other_week"}, "S:4": {"wrong_count"}, "S:5": {"unknown_name"}, "S:6": {"malformed"}}
    assert found == expected


def test_broken_roster_files_are_refused_with_their_line() -> None:
    week = ",-" * 13
    found = faults_of(lambda: curtois.read_roster(small(), "r", f"a,X{week}\na,D{week}\nc,D{week}\na,D\n".encode()))
    assert found == {
        "r:1": {"unknown_name"}, "r:2": {"name_twice"}, "r:3": {"unknown_name"}, "r:4": {"malformed"},
        "r": {"employee_without_line"},
    }  # fmt: skip


def test_what_our_cover_cannot_say_is_refused_rather_than_bent() -> None:
    other = small(CURTOIS.replace("\n3,D,1,100,1\n", "\n3,D,1,90,1\n"))
    line = line_of(CURTOIS, "3,D,1,100,1")
    assert faults_of(lambda: curtois.problem_of(other)) == {f"made:{line}": {"one_price_for_all"}}
    missing = small(CURTOIS.replace("\n3,D,1,100,1\n", "\n"))
    assert faults_of(lambda: curtois.problem_of(missing)) == {"made": {"shift_without_need"}}


def test_every_sentence_is_there_in_both_languages() -> None:
    assert all(zh and en and zh != en for zh, en in SENTENCES.values())
