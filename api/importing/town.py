"""What a town has, looked up by what people write: names, ids, and the words that may be added with an import."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any
from zoneinfo import ZoneInfo

from models.imports import Snapshot
from scheduler import document
from scheduler.document.faults import nearest
from scheduler.document.references import KINDS
from scheduler.text import Text

from .values import Unclear, key, several

ADDABLE = ("categories", "units", "areas", "qualifications")
"""Words that a file may bring with it, when its maker says so."""
LONGEST_ID = 80
Body = dict[str, Any]
NO_HINT = Text("", "")


@dataclass
class Addition:
    """A word of a file that the town does not have, and the rows that use it."""

    noun: str
    name: str
    rows: list[int] = field(default_factory=list)
    accepted: bool = False
    hint: Text = NO_HINT


class Town:
    """A snapshot with its indexes; `seen` limits people, posts and areas to those that the maker may see."""

    def __init__(
        self,
        snapshot: Snapshot,
        today: date,
        accepted: Iterable[tuple[str, str]] = (),
        may_add: bool = True,
        seen: Mapping[str, frozenset[str] | None] | None = None,
    ) -> None:
        self.snapshot, self.today, self.may_add = snapshot, today, may_add
        self.zone = ZoneInfo(snapshot.zone)
        limits = seen or {}
        self.things: dict[str, list[Body]] = {
            noun: [b for b in bodies if limits.get(noun) is None or b["id"] in (limits[noun] or ())]
            for noun, bodies in snapshot.things.items()
        }
        self.limits = limits
        self.accepted = {(noun, key(name)) for noun, name in accepted}
        self.additions: dict[tuple[str, str], Addition] = {}
        self._words: dict[str, dict[str, list[str]]] = {}
        self._all_ids = {noun: {body["id"] for body in bodies} for noun, bodies in snapshot.things.items()}
        self._people = 0

    def word(self, noun: str, text: str, row: int) -> str:
        """The id of what a cell names, by id or by name. Raises Unclear; remembers what might be added."""
        if text in self._ids(noun):
            return text
        found = self._named(noun).get(key(text), [])
        if len(found) == 1:
            return found[0]
        if found:
            raise Unclear("ambiguous_word", {"word": text, "kind": KINDS[noun], "options": _listed(found)})
        return self._add(noun, text, row)

    def words(self, noun: str, text: str, row: int) -> list[str]:
        return list(dict.fromkeys(self.word(noun, entry, row) for entry in several(text)))

    def name_of(self, noun: str, id_: str) -> str:
        body = self.body(noun, id_)
        return str(body["name"]) if body else id_

    def body(self, noun: str, id_: str) -> Body | None:
        return next((body for body in self.things[noun] if body["id"] == id_), None)

    def new_person(self) -> str:
        """An id that nobody has or had: p0001, p0002 …"""
        if not self._people:
            numbers = (re.fullmatch(r"p([0-9]{1,9})", id_) for id_ in self.snapshot.taken)
            self._people = max((int(found[1]) for found in numbers if found), default=0)
        self._people += 1
        return f"p{self._people:04}"

    def new_id(self, noun: str, name: str, also: Iterable[str] = ()) -> str:
        """An id for something new: its name, as far as an address can hold it."""
        plain = re.sub(r"[/|\\]+", "-", name)[: LONGEST_ID - 4].strip(". ") or noun
        taken, made, count = self._all_ids[noun] | set(also), plain, 1
        while made in taken:
            count += 1
            made = f"{plain}-{count}"
        return made

    def added(self) -> dict[str, list[Body]]:
        """The bodies of the words that are to be added."""
        found: dict[str, list[Body]] = {}
        for (noun, _), addition in self.additions.items():
            if addition.accepted:
                found.setdefault(noun, []).append({"id": self._id_of_added(noun, addition), "name": addition.name})
        return found

    def templates(self) -> dict[str, Body]:
        return {body["id"]: body for body in self.things["staffing_templates"]}

    def patterns(self) -> dict[str, Body]:
        return {body["id"]: body for body in self.things["shift_patterns"]}

    def night_word(self) -> str:
        return night_word(self.snapshot.rules)

    def read(self, noun: str, body: Body) -> Body:
        """The document as it is stored. Raises DocumentError."""
        return document.entity_to_json(noun, document.entity_from_json(noun, body, self.snapshot.zone))

    def _add(self, noun: str, text: str, row: int) -> str:
        known = [body["name"] for body in self.things[noun]]
        hint = nearest(text, known) if len(self.additions) < 50 else Text("", "")
        if noun not in ADDABLE or not self.may_add or len(text) > 200:
            options = _listed(known)
            raise Unclear("unknown_word_here", {"word": text, "kind": KINDS[noun], "hint": hint, "options": options})
        at = noun, key(text)
        held = self.additions.setdefault(at, Addition(noun, text, accepted=at in self.accepted, hint=hint))
        if row not in held.rows[-1:]:
            held.rows.append(row)
        if not held.accepted:
            raise Unclear("unknown_word", {"word": text, "kind": KINDS[noun], "hint": hint})
        return self._id_of_added(noun, held)

    def _id_of_added(self, noun: str, addition: Addition) -> str:
        mine = [a for (n, _), a in self.additions.items() if n == noun]
        ids: dict[str, str] = {}
        for one in mine:
            ids[one.name] = self.new_id(noun, one.name, ids.values())
        return ids[addition.name]

    def _ids(self, noun: str) -> set[str]:
        limit = self.limits.get(noun)
        return self._all_ids[noun] if limit is None else self._all_ids[noun] & limit

    def _named(self, noun: str) -> dict[str, list[str]]:
        if noun not in self._words:
            words: dict[str, list[str]] = {}
            for body in self.things[noun]:
                for text in {key(str(body["name"])), key(str(body.get("name_en") or ""))} - {""}:
                    words.setdefault(text, []).append(body["id"])
            self._words[noun] = words
        return self._words[noun]


def _listed(names: Iterable[str], most: int = 8) -> str:
    held = list(names)
    return "、".join(held[:most]) + ("…" if len(held) > most else "")


def night_word(rules: Iterable[Any]) -> str:
    """The person's own word that lifts a town's rule about nights; a usual one when no rule has any."""
    for rule in rules:
        if isinstance(rule, dict) and "night" in str(rule.get("rule", "")) and rule.get("waived_by"):
            return str(rule["waived_by"])
    return "nights-welcome"
