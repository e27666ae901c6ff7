"""What a cell says: a number, a date, a flag, a list. Each reader takes the text and raises Unclear with a code."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass, field
from datetime import date, datetime, time

from scheduler.problem import AvailabilityStatus

EMPTY = frozenset({"无", "没有", "-", "–", "—", "/", "none"})
"""A cell with one of these takes away what is stored; an empty cell leaves it alone."""
YES = frozenset({"是", "愿意", "愿", "可", "可以", "能", "yes", "y", "true", "1", "✓", "√", "✔"})
NO = frozenset({"否", "不", "不愿", "不愿意", "不可", "不可以", "不能", "no", "n", "false", "0", "×", "✗", "x", *EMPTY})
STATUSES: dict[str, AvailabilityStatus | None] = {
    **dict.fromkeys(("可用", "可以", "能来", "有空", "available", "free", "yes", "ok"), None),
    **dict.fromkeys(("愿意", "希望", "优先", "想来", "prefer", "preferred", "wish"), "prefer"),
    **dict.fromkeys(("尽量避开", "尽量不", "最好不", "避开", "不太方便", "avoid", "rather not"), "avoid"),
    **dict.fromkeys(("不可用", "不可以", "不能来", "没空", "请假", "不行", "unavailable", "no", "away"), "unavailable"),
}
SEPARATED = re.compile(r"[、;；,，\n/|]+")
DATE = re.compile(r"(?:(\d{4})\s*[-/.年])?\s*(\d{1,2})\s*[-/.月]\s*(\d{1,2})\s*[日号]?")
SHORT_DATE = re.compile(r"(\d{4})(\d{2})(\d{2})")
CLOCK = re.compile(r"(\d{1,2})\s*(?:[:：点时]\s*(\d{1,2})?)\s*分?(?::00)?")
WITH_DATE = re.compile(r"(.+?)\s*[((（]\s*(?:有效期?[至到]?|至|until)?\s*[::]?\s*([^))）]+?)\s*[))）]")
EMAIL = re.compile(r"[^\s@,;<>()]{1,64}@[^\s@,;<>()]+\.[^\s@,;<>().]{2,}")
PHONE = re.compile(r"\+?[0-9]{7,15}")
CJK = re.compile(r"[\u3400-\u9fff\U00020000-\U0003ffff·]+(?:[ ]+[\u3400-\u9fff\U00020000-\U0003ffff·]+)*")


@dataclass(frozen=True)
class Unclear(Exception):
    """A cell that cannot be read: a code of `sentences` with its figures."""

    code: str
    figures: dict[str, object] = field(default_factory=dict)


def key(text: str) -> str:
    """Equal for texts that people take for the same: width, case and blanks do not count."""
    return re.sub(r"\s+", "", unicodedata.normalize("NFKC", text)).casefold()


def name(text: str) -> str:
    """A name without the blanks that make short names as wide as long ones: 张　三 is 张三."""
    made = re.sub(r"\s+", " ", unicodedata.normalize("NFC", text)).strip()
    return made.replace(" ", "") if CJK.fullmatch(made) else made


def emptied(text: str) -> bool:
    """Whether a cell says that there is to be nothing."""
    return key(text) in EMPTY


def phone(text: str) -> str:
    """A number without blanks and dashes."""
    digits = re.sub(r"[\s\-()（）.]", "", unicodedata.normalize("NFKC", text))
    if not PHONE.fullmatch(digits):
        raise Unclear("bad_phone", {"value": text})
    return digits


def email(text: str) -> str:
    found = unicodedata.normalize("NFKC", text).strip()
    if not EMAIL.fullmatch(found):
        raise Unclear("bad_email", {"value": text})
    return found


def phone_key(number: str) -> str:
    """Equal for the same number, with and without the country's code."""
    digits = re.sub(r"\D", "", unicodedata.normalize("NFKC", number))
    return digits[2:] if len(digits) == 13 and digits.startswith("86") else digits


