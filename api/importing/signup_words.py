"""The words of sign-up lists (接龙): days, shifts, yes and no. docs/importing.md has them for people.

A text becomes tokens; whatever is no word of these is a token of its own, so that nothing is passed over.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, time
from typing import Literal

from .signup_days import TO as _TO
from .signup_days import WEEK as _W
from .signup_days import WEEKDAY as _D
from .signup_days import Calendar
from .values import Unclear

Kind = Literal[
    "days", "part", "shift", "clock", "all_day", "rest", "yes", "no", "avoid", "except", "out", "sep", "fill", "?"
]  # fmt: skip
_DATE = (
    r"(?:\d{4}[-/.年])?\d{1,2}(?:月\d{1,2}[日号]?|[-/.]\d{1,2}(?!\d|[:点时])[日号]?)"
    r"|\d{4}[-/.年]\d{1,2}[-/.月]\d{1,2}[日号]?"
)
_CLOCK = r"(\d{1,2})(?:[:点时](\d{1,2})?分?)?"
_NO_TOO = "(?:要|上|值|排|来|选|安排)?"

PATTERNS: tuple[tuple[Kind, str], ...] = (
    ("clock", rf"{_CLOCK}{_TO}(\d{{1,2}})[:点时](\d{{1,2}})?分?"),
    ("days", rf"(?:{_DATE}){_TO}(?:{_DATE}|\d{{1,2}}[日号]?)(?!\d|[:点时])"),
    ("days", rf"(?:{_DATE})"),
    ("days", rf"\d{{1,2}}[日号]?{_TO}\d{{1,2}}[日号]"),
    ("days", r"\d{1,2}[日号]"),
    ("days", rf"{_W}{_D}{_TO}(?:{_W})?{_D}"),
    ("days", rf"{_W}{_D}(?:、?{_D}(?!天))*(?!天)"),
    ("days", rf"{_W}天"),
    ("days", r"[今明后](?=[早中晚夜]班)"),
    ("part", "[今明后](?:晚上?|夜(?!班))|[今明](?:早上?|晨)"),
    ("days", "大后天|(?:[今明后]|昨)[天日]|[今明后]儿|前天"),
    ("days", rf"(?:{_W})末|双休日?|工作日|每天|天天|每日|全周|整周|一周|(?:下下|下|本|这)个?(?:周|星期|礼拜)"),
    ("rest", "(?:其他|其它|其余|别的|剩下)的?(?:时间|时候|几天|日子|天|班)?"),
    ("all_day", "一?整天|全天|全日|一天|24小时"),
    ("avoid", f"(?:尽量|最好)(?:不{_NO_TOO}|别{_NO_TOO}|避开)|避开|不太方便"),
    ("except", "除了|除去|除开|除"),
    ("out", "之外|以外|外"),
    ("no", "不行|不可以|不可|没空|没时间|没有空|没有时间|来不了|不来|有事|请假|不在|休息|不方便|不值班|去不了|值不了"),
    ("no", "不(?:上|值|要|排|能|想|选|安排|参加)(?:上|值|排|来)?|别排"),
    ("yes", "(?:都|均|全)?(?:可以|没问题|行|可(?!能)|能来|能上|能|有空|有时间|参加|报名|ok)的?"),
    ("yes", "随便|任意|随时|听安排|服从安排|听从安排|机动"),
    ("yes", "愿意|希望|优先|最好|报名|参加|想"),
    ("shift", "[早中晚夜](?!上|午)(?:[、/和]?[早中晚夜](?!上|午))*班?|[白大小]夜?班|通宵"),
    ("clock", "上午|早上|下午|晚上|傍晚|白天|凌晨|半夜"),
    ("sep", "[,;。!?]|但是|但|不过|然后"),
    ("fill", r"[、和与及或\s/:|()\[\]~.\-—_\"'“”]+"),
    ("fill", "值班|值勤|执勤|志愿者|我|班|的|吧|哦|啊|呢|谢谢|辛苦了|都|也|上|值|均|时间|期间|本人|这"),
)
CLOCKS: dict[str, tuple[int, int]] = {
    **dict.fromkeys(("上午", "早上"), (6, 12)),
    "下午": (12, 18),
    **dict.fromkeys(("晚上", "傍晚"), (18, 24)),
    "白天": (6, 18),
    **dict.fromkeys(("凌晨", "半夜"), (0, 6)),
}
"""Parts of a day, in hours."""
FOLLOWS_ONLY = frozenset(
    ["不行", "没空", "没时间", "没有空", "没有时间", "来不了", "不来", "有事", "请假", "不在", "休息", "去不了"]
)
"""What says no of the times before it, never of those behind."""
SAYS_YES, SAYS_NO = "✅✔☑✓√🆗👌👍🙆", "❌✖❎✗✘🚫🙅⛔"
MARKS = {**dict.fromkeys(SAYS_YES, " 可以 "), **dict.fromkeys(SAYS_NO, " 不行 "), "×": " 不行 ", "\u20e3": ". "}
_ALL = [(kind, re.compile(pattern, re.IGNORECASE)) for kind, pattern in PATTERNS]


@dataclass(frozen=True, slots=True)
class Token:
    kind: Kind
    text: str
    days: tuple[date, ...] = ()
    hours: tuple[time, time | None] | None = None
    """Of a clock: from when to when; None is midnight."""
    within: str = ""
    """Of a shift: the part of the day in which it is said to be, as in 今晚夜班."""


def flat(text: str) -> str:
    """A line in plain characters: full width becomes half, pictures that say something become words, others go."""
    said = "".join(MARKS.get(c, c) for c in text)
    plain = unicodedata.normalize("NFKC", said).replace("\ufe0f", "")
    kept = "".join(_kept(c) for c in plain)
    return re.sub(r"\s+", " ", kept).strip()


def _kept(char: str) -> str:
    if unicodedata.category(char) in ("So", "Sk", "Cf", "Cc", "Cs", "Co", "Mn", "Me", "Zl", "Zp"):
        return " "
    return char


def tokens(text: str, calendar: Calendar, shift_names: Sequence[str] = ()) -> list[Token]:
    """All of a flat text, in order. Raises Unclear for a date that there is not, or not in the week."""
    own = sorted((re.escape(name) for name in shift_names if len(name) > 1), key=len, reverse=True)
    patterns = [("shift", re.compile("|".join(own), re.IGNORECASE)), *_ALL] if own else _ALL
    found: list[Token] = []
    at, unknown = 0, ""
    while at < len(text):
        kind, match = next(((k, m) for k, p in patterns if (m := p.match(text, at)) and m.end() > at), ("?", None))
        if match is None:
            unknown, at = unknown + text[at], at + 1
            continue
        if unknown:
            found.append(Token("?", unknown))
            unknown = ""
        found += _tokens(kind, match, calendar)  # type: ignore[arg-type]
        at = match.end()
    if unknown:
        found.append(Token("?", unknown))
    return _narrowed(found)


def _tokens(kind: Kind, match: re.Match[str], calendar: Calendar) -> list[Token]:
    text = match[0]
    if kind == "days":
        return [Token(kind, text, calendar.meant(text))]
    if kind == "part":  # 今晚 is a day and a part of it
        part = "早上" if text[1] in "早晨" else "晚上"
        first, last = CLOCKS[part]
        hours = time(first), None if last == 24 else time(last)
        return [Token("days", text, calendar.meant(text[0])), Token("clock", part, hours=hours)]
    if kind == "clock":
        return [Token(kind, text, hours=_hours(match))]
    return [Token(kind, text)]


def _narrowed(found: Sequence[Token]) -> list[Token]:
    """A part of the day right before a shift says when that shift is: 今晚夜班 is one thing, 晚上、夜班 are two."""
    kept: list[Token] = []
    for token in found:
        if token.kind == "shift" and kept and kept[-1].kind == "clock" and kept[-1].text in CLOCKS:
            token = replace(token, within=kept.pop().text)
        kept.append(token)
    return kept


def _hours(match: re.Match[str]) -> tuple[time, time | None]:
    if match[0] in CLOCKS:
        first, last = CLOCKS[match[0]]
        return time(first), None if last == 24 else time(last)
    hour, minute, until, rest = (int(part or 0) for part in match.groups())
    if hour > 23 or until > 24 or minute > 59 or rest > 59 or (until == 24 and rest):
        raise Unclear("bad_clock", {"value": match[0]})
    return time(hour, minute), None if until == 24 else time(until, rest)
