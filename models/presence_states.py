"""Presence as one table: the states of a person on a published duty, and which change is legal from which, by whom.

Model, API, pages and docs/presence.md read this table; nobody says it a second time.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Literal, get_args

from scheduler.problem import Duty
from scheduler.text import Text

State = Literal["planned", "confirmed", "present", "late", "left", "no_show", "excused"]
Action = Literal["arrive", "leave", "miss", "excuse", "correct"]
Whose = Literal["person", "leader"]
"""Somebody for themselves; or who may record the presence of others (an account, a leader's duty link)."""
How = Literal["list", "qr", "code", "correction"]
"""By tap on a leader's list, by the code in the QR at the post, by its six digits, or as a correction."""

STATES: dict[State, Text] = {
    "planned": Text("已排班", "planned"),
    "confirmed": Text("已收到", "confirmed"),
    "present": Text("在岗", "present"),
    "late": Text("迟到", "late"),
    "left": Text("已离岗", "left"),
    "no_show": Text("未到岗", "no-show"),
    "excused": Text("请假", "excused"),
}
HERE: frozenset[State] = frozenset({"present", "late"})
CAME: frozenset[State] = HERE | {"left"}
SAID: frozenset[State] = CAME | {"no_show"}
"""States that show that presence is kept at a post: somebody looked."""

EARLY = timedelta(minutes=60)
"""So long before its start a duty's presence can be recorded."""
AFTERWARDS = timedelta(minutes=60)
"""So long after its end people can still say that they have left."""
LEADER_AFTERWARDS = timedelta(hours=24)
"""So long after the end a leader may say who was missing or excused, without it being a correction."""
LATE_AFTER = timedelta(minutes=5)
"""Whoever comes more than this after the start is late; the minutes are counted from the start."""
OVERDUE_AFTER = timedelta(minutes=30)
"""So long after the start whoever has not come is shown as "not here yet"."""
KEPT_FOR = timedelta(days=7)
"""A post at which somebody was recorded within so many days keeps presence: silence there means that nobody came."""


@dataclass(frozen=True, slots=True)
class Change:
    """One kind of change: from which states, by whom, and when (`opens` from the start, `closes` from the end)."""

    text: Text
    froms: frozenset[State]
    to: tuple[State, ...]
    by: frozenset[Whose]
    when: Text
    opens: timedelta | None = None
    closes: timedelta | None = None
    needs_reason: bool = False

    def in_time(self, duty: Duty, now: datetime) -> bool:
        """Whether it may be said now of this duty."""
        after = self.opens is None or now >= duty.start + self.opens
        return after and (self.closes is None or now <= duty.end + self.closes)


BOTH: frozenset[Whose] = frozenset(get_args(Whose))
LEADER: frozenset[Whose] = frozenset({"leader"})
NOT_COME: frozenset[State] = frozenset({"planned", "confirmed", "no_show", "excused"})
CHANGES: dict[Action, Change] = {
    "arrive": Change(
        Text("到岗", "check in"),
        NOT_COME,
        ("present", "late"),
        BOTH,
        Text("开始前 60 分钟至结束", "from 60 minutes before the start to the end"),
        -EARLY,
        timedelta(),
    ),
    "leave": Change(
        Text("离岗", "check out"),
        HERE,
        ("left",),
        BOTH,
        Text("到岗后至结束后 60 分钟", "once there, until 60 minutes after the end"),
        -EARLY,
        AFTERWARDS,
    ),
    "miss": Change(
        Text("未到", "not come"),
        frozenset({"planned", "confirmed"}),
        ("no_show",),
        LEADER,
        Text("开始至结束后 24 小时", "from the start to 24 hours after the end"),
        timedelta(),
        LEADER_AFTERWARDS,
    ),
    "excuse": Change(
        Text("请假", "excuse"),
        frozenset({"planned", "confirmed", "no_show"}),
        ("excused",),
        LEADER,
        Text("开始前 60 分钟至结束后 24 小时", "from 60 minutes before the start to 24 hours after the end"),
        -EARLY,
        LEADER_AFTERWARDS,
        needs_reason=True,
    ),
    "correct": Change(
        Text("更正", "correct"),
        frozenset(get_args(State)),
        ("planned", "present", "late", "left", "no_show", "excused"),
        LEADER,
        Text("开始前 60 分钟起", "from 60 minutes before the start"),
        -EARLY,
        needs_reason=True,
    ),
}
"""Confirming (planned → confirmed) is 收到: it has its own row and button, and ends with what it was said to."""


def late(start: datetime, came: datetime) -> int:
    """Whole minutes after the start, 0 for who came in time (LATE_AFTER)."""
    over = came - start
    return int(over.total_seconds() // 60) if over > LATE_AFTER else 0


def arrived(start: datetime, came: datetime) -> tuple[State, int]:
    """Present or late, and by how many minutes."""
    minutes = late(start, came)
    return ("late" if minutes else "present"), minutes


def offered(state: State, whose: Whose, duty: Duty, now: datetime) -> tuple[Action, ...]:
    """The plain changes (without the correction) that may be made now."""
    return tuple(
        action
        for action, change in CHANGES.items()
        if action != "correct" and state in change.froms and whose in change.by and change.in_time(duty, now)
    )


def as_markdown() -> str:
    """The table of docs/presence.md."""
    lines = ["| change | from | to | by whom | when | reason |", "|---|---|---|---|---|---|"]
    lines.append("| confirm 收到 | planned | confirmed | the person, a leader | any time | |")
    order = list(STATES)
    for change in CHANGES.values():
        froms = ", ".join(s for s in order if s in change.froms)
        everything = "any" if len(change.froms) == len(order) else froms
        whose = "the person, a leader" if change.by == BOTH else "a leader"
        cells = (
            f"{change.text.en} {change.text.zh}",
            everything,
            ", ".join(change.to),
            whose,
            change.when.en,
            "needed" if change.needs_reason else "",
        )
        lines.append("| " + " | ".join(cells) + " |")
    return "\n".join(lines) + "\n"
