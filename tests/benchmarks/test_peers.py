"""The peers of the benchmark optimise what we optimise: small programs against every roster there is."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from benchmarks.peers import child, flat_cp_sat, whole_highs
from benchmarks.peers.choices import VACANCY_WEIGHT, choices_of
from benchmarks.peers.timefold import arrays
from scheduler.check import check
from scheduler.problem import Assignment, Problem
from scheduler.program import Program, build

from .. import brute
from .. import factories as f
from ..oracle import judge
from ..strategies import mild_rosters, rosters, towns
from ..thorough import examples

Roster = tuple[Assignment, ...]
MOST_ROSTERS = 400
tiny = settings(max_examples=examples(8), deadline=None, suppress_health_check=list(HealthCheck))
often = settings(max_examples=examples(20), deadline=None, suppress_health_check=list(HealthCheck))


def half_a_minute() -> float:
    return 30.0


# --- exact peers ----------------------------------------------------------------------------------------------
@pytest.mark.parametrize("peer", [flat_cp_sat.solve, whole_highs.solve], ids=["cp-sat", "highs"])
@tiny
@given(town=towns(most_people=3, most_duties=3, most_days=4).map(lambda t: replace(t, now=None)))
def test_an_exact_peer_finds_the_best_of_all_rosters(peer: child.Peer, town: Problem) -> None:
    assume(brute.count(town) <= MOST_ROSTERS)
    found = peer(build(town), half_a_minute, 1)
    best = brute.optimum(town)
    assert found.optimal
    assert (found.vacancy, found.cost) == (best or (None, None))
    if best is not None:
        assert found.assignments is not None
        report = check(town, found.assignments)
        assert report.legal
        assert (report.vacancy_objective, report.objective) == best
        assert found.bound == VACANCY_WEIGHT * best[0] + best[1]


@pytest.mark.parametrize("peer", [flat_cp_sat.solve, whole_highs.solve], ids=["cp-sat", "highs"])
@tiny
@given(data=st.data())
def test_what_is_pinned_stays_with_an_exact_peer(peer: child.Peer, data: st.DataObject) -> None:
    town = data.draw(towns(most_people=3, most_duties=3, most_days=4))
    assume(brute.count(town) <= MOST_ROSTERS)
    held = tuple(replace(a, pinned=True) for a in data.draw(mild_rosters(town)))
    town = replace(town, baseline=held, now=None)
    assume(judge(town, held).legal)
    found = peer(build(town), half_a_minute, 1).assignments
    assert found is not None
    pairs = {(a.person, a.duty, a.position) for a in found}
    assert {(a.person, a.duty, a.position) for a in held} <= pairs
    assert check(town, found).legal


def test_nobody_can_do_anything_is_an_answer() -> None:
    town = f.problem([], [f.shift("d", 0, "early")], [f.law("one_duty_at_a_time"), f.law("cover")])
    for peer in (flat_cp_sat.solve, whole_highs.solve):
        found = peer(build(town), half_a_minute, 1)
        report = check(town, ())
        assert report.vacancy_objective > 0
        assert (found.optimal, found.assignments) == (True, ())
        assert (found.vacancy, found.cost) == (report.vacancy_objective, report.objective)


@often
@given(data=st.data())
def test_choices_count_what_the_checker_counts(data: st.DataObject) -> None:
    town = replace(data.draw(towns()), now=None)
    choices = choices_of(build(town))
    roster = data.draw(rosters(town))
    report = check(town, roster)
    assume(report.legal)
    values = np.zeros(len(choices), bool)
    for person, demand in pairs_of(town, roster):
        values |= (choices.person == person) & (choices.demand == demand)
    assert set(choices.chosen(values)) == set(roster)
    assert choices.worth(values) == (report.vacancy_objective, report.objective)


# --- the arrays for Timefold, scored once more, naively ---------------------------------------------------------
def pairs_of(town: Problem, roster: Roster) -> list[tuple[int, int]]:
    """(person, demand) of each assignment."""
    return [
        (town.person_index[a.person], town.demand_index[town.duty_index[a.duty], a.position]) for a in roster
    ]  # fmt: skip


def written(program: Program) -> dict[str, np.ndarray]:
    """The arrays as the Java side finds them in their file."""
    with TemporaryDirectory() as folder:
        path = Path(folder) / "town.arrays"
        arrays.write(path, arrays.arrays_of(program))
        return arrays.read(path)


def seated(a: dict[str, np.ndarray], pairs: list[tuple[int, int]]) -> list[tuple[int, int]]:
    """Those for whom there are candidates' places and seats."""
    room = np.bincount(a["seat_demand"], minlength=len(a["demand_slot"])).tolist()
    kept = []
    for person, demand in pairs:
        able = a["candidate"][a["candidate_first"][demand] : a["candidate_first"][demand + 1]]
        if person in able and room[demand] > 0:
            room[demand] -= 1
            kept.append((person, demand))
    return kept


