"""What the demo towns share: the words, the shifts, the contracts and the staffing templates, as document pieces."""

from __future__ import annotations

from typing import Any

Piece = dict[str, Any]


def terms(*rows: tuple[str, str, str]) -> list[Piece]:
    """(id, name, name_en) rows as terms of the document."""
    return [{"id": id_, "name": name, "name_en": name_en} for id_, name, name_en in rows]


CATEGORIES = terms(
    ("cadre", "干部", "Cadre"),
    ("volunteer", "志愿者", "Volunteer"),
    ("militia", "民兵", "Militia"),
    ("medic", "医务", "Medic"),
    ("police", "民警", "Police"),
    ("worker", "工作人员", "Worker"),
)
QUALIFICATIONS = terms(
    ("point_leader", "点长资格", "Point leader"),
    ("leader", "组长资格", "Team leader"),
    ("recorder", "录入培训", "Recorder training"),
    ("medic", "医务资质", "Medic"),
    ("driver", "三轮车驾驶", "Cargo tricycle licence"),
    ("disinfection", "消杀培训", "Disinfection training"),
)
POSITIONS = terms(
    ("point_leader", "点长", "Point leader"),
    ("leader", "组长", "Team leader"),
    ("guide", "引导", "Guide"),
    ("verifier", "查验", "Verifier"),
    ("recorder", "录入", "Recorder"),
    ("diverter", "分流", "Diverter"),
    ("guard", "值守", "Guard"),
    ("reliever", "替岗", "Reliever"),
    ("runner", "跑腿", "Runner"),
    ("driver", "驾驶", "Driver"),
    ("caller", "电话随访", "Caller"),
    ("disinfector", "消杀", "Disinfector"),
    ("grid_head", "网格长", "Grid head"),
    ("registrar", "返乡登记员", "Returnee registrar"),
    ("medic", "医务员", "Medic"),
    ("buyer", "采购员", "Supplies buyer"),
    ("sorter", "分拣", "Sorter"),
)
MANUAL_GEARBOX = ("manual_gearbox", "手动挡驾驶", "Manual gearbox")
MEDIATOR, MEDIATION = ("mediator", "调解员", "Mediator"), ("mediator", "调解员资质", "Mediator")
"""The position, and the qualification that it demands."""
GRID_ROLES = (
    ("department_cadre", "部门干部", "Department cadre"), ("street_cadre", "街道干部", "Street cadre"),
    ("social_worker", "社工", "Social worker"), ("secretary", "支部书记", "Branch secretary"),
)  # fmt: skip
"""Each has a named holder and a named deputy in each grid; the qualification is the appointment."""


def contract(id_: str, name: str, name_en: str, **limits: int) -> Piece:
    """A contract; limits that are left out leave the rules' own figures in force."""
    return {"id": id_, "name": name, "name_en": name_en, **limits}


CONTRACTS = [
    contract("cadre", "干部约定", "Cadre", max_hours_24h=12, max_hours_7d=56, max_nights=3),
    contract("volunteer", "志愿者约定", "Volunteer", max_hours_24h=12, max_hours_7d=48, max_nights=3, max_duties=6),
    contract(
        "student", "学生约定", "Student", max_hours_24h=8, max_hours_7d=24, max_duties=3, share_percent=50
    ),
    contract("militia", "民兵约定", "Militia", max_hours_24h=12, max_hours_7d=56, max_nights=3),
    contract(
        "medic", "医务约定", "Medic", max_hours_24h=12, max_hours_7d=40, max_nights=2, max_duties=5, share_percent=90
    ),
]


def shift(id_: str, name: str, name_en: str, start: str, end: str, night: bool = False) -> Piece:
    return {"id": id_, "name": name, "name_en": name_en, "start": start, "end": end, "night": night}


