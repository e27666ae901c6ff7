"""One line of a sign-up list: who, when, and what about it. What is not understood is said, never passed over."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from scheduler.problem import AvailabilityStatus

from .signup_days import Calendar
from .signup_words import CLOCKS, FOLLOWS_ONLY, Token, flat, tokens
from .spans import Said, of_clock, of_shift, whole_day
from .town import Body
from .values import Unclear, key

Span = tuple[datetime, datetime]
LONGEST_LINE = 300
NUMBERING = re.compile(
    r"(?:第?\(?\d{1,3}(?:[.、,:)\]]+\s*|\s+)|\d{1,3}(?=[\u3400-\u9fff])(?!\d{1,3}[月日号点时天]))(?!\d{1,2}[月日号])"
)
HEADING = re.compile(r"#|接龙$|接龙[^\d]{0,40}$|例\b|例[::如 ]|格式[::]", re.IGNORECASE)
MOBILE = re.compile(r"(?<!\d)(?:\+?86[ -]?)?(1\d{2}[ -]?\d{4}[ -]?\d{4}|0\d{2,3}-?\d{7,8})(?!\d)")
OTHERS = re.compile(r"[+＋]\s*\d{1,2}|带\s*[\d一二两三四五]\s*[个位]?人?")
SPACED = re.compile(r"^([\u3400-\u9fff]) ([\u3400-\u9fff])(?=[\s\d:,、]|$)")
NAME = re.compile(r"[\u3400-\u9fff·]{2,8}|[A-Za-z][A-Za-z .'-]{0,40}[A-Za-z.]")
EDGE = " ,;:、。.()[]-+|/"


@dataclass(frozen=True, slots=True)
class Meaning:
    """What words mean in this week of this town: the shifts that 早, 中 and 夜 stand for, by name and by letter."""

    calendar: Calendar
    zone: ZoneInfo
    shifts: Sequence[Body]
    names: Collection[str] = ()
    """Of the town's people, as `key` makes them."""
    yes: AvailabilityStatus | None = "prefer"
    """What is kept of a time for which somebody signs up."""

    def shift(self, word: str) -> list[Body]:
        """The shifts that a word means: one that is called so, else those of its letters."""
        named = [s for s in self.shifts if key(s["name"]) == key(word)]
        if named:
            return named
        found = []
        for letter in word.replace("通宵", "夜").strip("班"):
            if letter in "、/和":
                continue
            held = [s for s in self.shifts if letter in s["name"]] or [s for s in self.shifts if _letter(s) == letter]
            if not held:
                raise Unclear("no_such_shift_here", {"word": word})
            found.append(held[0])
        if not found:
            raise Unclear("no_such_shift_here", {"word": word})
        return found


@dataclass(slots=True)
class Line:
    """`said` are the times, `doubts` what stands in the way; without doubts the line is understood to the last word."""

    number: int
    text: str
    name: str = ""
    phone: str = ""
    said: list[Said] = field(default_factory=list)
    doubts: list[Unclear] = field(default_factory=list)
    heading: bool = False
    """Nobody's line: a title, an example, nothing."""


@dataclass(slots=True)
class Clause:
    """Times with one answer. Without days it is every day of the week; without hours the whole day."""

    days: list[date] = field(default_factory=list)
    hours: list[Token] = field(default_factory=list)
    answer: str = ""
    rest: bool = False
    excepted: bool = False
    hours_first: bool = False
    """夜班：周三、周五. Hours that follow such days begin something else."""

    @property
    def exact(self) -> int:
        """What is said of a day and a shift counts more than what is said of one of them."""
        hours = any(token.kind != "all_day" for token in self.hours)
        return bool(self.days) + hours

    def __bool__(self) -> bool:
        return bool(self.days or self.hours or self.rest)


def understood(number: int, text: str, meaning: Meaning) -> Line:
    """Never raises: what cannot be understood is a doubt of the line."""
    line = Line(number, text)
    plain = flat(text[: LONGEST_LINE + 1])
    if not plain or HEADING.match(plain):
        line.heading = True
        return line
    if len(text) > LONGEST_LINE:
        line.doubts.append(Unclear("line_too_long"))
        return line
    rest = plain[found.end() :] if (found := NUMBERING.match(plain)) else plain
    rest = _phone(line, rest)
    for others in OTHERS.finditer(rest):
        line.doubts.append(Unclear("brings_others", {"word": others[0]}))
    rest = _name(line, OTHERS.sub(" ", rest).strip(EDGE), meaning)
    if not line.name:
        line.doubts.append(Unclear("no_name"))
    try:
        _times(line, tokens(rest, meaning.calendar, _names(meaning)), meaning)
    except Unclear as unclear:
        line.doubts.append(unclear)
    if not line.said and not line.doubts:
        line.doubts.append(Unclear("no_times"))
    return line


