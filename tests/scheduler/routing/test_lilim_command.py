"""`python -m scheduler lilim` as a process."""

from __future__ import annotations

import json
import signal
from pathlib import Path

import pytest

from scheduler.routing.evaluate import evaluate
from scheduler.routing.read import parse

from ...patience import PATIENCE
from ..command import run, said, start
from .errands import GOOD


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "errands.txt"
    path.write_text(GOOD)
    return path


def test_it_writes_routes_that_the_evaluator_confirms(file: Path, tmp_path: Path) -> None:
    out = tmp_path / "routes.txt"
    done = run("lilim", file, "--iterations", 200, "--out", out, "--lang", "en")
    assert done.stdout == b""
    head, *lines = out.read_text().splitlines()
    assert head == "instance errands.txt"
    assert lines[:2] == ["vehicles 1", "distance 72.36"]
    routes = tuple(tuple(map(int, line.split(": ")[1].split())) for line in lines[2:])
    worth = evaluate(parse("x", GOOD.encode()), routes)
    assert (worth.vehicles, round(worth.distance, 2), worth.breaches) == (1, 72.36, ())
    assert "1 vehicle(s) (proven fewest), distance 72.36" in said(done)


def test_routes_go_to_standard_output_and_progress_to_standard_error(file: Path) -> None:
    done = run("lilim", file, "--iterations", 200, "--progress", "jsonl")
    assert done.stdout.decode().splitlines()[1] == "vehicles 1"
    news = [json.loads(line) for line in said(done).splitlines()]
    assert set(news[-1]) == {"seconds", "vehicles", "distance", "vehicle_bound"}
    assert news[-1]["distance"] == pytest.approx(72.3607, abs=1e-4)


def test_a_broken_file_is_bad_input_with_every_line_told(file: Path) -> None:
    file.write_text(GOOD.replace("3 10 1", "3 ten 1").replace("4 20 0", "4 far 0"))
    assert [line.split(" ")[0] for line in said(run("lilim", file, code=2)).splitlines()] == [
        "errands.txt:1:", "errands.txt:6:",
    ]  # fmt: skip
    assert "whole number" in said(run("lilim", file, "--lang", "en", code=2))


def test_a_file_without_errands_is_bad_input(file: Path) -> None:
    file.write_text("\n".join(GOOD.splitlines()[:2]))
    assert "跑腿单" in said(run("lilim", file, code=2))


def test_what_cannot_be_run_is_told_as_nothing_legal(file: Path) -> None:
    file.write_text(GOOD.replace("2 0 20 -4 0 90", "2 0 20 -4 0 24"))
    done = run("lilim", file, "--seconds", 1, "--lang", "en", code=3)
    assert "Pick-up 1 and delivery 2 cannot be served in time" in said(done)
    assert done.stdout == b""


def test_a_signal_ends_it_with_the_routes_in_hand(file: Path) -> None:
    process = start("lilim", file, "--seconds", 600, "--progress", "jsonl")
    assert process.stderr is not None
    assert b"vehicles" in process.stderr.readline()
    process.send_signal(signal.SIGTERM)
    out, _ = process.communicate(timeout=PATIENCE)
    assert process.returncode == 0
    assert out.decode().splitlines()[1] == "vehicles 1"
