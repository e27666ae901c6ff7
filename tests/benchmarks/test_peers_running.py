"""Peers as processes: listened to, ended in time, judged by the checker, and shown in a table and a picture."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from dataclasses import replace
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest

from benchmarks.peers import __main__ as command
from benchmarks.peers import running, solvers, table
from benchmarks.peers.choices import VACANCY_WEIGHT
from benchmarks.peers.missing import Missing
from benchmarks.peers.picture import curve, picture
from benchmarks.peers.running import Job, News, Point, Run, Verdict
from benchmarks.peers.solvers import OURS, SOLVERS, Case, Solver
from benchmarks.peers.timefold import java, settings
from scheduler.problem import Problem
from scheduler.text import Text

from .. import factories as f

TOWN = f.problem(
    [f.person("ann"), f.person("bao")],
    [f.shift("d0", 0, "early"), f.shift("d1", 1, "early")],
    [f.law("one_duty_at_a_time"), f.law("cover")],
)
BOTH = [{"person": "ann", "duty": "d0", "position": "verify"}, {"person": "bao", "duty": "d1", "position": "verify"}]


def job(out: Path, *steps: str, town: Problem = TOWN) -> Job:
    """A peer made of a few lines of Python; `say(...)` tells, `leave(...)` writes a roster."""
    script = "\n".join([
        "import json, sys, time",
        "def say(**facts): print(json.dumps(facts), flush=True)",
        f"def leave(roster): open({str(out)!r}, 'w').write(json.dumps({{'assignments': roster}}))",
        *steps,
    ])  # fmt: skip
    case = Case("tiny", town, out.parent, 5.0, 1)
    read = lambda: running.read_roster(out, case.roster)  # noqa: E731
    return Job([sys.executable, "-c", script], "stdout", solvers.child_news, read)


# --- listening ------------------------------------------------------------------------------------------------
def test_better_rosters_are_kept_with_their_moments_and_the_last_is_judged(tmp_path: Path) -> None:
    steps = [
        "say(built=True)", "say(broken=1, vacancy=0, cost=0)", "say(broken=0, vacancy=3, cost=7)",
        "say(broken=0, vacancy=3, cost=9)", f"leave({BOTH!r})", "say(broken=0, vacancy=0, cost=0)",
        "say(optimal=True, bound=0)",
    ]  # fmt: skip
    found = running.run("peer", job(tmp_path / "r.json", *steps), TOWN, 5.0)
    assert [p.rank for p in found.points] == [(1, 0, 0), (0, 3, 7), (0, 0, 0)]
    assert found.built is not None
    assert found.built <= found.points[0].seconds <= found.points[-1].seconds <= found.wall
    assert found.verdict == Verdict(0, 0, 0)
    assert found.optimal
    assert (found.bound, found.bound_vacancy) == (0, 0)
    assert found.agrees
    assert (found.failure, found.overran) == (None, False)


def test_a_false_claim_is_noticed(tmp_path: Path) -> None:
    steps = ["say(broken=0, vacancy=0, cost=0)", f"leave({BOTH[:1]!r})"]
    found = running.run("peer", job(tmp_path / "r.json", *steps), TOWN, 5.0)
    assert found.verdict is not None
    assert found.verdict.vacancy > 0
    assert not found.agrees
    assert "**disagrees**" in table.table("tiny", [found])


def test_a_legal_claim_for_an_illegal_roster_is_noticed(tmp_path: Path) -> None:
    twice = replace(TOWN, duties=(TOWN.duties[0], replace(TOWN.duties[0], id="d1")))
    steps = ["say(broken=0, vacancy=0, cost=0)", f"leave({[BOTH[0], BOTH[1] | {'person': 'ann'}]!r})"]
    found = running.run("peer", job(tmp_path / "r.json", *steps, town=twice), twice, 5.0)
    assert found.verdict is not None
    assert found.verdict.violations == 1
    assert not found.agrees


def test_a_peer_that_does_not_end_is_ended(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(running, "GRACE_SECONDS", 0.5)
    found = running.run("peer", job(tmp_path / "r.json", "say(built=True)", "time.sleep(60)"), TOWN, 0.5)
    assert found.overran
    assert found.wall < 30
    assert (found.verdict, found.best, found.failure) == (None, None, None)


def test_a_peer_that_fails_says_its_last_lines(tmp_path: Path) -> None:
    found = running.run("peer", job(tmp_path / "r.json", "print('half way')", "sys.exit('out of luck')"), TOWN, 5.0)
    assert found.failure is not None
    assert "half way" in found.failure
    assert "out of luck" in found.failure


def test_lines_of_highs_tell_of_solutions() -> None:
    log = " L       0       0         0   0.00%   16000655        17090441           6.38%   0      0      3   9.1s"
    assert solvers.child_news(log) == News(point=(0, 17, 90441))
    assert solvers.child_news(log.replace(" L ", "   ")) is None
    assert solvers.child_news("Src  Proc. InQueue |  Leaves   Expl. | BestBound       BestSol   Gap |") is None
    assert solvers.child_news(json.dumps({"bound": 2 * VACANCY_WEIGHT + 5})) == News(bound=5, bound_vacancy=2)


def test_lines_of_our_own_progress_are_understood() -> None:
    line: dict[str, Any] = {"objective": 9, "vacancy_objective": 2, "bound": 7, "vacancy_bound": 2, "seconds": 1.0}
    assert solvers.progress(json.dumps(line)) == News(True, False, (0, 2, 9), 7, 2)
    assert solvers.progress(json.dumps(line | {"bound": 9})) == News(True, True, (0, 2, 9), 9, 2)
    nothing = line | {"objective": None, "vacancy_objective": None, "bound": None}
    assert solvers.progress(json.dumps(nothing)) == News(built=True)
    assert solvers.progress("warning") is None


# --- what is missing ------------------------------------------------------------------------------------------
def test_without_java_one_sentence_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shutil, "which", lambda _: None)
    with pytest.raises(Missing) as missing:
        java.command([])
    assert "没有找到 java" in missing.value.text.zh
    assert "there is no java here" in missing.value.text.en


def test_without_a_network_one_sentence_says_so(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(shutil, "which", lambda name: f"/usr/bin/{name}")
    monkeypatch.setattr(java, "STORE", tmp_path)
    refused = subprocess.CompletedProcess([], 1, "", "many\nwords\nERROR: no route\n")
    monkeypatch.setattr(subprocess, "run", lambda *_, **__: refused)
    with pytest.raises(Missing) as missing:
        java.command([])
    assert "\n" not in missing.value.text.en
    assert missing.value.text.en.endswith("ERROR: no route")
    assert list(tmp_path.iterdir()) == []


def test_a_missing_peer_is_named_and_the_others_run(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def absent(_: Case) -> Job:
        raise Missing(Text("跳过甲。", "One is left out."))

    def present(case: Case) -> Job:
        return job(case.folder / "r.json", "leave([])", "say(broken=0, vacancy=0, cost=0)")

    monkeypatch.setattr(command.towns, "make", lambda *_: {})
    monkeypatch.setattr(command.document, "load", lambda _: replace(TOWN, duties=()))
    taking_part = {"one": Solver(Text("甲", "one"), absent), "two": Solver(Text("乙", "two"), present)}
    runs = command.measure("tiny", taking_part, 5.0, 1)
    assert [(r.peer, r.agrees, r.verdict) for r in runs] == [("two", True, Verdict(0, 0, 0))]
    assert capsys.readouterr().err == "跳过甲。\nOne is left out.\n"


def test_every_setting_of_timefold_is_one_that_was_tried() -> None:
    assert {*settings.TUNED.values(), settings.OTHERWISE} <= set(settings.TRIED.values())


# --- table and picture ----------------------------------------------------------------------------------------
def runs() -> list[Run]:
    ours = Run(OURS, 60.0, 0.5, [Point(1.0, 0, 4, 900), Point(2.0, 0, 0, 1100), Point(50.0, 0, 0, 1001)])
    ours.bound, ours.bound_vacancy, ours.verdict = 1000, 0, Verdict(0, 0, 1001)
    worse = Run("timefold", 60.0, 0.2, [Point(3.0, 2, 0, 5), Point(9.0, 0, 0, 1250), Point(60.7, 0, 0, 1111)])
    worse.verdict = Verdict(0, 0, 1111)
    vacant = Run("highs", 60.0, 5.0, [Point(20.0, 0, 3, 700)], bound=1, bound_vacancy=0, verdict=Verdict(0, 3, 700))
    return [ours, worse, vacant, Run("cp-sat", 60.0, overran=True)]


def test_the_table_compares_gaps_to_the_best_bound() -> None:
    lines = table.table("tiny", runs()).splitlines()
    assert lines[0] == "**tiny**: best bound 1,000, fewest weighted vacancies 0"
    cells = {line.split(" | ")[0].strip("| "): line.strip("| ").split(" | ") for line in lines[4:]}
    ours, worse = cells["Sanban"], cells["Timefold, default"]
    assert ours[3:8] == ["1,100", "1,100", "1,001", "0.10 %", "1.0"]
    assert worse[2] == "9.0 s"
    assert worse[3:8] == ["1,250", "1,250", "1,111", "9.99 %", "100.0"]
    assert cells["HiGHS on the whole"][3:8] == ["none", "700 (+3 vacant)", "700 (+3 vacant)", "–", "–"]
    assert cells["CP-SAT, flat model"][-1] == "no roster, ended by force"
    assert {line.count("|") for line in lines[2:]} == {11}


def test_what_comes_long_after_the_time_does_not_count() -> None:
    late = Run("highs", 60.0, points=[Point(55.0, 0, 0, 1200), Point(63.0, 0, 0, 1000)])
    assert late.in_time == Point(55.0, 0, 0, 1200)
    assert curve(late, 0, 1000) == [(55.0, pytest.approx(1 / 6))]


def test_a_bound_for_more_vacancies_holds_for_fewer_and_not_the_other_way() -> None:
    found = [Run(OURS, 60.0, points=[Point(1.0, 0, 2, 900)], bound=800, bound_vacancy=3)]
    assert table.best_bound(found) == 800
    found[0].bound_vacancy = 1
    assert table.best_bound(found) is None


def test_nobody_with_a_roster_is_a_table_too() -> None:
    text = table.tables({"tiny": [Run("cp-sat", 10.0)]})
    assert "best bound –, fewest weighted vacancies –" in text
    assert "no roster" in text


def test_the_picture_has_a_line_for_each_peer_that_can_be_compared() -> None:
    drawn = ElementTree.fromstring(picture({"tiny": runs(), "town & country": [Run("cp-sat", 10.0)]}))
    space = "{http://www.w3.org/2000/svg}"
    paths = drawn.findall(f"{space}path")
    words = [t.text or "" for t in drawn.findall(f"{space}text")]
    assert len(paths) == 2
    assert {p.get("stroke") for p in paths} == {"#0b6e4f", "#c77700"}
    for solver in SOLVERS.values():
        assert any(solver.title.zh in w for w in words) or solver.title.en == "Timefold, tuned"
    assert any(w.startswith("town & country") for w in words)
    heights = [float(t.get("y", "nan")) for t in drawn.findall(f"{space}text")]
    assert all(0 <= h <= float(drawn.get("height", "0")) for h in heights)


def test_steps_go_down_and_to_the_right() -> None:
    points = curve(runs()[0], 0, 1000)
    assert points == [(2.0, pytest.approx(100 / 1100)), (50.0, pytest.approx(1 / 1001))]
    path = ElementTree.fromstring(picture({"tiny": runs()})).find("{http://www.w3.org/2000/svg}path")
    assert path is not None
    steps = (path.get("d") or "").replace("V", " ").replace("H", " ").lstrip("M").split()
    x, y = float(steps[0]), float(steps[1])
    assert float(steps[2]) > x
    assert float(steps[3]) > y
    assert float(steps[4]) > float(steps[2])
