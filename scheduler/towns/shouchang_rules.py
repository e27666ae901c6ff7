"""The rule set of 寿昌镇."""

from __future__ import annotations

from datetime import date, timedelta

from .draft import Draft
from .laws import law_of_teams
from .town import rule
from .words import Piece

TRAINING_DAY = 3
"""Day of the week's window on whose night the recorders of one village are away, training in the county town."""

EVERY_DAY = ["cadre", "militia", "volunteer"]
"""The contracts that share one load; students and medics, who offer less, share among themselves."""


def rules(start: date, people: list[Draft]) -> list[Piece]:
    """The law of the town, then its wishes with their prices."""
    return [*law_of_teams(), *_wishes(start, people)]


def _wishes(start: date, people: list[Draft]) -> list[Piece]:
    school = start + timedelta(days=(2 - start.weekday()) % 7)
    couple = _sharing_a_car(people)
    return [
        rule("team_mix", hard=False, weight=4, at_least=1, members={"tags": ["party_member"]}, kinds=["shift"]),
        rule("team_mix", hard=False, weight=3, same_unit_at_most=5, posts=["post-exit"]),
        rule("together", hard=False, weight=3, groups=[couple]),
        rule("max_nights", hard=False, weight=6, max=2, in_a_row=2, window_days=7, waived_by="nights_welcome",
             population={"contracts": ["volunteer"]}),
        rule("min_max_duties", hard=False, weight=4, min=3, per="window",
             population={"categories": ["cadre", "militia"]}),
        rule("min_max_duties", hard=False, weight=8, max=0, per="day", id="exam_day",
             population={"contracts": ["student"]}, dates={"from": school.isoformat(), "to": school.isoformat()}),
        rule("day_off", hard=False, weight=4, min=2, window_days=7, population={"categories": ["volunteer"]}),
        rule("continuity", weight=2),
        rule("category_order", weight=1, order=["volunteer", "militia", "cadre"]),
        rule("fair_share", weight=2, measure="duties", population={"contracts": EVERY_DAY}),
        rule("fair_share", weight=3, measure="nights", population={"contracts": EVERY_DAY}),
        rule("fair_share", weight=2, measure="weekends", population={"contracts": EVERY_DAY}),
        rule("fair_share", weight=1, measure="duties", population={"contracts": ["student"]}, id="students_share"),
        rule("fair_share", weight=1, measure="duties", population={"contracts": ["medic"]}, id="medics_share"),
        rule("stability", move_weight=10, add_weight=2),
    ]  # fmt: skip


def _sharing_a_car(people: list[Draft]) -> list[str]:
    """Two rescue volunteers of the expressway who come in one car."""
    return [p.id for p in people if p.unit == "rescue-team" and p.bound_posts][:2]
