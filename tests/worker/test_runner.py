"""One solve from claim to report, with the runner in this process and the solver as a child."""

from __future__ import annotations

import threading
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from jobs.child import Ration
from jobs.runner import Pace, Runner
from models.records import Solve
from scheduler.text import Text
from tests.patience import PATIENCE, eventually

from .conftest import FOUND, SOLVER, Place, alive
from .conftest import MONDAY as WEEK
from .conftest import TOWN as TOWN_ID

PACE = Pace(lease=5, beat=0.05, grace=0.5, incumbent=0.1, slack=0.5)


class Hand:
    """A runner in a thread, and the flag that closes it."""

    def __init__(self, place: Place, pace: Pace = PACE, ration: Ration | None = None) -> None:
        self.place, self.closing = place, threading.Event()
        folder = place.folder / "runs"
        self.runner = Runner(place.store, folder, self.closing, solver_command=SOLVER, pace=pace, ration=ration)

    def run(self) -> None:
        claim = self.place.store.queue.claim("hand", 5)
        assert claim is not None
        self.runner.run(claim)

    def start(self) -> threading.Thread:
        thread = threading.Thread(target=self.run)
        thread.start()
        return thread


@pytest.fixture
def hand(place: Place) -> Hand:
    return Hand(place)


def left_behind(place: Place) -> list[Path]:
    return list((place.folder / "runs").iterdir())


def test_a_solve_ends_as_a_draft(place: Place, hand: Hand) -> None:
    solve = place.solve()
    hand.run()
    ended = place.get(solve)
    assert (ended.state, ended.roster_number, ended.attempt) == ("finished", 1, 1)
    assert len(place.store.rosters.get(TOWN_ID, WEEK, "draft").assignments) == 1
    assert left_behind(place) == []


def test_the_solver_is_told_everything_on_its_command_line(place: Place, hand: Hand) -> None:
    solve, _ = place.store.solves.create(
        TOWN_ID, "repair", {"act": {"log": str(place.folder / "runs.log")}}, week=WEEK, absences={"absences": []},
        seconds=9, seed=4, gap=0.25, reproducible=True,
    )  # fmt: skip
    hand.run()
    words = place.runs()[0]["argv"]
    assert words[0] == "repair"
    assert [Path(word).name for word in words[1:3]] == ["problem.json", "absences.json"]
    said = " ".join(words[3:])
    for expected in ("--seconds 9", "--seed 4", "--gap 0.25", "--reproducible", "--progress jsonl", "--while-parent"):
        assert expected in said
    assert place.get(solve).state == "finished"


def test_progress_is_seen_while_it_runs(place: Place, hand: Hand) -> None:
    solve = place.solve(seconds=600)
    thread = hand.start()
    progress = eventually(lambda: place.get(solve).progress, "progress")
    assert (progress.objective, progress.gap, progress.vacancies, progress.phase) == (5, 0.2, 1, "search")
    place.running(solve)
    place.store.solves.request_stop(TOWN_ID, solve.id)
    thread.join()


def test_a_stop_ends_it_at_once_with_the_solver_s_own_result(place: Place) -> None:
    solve = place.solve(seconds=600)
    thread = Hand(place, replace(PACE, grace=PATIENCE)).start()
    run = place.running(solve)
    place.store.solves.request_stop(TOWN_ID, solve.id)
    thread.join()
    assert not alive(run["pid"])
    ended = place.get(solve)
    assert (ended.state, ended.roster_number) == ("stopped", 1)
    result = place.store.solves.result(TOWN_ID, solve.id)
    assert result is not None
    assert result["stopped"] is True


def test_a_solver_that_does_not_listen_is_ended_and_its_best_roster_kept(place: Place, hand: Hand) -> None:
    solve = place.solve(seconds=600, deaf=True, helper=True)
    thread = hand.start()
    run = place.running(solve)
    eventually(lambda: place.get(solve).progress, "progress")
    place.store.solves.request_stop(TOWN_ID, solve.id)
    thread.join()
    assert not alive(run["pid"])
    assert not alive(run["helper"])
    ended = place.get(solve)
    assert (ended.state, ended.roster_number) == ("stopped", 1)
    draft = place.store.rosters.get(TOWN_ID, WEEK, "draft")
    assert [a.person for a in draft.assignments] == ["p1"]
    assert (draft.summary["objective"], draft.summary["status"]) == (5, "feasible")
    assert "vacancies" not in draft.summary


