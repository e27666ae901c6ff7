"""What goes to the prover holds nothing that the search may be adding to meanwhile."""

from __future__ import annotations

import pickle
from dataclasses import fields
from typing import Any

import numpy as np

from scheduler.document import load
from scheduler.problem import Problem
from scheduler.program import build
from scheduler.towns import make


def only_fields(value: Any) -> bool:
    return set(vars(value)) == {field.name for field in fields(value)}


def town() -> Problem:
    return load(make("xincheng", 1))


def test_a_program_arrives_without_what_was_worked_out_about_it() -> None:
    problem = town()
    program = build(problem)
    assert len(program.demand_slot) > 0
    assert len(program.index.node) > 0
    assert not any(only_fields(part) for part in (problem, program, program.index)), "nothing was worked out"
    there = pickle.loads(pickle.dumps(program))
    assert all(only_fields(part) for part in (there, there.problem, there.index))
    assert there.problem == problem
    assert np.array_equal(there.demand_slot, program.demand_slot)
    assert np.array_equal(there.index.node, program.index.node)
