"""The people of 银湖: squads of volunteers who are alike, cadres by cluster, work groups; and their last week.

A squad (小队) is four or five volunteers of one kind and one binding who serve together, so what they carry in
and what a usual week of theirs looks like is the same for all of them; single absences are everybody's own.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from random import Random

from .draft import DAY, DAYS, HOUR, Draft, Served, Slot
from .habits import avoid_nights, pair_households
from .names import Names
from .words import Piece, terms

NIGHT, MORNING = (0, 8 * HOUR), (8 * HOUR, 16 * HOUR)
EVENING = (16 * HOUR, 24 * HOUR)


@dataclass(frozen=True, slots=True)
class Sort:
    """What the members of a squad have in common."""

    kind: str
    neighbours: bool = False
    """Bound to the next post as well."""
    party: bool = False
    newcomer: bool = False
    """One of them serves for the first time."""
    nights: bool = False
    """Nights are welcome."""


SORTS = (
    Sort("free", neighbours=True), Sort("day_job"), Sort("retired", party=True), Sort("student"),
    Sort("free", neighbours=True), Sort("nights", nights=True, neighbours=True), Sort("day_job", newcomer=True),
    Sort("free", party=True), Sort("student", nights=True), Sort("retired", neighbours=True),
)  # fmt: skip
"""Every ten squads of a post."""
TIED = ("student", "day_job")
"""Kinds whose weekday mornings are taken."""
UNIT_OF = {"free": "residents", "day_job": "companies", "retired": "pensioners", "student": "school",
           "nights": "residents"}  # fmt: skip
VOLUNTEER_UNITS = (
    ("residents", "居民志愿者", "Residents"),
    ("companies", "辖区企业", "Companies of the district"),
    ("pensioners", "银龄志愿队", "Pensioners' team"),
    ("school", "银湖中学", "Yinhu school"),
)
BUREAUS = (
    ("street-office", "街道办事处", "Street office"), ("finance", "区财政局", "District finance bureau"),
    ("education", "区教育局", "District education bureau"), ("water", "区水利局", "District water bureau"),
    ("culture", "区文化局", "District culture bureau"), ("trade", "区商务局", "District trade bureau"),
    ("housing", "区住建局", "District housing bureau"), ("forestry", "区林业局", "District forestry bureau"),
)  # fmt: skip
EARLIER = {"free": (4, 1, 1), "day_job": (3, 0, 2), "retired": (4, 0, 1), "student": (2, 0, 1), "nights": (4, 3, 1)}
"""Duties, nights and weekends of the fortnight before the last week, by kind."""


@dataclass(slots=True)
class Squad:
    """Volunteers of one sort at one post."""

    sort: Sort
    members: list[Draft] = field(default_factory=list)


@dataclass
class Squads:
    """Everybody of the town; `enlist`, `serve_last_week`, `speak`, in this order."""

    random: Random
    start: date
    posts: Sequence[Piece]
    size: int
    people: list[Draft] = field(default_factory=list)
    squads: dict[str, list[Squad]] = field(default_factory=dict)
    """By post."""
    cadres: dict[str, list[Draft]] = field(default_factory=dict)
    """By cluster, or by the post of their work group."""

    def __post_init__(self) -> None:
        self._names = Names(self.random, 10)
        self._checkpoints = [p for p in self.posts if p["type"] == "checkpoint"]

    @property
    def units(self) -> list[Piece]:
        return terms(*BUREAUS, *VOLUNTEER_UNITS)

    # --- who there is -----------------------------------------------------------------------------------
    def enlist(self, cadres: int, group_size: int, group_leaders: int, clusters: Sequence[str]) -> None:
        """Work groups first, the other cadres by cluster, and volunteers for the rest of the town's size."""
        for post in self.posts:
            if post["type"] == "work_group":
                self._work_group(post["id"], group_size, group_leaders)
        remaining = cadres - len(self.people)
        for number in range(remaining):
            self._cadre(number, clusters[number * len(clusters) // remaining])
        self._volunteers(self.size - cadres)

    def _person(self, category: str, contract: str, unit: str, area: str) -> Draft:
        person = Draft(
            f"yh{len(self.people) + 1:05d}", self._names.person(), category, contract, unit, area,
            phone=self._names.phone(),
        )  # fmt: skip
        self.people.append(person)
        return person

    def _work_group(self, post: str, size: int, leaders: int) -> None:
        """One bureau mans a group."""
        bureau = BUREAUS[len(self.cadres) % len(BUREAUS)][0]
        for number in range(size):
            person = self._person("cadre", "cadre", bureau, "street")
            person.bound_posts, person.home = [post], post
            person.tags = {"on_call", "party_member"}
            person.earlier = (4, 2, 1)
            if number < leaders:
                person.hold("leader")
            self.cadres.setdefault(post, []).append(person)

    def _cadre(self, number: int, cluster: str) -> None:
        person = self._person("cadre", "cadre", BUREAUS[number % len(BUREAUS)][0], cluster)
        person.bound_areas, person.tags = [cluster], {"party_member"}
        person.hold("leader")
        person.earlier = (5, 1, 1)
        self.cadres.setdefault(cluster, []).append(person)

    def _volunteers(self, count: int) -> None:
        """As many at each post as it has seats for them; squads as large as one shift takes."""
        seats = [5 if p["staffing"][0]["template"] == "main-road" else 4 for p in self._checkpoints]
        whole, before = sum(seats), 0
        for number, post in enumerate(self._checkpoints):
            first, last = count * before // whole, count * (before + seats[number]) // whole
            before += seats[number]
            neighbour = self._neighbour(number)
            for ordinal, at in enumerate(range(first, last, seats[number])):
                members = min(seats[number], last - at)
                self._squad(post, neighbour, SORTS[(ordinal + number) % len(SORTS)], members)

    def _neighbour(self, number: int) -> str | None:
        """The next post of the town's list, which lies in the same cluster or on its border."""
        near = number + 1 if number + 1 < len(self._checkpoints) else number - 1
        return str(self._checkpoints[near]["id"]) if near >= 0 else None

    def _squad(self, post: Piece, neighbour: str | None, sort: Sort, size: int) -> None:
        squad, contract = Squad(sort), "student" if sort.kind == "student" else "volunteer"
        for number in range(size):
            person = self._person("volunteer", contract, UNIT_OF[sort.kind], post["area"])
            person.home = post["id"]
            person.bound_posts = [post["id"], neighbour] if sort.neighbours and neighbour else [post["id"]]
            person.earlier = EARLIER[sort.kind]
            if number < 2:
                person.hold("recorder")
            if sort.kind in TIED:
                person.tags |= {sort.kind}
            if sort.party:
                person.tags |= {"party_member"}
            if sort.newcomer and number == size - 1:
                person.tags |= {"first_timer"}
            if sort.nights:
                person.opt_ins = {"nights_welcome"}
            squad.members.append(person)
        self.squads.setdefault(post["id"], []).append(squad)

    # --- last week --------------------------------------------------------------------------------------
    def serve_last_week(self, slots: Sequence[Slot], cluster_of: dict[str, str]) -> None:
        """Squads and cadres in turn, each slot by the first in the queue who can; a seat may have stayed empty.

        `cluster_of` tells the cluster of a checkpoint's area.
        """
        squads = {post: deque(squads) for post, squads in self.squads.items()}
        cadres = {key: deque(members) for key, members in self.cadres.items()}
        for slot in sorted(slots, key=lambda s: (s.start, s.post or "")):
            post = slot.post or ""
            if post not in squads:
                self._on_call(slot, cadres[post])
                continue
            leader = _next_rested(cadres[cluster_of[slot.area or ""]], slot)
            if leader is not None:
                leader.served.append(Served(slot, "leader"))
            self._stand(slot, squads[post])

    def _stand(self, slot: Slot, squads: deque[Squad]) -> None:
        """The next squad whose week allows it takes the seats below the leader's."""
        positions = [n.position for n in slot.needs if n.position != "leader" for _ in range(n.heads)]
        for number, squad in enumerate(squads):
            if self._could(squad, slot):
                for person, position in zip(squad.members, positions, strict=False):
                    person.served.append(Served(slot, position))
                del squads[number]
                squads.append(squad)
                return

    def _could(self, squad: Squad, slot: Slot) -> bool:
        weekday, kind = (self.start + timedelta(days=slot.day)).weekday() < 5, squad.sort.kind
        if kind in TIED and weekday and slot.shift == "day":
            return False
        if slot.night and not squad.sort.nights and kind != "free":
            return False
        return all(not p.served or slot.start - p.served[-1].slot.end >= 2 * DAY for p in squad.members)

    @staticmethod
    def _on_call(slot: Slot, members: deque[Draft]) -> None:
        """A leader and a member of the group, each the next of their own kind."""
        for need in slot.needs:
            leads = need.position == "leader"
            number = next(n for n, p in enumerate(members) if ("leader" in p.qualifications) == leads)
            members[number].served.append(Served(slot, need.position))
            members.append(members[number])
            del members[number]

    # --- this week --------------------------------------------------------------------------------------
    def speak(self) -> None:
        """Usual weeks by kind, households, and everybody's own absences."""
        volunteers = [p for p in self.people if p.category == "volunteer"]
        pair_households(volunteers, "hh", len(self._checkpoints) // 2, self.random)
        for squads in self.squads.values():
            for squad in squads:
                for person in squad.members:
                    self._own_days(person, 0.09)
                    self._usual_week(person, squad.sort.kind)
        for person in self.people:
            if person.category == "cadre":
                self._own_days(person, 0.05)

    def _own_days(self, person: Draft, chance: float) -> None:
        """Some are away for one to three days, and a few have a shift they would rather have or not have."""
        draw = self.random.random()
        if draw < chance:
            first, days = self.random.randrange(DAYS), self.random.choice((1, 1, 1, 2, 3))
            person.say(first * DAY, min(first + days, DAYS) * DAY, "unavailable")
        elif draw < chance + 0.05:
            day, band = self.random.randrange(DAYS), self.random.choice((NIGHT, MORNING, EVENING))
            person.say(day * DAY + band[0], day * DAY + band[1], self.random.choice(("avoid", "prefer")))

    def _usual_week(self, person: Draft, kind: str) -> None:
        if kind in TIED:
            for day in range(DAYS):
                if (self.start + timedelta(days=day)).weekday() < 5:
                    _say_free(person, day, MORNING, "unavailable")
        if kind == "retired":
            avoid_nights(person, NIGHT)
        if kind == "nights":
            for day in range(DAYS):
                if (self.start + timedelta(days=day)).weekday() >= 5:
                    _say_free(person, day, NIGHT, "prefer")


def _say_free(person: Draft, day: int, band: tuple[int, int], status: str) -> None:
    person.say(day * DAY + band[0], day * DAY + band[1], status)


def _next_rested(queue: deque[Draft], slot: Slot) -> Draft | None:
    """The first of the queue who has rested for a day; they go to its end."""
    for number, person in enumerate(queue):
        if not person.served or slot.start - person.served[-1].slot.end >= DAY:
            del queue[number]
            queue.append(person)
            return person
    return None
