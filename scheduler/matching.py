"""Who takes which seat, among people for whom it makes no difference to any rule.

Once the search has its roster, people of one group who serve in the same slot may still exchange their seats: every
rule, cost and vacancy stays as it is. What is left open is settled here, by what matters to the people themselves:

1. a seat held in the published roster stays with whom it was given to;
2. the same post as at the duty before and after, the last one of the past included;
3. a short way from the home area;
4. another position than at the duty before and after.

The order is strict, since nobody has said how many metres a familiar post is worth; and little is lost by it, for each
aim leaves much to the next: a post that is nobody's habit goes to who lives near, positions rotate within a post.
One slot is an assignment problem while the slots around it stand; slots are matched forwards and backwards in time
until nothing gets better. Every step makes the measure smaller, so it ends; nothing is drawn, so it ends the same way.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from itertools import pairwise

import numpy as np

from .problem import Assignment
from .program import Program
from .rules.times import past_of
from .travel import metres_from_home

LARGEST_NODE = 256
"""More people of one group in one slot are matched piece by piece, in the order of people."""
NOWHERE, UNKNOWN = -1, -2
"""A post or position that is not there: on the side of seats, and on that of the duties around them."""


@dataclass(frozen=True, order=True, slots=True)
class Measure:
    """What is made smaller, the first field before the second and so on."""

    seats_lost: int
    """Assignments of the baseline that are not kept."""
    post_changes: int
    """Duties, the last one of the past included, after which the same person's next duty is not at the same post."""
    metres: int
    """From home to the post, summed over all duties; 0 where either is not on the map."""
    positions_repeated: int
    """Duties, the last one of the past included, after which the same person's next is in the same position."""


def tidy(
    program: Program, assignments: Iterable[Assignment], should_stop: Callable[[], bool] = lambda: False
) -> tuple[Assignment, ...]:
    """The same seats in the same order, and the same people in the same slots; who takes which may have changed.

    `should_stop` is asked before each slot: what is in hand then is whole and no worse than what came in.
    """
    roster = tuple(assignments)
    seating = _Seating(program, roster)
    matching = _Matching(seating, _nodes(seating))
    matching.run(should_stop)
    people = program.problem.people
    taken_by = seating.holders().tolist()
    return tuple(
        a if people[p].id == a.person else replace(a, person=people[p].id)
        for a, p in zip(roster, taken_by, strict=True)
    )


def measure(program: Program, assignments: Iterable[Assignment]) -> Measure:
    """How a roster fares by the aims of `tidy`."""
    return _Seating(program, tuple(assignments)).measure()