def day(text: str, near: date | None = None) -> date:
    """A date; one without a year is the one that is nearest to `near`."""
    written = unicodedata.normalize("NFKC", text).strip()
    found = SHORT_DATE.fullmatch(written) or DATE.fullmatch(re.sub(r"\s*0{1,2}:00(:00)?$", "", written))
    if not found or (found[1] is None and near is None):
        raise Unclear("bad_date", {"value": text})
    years = [int(found[1])] if found[1] else [near.year + i for i in (0, 1, -1)] if near else []
    made = [d for d in (_date(year, int(found[2]), int(found[3])) for year in years) if d]
    if not made:
        raise Unclear("bad_date", {"value": text})
    return min(made, key=lambda d: abs(d - near)) if near and not found[1] else made[0]


def _date(year: int, month: int, number: int) -> date | None:
    try:
        return date(year, month, number) if 1970 <= year <= 2100 else None
    except ValueError:
        return None


def clock(text: str) -> time | None:
    """A time of day; None for 24:00, the end of the day."""
    found = CLOCK.fullmatch(unicodedata.normalize("NFKC", text).strip())
    hour, minute = (int(found[1]), int(found[2] or 0)) if found else (99, 0)
    if (hour, minute) == (24, 0):
        return None
    if hour > 23 or minute > 59:
        raise Unclear("bad_clock", {"value": text})
    return time(hour, minute)


def moment(text: str, near: date | None = None) -> tuple[date | None, time | None] | None:
    """A date with a time, a date alone, or a time alone; (date, None) is the end of that day when it says 24:00."""
    written = unicodedata.normalize("NFKC", text).strip().replace("T", " ")
    parts = written.rsplit(" ", 1)
    if len(parts) == 2 and CLOCK.fullmatch(parts[1]):
        return day(parts[0], near), clock(parts[1])
    return None


def flag(text: str) -> bool:
    said = key(text)
    if said in YES:
        return True
    if said in NO:
        return False
    raise Unclear("bad_flag", {"value": text})


def status(text: str) -> AvailabilityStatus | None:
    """What somebody says of a time; None is available, with no wish."""
    said = {key(word): held for word, held in STATUSES.items()}
    if key(text) not in said:
        raise Unclear("bad_status", {"value": text})
    return said[key(text)]


def several(text: str) -> list[str]:
    """The entries of a list, each once."""
    return list(dict.fromkeys(entry.strip() for entry in SEPARATED.split(text) if entry.strip()))


def dated(text: str) -> list[tuple[str, str]]:
    """The entries of a list, each with the date in brackets behind it ("" for none): 组长(2027-06-30)、录入."""
    held = re.sub(r"[((（][^))）]*[))）]", lambda found: SEPARATED.sub("-", found[0]), text)
    return [(found[1], found[2]) if (found := WITH_DATE.fullmatch(entry)) else (entry, "") for entry in several(held)]


def number(text: str, least: float, most: float) -> float:
    try:
        made = float(unicodedata.normalize("NFKC", text).replace("°", ""))
    except ValueError:
        raise Unclear("bad_number", {"value": text}) from None
    if not least <= made <= most:
        raise Unclear("out_of_range", {"value": text, "least": f"{least:g}", "most": f"{most:g}"})
    return made


def place(text: str) -> tuple[float, float]:
    """Latitude and longitude, in either order as far as the numbers tell."""
    parts = [p for p in re.split(r"[,，;；\s]+", text.strip()) if p]
    if len(parts) != 2:
        raise Unclear("bad_place", {"value": text})
    one, other = (number(part, -180, 180) for part in parts)
    if abs(one) <= 90 < abs(other):
        return one, other
    if abs(other) <= 90 < abs(one):
        return other, one
    raise Unclear("bad_place", {"value": text})


def at(day_: date, clock_: time) -> datetime:
    """The wall clock's time, without a zone."""
    return datetime.combine(day_, clock_)
