"""银湖街道: 113 checkpoints, a thousand cadres and ten thousand volunteers who are bound to posts (包干).

About 13,000 seats a week. Volunteers come in squads of one kind (students, day jobs, retired, free, nights
welcome) that are bound to one post or to two neighbours; cadres belong to a cluster of four or five posts;
17 work groups are on call day and night. With `people` the town grows or shrinks at constant density.
"""

from __future__ import annotations

from datetime import date
from random import Random

from ..text import Text
from .draft import DAY, DAYS, HOUR, Slot
from .queues import QueuedRota, pools_of
from .rota import Law
from .single import single
from .squads import Squads
from .town import SizeError, Town, assemble, slots_of, witness_of
from .words import ONE_N_FOUR, POSITIONS, THREE_SHIFTS, Piece, seat, template
from .yinhu_rules import CAPS, CONTRACTS, rules

IDENTITY = {"id": "yinhu", "name": "银湖街道（示例）", "name_en": "Yinhu sub-district (demo)"}
PEOPLE, LEAST_PEOPLE, MOST_PEOPLE = 11_000, 1_000, 50_000
CHECKPOINTS, WORK_GROUPS = 113, 17
"""For `PEOPLE` people; other sizes have as many more or fewer."""
A_CLUSTER = 4.5
"""Posts that one group of cadres looks after."""
A_GROUP, GROUP_LEADERS = 12, 5
"""People of a work group, and how many of them may lead it."""
STREET = "street"
MAIN_ROAD = template(
    "main-road",
    "主干道卡口",
    "Main road checkpoint",
    seat("leader", 1, 1, 1, 5, "leader"),
    seat("guide", 1, 1, 2, 2),
    seat("verifier", 2, 2, 3, 4),
    seat("recorder", 1, 1, 1, 4, "recorder"),
    seat("diverter", 1, 1, 1, 1),
)
ON_CALL = [seat("leader", 1, 1, 1, 5, "leader"), seat("member", 1, 1, 2, 3)]
HALVES = (("day", "白天备勤", 8 * HOUR, False), ("night", "夜间备勤", 20 * HOUR, True))
GROUP_NAMES = (
    ("综合协调", "Coordination"), ("疫情处置", "Response"), ("流调溯源", "Tracing"), ("核酸采样", "Sampling"),
    ("隔离转运", "Transfer"), ("卡口管控", "Checkpoints"), ("社区管控", "Communities"), ("物资保障", "Supplies"),
    ("生活服务", "Household services"), ("医疗救治", "Medical care"), ("环境消杀", "Disinfection"),
    ("宣传引导", "Publicity"), ("信息数据", "Data"), ("企业服务", "Companies"), ("学校联络", "Schools"),
    ("治安维稳", "Public order"), ("督导检查", "Inspection"),
)  # fmt: skip
GROUPS_MEMBER = {"id": "member", "name": "组员", "name_en": "Group member"}


