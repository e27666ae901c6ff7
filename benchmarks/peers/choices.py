"""A program without its aggregation: one choice for each person and each demand that they may take."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy import sparse

from scheduler.limits import Level, charge
from scheduler.problem import Assignment
from scheduler.program import Program, assignment

VACANCY_WEIGHT = 1_000_000
"""What one weighted vacancy costs where a solver knows one sum only: more than any roster of a demo town costs,
and nothing costs less than nothing, so fewer vacancies always win."""


@dataclass(frozen=True)
class Choices:
    """[choices] arrays, sorted by cell; `flat` turns choices and touches into the program's columns."""

    program: Program
    person: np.ndarray
    demand: np.ndarray
    cell: np.ndarray
    flow: np.ndarray

    def __len__(self) -> int:
        return len(self.person)

    @property
    def cost(self) -> np.ndarray:
        """What each choice costs whatever else is chosen."""
        return self.program.cell_cost[self.cell] + self.program.flow_cost[self.flow]

    def flat(self) -> sparse.csr_matrix:
        """[columns of the program, choices + touches]: a cell and a flow are the sums of their choices."""
        program, many = self.program, len(self)
        touch = np.arange(program.touches)
        column = np.concatenate([self.cell, program.cells + touch, program.cells + program.touches + self.flow])
        choice = np.concatenate([np.arange(many), many + touch, np.arange(many)])
        shape = (program.columns, many + program.touches)
        return sparse.csr_matrix((np.ones(len(column), np.int64), (column, choice)), shape)

    def rows(self) -> sparse.csr_matrix:
        """[rows of the program, choices + touches]: what each choice adds to the count of each row."""
        program = self.program
        shape = (program.rows, program.columns)
        entries = sparse.csr_matrix((program.entry_weight, program.entry_column, program.row_first), shape)
        return (entries @ self.flat()).tocsr()

    def worth(self, values: np.ndarray) -> tuple[int, int]:
        """(weighted vacancies, cost) of bool[choices]."""
        program = self.program
        cells = np.bincount(self.cell[values], minlength=program.cells) > 0
        return worth(program, cells, np.bincount(self.flow[values], minlength=program.flows))

    def chosen(self, values: np.ndarray) -> tuple[Assignment, ...]:
        """The roster of bool[choices]."""
        taken = np.flatnonzero(values).tolist()
        return tuple(assignment(self.program.problem, int(self.person[i]), int(self.demand[i])) for i in taken)


def choices_of(program: Program) -> Choices:
    """Every pair of a person and a demand for which the program has both a cell and a flow."""
    node = program.group_of_person[program.cell_person] * program.slots + program.cell_slot
    begin, end = program.index.node_first[node], program.index.node_first[node + 1]
    size = end - begin
    cell = np.repeat(np.arange(program.cells), size)
    flow = np.repeat(begin - (np.cumsum(size) - size), size) + np.arange(len(cell))
    return Choices(program, program.cell_person[cell], program.flow_demand[flow], cell, flow)


def worth(program: Program, cells: np.ndarray, flows: np.ndarray) -> tuple[int, int]:
    """(weighted vacancies, cost) of bool[cells] and int64[flows], by the rows of the program."""
    touched = np.zeros(program.touches, np.int64)
    touch = np.repeat(np.arange(program.touches), np.diff(program.touch_first))
    np.maximum.at(touched, touch, cells[program.touch_cell].astype(np.int64))
    values = np.concatenate([cells, touched, flows]).astype(np.int64)
    shape = (program.rows, program.columns)
    entries = sparse.csr_matrix((program.entry_weight, program.entry_column, program.row_first), shape)
    count = entries @ values + program.row_base
    vacancy, cost = 0, int(program.cell_cost @ cells + program.flow_cost @ flows)
    for number, price in enumerate(program.prices):
        mine = count[program.row_price == number]
        vacancy += int(charge(price, mine, Level.VACANCY).sum())
        cost += int(charge(price, mine, Level.PRICED).sum())
    return vacancy, cost
