"""相城: 102 special teams with 687 people fill the vacancies of staff rosters by time slot.

34 stations are held day and night by their own staff. What the staff's rosters leave open is asked of the
teams in slots of four hours. Mediators belong to the teams: they count towards a station's ideal heads and
never towards its least, so when one goes for an hour of mediation the minimum still stands.
"""

from __future__ import annotations

from datetime import date
from random import Random

from .draft import DAY, DAYS, HOUR, Slot
from .laws import usual_law
from .roll import Plan, Roll, area, near, post, staffed, usual_wishes
from .rota import Caps
from .single import single
from .town import Town, rule
from .words import MEDIATION, MEDIATOR, THREE_SHIFTS, Piece, seat, template, terms

IDENTITY = {"id": "xiangcheng", "name": "相城（示例）", "name_en": "Xiangcheng (demo)"}
STATIONS, STAFF = 34, 8
TEAMS, PEOPLE_OF_TEAMS = 102, 687
DISTRICTS = 17
"""Two stations and six teams each."""
SLOT_HOURS = (8, 12, 16, 20)
"""When time slots begin; each lasts four hours."""
GAP = 4 * HOUR
MEDIATIONS_A_WEEK = 90
MIDDLE = (31.38, 120.64)
CAPS = {
    "staff": ("在编人员约定", "Staff", Caps(hours_week=48, duties=6, nights=3)),
    "team": ("突击队约定", "Special team", Caps(hours_week=28, duties=6, nights=0)),
}
STATION = template("station", "站点值班", "Station", seat("duty_officer", 1, 1, 1, 5, "leader"),
                   seat("assistant", 0, 1, 1, 2))  # fmt: skip
MORE_QUALIFICATIONS = terms(MEDIATION)
MORE_POSITIONS = terms(
    ("duty_officer", "值班员", "Duty officer"), ("assistant", "协勤", "Assistant"),
    ("gap_filler", "补位", "Gap filler"), MEDIATOR,
)  # fmt: skip


def make(random: Random, start: date) -> Town:
    """The town for the week from `start`."""
    areas, posts = _places(random)
    roll = _people(random)
    roll.speak(start, 10, lambda p: 0.04, sleepers=0.04)
    singles = [gap for p in posts for gap in _gaps(random, start, p)] + _mediations(random, start, posts)
    units = terms(("stations", "站点在编人员", "Stations' staff"),
                  *((f"team-{n:03d}", f"第 {n} 突击队", f"Special team {n}") for n in range(1, TEAMS + 1)))  # fmt: skip
    plan = Plan(
        IDENTITY, start, random, roll.people, CAPS, units, areas, posts, [THREE_SHIFTS], [STATION], _rules(),
        singles=singles, positions=MORE_POSITIONS, qualifications=MORE_QUALIFICATIONS, law={"run_hours": 1},
    )  # fmt: skip
    return plan.finish()


def _places(random: Random) -> tuple[list[Piece], list[Piece]]:
    areas, posts = [area("xiangcheng", "相城", "Xiangcheng")], []
    for number in range(1, DISTRICTS + 1):
        areas.append(area(f"district-{number:02d}", f"第 {number} 片区", f"District {number}", "xiangcheng"))
    for number in range(STATIONS):
        district = f"district-{number % DISTRICTS + 1:02d}"
        id_, name, name_en = f"station-{number + 1:02d}", f"{number + 1} 号站", f"Station {number + 1}"
        at, how = near(random, MIDDLE, 0.06), staffed("station", "three-shifts")
        posts.append(post(id_, name, name_en, district, "station", "yellow", at, how))
    return areas, posts


def _people(random: Random) -> Roll:
    """Staff bound to their station; teams bound to a district, two mediators in each."""
    roll = Roll(random, "xq", 8)
    for number in range(STATIONS):
        district, station = f"district-{number % DISTRICTS + 1:02d}", f"station-{number + 1:02d}"
        roll.add(STAFF, "worker", "staff", "stations", district, "leader", posts=[station])
    for number in range(TEAMS):
        members = PEOPLE_OF_TEAMS * (number + 1) // TEAMS - PEOPLE_OF_TEAMS * number // TEAMS
        unit, district = f"team-{number + 1:03d}", f"district-{number % DISTRICTS + 1:02d}"
        roll.add(2, "volunteer", "team", unit, district, "mediator", areas=[district])
        roll.add(members - 2, "volunteer", "team", unit, district, areas=[district])
    return roll


def _gaps(random: Random, start: date, station: Piece) -> list[tuple[Piece, Slot]]:
    """What the staff's roster leaves open: none, one, two or three heads in each slot of four hours."""
    made = []
    for day in range(-DAYS, DAYS):
        for hour in SLOT_HOURS:
            [heads] = random.choices((0, 1, 2, 3), (0.25, 0.3, 0.3, 0.15))
            if heads:
                begins = day * DAY + hour * HOUR
                made.append(
                    single(f"gap-{station['id']}-{day + 1}-{hour:02d}", "task", start, (begins, begins + GAP), station,
                           [seat("gap_filler", heads, heads, heads, 3)], shift=(f"slot-{hour:02d}", f"{hour} 时段补位"))
                )  # fmt: skip
    return made


def _mediations(random: Random, start: date, posts: list[Piece]) -> list[tuple[Piece, Slot]]:
    """One hour each, for one mediator of the district."""
    made = []
    for number in range(MEDIATIONS_A_WEEK):
        station, day = random.choice(posts), random.randrange(DAYS)
        begins = day * DAY + random.randrange(9, 20) * HOUR
        made.append(
            single(f"mediation-{number + 1:02d}", "errand_run", start, (begins, begins + HOUR), station,
                   [seat("mediator", 1, 1, 1, 4, "mediator")], shift=("mediation", "上门调解"))
        )  # fmt: skip
    return made


def _rules() -> list[Piece]:
    return [
        *usual_law(run_hours=0),
        rule("min_max_duties", hard=True, max=1, per="day", kinds=["shift", "task"]),
        rule("min_max_duties", hard=True, max=3, per="day"),
        rule("team_mix", hard=False, weight=2, same_unit_at_most=2, kinds=["task"]),
        rule("category_order", weight=2, order=["worker", "volunteer"], kinds=["shift"]),
        *usual_wishes(*CAPS),
        rule("unit_share", weight=1, measure="duties", population={"contracts": ["team"]}),
    ]
