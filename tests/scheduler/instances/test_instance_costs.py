"""What the evaluators charge, by examples worked out by hand from the published rules."""

from __future__ import annotations

import pytest

from scheduler.instances import curtois, inrc2
from scheduler.instances.curtois.model import Entry as Worked

from .files import CURTOIS, HISTORY, SCENARIO, WEEK

QUIET = """WEEK_DATA
tiny

REQUIREMENTS
Early Care (0,0) (0,0) (0,0) (0,0) (0,0) (0,0) (0,0)

SHIFT_OFF_REQUESTS = 0
"""
ONE_NURSE = SCENARIO.replace("NURSES = 3", "NURSES = 1").replace("Bao Full 1 Care\nChen Half 1 Care\n", "")


def one(carried: str, *weeks: str, scenario: str = ONE_NURSE) -> inrc2.Instance:
    """Ann alone, full time: 4–8 assignments, runs of 2–4 days, 2–3 off, one weekend, complete weekends."""
    history = f"HISTORY\n0 tiny\n\nNURSE_HISTORY\nAnn {carried}\n"
    files = [(f"W{i}", week.encode()) for i, week in enumerate(weeks)]
    return inrc2.read_instance(("Sc", scenario.encode()), ("H", history.encode()), files)


def ann(days: str) -> inrc2.Roster:
    """One letter a day: E early, N night, anything else off."""
    kinds = {"E": "Early", "N": "Night"}
    return tuple(inrc2.Entry("Ann", day, kinds[c], "Care") for day, c in enumerate(days) if c in kinds)


RESTED = "0 0 None 0 0 2"
BORDERS = [
    # history, week, soft cost: what is charged in a week that does not end the horizon
    (RESTED, "EE..EE.", {"S5": 30}),
    (RESTED, "E..EE..", {"S2a": 30, "S2b": 15}),
    (RESTED, "EEE.EEE", {"S3": 30}),
    (RESTED, "..EE...", {"S3": 30}),
    (RESTED, ".......", {"S3": 180}),
    (RESTED, "EEENNNN", {"S2a": 90, "S2b": 30}),
    (RESTED, "..E..EE", {"S2a": 30, "S2b": 15, "S3": 30}),
    # a run of work from history: over the most from its first day here, or cut short on it
    ("0 0 Early 4 4 0", "E..EE..", {"S2a": 30, "S2b": 15}),
    ("0 0 Early 3 3 0", "EE..EEE", {"S2a": 30, "S2b": 30}),
    ("0 0 Early 1 1 0", "..EE..E", {"S2a": 30, "S2b": 15, "S5": 30}),
    ("0 0 Early 1 3 0", "N..EE..", {"S2b": 15}),
    ("0 0 None 0 0 1", "EE..EE.", {"S3": 30, "S5": 30}),
    ("0 0 None 0 0 5", ".EE..EE", {"S3": 30}),
]


@pytest.mark.parametrize(("carried", "week", "soft"), BORDERS)
def test_runs_at_the_borders_of_a_week_are_charged_as_published(carried: str, week: str, soft: dict[str, int]) -> None:
    assert inrc2.evaluate(one(carried, QUIET), ann(week)) == inrc2.Verdict({}, soft)


def test_totals_and_weekends_are_charged_at_the_end_of_the_horizon_alone() -> None:
    days = "..EEEEE" + "..EEEEE"
    assert "S6" not in inrc2.evaluate(one("7 1 None 0 0 2", QUIET), ann(days[:7])).soft
    assert inrc2.evaluate(one("7 1 None 0 0 2", QUIET, QUIET), ann(days)).soft == {
        "S2a": 60, "S2b": 60, "S3": 30, "S6": 20 * 9, "S7": 30 * 2,
    }  # fmt: skip
    assert inrc2.evaluate(one(RESTED, QUIET, QUIET), ann("EE")).soft["S6"] == 20 * 2


def test_cover_and_requests_are_charged_by_the_assignment() -> None:
    instance = one(RESTED, WEEK.replace("Bao Early Sat", "Ann Early Sat"))
    verdict = inrc2.evaluate(instance, ann(".N...E."))
    assert verdict.hard == {"H2": 2}
    assert verdict.soft["S4"] == 20
    assert verdict.soft["S1"] == 30 * (2 + 6 + 2)


def test_each_breach_of_the_law_is_counted() -> None:
    instance = inrc2.read_instance(("Sc", SCENARIO.encode()), ("H", HISTORY.encode()), [("W", QUIET.encode())])
    roster = (
        inrc2.Entry("Ann", 0, "Early", "Care"),  # after the night in her history
        inrc2.Entry("Ann", 0, "Night", "Care"),
        inrc2.Entry("Bao", 1, "Night", "Head"),
        inrc2.Entry("Bao", 2, "Early", "Care"),
    )
    assert inrc2.evaluate(instance, roster).hard == {"H1": 1, "H3": 2, "H4": 1}


def works(who: str, days: str) -> tuple[Worked, ...]:
    return tuple(Worked(who, day, c) for day, c in enumerate(days) if c != ".")


# a: 2–5 days in a row, 2 off, one weekend, N at most twice and never before D, day 3 off, 960–4,800 minutes
LAW = [
    ("DD....DD......", {"weekends": 0}),
    ("D.....DD......", {}),
    (".D....DD......", {"min_run": 1}),
    ("D.DD..........", {"days_off": 1, "min_days_off": 1}),
    ("......DDDDDD..", {"max_run": 1, "weekends": 0}),
    ("NN....N..DD...", {"max_shifts": 1, "min_run": 1}),
    ("NN.....ND.....", {"succession": 1, "max_shifts": 1}),
    ("....DD..DDDD..", {"weekends": 0}),
    (".....DD....DD.", {"weekends": 1}),
    ("............ND", {"succession": 1}),
    ("D.............", {"minutes": 480}),
]


@pytest.mark.parametrize(("days", "hard"), LAW)
def test_the_law_of_work_is_counted_in_its_own_units(days: str, hard: dict[str, int]) -> None:
    instance = curtois.read_instance("made", CURTOIS.encode())
    assert curtois.evaluate(instance, works("a", days)).hard == {name: n for name, n in hard.items() if n}


def test_wishes_and_cover_of_shift_scheduling_are_charged() -> None:
    instance = curtois.read_instance("made", CURTOIS.encode())
    roster = works("a", "NN......DD....") + works("b", "........DD....")
    assert curtois.evaluate(instance, roster).soft == {"wanted": 2, "unwanted": 3, "under": 1200, "over": 4}
    assert curtois.evaluate(instance, works("a", ".D............")).soft == {"under": 1300}
