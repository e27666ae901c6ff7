"""Instance files as numbered lines in sections, and everything that is wrong with them at once."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass, field

from ..document import DocumentError, Fault
from ..document.faults import nearest, shown
from ..text import Text
from .sentences import NOUNS, SENTENCES

MAX_FAULTS = 1000
"""Further faults than this help nobody."""
_WHOLE = re.compile(r"[0-9]{1,9}")
_HEADING = re.compile(r"[A-Z_]+\s*=.*|SECTION_\w+")


class Faults:
    """Collects what is wrong, by file and line, in the order found."""

    def __init__(self) -> None:
        self.held: list[Fault] = []

    def add(self, file: str, line: int | None, code: str, **details: object) -> None:
        """One fault; `line` counts from 1 and is None when the whole file is meant."""
        if len(self.held) < MAX_FAULTS:
            zh, en = SENTENCES[code]
            said = Text(zh.format(**_words(details, "zh")), en.format(**_words(details, "en")))
            self.held.append(Fault(file if line is None else f"{file}:{line}", code, said))

    def raise_if_any(self) -> None:
        """Raises DocumentError with all that was found."""
        if self.held:
            raise DocumentError(self.held)


def _words(details: dict[str, object], language: str) -> dict[str, object]:
    return {
        key: value.in_language(language) if isinstance(value, Text) else shown(value)
        if isinstance(value, str) else value
        for key, value in details.items()
    }  # fmt: skip


@dataclass(frozen=True)
class Line:
    """One line that says something: its number from 1, and its words without the blanks around them."""

    number: int
    words: str


@dataclass
class Section:
    """A heading, what follows its "=" sign, and the lines under it."""

    name: str
    line: int
    value: str = ""
    body: list[Line] = field(default_factory=list)


class Page:
    """One file: hands out its lines and notes what is wrong with them."""

    def __init__(self, file: str, content: bytes, faults: Faults) -> None:
        self.file, self.faults = file, faults
        try:
            text = content.decode("utf-8-sig")
        except UnicodeDecodeError:
            self.add(None, "not_utf8")
            text = ""
        numbered = (Line(i, words.strip()) for i, words in enumerate(text.splitlines(), 1))
        self.lines = [line for line in numbered if line.words]

    def add(self, line: int | None, code: str, **details: object) -> None:
        """Notes a fault of this file."""
        self.faults.add(self.file, line, code, **details)

    def without_comments(self) -> Page:
        """This page less the lines that start with "#"."""
        self.lines = [line for line in self.lines if not line.words.startswith("#")]
        return self

    # --- sections -------------------------------------------------------------------------------------
    def sections(self, known: Collection[str], optional: Collection[str] = ()) -> dict[str, Section]:
        """Every known section by its name, an empty one in place of what is missing.

        A heading is one of the known names, and "NAME = value" gives it a value. Other words in capitals before an
        equals sign, or after SECTION_, are headings that nobody knows.
        """
        found: dict[str, Section] = {}
        here: Section | None = None
        for line in self.lines:
            name, _, value = (part.strip() for part in line.words.partition("="))
            if name not in known and not _HEADING.fullmatch(line.words):
                if here is None:
                    self.add(line.number, "stray_line")
                else:
                    here.body.append(line)
                continue
            here = Section(name, line.number, value)
            if name not in known:
                self.add(line.number, "unknown_section", section=name, hint=nearest(name, known))
            elif name in found:
                self.add(line.number, "section_twice", section=name, first=found[name].line)
            else:
                found[name] = here
        for name in known:
            if name not in found and name not in optional:
                self.add(None, "missing_section", section=name)
        return {name: found.get(name, Section(name, 0)) for name in known}

    def counted(self, section: Section, form: str) -> None:
        """The figure beside a heading is the number of its lines."""
        if not section.line:
            return
        if not _WHOLE.fullmatch(section.value):
            self.add(section.line, "malformed", form=form)
        elif int(section.value) != len(section.body):
            self.add(
                section.line, "wrong_count", section=section.name, said=int(section.value), found=len(section.body)
            )

    # --- words ----------------------------------------------------------------------------------------
    def matching(self, lines: Iterable[Line], pattern: str, form: str) -> Iterator[tuple[int, re.Match[str]]]:
        """(line number, match) of every line that has the form; the others are faults."""
        compiled = re.compile(pattern)
        for line in lines:
            match = compiled.fullmatch(line.words)
            if match is None:
                self.add(line.number, "malformed", form=form)
            else:
                yield line.number, match

    def whole(self, line: int, word: str, least: int = 0, most: int = 10**6) -> int:
        """A whole number within bounds; the least when it is at fault."""
        if _WHOLE.fullmatch(word) and least <= int(word) <= most:
            return int(word)
        self.add(line, "wrong_number", value=word, least=least, most=most)
        return least

    def span(self, line: int, least: str, most: str) -> tuple[int, int]:
        """A least and a most that are in order."""
        low, high = self.whole(line, least), self.whole(line, most)
        if low > high:
            self.add(line, "min_over_max", least=low, most=high)
        return low, high

    def known(self, line: int, name: str, names: Collection[str], noun: str) -> bool:
        """Whether a name is one of those given; a fault when not."""
        if name in names:
            return True
        self.add(line, "unknown_name", kind=Text(*NOUNS[noun]), name=name, hint=nearest(name, names))
        return False

    def once(self, line: int, name: str, seen: dict[str, int]) -> bool:
        """Whether a name comes for the first time; a fault when not."""
        if name in seen:
            self.add(line, "name_twice", name=name, first=seen[name])
            return False
        seen[name] = line
        return True
