"""The contracts and the rule set of 银湖街道: that of a whole town, with volunteers who give a shift or two a week."""

from __future__ import annotations

from datetime import date, timedelta

from .draft import Draft
from .laws import law_of_teams
from .rota import Caps
from .town import rule
from .words import Piece, contract

CAPS = {
    "cadre": Caps(hours_week=48, duties=6, nights=3),
    "volunteer": Caps(hours_week=24, duties=3, nights=2),
    "student": Caps(hours_week=16, duties=2, nights=1),
}
CONTRACTS = [
    contract("cadre", "干部包干约定", "Cadre", max_hours_24h=12, max_hours_7d=48, max_nights=3),
    contract("volunteer", "志愿者包干约定", "Volunteer", max_hours_24h=12, max_hours_7d=24, max_nights=2,
             max_duties=3),
    contract("student", "学生约定", "Student", max_hours_24h=8, max_hours_7d=16, max_nights=1, max_duties=2,
             share_percent=50),
]  # fmt: skip


def rules(start: date, people: list[Draft]) -> list[Piece]:
    """The law of the town, then its wishes with their prices."""
    return [*law_of_teams(), *_wishes(start, people)]


def _wishes(start: date, people: list[Draft]) -> list[Piece]:
    school = start + timedelta(days=(2 - start.weekday()) % 7)
    friends = [p.id for p in people if p.unit == "school"][:2]
    return [
        rule("team_mix", hard=False, weight=4, at_least=1, members={"tags": ["party_member"]}, kinds=["shift"]),
        rule("together", hard=False, weight=3, groups=[friends]),
        rule("max_nights", hard=False, weight=6, max=1, in_a_row=1, window_days=7, waived_by="nights_welcome",
             population={"contracts": ["volunteer"]}),
        rule("min_max_duties", hard=False, weight=4, min=2, per="window", population={"categories": ["cadre"]}),
        rule("min_max_duties", hard=False, weight=8, max=0, per="day", id="exam_day",
             population={"contracts": ["student"]}, dates={"from": school.isoformat(), "to": school.isoformat()}),
        rule("day_off", hard=False, weight=4, min=2, window_days=7, population={"categories": ["cadre"]}),
        rule("continuity", weight=2),
        rule("category_order", weight=1, order=["volunteer", "cadre"]),
        rule("fair_share", weight=2, measure="duties", population={"contracts": ["volunteer"]}),
        rule("fair_share", weight=3, measure="nights", population={"contracts": ["volunteer"]}),
        rule("fair_share", weight=2, measure="weekends", population={"contracts": ["volunteer"]}),
        rule("fair_share", weight=2, measure="duties", population={"contracts": ["cadre"]}, id="cadres_share"),
        rule("fair_share", weight=3, measure="nights", population={"contracts": ["cadre"]}, id="cadres_nights"),
        rule("fair_share", weight=1, measure="duties", population={"contracts": ["student"]}, id="students_share"),
        rule("stability", move_weight=10, add_weight=2),
    ]  # fmt: skip
