"""What an import would do: things before and after, what is in its way, what is asked of its maker."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, field, fields
from typing import Any, Literal

from models.imports import Change, digest
from scheduler.text import Text

from .sentences import text_of
from .town import Addition, Body
from .values import Unclear

What = Literal["new", "changed", "unchanged", "missing", "retired", "removed"]


@dataclass(frozen=True, slots=True)
class Trouble:
    """Something wrong in a row; `column` is the column's name in the file, `letter` where the file has it."""

    row: int
    column: str
    letter: str
    code: str
    text: Text


@dataclass(frozen=True, slots=True)
class Question:
    """Who or what a row means: one of `candidates` (ids), somebody new, or nobody."""

    row: int
    name: str
    code: str
    text: Text
    candidates: tuple[str, ...]
    answer: str = ""
    """An id, "new", "skip", or nothing yet."""
    may_be_new: bool = True


@dataclass(frozen=True, slots=True)
class Entry:
    """One thing before and after. What does not change carries neither."""

    what: What
    noun: str
    id: str
    name: str
    rows: tuple[int, ...] = ()
    before: Body | None = None
    after: Body | None = None
    seen: str | None = None
    """Digest of the stored document that it was compared with."""


@dataclass
class Plan:
    entries: list[Entry] = field(default_factory=list)
    troubles: list[Trouble] = field(default_factory=list)
    questions: list[Question] = field(default_factory=list)
    additions: list[Addition] = field(default_factory=list)
    unused: tuple[str, ...] = ()
    """Columns of the file that mean nothing here."""
    sheet: str = ""
    lines: list[dict[str, Any]] = field(default_factory=list)
    """Of a sign-up list: each line, and what was understood."""
    held: set[int] = field(default_factory=set)
    """Rows that are left out as long as they are faulty or not answered."""

    def trouble(self, row: int, unclear: Unclear, column: str = "", letter: str = "") -> None:
        """Something is wrong in a row, which is left out."""
        text = text_of(unclear.code, **unclear.figures)
        self.troubles.append(Trouble(row, column, letter, unclear.code, text))
        self.held.add(row)

    def ask(self, question: Question) -> None:
        self.questions.append(question)
        if not question.answer:
            self.held.add(question.row)

    def compared(self, noun: str, before: Body | None, after: Body, rows: Iterable[int]) -> None:
        """Note what becomes of a thing."""
        at = tuple(rows)
        if before is None:
            self.entries.append(Entry("new", noun, after["id"], after["name"], at, None, after))
        elif digest(before) == digest(after):
            self.entries.append(Entry("unchanged", noun, after["id"], after["name"], at))
        else:
            self.entries.append(Entry("changed", noun, after["id"], after["name"], at, before, after, digest(before)))

    def counts(self) -> dict[str, int]:
        """How many things of each kind, and how many rows are left out."""
        found: Counter[str] = Counter(str(e.what) for e in self.entries if e.noun in ("people", "posts"))
        open_ = sum(1 for q in self.questions if not q.answer)
        return {
            **{what: found[what] for what in ("new", "changed", "unchanged", "missing", "retired", "removed")},
            "added_words": sum(a.accepted for a in self.additions),
            "faults": len(self.troubles),
            "questions": open_,
            "rows_left_out": len(self.held),
        }

    def changes(self) -> list[Change]:
        """What is to be written."""
        return [
            Change(e.noun, e.id, e.seen, e.after)
            for e in self.entries
            if e.what in ("new", "changed", "retired", "removed")
        ]

    def as_json(self) -> dict[str, Any]:
        return {
            "entries": [_slim(e) for e in self.entries],
            "troubles": [asdict(t) for t in self.troubles],
            "questions": [asdict(q) for q in self.questions],
            "additions": [asdict(a) for a in self.additions],
            "unused": list(self.unused),
            "sheet": self.sheet,
            "lines": self.lines,
            "held": sorted(self.held),
        }


def from_json(body: Mapping[str, Any]) -> Plan:
    """The plan that `as_json` has written."""
    return Plan(
        entries=[Entry(**e | {"rows": tuple(e["rows"])}) for e in body["entries"]],
        troubles=[Trouble(**t | {"text": Text(**t["text"])}) for t in body["troubles"]],
        questions=[
            Question(**q | {"text": Text(**q["text"]), "candidates": tuple(q["candidates"])}) for q in body["questions"]
        ],
        additions=[Addition(**a | {"hint": Text(**a["hint"])}) for a in body["additions"]],
        unused=tuple(body["unused"]),
        sheet=body["sheet"],
        lines=list(body["lines"]),
        held=set(body["held"]),
    )


def _slim(entry: Entry) -> dict[str, Any]:
    """Without what is empty, and without copying documents: there may be thousands."""
    return {f.name: value for f in fields(Entry) if (value := getattr(entry, f.name)) is not None}
