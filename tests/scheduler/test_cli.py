"""The command line as people and the worker use it: real processes, files, signals, exit codes."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from scheduler import document
from scheduler.rules import REGISTRY

from .command import ROOT, command, environment, read, run, said, start, write
from .documents import small

PROGRESS = {
    "seconds", "objective", "bound", "gap", "vacancy_objective", "vacancy_bound", "vacancy_gap", "vacancies",
}  # fmt: skip
RESULT = PROGRESS - {"vacancies"} | {"status", "costs", "vacancies", "assignments", "violations", "seed", "version"}


@pytest.fixture(scope="module")
def solved(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the example, its roster, and what was kept on the way."""
    folder = tmp_path_factory.mktemp("solved")
    write(folder / "problem.json", small())
    words = ("--seconds", 3, "--seed", 5, "--out", folder / "result.json", "--incumbent", folder / "best.json")
    done = run("solve", folder / "problem.json", *words, "--progress", "jsonl")
    (folder / "progress.jsonl").write_bytes(done.stderr)
    assert done.stdout == b""
    return folder


@pytest.fixture
def shouchang(tmp_path: Path) -> Path:
    run("town", "shouchang", "--seed", 1, "--out", tmp_path / "town.json")
    return tmp_path / "town.json"


# --- solve --------------------------------------------------------------------------------------------------
def test_a_solve_writes_a_result_with_all_that_is_promised(solved: Path) -> None:
    result = read(solved / "result.json")
    assert result.keys() >= RESULT
    assert result["status"] in ("optimal", "feasible")
    assert result["seed"] == 5
    assert result["violations"] == []
    assert document.roster_from_json(document.load(small()), result)


def test_progress_comes_as_one_json_object_a_line(solved: Path) -> None:
    lines = [json.loads(line) for line in (solved / "progress.jsonl").read_text("utf-8").splitlines()]
    assert lines
    assert all(line.keys() >= PROGRESS for line in lines)


def test_the_incumbent_is_a_roster_to_start_from(solved: Path, tmp_path: Path) -> None:
    assert document.roster_from_json(document.load(small()), read(solved / "best.json"))
    out = tmp_path / "again.json"
    words = ("--seconds", 1, "--start", solved / "best.json", "--progress", "none", "--out", out)
    assert said(run("solve", solved / "problem.json", *words)) == ""
    assert read(out)["vacancy_objective"] <= read(solved / "result.json")["vacancy_objective"]


def test_nothing_half_written_is_left_behind(solved: Path) -> None:
    assert {p.name for p in solved.iterdir()} == {"problem.json", "result.json", "best.json", "progress.jsonl"}


def test_the_problem_may_come_from_standard_input_and_the_result_go_to_standard_output() -> None:
    done = run("solve", "-", "--seconds", 1, "--lang", "en", stdin=json.dumps(small()).encode())
    assert json.loads(done.stdout)["assignments"]
    assert "vacant" in said(done)


def test_a_pipe_is_written_to_and_not_replaced(tmp_path: Path) -> None:
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    child = start("town", "anguolu", "--out", pipe)
    assert json.loads(pipe.read_bytes())["town"]["id"] == "anguolu"
    assert child.communicate(timeout=60) == (b"", b"")
    assert pipe.is_fifo()


def test_nothing_legal_is_told_by_the_exit_code_and_has_no_roster(tmp_path: Path) -> None:
    body = small(rules=[{"rule": "min_max_duties", "min": 30}])
    done = run("solve", write(tmp_path / "p.json", body), "--seconds", 2, "--lang", "en", code=3)
    result = json.loads(done.stdout)
    assert result["assignments"] is None
    assert result["status"] in ("infeasible", "unknown")
    assert "no roster can be legal" in said(done)
    assert "No legal roster was found" in said(done)


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_signal_ends_a_solve_with_the_best_roster(shouchang: Path, number: signal.Signals) -> None:
    out = shouchang.with_name("out.json")
    child = start("solve", shouchang, "--seconds", 600, "--progress", "jsonl", "--out", out)
    for line in _lines(child):
        if line.get("objective") is not None:
            break
    child.send_signal(number)
    _, rest = child.communicate(timeout=120)
    assert child.returncode == 0, rest
    result = read(out)
    assert result["assignments"]
    assert result["seconds"] < 300
    assert run("check", shouchang, out, "--out", os.devnull)


def test_a_solve_ends_when_its_parent_is_gone(shouchang: Path) -> None:
    words = command("solve", shouchang, "--seconds", 600, "--progress", "none", "--while-parent-lives")
    program = f"import subprocess,sys; c=subprocess.Popen({words!r}); print(c.pid, flush=True); c.wait()"
    parent = subprocess.Popen([sys.executable, "-c", program], cwd=ROOT, stdout=subprocess.PIPE, env=environment())
    assert parent.stdout is not None
    child = int(parent.stdout.readline())
    time.sleep(4)
    assert _alive(child)
    parent.kill()
    parent.wait()
    parent.stdout.close()
    deadline = time.monotonic() + 30
    while _alive(child) and time.monotonic() < deadline:
        time.sleep(0.2)
    assert not _alive(child)


def _lines(child: subprocess.Popen[bytes]) -> Iterator[dict[str, Any]]:
    assert child.stderr is not None
    return (json.loads(line) for line in child.stderr)


