"""The hard rules that towns share."""

from __future__ import annotations

from .town import rule
from .words import Piece


def usual_law(after_night_hours: int = 12, run_hours: int | None = None) -> list[Piece]:
    """The law where teams are of no account."""
    return [*_rest_and_hours(after_night_hours, run_hours), *_free_time()]


def law_of_teams() -> list[Piece]:
    """The law of checkpoint teams with students among them: one shift a day, not only first-timers."""
    return [
        *_rest_and_hours(),
        rule(
            "max_nights", hard=True, max=0, window_days=7, id="students_sleep",
            population={"contracts": ["student"]}, waived_by="nights_welcome",
        ),
        rule("min_max_duties", hard=True, max=1, per="day"),
        *_free_time(),
        rule("team_mix", hard=True, at_most=2, members={"tags": ["first_timer"]}, kinds=["shift"]),
    ]  # fmt: skip


def _rest_and_hours(after_night_hours: int = 12, run_hours: int | None = None) -> list[Piece]:
    rest = {"hours": 11, "after_night_hours": after_night_hours}
    return [
        rule("one_duty_at_a_time"),
        rule("min_rest", **rest) if run_hours is None else rule("min_rest", **rest, run_hours=run_hours),
        rule("rest_after_nights", nights=3, hours=24),
        rule("availability", avoid_weight=5, prefer_weight=2),
        rule("qualification"),
        rule("bound_posts", hard=True),
        rule("cover", below_ideal_weight=20),
        rule("max_hours", hard=True, hours=48, window_days=7),
        rule("max_hours", hard=True, hours=12, window_days=1),
        rule("max_nights", hard=True, max=3, in_a_row=3, window_days=7),
    ]


def _free_time() -> list[Piece]:
    return [
        rule("min_max_duties", hard=True, max=6, per="window"),
        rule("day_off", hard=True, min=1, window_days=7),
        rule("apart", hard=True, households=True, scope="shift"),
    ]
