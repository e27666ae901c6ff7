"""The words of the sheets in both languages: a file has no reader whose language could be asked for later."""

from __future__ import annotations

from datetime import date, datetime

from api.language import Language
from api.pages import when
from api.pages.shifts import Kind
from scheduler.text import Text

LETTERS: dict[Kind, Text] = {
    "D": Text("早", "D"),
    "E": Text("中", "E"),
    "N": Text("夜", "N"),
    "R": Text("跑", "R"),
}
SHIFTS: dict[Kind, Text] = {
    "D": Text("早班", "Day"),
    "E": Text("中班", "Evening"),
    "N": Text("夜班", "Night"),
    "R": Text("跑腿", "Run"),
}
REST = Text("休", "–")

DATE = Text("日期（星期）", "Date")
SHIFT = Text("班次", "Shift")
TIME = Text("时间", "Hours")
PLACE = Text("点位", "Post")
DUTY = Text("勤务", "Duty")
POSITION = Text("岗位", "Position")
NAME = Text("姓名", "Name")
NUMBER = Text("编号", "No.")
PHONE = Text("电话", "Phone")
UNIT = Text("来源单位", "Unit")
CATEGORY = Text("类别", "Category")
AREA = Text("片区", "Area")
LEADER = Text("组长", "Leader")
REMARKS = Text("备注", "Remarks")
DUTIES = Text("班数", "Duties")
HOURS = Text("小时", "Hours")
NIGHTS = Text("夜班", "Nights")
SEATS = Text("派班", "Assignments")
ISSUED_BY = Text("制表单位", "Issued by")
ISSUED_AT = Text("制表时间", "Issued at")
VERSION = Text("版本", "Version")
VACANCIES = Text("缺口", "Vacancies")
SHEET = Text("值班表", "duty sheet")
PEOPLE = Text("按人", "By person")
PEOPLE_ON = Text("值守人员", "People on duty")
CONTENTS = Text("目录", "Contents")
OTHER = Text("跑腿与其他勤务", "Errand runs and other duties")
NO_UNIT = Text("未注明单位", "No unit")
DRAFT = Text("草稿", "Draft")
PUBLISHED = Text("已发布", "Published")
SUPERSEDED = Text("已替代", "Superseded")
NO_ROSTER = Text("尚无班表", "No roster yet")
STATES = {"draft": DRAFT, "published": PUBLISHED, "superseded": SUPERSEDED}


def missing(count: int, lang: Language) -> str:
    """缺1 · 1 short."""
    return f"缺{count}" if lang == "zh" else f"{count} short"


def date_and_day(value: date, lang: Language) -> str:
    """11月23日（周一） · 23 Nov (Mon)."""
    weekday = when.day(value, lang).split(" ")[0]
    return f"{when.day_short(value, lang)}{f'（{weekday}）' if lang == 'zh' else f' ({weekday})'}"


def day_in_title(value: date, lang: Language) -> str:
    """11月23日 周一 · Mon 23 Nov; for what already stands in brackets."""
    if lang == "en":
        return when.day_long(value, lang)
    return f"{when.day_short(value, lang)} {when.day(value, lang).split(' ')[0]}"


def span(start: date, end: date, lang: Language) -> str:
    """11月23日—11月29日 · 23 Nov – 29 Nov; the years with it where they differ from the first one's."""
    dash = "—" if lang == "zh" else " – "
    first, last = when.day_short(start, lang), when.day_short(end, lang)
    if start.year != end.year:
        year = "{year}年{day}" if lang == "zh" else "{day} {year}"
        first, last = year.format(year=start.year, day=first), year.format(year=end.year, day=last)
    return first if start == end else f"{first}{dash}{last}"


def stamp(moment: datetime, lang: Language) -> str:
    """2026年11月23日 18:05 · 23 Nov 2026 18:05; give it local time."""
    return f"{moment:%Y}年{when.stamp(moment, lang)}" if lang == "zh" else f"{moment:%d %b %Y %H:%M}"


def colon(label: str, text: str, lang: Language) -> str:
    return f"{label}：{text}" if lang == "zh" else f"{label}: {text}"


def titled(place: str, what: str, span_text: str, lang: Language) -> str:
    """小镇桥头卡口值班表（11月23日—11月29日）."""
    return f"{place}{what}（{span_text}）" if lang == "zh" else f"{place}: {what} ({span_text})"