def _alive(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except FileNotFoundError:
        return False


# --- check, explain, repair ---------------------------------------------------------------------------------
def test_a_legal_roster_passes_the_check(solved: Path) -> None:
    report = json.loads(run("check", solved / "problem.json", solved / "result.json").stdout)
    assert report["legal"]
    assert report["violations"] == []


def test_broken_rules_are_listed_and_told_by_the_exit_code(tmp_path: Path) -> None:
    problem = write(tmp_path / "p.json", small())
    served = [{"person": "p2", "duty": f"bridge/2026-11-24/{s}", "position": "record"} for s in ("early", "late")]
    roster = write(tmp_path / "r.json", {"assignments": served})
    done = run("check", problem, roster, "--lang", "en", code=1)
    (violation,) = json.loads(done.stdout)["violations"]
    assert (violation["rule"], violation["person"]) == ("min_rest", "p2")
    assert "周立夏" in violation["sentence"]
    assert "1 breach(es)" in said(done)


def test_explain_gives_every_vacancy_its_reason(tmp_path: Path) -> None:
    problem = write(tmp_path / "p.json", small())
    roster = write(tmp_path / "r.json", {"assignments": []})
    found = json.loads(run("explain", problem, roster, "--lang", "en").stdout)["vacancies"]
    assert len(found) == 22
    assert all(v["reason"].endswith(".") for v in found)


def test_explain_and_solve_say_what_would_have_to_give(tmp_path: Path) -> None:
    body = small(posts=[], rules=[])
    for person in body["people"]:
        away = {"start": "2026-11-24T00:00+08:00", "end": "2026-11-25T00:00+08:00", "status": "unavailable"}
        person["availability"] = [away]
        person.pop("history", None)
    problem = write(tmp_path / "p.json", body)
    lack = "You lack 1 跑腿 on Tuesday 09:30–11:00, 卫生院."
    called = "Or let 1 person be called in spite of 'unavailable': that fills the vacant seat."
    explained = run("explain", problem, write(tmp_path / "r.json", {"assignments": []}), "--lang", "en")
    solved = run("solve", problem, "--seconds", 60, "--lang", "en")
    for done in (explained, solved):
        assert [r["sentence"] for r in json.loads(done.stdout)["relaxations"]] == [lack, called]
        assert lack in said(done)
        assert called in said(done)


def test_contradicting_laws_are_named_with_what_would_make_something_legal(tmp_path: Path) -> None:
    rules = [{"rule": "min_max_duties", "id": "least", "min": 9}, {"rule": "one_duty_a_day"}]
    done = run("solve", write(tmp_path / "p.json", small(rules=rules)), "--seconds", 60, "--lang", "en", code=3)
    result = json.loads(done.stdout)
    assert result["status"] == "infeasible"
    (one,) = result["relaxations"]
    assert [e["id"] for e in one["entries"]] == ["least"]
    assert one["excess"] == 3  # the most for one of them: the other has seven days and lacks two
    assert "let 2 people serve up to 3 duties fewer than the least, and a roster is legal" in said(done)


def test_a_repair_gives_alternatives(solved: Path, tmp_path: Path) -> None:
    body = small(baseline={"assignments": read(solved / "result.json")["assignments"]}, now="2026-11-23T07:00+08:00")
    problem = write(tmp_path / "p.json", body)
    absent = {"person": "p2", "start": "2026-11-24T00:00+08:00", "end": "2026-11-30T00:00+08:00"}
    absences = write(tmp_path / "a.json", {"absences": [absent]})
    out = tmp_path / "out.json"
    run("repair", problem, absences, "--seconds", 60, "--out", out)
    alternatives = read(out)["alternatives"]
    assert 1 <= len(alternatives) <= 3
    for one in alternatives:
        gone = {a["duty"] for a in one["assignments"] if a["person"] == "p2"}
        assert all(duty.startswith("bridge/2026-11-23") for duty in gone)


def test_preflight_says_what_cannot_work(tmp_path: Path) -> None:
    found = json.loads(run("preflight", write(tmp_path / "p.json", small()), "--lang", "en").stdout)["notices"]
    assert "too_few_people" in {n["code"] for n in found}


# --- towns, rules, schema -----------------------------------------------------------------------------------
def test_a_town_is_the_same_for_the_same_seed(tmp_path: Path) -> None:
    for name in ("one", "two"):
        run("town", "xincheng", "--seed", 7, "--start", "2026-12-07", "--out", tmp_path / name)
    assert (tmp_path / "one").read_bytes() == (tmp_path / "two").read_bytes()
    assert document.load(read(tmp_path / "one")).start.isoformat() == "2026-12-07"


def test_an_unknown_town_is_told_with_those_there_are() -> None:
    assert "shouchang" in said(run("town", "atlantis", code=2))


def test_rules_are_listed_for_people_and_for_machines() -> None:
    page = run("rules").stdout.decode()
    listed = json.loads(run("rules", "--json").stdout)
    assert all(name in page for name in REGISTRY)
    assert [rule["name"] for rule in listed] == list(REGISTRY)


def test_the_schema_is_printed() -> None:
    assert json.loads(run("schema").stdout) == document.schema()
