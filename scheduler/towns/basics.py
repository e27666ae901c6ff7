"""What every new town may begin with: categories, qualifications, positions, shifts, contracts, teams, sensible rules.

Nobody and no place is in it: a town changes what does not fit and adds its own people and posts. What the demo towns
have too is said once, in `words.py` and `laws.py`. No rule speaks of some contract, category or tag only, so that none
of them is without effect in a town that uses few of them.
"""

from __future__ import annotations

from datetime import date
from typing import Any

from .laws import usual_law
from .town import FORMAT, VERSION, rule
from .words import (
    CATEGORIES,
    CONTRACTS,
    DISTRIBUTION,
    EXPRESSWAY,
    GATE,
    GATE_RELIEVED,
    GRID_FOUR,
    GRID_ROLES,
    MANUAL_GEARBOX,
    MEDIATION,
    MEDIATOR,
    NIGHT_DUTY,
    ONE_HEAD_THREE,
    ONE_N_FOUR,
    POINT_DAY,
    POINT_LEADER,
    POSITIONS,
    QUALIFICATIONS,
    SERVICE_DESK,
    THREE_SHIFTS,
    UNEQUAL_SHIFTS,
    Piece,
    contract,
    seat,
    shift,
    template,
    terms,
)

POLICE_ASSISTANT = ("police_assistant", "警务助理", "Police assistant")
OF_TOWNS_QUALIFICATIONS = [
    *QUALIFICATIONS,
    *terms(
        MANUAL_GEARBOX,
        ("pass_holder", "通行证", "Pass holder"),
        POLICE_ASSISTANT,
        ("information_officer", "信息员", "Information officer"),
        MEDIATION,
        *GRID_ROLES,
    ),
]
OF_TOWNS_POSITIONS = [
    *POSITIONS,
    *terms(
        ("grid_worker", "专职网格员", "Full-time grid worker"),
        POLICE_ASSISTANT,
        ("team_member", "专班队员", "Special team member"),
        ("publicist", "宣传队员", "Publicity team"),
        ("patroller", "巡查队员", "Patrol team"),
        ("volunteer", "志愿队员", "Volunteer team"),
        ("vanguard", "先锋队员", "Vanguard team"),
        ("information_officer", "信息员", "Information officer"),
        MEDIATOR,
        *GRID_ROLES,
        ("stair_head", "楼道长", "Stair head"),
    ),
]
FOUR_SHIFTS: Piece = {
    "id": "four-shifts",
    "name": "四班制（6 小时）",
    "name_en": "Four shifts of 6 hours",
    "shifts": [
        shift("night", "夜班", "Night", "00:00", "06:00", night=True),
        shift("morning", "早班", "Morning", "06:00", "12:00"),
        shift("afternoon", "中班", "Afternoon", "12:00", "18:00"),
        shift("evening", "晚班", "Evening", "18:00", "00:00"),
    ],
}
DAY_DUTY: Piece = {
    "id": "day-duty",
    "name": "日班（9 小时）",
    "name_en": "Day duty of 9 hours",
    "shifts": [shift("day-duty", "日班", "Day", "08:30", "17:30")],
}
OF_TOWNS_CONTRACTS = [
    *({**c, "max_nights": 0} if c["id"] == "student" else c for c in CONTRACTS),
    contract("worker", "工作人员约定", "Worker", max_hours_24h=12, max_hours_7d=48, max_nights=3, max_duties=6),
]
"""Students have no nights: who welcomes them gets another contract."""
TWO_N = template(
    "2+N",
    "2+N",
    "2+N",
    seat("grid_worker", 1, 1, 1, 4),
    seat("police_assistant", 1, 1, 1, 4, "police_assistant"),
    seat("team_member", 0, 2, 8, 2),
)
ONE_ONE_N = template(
    "1+1+N",
    "1+1+N",
    "1+1+N",
    seat("grid_head", 1, 1, 1, 5, "leader"),
    seat("grid_worker", 1, 1, 1, 4),
    seat("team_member", 1, 2, 8, 2),
)
FOUR_TEAMS = template(
    "four-teams-two-officers",
    "四队两员",
    "Four teams, two officers",
    seat("information_officer", 1, 1, 2, 4, "information_officer"),
    seat("mediator", 1, 1, 2, 4, "mediator"),
    seat("publicist", 1, 2, 4, 2),
    seat("patroller", 1, 2, 4, 3),
    seat("volunteer", 1, 2, 6, 2),
    seat("vanguard", 1, 2, 4, 3),
)
"""Officer and deputy hold the same qualification: one of the two serves, both may."""
GRID_STAFFING = template(
    "grid-staffing", "网格编组", "Grid staffing", *GRID_FOUR["seats"], seat("stair_head", 1, 2, 8, 2)
)
TEMPLATES = [
    ONE_N_FOUR, EXPRESSWAY, POINT_LEADER, ONE_HEAD_THREE, TWO_N, FOUR_TEAMS, ONE_ONE_N, GATE, GATE_RELIEVED,
    GRID_STAFFING, SERVICE_DESK, DISTRIBUTION, NIGHT_DUTY,
]  # fmt: skip
PATTERNS = [THREE_SHIFTS, UNEQUAL_SHIFTS, FOUR_SHIFTS, DAY_DUTY, POINT_DAY]
RULES = [
    *usual_law(),
    rule("min_max_duties", hard=True, max=1, per="day", kinds=["shift"], id="one_shift_a_day"),
    rule("max_nights", hard=False, weight=4, max=2, in_a_row=2, window_days=7, waived_by="nights_welcome"),
    rule("day_off", hard=False, weight=3, min=2, window_days=7),
    rule("continuity", weight=2),
    rule("fair_share", weight=2, measure="duties"),
    rule("fair_share", weight=3, measure="nights"),
    rule("fair_share", weight=2, measure="weekends"),
    rule("stability", move_weight=10, add_weight=2),
]
"""The law of the checkpoints first, then wishes with their prices; contracts say what differs from person to person."""


def document(town: Piece, zone: str, start: date) -> dict[str, Any]:
    """The basics as a problem document: `town` is its identity (id, name, perhaps name_en), the week holds no duty."""
    return {
        "format": FORMAT,
        "version": VERSION,
        "town": town,
        "zone": zone,
        "start": start.isoformat(),
        "days": 7,
        "categories": CATEGORIES,
        "qualifications": OF_TOWNS_QUALIFICATIONS,
        "positions": OF_TOWNS_POSITIONS,
        "contracts": OF_TOWNS_CONTRACTS,
        "shift_patterns": PATTERNS,
        "staffing_templates": TEMPLATES,
        "people": [],
        "rules": RULES,
    }