def test_a_killed_solver_is_started_again_from_its_best_roster(place: Place, hand: Hand) -> None:
    solve = place.solve(seconds=0.3, crash="first")
    hand.run()
    waiting = place.get(solve)
    assert (waiting.state, waiting.error) == ("queued", None)
    hand.run()
    assert [run["start"] for run in place.runs()] == [False, True]
    ended = place.get(solve)
    assert (ended.state, ended.attempt, ended.roster_number) == ("finished", 2, 1)


def test_a_solver_that_always_crashes_fails_with_a_sentence(place: Place, hand: Hand) -> None:
    solve = place.solve(crash="always")
    for _ in range(3):
        hand.run()
    failed = place.get(solve)
    assert failed.state == "failed"
    assert failed.error is not None
    assert "SIGKILL" in failed.error.zh
    assert "SIGKILL" in failed.error.en
    assert place.store.queue.claim("hand", 5) is None


def test_a_refused_problem_fails_at_once_in_the_solver_s_words(place: Place, hand: Hand) -> None:
    error = {"zh": "people[0].unit：没有这个单位", "en": "people[0].unit: there is no such unit"}
    solve = place.solve(code=2, answer=False, error=error)
    hand.run()
    failed = place.get(solve)
    assert (failed.state, failed.attempt, failed.error) == ("failed", 1, Text(**error))


def test_a_solver_that_says_nothing_at_all_is_told_by_its_exit_code(place: Place, hand: Hand) -> None:
    solve = place.solve(code=4, answer=False)
    for _ in range(3):
        hand.run()
    failed = place.get(solve)
    assert failed.error is not None
    assert "4" in failed.error.zh


def test_the_trace_of_a_bug_is_logged_without_its_words(
    place: Place, hand: Hand, capsys: pytest.CaptureFixture[str]
) -> None:
    trace = (
        "Traceback (most recent call last):\n  File \"/x/solver.py\", line 7, in solve\n    f()\nKeyError: '王小明'\n"
    )
    place.solve(code=4, answer=False, tell={"trace": trace}, error={"zh": "程序出错。", "en": "This is a bug."})
    hand.run()
    logged = capsys.readouterr().out
    assert "solver.py:7 solve" in logged
    assert "KeyError" in logged
    assert "王小明" not in logged


def test_nothing_legal_found_is_an_answer(place: Place, hand: Hand) -> None:
    solve = place.solve(code=3, found=None)
    hand.run()
    assert (place.get(solve).state, place.get(solve).roster_number) == ("finished", None)


def test_a_solver_that_cannot_be_started_fails_the_solve_not_the_worker(place: Place) -> None:
    hand = Hand(place)
    hand.runner = Runner(place.store, place.folder / "runs", hand.closing, solver_command=("/no/such/solver",))
    solve = place.solve()
    for _ in range(3):
        hand.run()
    failed = place.get(solve)
    assert failed.state == "failed"
    assert failed.error is not None
    assert "No such file" in failed.error.en


def test_a_result_that_makes_no_sense_fails_the_solve_and_makes_no_draft(place: Place, hand: Hand) -> None:
    solve = place.solve(found=[{"nonsense": True}])
    for _ in range(3):
        hand.run()
    assert place.get(solve).state == "failed"
    assert place.store.rosters.find(TOWN_ID, WEEK, "draft") is None


def test_a_solver_that_outstays_its_time_is_ended_with_what_it_has(place: Place) -> None:
    hand = Hand(place, Pace(lease=5, beat=0.05, grace=0.3, incumbent=0.1, slack=-57))
    solve = place.solve(seconds=600, deaf=True)
    hand.run()
    assert (place.get(solve).state, place.get(solve).roster_number) == ("finished", 1)


def test_a_solver_that_exceeds_its_memory_is_ended_and_its_best_roster_kept(place: Place) -> None:
    hand = Hand(place, ration=Ration(memory_mb=100))
    solve = place.solve(seconds=600, hoard=300, deaf=True)
    hand.run()
    assert not alive(place.runs()[0]["pid"])
    ended = place.get(solve)
    assert (ended.state, ended.roster_number, ended.attempt) == ("finished", 1, 1)
    assert ended.error is not None
    assert "100 MB" in ended.error.zh
    assert "was ended; the best roster so far was kept" in ended.error.en
    result = place.store.solves.result(TOWN_ID, solve.id)
    assert result is not None
    assert result["ended"] == "memory"