def _phone(line: Line, text: str) -> str:
    found = MOBILE.search(text)
    if found is None:
        return text
    line.phone = re.sub(r"\D", "", found[1])
    return f"{text[: found.start()]} {text[found.end() :]}"


def _name(line: Line, text: str, meaning: Meaning) -> str:
    """Takes the name off the beginning; returns what is behind it."""
    text = SPACED.sub(r"\1\2", text)
    for length in range(min(len(text), 20), 1, -1):
        if key(text[:length]) in meaning.names and _goes_on(text[length:], meaning):
            line.name = text[:length].strip()
            return text[length:]
    chunk = re.match(r"[A-Za-z][A-Za-z .'-]*[A-Za-z.]|[^\s,;:、。+()\d]+", text)
    if chunk is None or _means(chunk[0], meaning):
        return text
    word = chunk[0]
    split = next((i for i in range(2, len(word)) if _means(word[i:], meaning, alone=False)), len(word))
    if NAME.fullmatch(word[:split]) is None:
        return text
    if word[split : split + 1] == "明":  # 张晓明天夜班: 张晓 tomorrow, or 张晓明?
        line.doubts.append(Unclear("unclear_name", {"word": word[: split + 2]}))
    line.name = word[:split].strip()
    return text[split:]


def _goes_on(rest: str, meaning: Meaning) -> bool:
    """Whether a name may end here: the next thing is a word of ours, a number, or no letter."""
    if not rest or not rest[0].isalpha():
        return True
    return _quietly(rest, meaning)[:1] not in ([], ["?"])


def _means(text: str, meaning: Meaning, alone: bool = True) -> bool:
    """Whether a text is all words of ours; one that follows a name has two letters at least: 李志行 is a name."""
    kinds = _quietly(text, meaning)
    return "?" not in kinds and any(k not in ("fill", "sep") for k in kinds) and (alone or len(text) > 1)


def _quietly(text: str, meaning: Meaning) -> list[str]:
    try:
        return [token.kind for token in tokens(text, meaning.calendar, _names(meaning))]
    except Unclear:
        return ["days"]  # words of ours that mean nothing in this week


def _names(meaning: Meaning) -> list[str]:
    return [shift["name"] for shift in meaning.shifts]


def _times(line: Line, found: Sequence[Token], meaning: Meaning) -> None:
    unknown = [t.text.strip() for t in found if t.kind == "?"]
    line.doubts += [Unclear("not_understood", {"word": word}) for word in unknown]
    clauses = list(_clauses(found))
    if line.doubts:
        return
    named = [d for c in clauses if not c.rest and not c.hours for d in c.days]
    for clause in clauses:
        if clause.rest:
            clause.days = [d for d in meaning.calendar.days if d not in named]
        if clause.excepted:
            clause.answer = "no"
    if any(c.excepted for c in clauses) and all(c.answer == "no" for c in clauses):
        raise Unclear("unclear_no", {"word": "除了"})
    statuses: dict[str, AvailabilityStatus | None] = {"no": "unavailable", "avoid": "avoid", "yes": meaning.yes}
    taken: list[Span] = []
    for clause in sorted(clauses, key=lambda c: (-c.exact, [*statuses].index(c.answer or "yes"))):
        wanted = sorted(set(_spans(clause, meaning)))
        whole = [s for s in wanted if _without([s], taken) == [s]]
        # Of a shift that is wished for, a piece is of no use.
        left = whole if clause.hours and clause.answer in ("", "yes") else _without(wanted, taken)
        taken += left
        line.said += [Said(*span, statuses[clause.answer or "yes"], line.number) for span in left]
    line.said.sort(key=lambda s: (s.start, s.end))


def _clauses(found: Sequence[Token]) -> Iterator[Clause]:
    """Tokens by what belongs together. Raises Unclear where it could be read in two ways."""
    group: list[Clause] = []
    before: list[Clause] = []
    now = Clause()
    for token in [*found, Token("sep", "")]:
        match token.kind:
            case "days" | "rest":
                now.hours_first = now.hours_first or bool(now.hours and not now.days)
                if (now.hours and not now.hours_first) or now.rest or (now.answer and now.days):
                    group, now = [*group, now], Clause(excepted=now.excepted and not now.answer)
                now.days += token.days
                now.rest = token.kind == "rest"
            case "shift" | "clock" | "all_day":
                if now.hours_first and now.days:
                    group, now = [*group, now], Clause(excepted=now.excepted)
                now.hours.append(token)
            case "except":
                group, now = [*group, now] if now else group, Clause(excepted=True)
            case "out" if now.excepted:
                group, now = [*group, now], Clause()
            case "yes" | "no" | "avoid":
                if now.excepted and now:
                    group, now = [*group, now], Clause()
                now, group = _answered(now, group, token)
            case "sep":
                group = [*group, now] if now or now.answer else group
                _unambiguous(before, group)
                yield from group
                before, group, now = group or before, [], Clause()


