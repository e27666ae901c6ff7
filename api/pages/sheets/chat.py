"""A sheet as plain lines for a group chat, which has no tables; pure."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import groupby

from api.language import Language
from api.pages import when

from . import words
from .duties import DutySheet, Line, Seats
from .layout import Heading

LONGEST = 1800
"""Characters of one message; longer ones are cut short by some programs."""


def of_post(sheet: DutySheet, heading: Heading) -> list[str]:
    """The week of one post (or of the errand runs, or of a unit), day by day."""
    lang = heading.lang
    blocks = [heading.title(sheet.name)]
    for day, lines in groupby(sheet.lines, key=lambda line: line.day):
        blocks.append("\n".join([words.date_and_day(day, lang), *(_line(line, sheet, lang) for line in lines)]))
    return messages([*blocks, _closing(sheet.vacancies, heading)])


def of_day(sheets: Sequence[DutySheet], heading: Heading, title: str) -> list[str]:
    """All posts of one day; `title` says which."""
    lang = heading.lang
    blocks = [
        "\n".join([sheet.name, *(_line(line, sheet, lang) for line in sheet.lines)]) for sheet in sheets if sheet.lines
    ]
    return messages([title, *blocks, _closing(sum(sheet.vacancies for sheet in sheets), heading)])


def messages(blocks: Iterable[str]) -> list[str]:
    """The blocks one after the other, in as few messages as they fit into; a block is only cut when it must be."""
    made: list[str] = []
    for block in (piece for whole in blocks for piece in _pieces(whole)):
        if made and len(made[-1]) + len(block) + 2 <= LONGEST:
            made[-1] += f"\n\n{block}"
        else:
            made.append(block)
    return made


def _pieces(block: str) -> list[str]:
    """A block in pieces that fit, cut between lines where there are any."""
    pieces: list[str] = []
    for line in block.split("\n"):
        while len(line) > LONGEST:
            pieces.append(line[:LONGEST])
            line = line[LONGEST:]
        if pieces and len(pieces[-1]) + len(line) + 1 <= LONGEST:
            pieces[-1] += f"\n{line}"
        else:
            pieces.append(line)
    return pieces


def _line(line: Line, sheet: DutySheet, lang: Language) -> str:
    """夜 22:00–次日 06:00 引导 沈佳宁；录入 缺1."""
    letter = words.LETTERS[line.kind].in_language(lang)
    name = line.shift if sheet.which == "other" else line.place if sheet.which == "unit" else ""
    between = "；" if lang == "zh" else "; "
    seats = between.join(_seats(s, lang) for s in line.seats if s.people or s.vacant)
    return " ".join(part for part in (letter, when.clock(line.start, line.end, lang), name, seats) if part)


def _seats(seats: Seats, lang: Language) -> str:
    names = ("、" if lang == "zh" else ", ").join(p.name for p in seats.people)
    lacks = words.missing(seats.vacant, lang) if seats.vacant else ""
    return " ".join(part for part in (seats.name, names, lacks) if part)


def _closing(vacancies: int, heading: Heading) -> str:
    lang = heading.lang
    lines = [words.colon(words.VACANCIES.in_language(lang), str(vacancies), lang)] if vacancies else []
    if heading.draft:
        lines.append("草稿，以发布的班表为准。" if lang == "zh" else "A draft; the published roster counts.")
    else:
        lines.append(
            f"{heading.version}，{words.stamp(heading.made, lang)} 导出。"
            if lang == "zh"
            else f"{heading.version}, as of {words.stamp(heading.made, lang)}."
        )
    return "\n".join(lines)