@pytest.mark.parametrize("act", [{"keep": False}, {"kind": "repair"}])
def test_without_a_roster_in_hand_it_fails_in_words_and_is_not_tried_again(place: Place, act: dict[str, Any]) -> None:
    hand = Hand(place, ration=Ration(memory_mb=100))
    solve = place.solve(seconds=600, hoard=300, **act)
    hand.run()
    failed = place.get(solve)
    assert (failed.state, failed.attempt) == ("failed", 1)
    assert failed.error is not None
    assert "SANBAN_MEMORY_MB" in failed.error.zh
    assert "there was no roster to keep" in failed.error.en


def test_a_solver_that_ends_by_itself_for_want_of_memory_says_so(place: Place) -> None:
    hand = Hand(place, ration=Ration(memory_mb=100))
    solve = place.solve(ended="memory")
    hand.run()
    ended = place.get(solve)
    assert (ended.state, ended.roster_number) == ("finished", 1)
    assert ended.error is not None
    assert "ended early" in ended.error.en


def test_the_solver_gets_its_ration_and_no_more(place: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("QUEUE_URL", "redis://:a-password@host")
    hand = Hand(place, ration=Ration(cores=3, memory_mb=1000, most_seconds=7))
    solve = place.solve(seconds=600)
    thread = hand.start()
    run = place.running(solve)
    said = " ".join(run["argv"])
    for expected in ("--cores 3", "--memory 800", "--seconds 7"):
        assert expected in said
    environ = Path(f"/proc/{run['pid']}/environ").read_bytes().decode().split("\0")
    assert "NUMBA_NUM_THREADS=3" in environ
    assert "OMP_NUM_THREADS=3" in environ
    assert f"SANBAN_SOLVE={solve.id}" in environ
    assert not any("a-password" in line for line in environ)
    assert Path(f"/proc/{run['pid']}/oom_score_adj").read_text().strip() == "800"
    place.store.solves.request_stop(TOWN_ID, solve.id)
    thread.join()


def test_the_request_s_id_follows_the_solve_into_every_line_and_no_name_does(
    place: Place, capsys: pytest.CaptureFixture[str]
) -> None:
    act = {"log": str(place.folder / "runs.log"), "code": 4, "answer": False, "tell": "王小明 15400000000"}
    problem = {"act": act, "people": [{"name": "王小明", "phone": "15400000000"}]}
    solve, _ = place.store.solves.create(TOWN_ID, "solve", problem, week=WEEK, request_id="request-of-li-0001")
    Hand(place).run()
    broken = Hand(place)
    broken.runner = Runner(place.store, place.folder / "runs", broken.closing, solver_command=("/no/王小明",))
    broken.run()
    logged = capsys.readouterr().out
    lines = [line for line in logged.splitlines() if solve.id in line]
    for event in ("solve_started", "solve_ended", "solve_broke"):
        assert any(event in line for line in lines), event
    assert all("request-of-li-0001" in line for line in lines)
    for private in ("王小明", "15400000000"):
        assert private not in logged


def test_closing_puts_it_back_with_its_best_roster(place: Place, hand: Hand) -> None:
    solve = place.solve(seconds=600, deaf=True)
    thread = hand.start()
    run = place.running(solve)
    hand.closing.set()
    thread.join()
    assert not alive(run["pid"])
    assert place.get(solve).state == "queued"
    assert place.store.solves.incumbent(TOWN_ID, solve.id) == {"assignments": FOUND}


def test_a_lost_lease_ends_the_solver_and_writes_nothing(place: Place, hand: Hand) -> None:
    solve = place.solve(seconds=600)
    thread = hand.start()
    run = place.running(solve)
    with place.store.database.write() as session:
        from sqlalchemy import text

        session.execute(text("UPDATE solve SET attempt = attempt + 1"))
    thread.join()
    assert not alive(run["pid"])
    held: Solve = place.get(solve)
    assert (held.state, held.attempt) == ("running", 2)


def test_a_reproducible_run_has_no_head_start_the_second_time(place: Place, hand: Hand) -> None:
    problem = {"act": {"log": str(place.folder / "runs.log"), "crash": "first", "seconds": 0.3}}
    place.store.solves.create(TOWN_ID, "solve", problem, week=WEEK, reproducible=True)
    hand.run()
    hand.run()
    assert [run["start"] for run in place.runs()] == [False, False]


def test_the_solver_does_not_learn_the_service_s_secrets(
    place: Place, hand: Hand, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SECRET_KEY", "a secret")
    solve = place.solve(seconds=600)
    thread = hand.start()
    run = place.running(solve)
    assert b"a secret" not in Path(f"/proc/{run['pid']}/environ").read_bytes()
    place.store.solves.request_stop(TOWN_ID, solve.id)
    thread.join()
