"""What people are told, in words: complete sentences with day, date, shift, clock times, place, position and leader.

Chinese first; in both languages the same things in the same order.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from scheduler.problem import Assignment, Demand, Duty
from scheduler.text import Text

from .records import Named

DAYS_ZH = "一二三四五六日"
DAYS_EN = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
MONTHS_EN = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
EVENING_HOUR = 13
"""As on the board: a shift that starts then or later, and is no night, is an evening shift."""
SHIFTS = {"D": Text("早班", "day shift"), "E": Text("中班", "evening shift"), "N": Text("夜班", "night shift"),
          "R": Text("跑腿", "errand run")}  # fmt: skip
Names = dict[tuple[str, str], Named]
"""(noun, id) → what it is called."""


@dataclass(frozen=True, slots=True)
class Seat:
    """A person's duty as they are told of it."""

    duty: Duty
    position: str
    leader: str | None = None
    """Who leads the team; None when the person does, or nobody."""

    @property
    def promise(self) -> tuple[object, ...]:
        """What must not change without their hearing of it."""
        duty = self.duty
        return (duty.id, duty.start, duty.end, duty.post, duty.place, self.position)


def leader_of(duty: Duty, team: Sequence[Assignment]) -> str | None:
    """Who leads the team of a duty: who holds the leader's seat, else the first one."""
    leads = (s for s in duty.seats if "lead" in s.position or any("lead" in q for q in s.qualifications))
    seat: Demand | None = next(leads, duty.seats[0] if duty.seats else None)
    return next((a.person for a in team if seat is not None and a.position == seat.position), None)


def day(value: date) -> Text:
    """周一 11月23日 · Mon 23 Nov."""
    return Text(
        f"周{DAYS_ZH[value.weekday()]} {value.month}月{value.day}日",
        f"{DAYS_EN[value.weekday()]} {value.day} {MONTHS_EN[value.month - 1]}",
    )


def days(start: date, count: int) -> Text:
    """11月23日至29日 · 23–29 Nov; with both months where there are two."""
    end = start + timedelta(days=count - 1)
    month = "" if end.month == start.month else f"{end.month}月"
    first = f"{start.day}" if end.month == start.month else f"{start.day} {MONTHS_EN[start.month - 1]}"
    return Text(f"{start.month}月{start.day}日至{month}{end.day}日", f"{first}–{end.day} {MONTHS_EN[end.month - 1]}")


def clock(start: datetime, end: datetime) -> Text:
    """08:00–16:00, 16:00–24:00, 22:00–次日 06:00; give it local times."""
    nights = (end.date() - start.date()).days
    if nights == 1 and end.time() == time():
        return Text(f"{start:%H:%M}–24:00", f"{start:%H:%M}–24:00")
    if nights == 0:
        return Text(f"{start:%H:%M}–{end:%H:%M}", f"{start:%H:%M}–{end:%H:%M}")
    until = Text("次日", "next day") if nights == 1 else day(end.date())
    return Text(f"{start:%H:%M}–{until.zh} {end:%H:%M}", f"{start:%H:%M}–{until.en} {end:%H:%M}")


def shift(duty: Duty, zone: ZoneInfo) -> Text:
    """早班 · day shift."""
    if duty.kind == "errand_run":
        return SHIFTS["R"]
    if duty.kind != "shift":
        return Text(duty.name or "任务", duty.name or "task")
    if duty.night:
        return SHIFTS["N"]
    return SHIFTS["E" if duty.start.astimezone(zone).hour >= EVENING_HOUR else "D"]


def moment(duty: Duty, zone: ZoneInfo) -> Text:
    """周一 11月23日 夜班 00:00–08:00（周日午夜之后）: people mistake the day of a duty that begins at midnight."""
    start, end = duty.start.astimezone(zone), duty.end.astimezone(zone)
    on, at, what = day(start.date()), clock(start, end), shift(duty, zone)
    if start.time() != time():
        return Text(f"{on.zh} {what.zh} {at.zh}", f"{on.en}, {what.en}, {at.en}")
    before = start.date() - timedelta(days=1)
    return Text(
        f"{on.zh} {what.zh} {at.zh}（周{DAYS_ZH[before.weekday()]}午夜之后）",
        f"{on.en}, {what.en}, {at.en} (after midnight of {DAYS_EN[before.weekday()]})",
    )


def place(duty: Duty, names: Names) -> Text:
    """The post, else what the duty says itself, else its id."""
    if duty.post:
        return name("posts", duty.post, names)
    said = duty.place or duty.name or duty.id
    return Text(said, said)


def name(noun: str, id_: str, names: Names) -> Text:
    """A thing's name in both languages; an id that is gone stands for itself."""
    found = names.get((noun, id_))
    return Text(id_, id_) if found is None else Text(found.name, found.name_en or found.name)


def short(seat: Seat, zone: ZoneInfo, names: Names) -> Text:
    """When, where and as what."""
    when, where, what = moment(seat.duty, zone), place(seat.duty, names), name("positions", seat.position, names)
    return Text(f"{when.zh}，{where.zh}，{what.zh}", f"{when.en}, {where.en}, {what.en}")


def full(seat: Seat, zone: ZoneInfo, names: Names) -> Text:
    """The same with the leader."""
    said = short(seat, zone, names)
    if seat.leader is None:
        return said
    lead = name("people", seat.leader, names)
    return Text(f"{said.zh}，组长 {lead.zh}", f"{said.en}, led by {lead.en}")


def listed(lines: Sequence[Text], mark: str = "· ") -> Text:
    """One line each."""
    return Text("\n".join(f"{mark}{t.zh}" for t in lines), "\n".join(f"{mark}{t.en}" for t in lines))


def paragraphs(*texts: Text | None) -> Text:
    """One below the other; None is left out."""
    kept = [t for t in texts if t is not None]
    return Text("\n".join(t.zh for t in kept), "\n".join(t.en for t in kept))


PAGE = Text(
    "请打开您的个人链接点“收到”；来不了请尽早点“我来不了”。",
    "Open your personal link and press “收到 Received”; if you cannot come, press “I cannot come” as early as you can.",
)


def greeted(person: str, said: Text) -> Text:
    return Text(f"{person}，您好！{said.zh}", f"Dear {person}, {said.en}")


def week_of_person(person: str, town: Named, span: Text, lines: Sequence[Text]) -> Text:
    """A published week, to somebody who serves in it."""
    count = len(lines)
    opening = Text(
        f"{town.name}{span.zh}的班表已发布，您有 {count} 个班：",
        f"the roster of {town.name_en or town.name} for {span.en} is published. "
        f"You have {count} {'duty' if count == 1 else 'duties'}:",
    )
    return paragraphs(greeted(person, opening), listed(lines), PAGE)


def change_of_person(person: str, town: Named, span: Text, lost: Sequence[Text], gained: Sequence[Text]) -> Text:
    """A changed week, to somebody whom it concerns: old → new."""
    opening = Text(
        f"{town.name}{span.zh}的班表有变动：", f"the roster of {town.name_en or town.name} for {span.en} has changed:"
    )
    old = listed(lost, "－ ") if lost else None
    new = listed(gained, "＋ ") if gained else None
    heads = Text("取消：", "No longer:"), Text("新增：", "New:")
    if lost and gained:
        heads = Text("原来：", "Until now:"), Text("改为：", "From now on:")
    closing = PAGE if gained else Text("您不用再去，谢谢！", "You need not come any more, thank you!")
    return paragraphs(
        greeted(person, opening), heads[0] if lost else None, old, heads[1] if gained else None, new, closing
    )
