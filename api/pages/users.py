"""Who uses one of a town's things, in words: what stands in the way of removing it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from api.access import store
from models.errors import InUse
from models.usage import SINGULAR
from scheduler.document.references import KINDS
from scheduler.rules import REGISTRY
from scheduler.text import Text

NOUN = {one: noun for noun, one in SINGULAR.items()} | {"rule": "rules"}
"""Word for one thing → its noun in the document."""
WORDS: dict[str, Text] = {one: KINDS[noun] for noun, one in SINGULAR.items()} | {
    "rule": Text("规则", "rule"),
    "roster": Text("班表", "roster"),
}
MANY: dict[str, Text] = {
    "people": Text("人员", "people"),
    "posts": Text("点位", "posts"),
    "areas": Text("下级片区", "areas below"),
    "staffing_templates": Text("编组", "templates"),
    "vehicles": Text("车辆", "vehicles"),
    "rules": Text("规则", "rules"),
}
"""What may use one of the basics → the word for many of them."""
FIRST = 12
"""Users of one kind that a page names; the others are counted."""


@dataclass(frozen=True, slots=True)
class User:
    """Something that names the thing: its noun in the singular, its id, what it is called."""

    noun: str
    id: str
    name: Text

    @property
    def path(self) -> str:
        """Where the form of its noun is, of those among the basics."""
        return NOUN.get(self.noun, "").replace("_", "-")


@dataclass(frozen=True, slots=True)
class Users:
    """All users of one kind: the word for them, how many there are, and the first of them."""

    word: Text
    count: int
    first: tuple[User, ...]


def grouped(town: str, users: Sequence[tuple[str, str]]) -> list[Users]:
    """Users among a town's data and rules, by their kind."""
    counts, first = Counter(noun for noun, _ in users), list[tuple[str, str]]()
    for kind in counts:
        first += [user for user in users if user[0] == kind][:FIRST]
    held = named(town, first)
    return [Users(MANY[NOUN[kind]], count, tuple(u for u in held if u.noun == kind)) for kind, count in counts.items()]


def named(town: str, users: Sequence[tuple[str, str]]) -> list[User]:
    """The users with their names; a rule is called by its title."""
    wanted: dict[str, list[str]] = {}
    for noun, id_ in users:
        if noun in NOUN and noun != "rule":
            wanted.setdefault(NOUN[noun], []).append(id_)
    held = store().things.named(town, wanted)
    found = []
    for noun, id_ in users:
        name = held.get((NOUN.get(noun, ""), id_))
        said = Text(name.name, name.name_en or name.name) if name else _own(noun, id_)
        found.append(User(noun, id_, said))
    return found


def _own(noun: str, id_: str) -> Text:
    rule = REGISTRY.get(id_) if noun == "rule" else None
    return rule.title if rule else Text(id_, id_)


def in_use(town: str, error: InUse) -> Text:
    """What is used, by what, and what to do about it; duties of weeks, which come last, are counted."""
    users = named(town, [user for user in error.used_by if user[0] != "duty"])
    rest = error.count - len(users)
    zh = [f"{WORDS[u.noun].zh}“{u.name.zh}”" for u in users]
    en = [f"{WORDS[u.noun].en} “{u.name.en}”" for u in users]
    if len(users) < len(error.used_by):
        zh.append(f"已建好的周里的 {rest} 项勤务")
        en.append(f"{rest} duties of weeks that are made")
    elif rest:
        zh.append(f"另外 {rest} 处")
        en.append(f"{rest} more")
    kind = Text("班次", "shift") if error.noun == "shift" else WORDS[error.noun]
    name = _name(town, error)
    return Text(
        f"{kind.zh}“{name.zh}”还用在{'、'.join(zh)}，没有删除。请先改掉那里。",
        f"The {kind.en} “{name.en}” is used by {', '.join(en)}; it was not removed. Change these first.",
    )


def _name(town: str, error: InUse) -> Text:
    if error.noun == "shift":
        patterns: Any = store().things.all(town, "shift_patterns")
        names = {shift.id: Text(shift.name, shift.name_en or shift.name) for p in patterns for shift in p.shifts}
        return names.get(error.id, Text(error.id, error.id))
    return named(town, [(error.noun, error.id)])[0].name
