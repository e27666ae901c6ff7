"""What the command line says to mistakes: one sentence each, exit code 2, and nothing half done."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from scheduler import cli

from .command import run, said, start, write
from .documents import full, small

Told = Callable[..., str]


@pytest.fixture
def told(capfdbinary: pytest.CaptureFixture[bytes]) -> Told:
    """What a mistaken command says, run in this process: how a real one ends the first tests show."""

    def mistaken(*words: object) -> str:
        assert cli.main([str(word) for word in words]) == 2
        return capfdbinary.readouterr().err.decode()

    return mistaken


def test_all_faults_of_a_document_are_told_one_a_line(tmp_path: Path) -> None:
    body = full()
    body["people"][0]["unit"] = "gone"
    body["days"] = 0
    done = run("solve", write(tmp_path / "p.json", body), "--lang", "en", code=2)
    lines = said(done).splitlines()
    assert lines[0].startswith("days: 0 is too small")
    assert 'people[0].unit: There is no unit with the id "gone"' in lines[1]
    assert "没有编号为“gone”的来源单位" in said(run("solve", tmp_path / "p.json", code=2))


def test_a_process_that_is_told_nothing_ends_with_code_two() -> None:
    assert "参数有误" in said(run(code=2))


def test_with_jsonl_even_an_error_is_a_json_object(tmp_path: Path) -> None:
    done = run("solve", write(tmp_path / "p.json", {}), "--progress", "jsonl", code=2)
    lines = [json.loads(line) for line in said(done).splitlines()]
    assert all(set(line["error"]) == {"zh", "en"} for line in lines)


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (("solve", "nowhere.json"), "Cannot read nowhere.json"),
        (("solve", "."), "Cannot read ."),
        (("solve", "-", "--out", "/nowhere/out.json"), "The folder /nowhere does not exist"),
        (("solve", "-", "--out", "/"), "Cannot write /"),
        (("solve", "-", "--incumbent", "/nowhere/x"), "The folder /nowhere does not exist"),
        (("check", "-", "-"), "Standard input can be read only once"),
        (("solve", "-", "--start", "-"), "Standard input can be read only once"),
        (("solve",), "The arguments are wrong"),
        ((), "The arguments are wrong"),
        (("dance",), "The arguments are wrong"),
        (("solve", "-", "--seconds", "nan"), "'nan' (0.1 … 86400)"),
        (("solve", "-", "--seconds", "-1"), "'-1' (0.1 … 86400)"),
        (("solve", "-", "--gap", "2"), "'2' (0 … 1)"),
        (("solve", "-", "--seed", "1.5"), "'1.5'"),
        (("town", "shouchang", "--start", "2026-02-30"), "'2026-02-30'"),
        (("town", "shouchang", "--seed", "9" * 30), "The arguments are wrong"),
    ],
)
def test_a_mistake_is_one_sentence_and_exit_code_two(words: tuple[str, ...], sentence: str, told: Told) -> None:
    text = told(*words, *(("--lang", "en") if words else ()))
    assert (sentence if words else "参数有误") in text
    assert "Traceback" not in text
    assert len(text.splitlines()) == 1


@pytest.mark.parametrize(
    ("roster", "code"),
    [
        ({"assignments": None}, "This result holds no roster"),
        ({}, 'The field "assignments" is missing'),
        ([], 'The field "assignments" is missing'),
        ({"assignments": {}}, "this should be a list"),
        ({"assignments": [{"person": "zz", "duty": "d", "position": "x"}]}, 'The problem does not know "zz"'),
        ({"assignments": [{"person": "p1"}]}, 'The field "duty" is missing'),
    ],
)
def test_a_roster_that_cannot_be_read_is_told(tmp_path: Path, roster: Any, code: str, told: Told) -> None:
    problem = write(tmp_path / "p.json", small())
    assert code in told("check", problem, write(tmp_path / "r.json", roster), "--lang", "en")


@pytest.mark.parametrize(
    ("absences", "code"),
    [
        ([], "It has 0 item(s) and needs at least 1"),
        ([{"person": "zz", "start": "2026-11-24T00:00Z", "end": "2026-11-25T00:00Z"}], 'does not know "zz"'),
        (
            [{"person": "p1", "start": "2026-11-24T00:00Z", "end": "2026-11-24T00:00Z"}],
            "The end is not after the start",
        ),
        ([{"person": "p1", "start": "2026-11-24T00:00", "end": "x", "why": 1}], "has no offset"),
    ],
)
def test_absences_that_cannot_be_read_are_told(tmp_path: Path, absences: Any, code: str, told: Told) -> None:
    problem = write(tmp_path / "p.json", small())
    words = ("repair", problem, write(tmp_path / "a.json", {"absences": absences}), "--lang", "en")
    assert code in told(*words)


def test_a_bug_is_told_as_one_with_its_trace(
    monkeypatch: pytest.MonkeyPatch, capfdbinary: pytest.CaptureFixture[bytes]
) -> None:
    monkeypatch.setitem(cli.COMMANDS, "schema", lambda options, teller: 1 // 0)
    assert cli.main(["schema", "--lang", "en"]) == 4
    text = capfdbinary.readouterr().err.decode()
    assert "ZeroDivisionError" in text
    assert "This is a bug" in text


def test_a_reader_who_has_seen_enough_is_no_error() -> None:
    child = start("town", "shouchang")
    assert child.stdout is not None
    child.stdout.read(10)
    child.stdout.close()
    assert child.stderr is not None
    assert child.stderr.read() == b""
    child.stderr.close()
    assert child.wait(timeout=60) == 0


def test_help_is_short_and_in_both_languages() -> None:
    assert "退出码" in run("--help").stdout.decode()
    english = run("--help", "--lang", "en").stdout.decode()
    assert "Exit codes" in english
    assert len(english.splitlines()) < 30