def _answered(now: Clause, group: list[Clause], token: Token) -> tuple[Clause, list[Clause]]:
    """An answer is about what stands before it; one before which nothing stands is about what comes."""
    if now.answer and now.answer != token.kind:
        raise Unclear("unclear_no", {"word": token.text})
    now.answer = token.kind
    open_ = [clause for clause in group if not clause.answer and not clause.excepted]
    if now:
        for clause in open_:
            clause.answer = token.kind
        if now.hours or token.kind == "yes" or token.text in FOLLOWS_ONLY:
            return Clause(), [*group, now]
    elif open_:
        for clause in open_:
            clause.answer = token.kind
        return Clause(), group
    return now, group


def _unambiguous(before: list[Clause], group: list[Clause]) -> None:
    """Refuses what could be read in two ways.

    周三夜班，早班: of which day? 晚上8:00-12:00: of which half of the day? 周三，周四不行: is Wednesday a yes? (A
    clause of another shape, or with an answer of its own, is clear.)
    """
    for clause in group:
        clocks = {token.text in CLOCKS for token in clause.hours if token.kind == "clock"}
        dayless = clause.hours and not (clause.days or clause.rest or clause.answer)
        if len(clocks) > 1 or (dayless and (len(group) > 1 or any(c.days for c in before))):
            raise Unclear("unclear_times", {"word": "".join(token.text for token in clause.hours)})
    if not before or not group or group[0].answer not in ("no", "avoid") or group[0].rest or not group[0]:
        return
    last = before[-1]
    if last and not last.answer and not last.excepted and bool(last.hours) == bool(group[0].hours):
        raise Unclear("unclear_no", {"word": "不行" if group[0].answer == "no" else "尽量不"})


def _spans(clause: Clause, meaning: Meaning) -> Iterator[Span]:
    for day in dict.fromkeys(clause.days) if clause.days or clause.rest else meaning.calendar.days:
        if not clause.hours:
            yield whole_day(day, meaning.zone)
        for token in clause.hours:
            if token.kind == "all_day":
                yield whole_day(day, meaning.zone)
            elif token.hours is not None:
                yield of_clock(day, token.hours[0], token.hours[1], meaning.zone)
            else:
                yield from (of_shift(day, shift, meaning.zone) for shift in _shifts(token, day, meaning))


def _without(spans: Sequence[Span], taken: Sequence[Span]) -> list[Span]:
    """What is left of spans, each once, without what is taken."""
    left = sorted(set(spans), key=lambda s: (s[0].timestamp(), s[1].timestamp()))
    for start, end in taken:
        cut = []
        for s, e in left:
            if e.timestamp() <= start.timestamp() or s.timestamp() >= end.timestamp():
                cut.append((s, e))
                continue
            cut += [(s, start)] if s.timestamp() < start.timestamp() else []
            cut += [(end, e)] if e.timestamp() > end.timestamp() else []
        left = cut
    return left


def _shifts(token: Token, day: date, meaning: Meaning) -> list[Body]:
    """The shifts that a word means; one with a part of the day begins or goes on in that part.

    A night that begins at midnight is of two nights, by whom one asks: 今晚夜班 is asked for, not guessed.
    """
    found = meaning.shift(token.text)
    if not token.within:
        return found
    first, last = CLOCKS[token.within]
    for shift in found:
        start, end = (time.fromisoformat(shift[name]).hour for name in ("start", "end"))
        end += 24 if end <= start else 0
        if start < last and end > first:
            continue
        word = f"{token.within}{token.text}"
        if first >= 12 and start < 6:
            later = day + timedelta(days=1)
            raise Unclear("which_night", {"word": word, "first": day.isoformat(), "second": later.isoformat()})
        raise Unclear("unclear_times", {"word": word})
    return found


def _letter(shift: Body) -> str:
    """早, 中 or 夜, by what the shift is."""
    if shift.get("night"):
        return "夜"
    return "中" if time.fromisoformat(shift["start"]).hour >= 13 else "早"