def score(a: dict[str, np.ndarray], pairs: list[tuple[int, int]]) -> tuple[int, int, int]:
    """(broken, vacancies, cost) of a filling, counted from nothing: what `Prices.java` keeps by the step."""
    _, slots, vacancy_unit, hard_unit = a["sizes"].tolist()
    count, packed, clashes = np.zeros(len(a["row_table"]), np.int64), 0, 0
    cells: dict[int, int] = {}

    def add(column: str, i: int) -> None:
        entries = slice(a[f"{column}_row_first"][i], a[f"{column}_row_first"][i + 1])
        np.add.at(count, a[f"{column}_row"][entries], a[f"{column}_weight"][entries])

    for person, demand in pairs:
        begin, end = a["candidate_first"][demand : demand + 2].tolist()
        flow = int(a["candidate_flow"][begin + a["candidate"][begin:end].tolist().index(person)])
        packed += int(a["flow_cost"][flow])
        add("flow", flow)
        cell = int(a["cell_id"][person * slots + a["demand_slot"][demand]])
        cells[cell] = cells.get(cell, 0) + 1
    for cell, times in cells.items():
        clashes += times - 1
        packed += int(a["cell_cost"][cell])
        add("cell", cell)
    touch_first = a["cell_touch_first"]
    for touch in {int(t) for c in cells for t in a["cell_touch"][touch_first[c] : touch_first[c + 1]]}:
        add("touch", touch)
    packed += int(a["table"][a["row_table"] + count].sum())
    broken, rest = divmod(packed, hard_unit)
    return broken + clashes, *divmod(rest, vacancy_unit)


@often
@given(data=st.data())
def test_the_arrays_for_timefold_say_what_the_checker_says(data: st.DataObject) -> None:
    town = replace(data.draw(towns()), now=None)
    program = build(town)
    a = written(program)
    pairs = seated(a, pairs_of(town, data.draw(rosters(town))))
    broken, vacancy, cost = score(a, pairs)
    roster = arrays.roster(program, "".join(f"{demand} {person}\n" for person, demand in pairs))
    report = check(town, roster)
    assert (broken == 0) == report.legal
    if report.legal:
        assert (vacancy, cost) == (report.vacancy_objective, report.objective)


@often
@given(data=st.data())
def test_every_legal_roster_can_be_seated(data: st.DataObject) -> None:
    town = replace(data.draw(towns()), now=None)
    roster = data.draw(mild_rosters(town))
    assume(check(town, roster).legal)
    pairs = pairs_of(town, roster)
    assert seated(written(build(town)), pairs) == pairs


@often
@given(data=st.data())
def test_pins_hold_their_seats(data: st.DataObject) -> None:
    town = data.draw(towns())
    held = tuple(replace(a, pinned=True) for a in data.draw(mild_rosters(town)))
    town = replace(town, baseline=held, now=None)
    a = written(build(town))
    fixed = np.flatnonzero(a["seat_pinned"] >= 0)
    assert sorted(zip(a["seat_pinned"][fixed], a["seat_demand"][fixed])) == sorted(pairs_of(town, held))


def test_seats_are_ranked_by_need_then_importance_then_choice() -> None:
    duties = [
        f.shift("many", 0, "early", (f.seat("verify", 1, max=2),)),
        f.shift("dear", 1, "early", (f.seat("verify", 1, priority=5),)),
        f.shift("few", 2, "early", (f.seat("verify", 1, qualifications=("leader",)),)),
    ]
    people = [f.person("ann"), f.person("bao", qualifications=())]
    town = f.problem(people, duties, [f.law("one_duty_at_a_time"), f.law("cover"), f.law("qualification")])
    a = arrays.arrays_of(build(town))
    named = [town.duties[town.demands[d][0]].id for d in a["seat_demand"][np.argsort(a["seat_rank"])]]
    assert named == ["dear", "few", "many", "many"]