def make(random: Random, start: date, people: int = PEOPLE) -> Town:
    """The sub-district for the week from `start`; SizeError for a size that is out of range."""
    if not LEAST_PEOPLE <= people <= MOST_PEOPLE:
        range_zh, range_en = f"{LEAST_PEOPLE:,} 至 {MOST_PEOPLE:,}", f"{LEAST_PEOPLE:,} to {MOST_PEOPLE:,}"
        raise SizeError(Text(f"银湖可有 {range_zh} 人。", f"Yinhu has {range_en} people."))
    areas, posts = _places(random, people)
    groups = [p for p in posts if p["type"] == "work_group"]
    squads = Squads(random, start, posts, people)
    cluster_of = {a["id"]: a["parent"] for a in areas if a["id"].startswith("grid-")}
    clusters = sorted(set(cluster_of.values()))
    squads.enlist(round(people / 11), A_GROUP, GROUP_LEADERS, clusters)
    templates = [ONE_N_FOUR, MAIN_ROAD]
    calls = [_call(start, post, day, half) for post in groups for day in range(-DAYS, DAYS) for half in HALVES]
    slots = slots_of(posts, [THREE_SHIFTS], templates, -DAYS, DAYS) + [slot for _, slot in calls]
    squads.serve_last_week([s for s in slots if s.start < 0], cluster_of)
    squads.speak()
    law = Law(CAPS, after_night_hours=12, nights_by_opt_in=lambda p: p.contract == "student")
    rota = QueuedRota(
        start, squads.people, law, random, lambda person, slot: True, pools=pools_of(squads.people, posts, areas)
    )
    rota.fill(s for s in slots if s.start >= 0)
    document = assemble(
        IDENTITY, start, squads.people, posts, rules(start, squads.people), squads.units, areas, CONTRACTS,
        [THREE_SHIFTS], templates, duties=[piece for piece, slot in calls if slot.start >= 0],
        positions=[*POSITIONS, GROUPS_MEMBER],
    )  # fmt: skip
    vacant = tuple((s.post or "", s.start, position) for s, position in rota.vacant)
    return Town(document, witness_of(squads.people), vacant)


def _places(random: Random, people: int) -> tuple[list[Piece], list[Piece]]:
    """The street, clusters of neighbouring posts, a grid for each post; then the work groups."""
    checkpoints = max(2, round(CHECKPOINTS * people / PEOPLE))
    clusters = max(1, round(checkpoints / A_CLUSTER))
    groups = max(1, round(WORK_GROUPS * people / PEOPLE))
    areas = [{"id": STREET, "name": "银湖街道", "name_en": "Yinhu sub-district"}]
    areas += [
        {"id": f"cluster-{n:03d}", "name": f"第 {n} 包干片", "name_en": f"Cluster {n}", "parent": STREET}
        for n in range(1, clusters + 1)
    ]
    posts: list[Piece] = []
    for number in range(checkpoints):
        main, area = number % 10 in (0, 3, 7), f"grid-{number + 1:03d}"
        cluster = number * clusters // checkpoints + 1
        areas.append(
            {"id": area, "name": f"第 {number + 1} 网格", "name_en": f"Grid {number + 1}",
             "parent": f"cluster-{cluster:03d}"}
        )  # fmt: skip
        posts.append({
            "id": f"post-{number + 1:03d}", "name": f"{number + 1} 号{'主干道' if main else ''}卡口",
            "name_en": f"Checkpoint {number + 1}", "area": area, "type": "checkpoint",
            "colour": "red" if main else "yellow",
            "latitude": round(30.1 + 0.012 * (cluster // 6) + random.uniform(-0.005, 0.005), 5),
            "longitude": round(119.9 + 0.012 * (cluster % 6) + random.uniform(-0.005, 0.005), 5),
            "staffing": [{"template": "main-road" if main else "1+N+4", "pattern": "three-shifts"}],
        })  # fmt: skip
    for number in range(groups):
        name, name_en = GROUP_NAMES[number % len(GROUP_NAMES)]
        again = number // len(GROUP_NAMES)
        posts.append({
            "id": f"group-{number + 1:02d}", "name": f"{name}组" + (f"（{again + 1}）" if again else ""),
            "name_en": f"{name_en} group" + (f" {again + 1}" if again else ""), "area": STREET, "type": "work_group",
            "colour": "blue", "staffing": [],
        })  # fmt: skip
    return areas, posts


def _call(start: date, post: Piece, day: int, half: tuple[str, str, int, bool]) -> tuple[Piece, Slot]:
    """Twelve hours on call of one work group."""
    key, name, opens, night = half
    begins = day * DAY + opens
    id_ = f"{post['id']}-{day + 1}-{key}"
    return single(
        id_, "standby", start, (begins, begins + 12 * HOUR), post, ON_CALL, shift=(key, name), night=night
    )  # fmt: skip