THREE_SHIFTS: Piece = {
    "id": "three-shifts",
    "name": "三班制（8 小时）",
    "name_en": "Three shifts of 8 hours",
    "shifts": [
        shift("night", "夜班", "Night", "00:00", "08:00", night=True),
        shift("day", "早班", "Day", "08:00", "16:00"),
        shift("evening", "中班", "Evening", "16:00", "00:00"),
    ],
}
POINT_DAY: Piece = {
    "id": "point-day",
    "name": "点长班（12 小时）",
    "name_en": "Point leader's day of 12 hours",
    "shifts": [shift("duty-day", "值班", "Duty day", "08:00", "20:00")],
}
UNEQUAL_SHIFTS: Piece = {
    "id": "unequal-shifts",
    "name": "三班制（7+7+10 小时）",
    "name_en": "Three unequal shifts of 7, 7 and 10 hours",
    "shifts": [
        shift("day", "早班", "Day", "08:00", "15:00"),
        shift("evening", "中班", "Evening", "15:00", "22:00"),
        shift("night", "夜班", "Night", "22:00", "08:00", night=True),
    ],
}


def seat(
    position: str, least: int = 1, ideal: int | None = None, most: int | None = None, priority: int = 3, *needs: str
) -> Piece:
    """One position of a team: heads from `least` over `ideal` to `most`, and the qualifications it demands."""
    ideal = least if ideal is None else ideal
    return {
        "position": position,
        "min": least,
        "ideal": ideal,
        "max": max(ideal, 1) if most is None else most,
        "priority": priority,
        "qualifications": list(needs),
    }


def template(id_: str, name: str, name_en: str, *seats: Piece) -> Piece:
    return {"id": id_, "name": name, "name_en": name_en, "seats": list(seats)}


ONE_N_FOUR = template(
    "1+N+4",
    "1+N+4",
    "1+N+4",
    seat("leader", 1, 1, 1, 5, "leader"),
    seat("guide", 1, 1, 2, 2),
    seat("verifier", 1, 1, 2, 4),
    seat("recorder", 1, 1, 1, 4, "recorder"),
    seat("diverter", 1, 1, 1, 1),
)
EXPRESSWAY = template(
    "expressway",
    "高速卡口",
    "Expressway checkpoint",
    seat("leader", 1, 1, 1, 5, "leader"),
    seat("guide", 2, 3, 4, 3),
    seat("verifier", 3, 4, 5, 4),
    seat("recorder", 2, 3, 3, 4, "recorder"),
)
POINT_LEADER = template(
    "point-leader", "点长", "Point leader", seat("point_leader", 1, 1, 1, 5, "point_leader")
)
GATE = template("gate", "小区单出口", "Compound gate", seat("guard", 1, 1, 1, 4))
GATE_RELIEVED = template(
    "gate-relieved",
    "小区单出口（有替岗）",
    "Compound gate with a reliever",
    seat("guard", 1, 1, 1, 4),
    seat("reliever", 0, 1, 1, 2),
)
SERVICE_DESK = template(
    "service-desk", "服务台", "Service desk", seat("leader", 1, 1, 1, 4, "leader"), seat("registrar", 1, 2, 2, 3)
)
ONE_HEAD_THREE = template(
    "one-head-three-officers",
    "一长三员",
    "One head, three officers",
    seat("grid_head", 1, 1, 1, 5, "leader"),
    seat("registrar", 1, 1, 1, 3, "recorder"),
    seat("medic", 1, 1, 1, 4, "medic"),
    seat("buyer", 1, 1, 1, 2),
)
DISTRIBUTION = template(
    "distribution", "物资分拨", "Distribution point", seat("leader", 1, 1, 1, 4, "leader"), seat("sorter", 1, 2, 3, 2)
)
NIGHT_DUTY = template("night-duty", "社区夜值", "Community night duty", seat("leader", 1, 1, 1, 5, "leader"))
GRID_FOUR = template("grid-four", "小区网格四人组", "Four of a compound grid",
                     *(seat(id_, 1, 1, 1, 5, id_) for id_, _, _ in GRID_ROLES))  # fmt: skip
