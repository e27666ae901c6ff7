"""瑞安应急车队: 25 vehicles and 32 drivers on standby for 24 hours, sent by a central dispatch; a holiday rescue team.

Twelve hours of standby each, by day for nine vehicles and by night for five; who is to drive must be licensed
for the gearbox. Trips that are known beforehand take vehicles that are not on standby. The rescue team stands
by at three places from 07:00 to 22:00 in two halves, by crews of two, and within 15 km from home.
"""

from __future__ import annotations

from datetime import date
from math import cos, hypot, radians
from random import Random

from .draft import DAY, DAYS, HOUR, Draft, Need, Slot
from .laws import usual_law
from .roll import Plan, Roll, area, near, post, staffed, usual_wishes
from .rota import Caps
from .single import single
from .town import Town, rule
from .words import MANUAL_GEARBOX, THREE_SHIFTS, Piece, seat, template, terms

IDENTITY = {"id": "ruian_fleet", "name": "瑞安应急车队（示例）", "name_en": "Rui'an emergency fleet (demo)"}
VEHICLES, MANUAL, DRIVERS = 25, 16, 32
BY_DAY, BY_NIGHT, TRIPS = 9, 5, 4
"""Vehicles on standby, and trips a day that are known beforehand."""
RESCUE_PEOPLE, RESCUE_CREW, RESCUE_KM = 24, 2, 15
HALVES = (("day", "白天待命", 8 * HOUR, BY_DAY, False), ("night", "夜间待命", 20 * HOUR, BY_NIGHT, True))
RESCUE_HALVES = (("early", "上半日待命", 7 * HOUR), ("late", "下半日待命", 14 * HOUR + 30))
RESCUE_MINUTES = 15 * HOUR // 2
MIDDLE = (27.78, 120.62)
HOMES = (("city", "市区", "City", (27.78, 120.62)), ("harbour", "港区", "Harbour", (27.75, 120.69)),
         ("hills", "山区", "Hills", (27.80, 120.50)))  # fmt: skip
RESCUE_POINTS = (("rescue-square", "广场救援点", "Rescue point at the square", "city", (27.781, 120.625)),
                 ("rescue-harbour", "码头救援点", "Rescue point at the harbour", "harbour", (27.752, 120.695)),
                 ("rescue-pass", "山口救援点", "Rescue point at the pass", "hills", (27.801, 120.505)))  # fmt: skip
CAPS = {
    "driver": ("驾驶员约定", "Driver", Caps(hours_week=60, duties=6, nights=3)),
    "dispatcher": ("调度员约定", "Dispatcher", Caps(hours_week=48, duties=6, nights=3)),
    "rescuer": ("救援队员约定", "Rescuer", Caps(hours_week=48, duties=6, nights=0)),
}
UNITS = terms(("fleet", "应急车队", "Emergency fleet"), ("dispatch", "调度中心", "Dispatch centre"),
              ("rescue-team", "青鹰救援队", "Grey Eagle rescue team"))  # fmt: skip
DISPATCH = template("dispatch", "集中调度", "Central dispatch", seat("dispatcher", 1, 2, 2, 5))
MORE_QUALIFICATIONS = terms(MANUAL_GEARBOX,
                            ("automatic_gearbox", "自动挡驾驶", "Automatic gearbox"))  # fmt: skip
MORE_POSITIONS = terms(("dispatcher", "调度员", "Dispatcher"), ("rescuer", "救援队员", "Rescuer"))
KINDS = (("ambulance", "救护车", "Ambulance"), ("van", "转运车", "Transfer van"), ("truck", "物资车", "Supply truck"))


def make(random: Random, start: date) -> Town:
    """The fleet for the week from `start`."""
    areas = [area("ruian", "瑞安市", "Rui'an city"), *(area(id_, zh, en, "ruian", at) for id_, zh, en, at in HOMES)]
    garage = post("garage", "车队驻地", "Garage", "city", "vehicle", "red", near(random, MIDDLE, 0.01))
    rescue = [post(id_, zh, en, home, "rescue", "green", at) for id_, zh, en, home, at in RESCUE_POINTS]
    desk = post("dispatch-centre", "调度中心", "Dispatch centre", "city", "desk", "white", MIDDLE,
                staffed("dispatch", "three-shifts"))  # fmt: skip
    singles = [
        duty
        for day in range(-DAYS, DAYS)
        for duty in (*_standby(start, garage, day), *_trips(start, garage, day), *_rescue(start, rescue, day))
    ]
    roll = _people(random)
    roll.speak(start, 2, lambda p: 0.03, sleepers=0.0)
    plan = Plan(
        IDENTITY, start, random, roll.people, CAPS, UNITS, areas, [garage, desk, *rescue], [THREE_SHIFTS], [DISPATCH],
        _rules(), singles=singles, vehicles=_vehicles(), positions=MORE_POSITIONS, qualifications=MORE_QUALIFICATIONS,
        law={"run_hours": 1}, may_take=_near_enough,
    )  # fmt: skip
    return plan.finish()


