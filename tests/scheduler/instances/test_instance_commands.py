"""The commands for instances as real processes, from files to files."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from scheduler import cli, solver
from scheduler.instances import curtois, inrc2
from scheduler.problem import Problem
from scheduler.roster import Result

from ..command import run, said
from .files import saved


def instance_of(paths: dict[str, Path]) -> inrc2.Instance:
    named = {name: (path.name, path.read_bytes()) for name, path in paths.items()}
    return inrc2.read_instance(named["scenario"], named["history"], [named["week"], named["week"]])


def competition(paths: dict[str, Path], folder: Path, *more: object) -> list[object]:
    words = ["inrc2", "--scenario", paths["scenario"], "--history", paths["history"]]
    return [*words, "--weeks", paths["week"], paths["week"], "--seconds", 3, "--out", folder, *more]


@pytest.mark.parametrize("version", ["static", "dynamic"])
def test_a_competition_instance_is_solved_into_one_file_a_week(tmp_path: Path, version: str) -> None:
    paths, folder = saved(tmp_path), tmp_path / "solution"
    done = run(*competition(paths, folder, "--lang", "en", *(["--dynamic"] if version == "dynamic" else [])))
    body, instance = json.loads(done.stdout), instance_of(paths)
    written = [folder / "Sol-tiny-0.txt", folder / "Sol-tiny-1.txt"]
    assert body["files"] == [str(path) for path in written]
    roster = inrc2.read_solutions(instance, [(path.name, path.read_bytes()) for path in written])
    verdict = inrc2.evaluate(instance, roster)
    assert (body["version"], body["cost"], body["hard"], body["soft"]) == (version, verdict.cost, {}, verdict.soft)
    assert f"cost {verdict.cost}" in said(done)
    if version == "static":
        assert body["objective"] == verdict.cost


def test_a_shift_scheduling_instance_is_solved_into_a_file(tmp_path: Path) -> None:
    paths, out = saved(tmp_path), tmp_path / "roster.txt"
    body = json.loads(run("curtois", paths["curtois"], "--seconds", 4, "--out", out).stdout)
    instance = curtois.read_instance("curtois.txt", paths["curtois"].read_bytes())
    verdict = curtois.evaluate(instance, curtois.read_roster(instance, out.name, out.read_bytes()))
    assert verdict.legal
    assert body["cost"] == body["objective"] == verdict.cost


def test_too_few_nurses_break_the_competitions_law_and_the_exit_code_says_so(tmp_path: Path) -> None:
    paths = saved(tmp_path)
    wanting = paths["week"].read_text("utf-8").replace("Early Care (1,1) (1,1)", "Early Care (1,1) (5,5)")
    paths["week"].write_text(wanting, encoding="utf-8")
    body = json.loads(run(*competition(paths, tmp_path / "solution"), code=1).stdout)
    assert body["hard"]["H2"] >= 4


def test_broken_files_are_told_line_by_line_in_both_languages(tmp_path: Path) -> None:
    paths = saved(tmp_path)
    paths["week"].write_text(paths["week"].read_text("utf-8").replace("Tue", "Tu"), encoding="utf-8")
    paths["history"].write_text(paths["history"].read_text("utf-8").replace("Ann", "Anne"), encoding="utf-8")
    words = competition(paths, tmp_path / "solution")
    assert "星期" in said(run(*words, code=2))
    lines = said(run(*words, "--lang", "en", code=2)).splitlines()
    assert [line.split(": ")[0] for line in lines] == ["history.txt:5", "history.txt:4", "week.txt:10", "week.txt:10"]


def test_missing_files_and_folders_are_told_before_anything_is_solved(tmp_path: Path) -> None:
    paths = saved(tmp_path)
    assert "none.txt" in said(run("curtois", tmp_path / "none.txt", code=2))
    run("curtois", paths["curtois"], "--out", tmp_path / "no" / "roster.txt", code=2)
    run(*competition(paths, tmp_path / "no" / "folder"), code=2)
    run("inrc2", "--scenario", paths["scenario"], code=2)


def test_a_cost_that_the_instance_does_not_share_is_told_as_a_bug(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfdbinary: Any
) -> None:
    """A solver whose figure is off by one writes no files."""
    true = solver.solve

    def off_by_one(problem: Problem, *more: Any) -> Result:
        result = true(problem, *more)
        return replace(result, objective=(result.objective or 0) + 1)

    monkeypatch.setattr(solver, "solve", off_by_one)
    paths, out = saved(tmp_path), tmp_path / "roster.txt"
    assert cli.main(["curtois", str(paths["curtois"]), "--seconds", "2", "--out", str(out), "--lang", "en"]) == 4
    assert not out.exists()
    words = [str(word) for word in competition(paths, tmp_path / "solution", "--lang", "en")]
    assert cli.main(words) == 4
    assert list((tmp_path / "solution").iterdir()) == []
    assert b"Disagreement" in capfdbinary.readouterr().err
