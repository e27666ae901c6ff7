"""瑞安网格: 1,004 grids and 6,000 grid workers; each grid has somebody responsible on every day of the week.

A grid has a head, a vice-head and one more who may answer for it; the others go along. Head and vice-head stand
in for one another. Grids form communities of twelve, whose workers may help next door in the same community.
"""

from __future__ import annotations

from datetime import date
from random import Random

from .laws import usual_law
from .roll import Plan, Roll, area, near, post, staffed, usual_wishes
from .rota import Caps
from .town import Town, rule
from .words import Piece, seat, shift, template, terms

IDENTITY = {"id": "ruian_grids", "name": "瑞安网格（示例）", "name_en": "Rui'an grids (demo)"}
GRIDS, WORKERS, A_COMMUNITY = 1_004, 6_000, 12
MIDDLE = (27.78, 120.62)
CAPS = {
    "full": ("专职网格员约定", "Full-time grid worker", Caps(hours_week=50, duties=5, nights=0)),
    "part": ("兼职网格员约定", "Part-time grid worker", Caps(hours_week=20, duties=2, nights=0)),
}
GRID_DAY: Piece = {
    "id": "grid-day", "name": "网格日班（10 小时）", "name_en": "Grid day of 10 hours",
    "shifts": [shift("day", "日班", "Day", "08:00", "18:00")],
}  # fmt: skip
GRID_TEAM = template("grid-team", "网格责任人与走访", "Responsible person and visits",
                     seat("responsible", 1, 1, 1, 5, "grid_head"), seat("visitor", 0, 1, 2, 2))  # fmt: skip
MORE_QUALIFICATIONS = terms(("grid_head", "网格责任人资格", "May answer for a grid"))
MORE_POSITIONS = terms(("responsible", "责任人", "Responsible person"), ("visitor", "走访员", "Visitor"))


def make(random: Random, start: date) -> Town:
    """The grids for the week from `start`."""
    areas, posts = _places(random)
    roll, pairs = _people(random, posts)
    roll.speak(start, 100, lambda p: 0.04, sleepers=0.0, owls=0.02)
    units = terms(*((a["id"], a["name"], a["name_en"]) for a in areas if a["id"].startswith("community-")))
    plan = Plan(
        IDENTITY, start, random, roll.people, CAPS, units, areas, posts, [GRID_DAY], [GRID_TEAM], _rules(pairs),
        positions=MORE_POSITIONS, qualifications=MORE_QUALIFICATIONS,
    )  # fmt: skip
    return plan.finish()


def _places(random: Random) -> tuple[list[Piece], list[Piece]]:
    areas, posts = [area("ruian", "瑞安市", "Rui'an city")], []
    for number in range(GRIDS):
        order, community = number // A_COMMUNITY + 1, f"community-{number // A_COMMUNITY + 1:02d}"
        if number % A_COMMUNITY == 0:
            middle = near(random, MIDDLE, 0.15)
            areas.append(area(community, f"第 {order} 社区", f"Community {order}", "ruian", middle))
        grid, name, name_en = f"grid-{number + 1:04d}", f"第 {number + 1} 网格", f"Grid {number + 1}"
        areas.append(area(grid, name, name_en, community))
        posts.append(
            post(f"post-{number + 1:04d}", name, name_en, grid, "grid", "green", near(random, middle, 0.01),
                 staffed("grid-team", "grid-day"))
        )  # fmt: skip
    return areas, posts


def _people(random: Random, posts: list[Piece]) -> tuple[Roll, list[list[str]]]:
    """The workers, and each grid's head with the vice-head."""
    roll, pairs = Roll(random, "rg", 20), []
    for number, grid in enumerate(posts):
        count = WORKERS * (number + 1) // GRIDS - WORKERS * number // GRIDS
        unit = f"community-{number // A_COMMUNITY + 1:02d}"
        place, home = [grid["id"]], grid["area"]
        head, vice, _ = roll.add(3, "worker", "full", unit, home, "grid_head", posts=place)
        roll.add(count - 4, "volunteer", "part", unit, home, posts=place, share=0.4)
        roll.add(1, "worker", "full", unit, home, areas=[unit])
        pairs.append([head.id, vice.id])
    return roll, pairs


def _rules(pairs: list[list[str]]) -> list[Piece]:
    return [
        *(r for r in usual_law() if r["rule"] not in ("max_nights", "rest_after_nights")),
        rule("min_max_duties", hard=True, max=1, per="day"),
        rule("deputies", hard=False, weight=4, groups=pairs),
        *(r for r in usual_wishes(*CAPS) if r["rule"] != "max_nights" and r.get("measure") != "nights"),
        rule("fair_share", weight=2, measure="weekends", population={"contracts": ["full"]}),
    ]