def gearbox_of(vehicle: int) -> str:
    """The first vehicles have manual gearboxes."""
    return "manual" if vehicle < MANUAL else "automatic"


def _vehicles() -> list[Piece]:
    return [
        {
            "id": f"vehicle-{number + 1:02d}", "name": f"{KINDS[number % 3][1]} {number + 1} 号",
            "gearbox": gearbox_of(number), "type": KINDS[number % 3][0],
            "driver_qualifications": [f"{gearbox_of(number)}_gearbox"],
        }
        for number in range(VEHICLES)
    ]  # fmt: skip


def _driver(vehicle: int) -> list[Piece]:
    return [seat("driver", 1, 1, 1, 4, f"{gearbox_of(vehicle)}_gearbox")]


def _standby(start: date, garage: Piece, day: int) -> list[tuple[Piece, Slot]]:
    """Vehicles stand by in turn, so that each is in the workshop or free for trips on other days."""
    made, turn = [], 0
    for key, name, opens, count, night in HALVES:
        for _ in range(count):
            vehicle = (day * (BY_DAY + BY_NIGHT) + turn) % VEHICLES
            turn += 1
            begins = day * DAY + opens
            id_, spoken = f"standby-{day + 1}-{key}-{vehicle + 1:02d}", f"{vehicle + 1} 号车{name}"
            made.append(
                single(id_, "standby", start, (begins, begins + 12 * HOUR), garage, _driver(vehicle),
                       shift=(key, spoken), night=night, vehicle=f"vehicle-{vehicle + 1:02d}")
            )  # fmt: skip
    return made


def _trips(start: date, garage: Piece, day: int) -> list[tuple[Piece, Slot]]:
    """Known beforehand: patients who are fetched and brought home, by vehicles that do not stand by that day."""
    made = []
    for trip in range(TRIPS):
        vehicle = (day * (BY_DAY + BY_NIGHT) + BY_DAY + BY_NIGHT + trip) % VEHICLES
        leaves = day * DAY + (8 + 2 * trip) * HOUR
        made.append(
            single(f"trip-{day + 1}-{trip + 1}", "errand_run", start, (leaves, leaves + 3 * HOUR), garage,
                   _driver(vehicle), shift=("trip", f"预约接送 {trip + 1}"), vehicle=f"vehicle-{vehicle + 1:02d}")
        )  # fmt: skip
    return made


def _rescue(start: date, points: list[Piece], day: int) -> list[tuple[Piece, Slot]]:
    """07:00 to 22:00 in two halves, a crew of two each."""
    return [
        single(f"{point['id']}-{day + 1}-{key}", "standby", start,
               (day * DAY + opens, day * DAY + opens + RESCUE_MINUTES), point,
               [seat("rescuer", RESCUE_CREW, RESCUE_CREW, RESCUE_CREW, 4)], shift=(key, name))
        for point in points
        for key, name, opens in RESCUE_HALVES
    ]  # fmt: skip


def _people(random: Random) -> Roll:
    roll = Roll(random, "rf", 6)
    roll.add(DRIVERS, "worker", "driver", "fleet", "city", "manual_gearbox", "automatic_gearbox", posts=["garage"])
    roll.add(12, "worker", "dispatcher", "dispatch", "city", posts=["dispatch-centre"])
    points = [point for point, *_ in RESCUE_POINTS]
    for home, *_ in HOMES:
        roll.add(RESCUE_PEOPLE // len(HOMES), "volunteer", "rescuer", "rescue-team", home, posts=points)
    return roll


def _near_enough(person: Draft, slot: Slot, _: Need) -> bool:
    """Within fifteen kilometres from home; a degree of latitude is some 111 km."""
    homes = {id_: at for id_, _, _, at in HOMES}
    places = {id_: at for id_, _, _, _, at in RESCUE_POINTS}
    if slot.post not in places:
        return True
    home, place = homes[person.area or ""], places[slot.post]
    north, east = place[0] - home[0], (place[1] - home[1]) * cos(radians(place[0]))
    return 111.2 * hypot(north, east) <= RESCUE_KM


def _rules() -> list[Piece]:
    return [
        *usual_law(run_hours=1),
        rule("vehicle", positions=["driver"]),
        rule("standby_cover", hard=True, at_least=BY_NIGHT, max_hours=12, positions=["driver"]),
        rule("standby_cover", hard=True, max_hours=8, id="rescue_halves",
             population={"contracts": ["rescuer"]}),
        rule("distance", hard=True, km=RESCUE_KM, population={"contracts": ["rescuer"]}),
        rule("distance", hard=False, weight=1, km=5, step_km=5, population={"contracts": ["rescuer"]},
             id="short_ways"),
        *usual_wishes("driver", "dispatcher"),
        rule("fair_share", weight=2, measure="duties", population={"contracts": ["rescuer"]}, id="rescuer_share"),
    ]  # fmt: skip
