"""The seats that local search fills: their demands, their order, who may take them, which follows on the next day."""

from __future__ import annotations

import numpy as np

from ..program import Program

SPARE_SEATS = 1
MOST_SEATS = 64
"""Heads of one demand beyond this many are not searched for one by one."""


def seats(program: Program) -> tuple[np.ndarray, np.ndarray]:
    """Demand of every seat, and whether a pin holds it; pinned seats come first within their demand."""
    problem = program.problem
    most = np.array([min(seat.max, MOST_SEATS) for _, seat in problem.demands], np.int64)
    pins = np.bincount(np.array([d for _, d in program.pinned], np.int64), minlength=len(most))
    most = np.maximum(most, pins)
    demand = np.repeat(np.arange(len(most)), most)
    within = np.arange(len(demand)) - np.repeat(np.cumsum(most) - most, most)
    return demand, within < pins[demand]


def by_post(program: Program, seat_demand: np.ndarray) -> np.ndarray:
    """Seats that are searched, by post and time; see `Landscape.seat_order`."""
    problem = program.problem
    posts = {post: i for i, post in enumerate(sorted({d.post or "" for d in problem.duties}))}
    post = np.array([posts[d.post or ""] for d in problem.duties], np.int64)
    ideal = np.array([seat.ideal for _, seat in problem.demands], np.int64)
    first = np.searchsorted(seat_demand, np.arange(len(ideal)))
    wanted = np.flatnonzero(np.arange(len(seat_demand)) - first[seat_demand] < ideal[seat_demand] + SPARE_SEATS)
    return wanted[np.lexsort((seat_demand[wanted], post[problem.demand_duty[seat_demand[wanted]]]))]


def tomorrow(program: Program) -> np.ndarray:
    """[demands] → the demand of the same post, shift and position at the same hours a day later, or −1."""
    problem = program.problem
    start, end = problem.duty_start.tolist(), problem.duty_end.tolist()
    duties, duty_of = problem.duties, problem.demand_duty.tolist()
    place = [
        (duties[duty].post, duties[duty].shift, seat.position, end[duty] - start[duty])
        for duty, (_, seat) in zip(duty_of, problem.demands, strict=True)
    ]
    at = {(*where, start[duty]): i for i, (where, duty) in enumerate(zip(place, duty_of, strict=True))}
    found = [at.get((*where, start[duty] + 24 * 60), -1) for where, duty in zip(place, duty_of, strict=True)]
    return np.array(found, np.int64)


def candidates(program: Program) -> tuple[np.ndarray, np.ndarray]:
    """Per demand the people who have both a cell in its slot and a flow to it."""
    by_group = np.argsort(program.group_of_person, kind="stable")
    group_first = np.searchsorted(program.group_of_person[by_group], np.arange(program.groups + 1))
    heads = np.diff(group_first)[program.flow_group]
    begin = np.repeat(group_first[program.flow_group] - (np.cumsum(heads) - heads), heads)
    person = by_group[begin + np.arange(len(begin))]
    demand = np.repeat(program.flow_demand, heads)
    able = program.cell_id[person, program.demand_slot[demand]] >= 0
    person, demand = person[able], demand[able]
    order = np.lexsort((person, demand))
    first = np.searchsorted(demand[order], np.arange(len(program.problem.demands) + 1))
    return first.astype(np.int64), person[order]