class _Seating:
    """Everybody's duties one after the other.

    A *place* is one person's duty in one slot, in the order of people and time; places stay. Seats have the numbers of
    the places that had them at first, and `seat` [places] says which one each place has now.
    """

    def __init__(self, program: Program, roster: tuple[Assignment, ...]) -> None:
        self.program = program
        problem = program.problem
        person = np.array([problem.person_index[a.person] for a in roster], np.int64)
        demand = np.array([problem.demand_index[problem.duty_index[a.duty], a.position] for a in roster], np.int64)
        duty, slot = problem.demand_duty[demand], program.demand_slot[demand]
        self.order = np.lexsort((demand, slot, problem.duty_end[duty], problem.duty_start[duty], person))
        self.person, self.demand, self.slot = person[self.order], demand[self.order], slot[self.order]
        self.seat = np.arange(len(roster))
        self.first = np.diff(self.person, prepend=-1) != 0
        self.last = np.diff(self.person, append=-1) != 0
        self._look_up_posts()
        self._look_up_baseline()

    def _look_up_posts(self) -> None:
        """Post, position and way of each seat; post and position of everybody's last past duty."""
        problem = self.program.problem
        post_number = {p.id: i for i, p in enumerate(problem.posts)}
        positions = {name: i for i, name in enumerate(sorted({seat.position for _, seat in problem.demands}))}
        post_of_demand = [post_number.get(problem.duties[d].post or "", NOWHERE) for d, _ in problem.demands]
        self.post = np.array(post_of_demand, np.int64)[self.demand]
        self.position = np.array([positions[s.position] for _, s in problem.demands], np.int64)[self.demand]
        past = past_of(problem)
        order = np.lexsort((past.end, past.start))
        last = np.full(len(problem.people), -1, np.int64)
        last[past.person[order]] = order
        self.has_past = last >= 0
        self.past_post = np.full(len(problem.people), UNKNOWN, np.int64)
        self.past_position = self.past_post.copy()
        for person in np.unique(self.person[self.has_past[self.person]]).tolist():
            self.past_post[person] = post_number.get(past.post[last[person]], UNKNOWN)
            self.past_position[person] = positions.get(past.position[last[person]], UNKNOWN)
        homes = sorted({problem.people[p].area or "" for p in self.person.tolist()})
        number = {area: i for i, area in enumerate(homes)}
        self.home = np.array([number[problem.people[p].area or ""] for p in self.person.tolist()], np.int64)
        metres = [np.append(metres_from_home(problem, area or None), 0) for area in homes]
        self.metres = np.maximum(0, np.array(metres, np.int64).reshape(len(homes), len(problem.posts) + 1))

    def _look_up_baseline(self) -> None:
        """`held` [places]: the demand that the baseline gave the person in that slot, −1 for none."""
        problem, slots = self.program.problem, self.program.slots
        pairs = [
            (problem.person_index[a.person], problem.demand_index[problem.duty_index[a.duty], a.position])
            for a in problem.baseline
        ]
        person, demand = np.array(sorted(pairs), np.int64).reshape(-1, 2).T
        key = np.append(person * slots + self.program.demand_slot[demand], -1)
        order = np.argsort(key, kind="stable")
        wanted = self.person * slots + self.slot
        found = order[np.minimum(np.searchsorted(key[order], wanted), len(key) - 1)]
        self.held = np.where(key[found] == wanted, np.append(demand, -1)[found], -1)

    # --- what is where now ----------------------------------------------------------------------------
    def before(self, places: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """(post, position) of the duty before each place."""
        seat, person, first = self.seat[places - 1], self.person[places], self.first[places]
        post = np.where(first, self.past_post[person], self.post[seat])
        return _known(post), np.where(first, self.past_position[person], self.position[seat])

    def after(self, places: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """(post, position) of the duty after each place."""
        last = self.last[places]
        seat = self.seat[np.where(last, places, places + 1)]
        return _known(np.where(last, UNKNOWN, self.post[seat])), np.where(last, UNKNOWN, self.position[seat])

    def holders(self) -> np.ndarray:
        """int64[assignments]: who has each seat now, in the order in which the assignments came."""
        people = np.empty(len(self.seat), np.int64)
        people[self.order[self.seat]] = self.person
        return people

    def measure(self) -> Measure:
        problem = self.program.problem
        places = np.arange(len(self.seat))
        post, position = self.post[self.seat], self.position[self.seat]
        way = self.metres[self.home, post]
        from_post, from_position = self.before(places)
        followed = ~self.first | self.has_past[self.person]
        now = set(zip(self.person.tolist(), self.demand[self.seat].tolist(), strict=True))
        lost = sum(
            (problem.person_index[a.person], problem.demand_index[problem.duty_index[a.duty], a.position]) not in now
            for a in problem.baseline
        )
        changes = int((followed & (from_post != post)).sum())
        return Measure(lost, changes, int(way.sum()), int((from_position == position).sum()))


def _known(post: np.ndarray) -> np.ndarray:
    """A duty without a post is at nobody's usual place, so it is never the same as another."""
    return np.where(post == NOWHERE, UNKNOWN, post)


@dataclass(frozen=True)
class _Nodes:
    """People of one group in one slot who can exchange their seats, and have different ones."""

    place: np.ndarray
    """The places of all nodes, one node after the other, in the order of slots."""
    first: np.ndarray
    """[nodes + 1] into `place`."""
    slot: np.ndarray
    """[nodes]."""


def _nodes(seating: _Seating) -> _Nodes:
    """Whoever has two duties in one slot or a seat not theirs to take stays out; who is pinned is a group of one."""
    program = seating.program
    group = program.group_of_person[seating.person]
    cell = seating.person * program.slots + seating.slot
    movable = np.bincount(cell)[cell] == 1
    movable &= program.index.find(group, seating.demand) >= 0
    place = np.flatnonzero(movable)
    place = place[np.lexsort((place, group[place], seating.slot[place]))]
    key = seating.slot[place] * program.groups + group[place]
    begins = np.flatnonzero(np.diff(key, prepend=-1))
    ordinal = np.arange(len(place)) - np.repeat(begins, np.diff(np.append(begins, len(place))))
    begins = np.flatnonzero(ordinal % LARGEST_NODE == 0)
    size = np.diff(np.append(begins, len(place)))
    kind = seating.demand[place]
    if not program.problem.baseline:
        kind = seating.post[place] * (int(seating.position.max(initial=0)) + 1) + seating.position[place]
    differ = np.zeros(len(begins), bool)
    if len(begins):
        differ = np.minimum.reduceat(kind, begins) != np.maximum.reduceat(kind, begins)
    size = size[differ]
    return _Nodes(
        place[np.repeat(differ, np.diff(np.append(begins, len(place))))],
        np.append(0, np.cumsum(size)),
        seating.slot[place[begins[differ]]],
    )


class _Matching:
    """Slot after slot, as long as something gets better."""

    def __init__(self, seating: _Seating, nodes: _Nodes) -> None:
        self.seating, self.nodes = seating, nodes
        self.open = np.ones(len(nodes.slot), bool)
        """[nodes]: what stands around the node has changed since it was matched."""
        self.node_of_place = np.full(len(seating.seat), -1, np.int64)
        self.node_of_place[nodes.place] = np.repeat(np.arange(len(nodes.slot)), np.diff(nodes.first))
        bounds = np.append(np.unique(nodes.slot, return_index=True)[1], len(nodes.slot)).tolist()
        self.of_slot = [np.arange(begin, end) for begin, end in pairwise(bounds)]

    def run(self, should_stop: Callable[[], bool]) -> None:
        """Forwards first: what the past makes of the first days carries on."""
        course = self.of_slot
        while self.open.any():
            for nodes in course:
                mine = nodes[self.open[nodes]]
                if len(mine):
                    if should_stop():
                        return
                    self._match(mine)
            course = course[::-1]

    def _match(self, nodes: np.ndarray) -> None:
        """The best seats for the people of some nodes of one slot."""
        from scipy.optimize import linear_sum_assignment  # here, for no search should wait for its quarter of a second

        seating, size = self.seating, np.diff(self.nodes.first)[nodes]
        begins = np.cumsum(size) - size
        places = self.nodes.place[np.repeat(self.nodes.first[nodes] - begins, size) + np.arange(int(size.sum()))]
        cost = self._cost(places, np.repeat(begins, size), np.repeat(size, size))
        self.open[nodes] = False
        at = 0
        for begin, people in zip(begins.tolist(), size.tolist(), strict=True):
            matrix = cost[at : at + people * people].reshape(people, people)
            at += people * people
            _, best = linear_sum_assignment(matrix)
            here = np.arange(people)
            if matrix[here, best].sum() < matrix[here, here].sum():
                mine = places[begin : begin + people]
                seating.seat[mine] = seating.seat[mine[best]]
                self._reopen(mine[best != here])

    def _reopen(self, places: np.ndarray) -> None:
        """The duties before and after have another neighbour now."""
        seating = self.seating
        around = np.concatenate([places[~seating.first[places]] - 1, places[~seating.last[places]] + 1])
        nodes = self.node_of_place[around]
        self.open[nodes[nodes >= 0]] = True

    def _cost(self, places: np.ndarray, begins: np.ndarray, size: np.ndarray) -> np.ndarray:
        """int64: each place with the seat of each of its node, place after place; all aims in one number.

        An aim's unit is larger than all that the later aims can come to in one node, so no sum of them outweighs it.
        Towns less than 500 km wide stay below 2^53, as exact in scipy's floats as here.
        """
        seating = self.seating
        total = int(size.sum())
        who = np.repeat(np.arange(len(places)), size)
        other = np.repeat(begins, size) + np.arange(total) - np.repeat(np.cumsum(size) - size, size)
        seat = seating.seat[places[other]]
        post, position = seating.post[seat], seating.position[seat]
        way = seating.metres[seating.home[places][who], post]
        (from_post, from_position), (to_post, to_position) = seating.before(places), seating.after(places)
        changes = 2 - (from_post[who] == post) - (to_post[who] == post).astype(np.int64)
        repeated = (from_position[who] == position).astype(np.int64) + (to_position[who] == position)
        held = seating.held[places][who]
        lost = (held >= 0) & (held != seating.demand[seat])
        people = int(size.max(initial=1))
        cost = lost * (2 * people + 1) + changes
        cost = cost * (people * int(way.max(initial=0)) + 1) + way
        return cost * (2 * people + 1) + repeated
