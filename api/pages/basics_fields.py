"""A town's basics, noun by noun: what each is for, and the fields of its form.

A field is said once: list, form, reading and writing follow from it. Bounds, defaults, what may be left out and how
long a text may be stand in the document's schema and are taken from there.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any, Literal

from scheduler import document
from scheduler.text import Text

Shape = Literal["name", "text", "id", "whole", "scale", "number", "flag", "clock", "choice", "several", "rows"]


@dataclass(frozen=True, slots=True)
class Field:
    """One field of the document as people fill it in."""

    name: str
    shape: Shape
    title: Text
    hint: Text | None = None
    unit: Text | None = None
    of: str = ""
    """Of a choice: the noun whose things it names."""
    parts: tuple[Field, ...] = ()
    """Of rows: the fields of one row."""
    key: str = ""
    """Of rows: the field by which a row is told from the others."""
    needed: bool = False
    least: float | None = None
    most: float | None = None
    longest: int = 0
    """Characters of a text."""
    default: Any = None


@dataclass(frozen=True, slots=True)
class Basic:
    """A noun of the basics: its key in the document, its words, what it is for, and its fields."""

    noun: str
    one: Text
    many: Text
    about: Text
    word: str
    """The id of a thing whose name gives none."""
    fields: tuple[Field, ...]
    staffs: bool = False
    """Whether duties are made of it, so that a change holds for weeks that are made later."""

    @property
    def path(self) -> str:
        """Its place in addresses, the same as in the API's."""
        return self.noun.replace("_", "-")

    @property
    def add(self) -> Text:
        """What adding one of them is called."""
        article = "an" if self.one.en[0] in "AEIO" else "a"
        return Text(f"添加{self.one.zh}", f"Add {article} {self.one.en.lower()}")

    @property
    def shown(self) -> frozenset[str]:
        """The names of the form's fields; those of a row with an asterisk for its number."""
        plain = {"id", *(f.name for f in self.fields)}
        return frozenset(plain | {f"{f.name}-*-{p.name}" for f in self.fields for p in f.parts if p.shape != "id"})


def _with_bounds(definition: str, field: Field) -> Field:
    """The field with what the schema says about it. Raises KeyError when the document has no such field."""
    defs = document.schema()["$defs"]
    held = defs[definition]["properties"][field.name]
    bounds = defs[held["$ref"].rsplit("/", 1)[-1]] | held if "$ref" in held else held
    inner = held.get("items", {}).get("$ref", "").rsplit("/", 1)[-1]
    return replace(
        field,
        needed=field.name in defs[definition]["required"],
        least=bounds.get("minimum"),
        most=bounds.get("maximum"),
        longest=bounds.get("maxLength", 0),
        default=bounds.get("default"),
        parts=tuple(_with_bounds(inner, part) for part in field.parts),
    )


def _basic(noun: str, one: Text, many: Text, about: Text, word: str, *fields: Field, staffs: bool = False) -> Basic:
    held = tuple(_with_bounds(document.NOUNS[noun], field) for field in (NAME, *fields))
    return Basic(noun, one, many, about, word, held, staffs)


NAME = Field("name", "name", Text("名称", "Name"))
NAME_EN = Field(
    "name_en", "text", Text("英文名", "English name"), Text("英文页面上用；可空。", "For pages in English.")
)
PLACE = (
    Field(
        "latitude",
        "number",
        Text("纬度", "Latitude"),
        Text("如 29.36（WGS 84），与经度一起填。", "Such as 29.36 (WGS 84), together with the longitude."),
    ),
    Field(
        "longitude",
        "number",
        Text("经度", "Longitude"),
        Text(
            "如 119.23。都空着就取片区内各点位的中间。",
            "Such as 119.23. With neither, the middle of the area's posts is taken.",
        ),
    ),
)
HOURS, DAYS = Text("小时", "hours"), Text("班", "duties")
CONTRACT = (
    Field(
        "max_hours_24h",
        "whole",
        Text("任意 24 小时内最多", "Most in any 24 hours"),
        Text("不论从几点算起。空着就按规则。", "From whatever hour one counts. Empty: as the rules say."),
        HOURS,
    ),
    Field(
        "max_hours_7d",
        "whole",
        Text("任意 7 天内最多", "Most in any 7 days"),
        Text("不论从哪天算起。空着就按规则。", "From whatever day one counts. Empty: as the rules say."),
        HOURS,
    ),
    Field(
        "max_nights",
        "whole",
        Text("夜班最多", "Most nights"),
        Text(
            "在规则“夜班上限”的时段内；0 就是不排夜班。空着就按规则。",
            "Within the span of the rule on nights; 0 means none at all. Empty: as the rule says.",
        ),
        Text("夜", "nights"),
    ),
    Field(
        "max_duties",
        "whole",
        Text("一个周期最多", "Most in one week"),
        Text(
            "一份班表（一般一周）里的班数。空着就按规则。",
            "Duties in one roster, mostly a week. Empty: as the rules say.",
        ),
        DAYS,
    ),
    Field(
        "share_percent",
        "whole",
        Text("份额", "Share"),
        Text(
            "全职 100，半职 50：按这个比例公平分担。空着就是 100。",
            "100 is a full load, 50 half of it: duties are shared out in this proportion. Empty: 100.",
        ),
        Text("%", "%"),
    ),
)
SHIFT = (
    Field("id", "id", Text("编号", "Id")),
    Field("name", "name", Text("班次", "Shift")),
    Field("start", "clock", Text("开始", "Start")),
    Field("end", "clock", Text("结束", "End")),
    Field("night", "flag", Text("算夜班", "Night")),
    Field("name_en", "text", Text("英文名", "English name")),
)
SEAT = (
    Field("position", "choice", Text("岗位", "Position"), of="positions"),
    Field("min", "whole", Text("最少", "Least")),
    Field("ideal", "whole", Text("理想", "Ideal")),
    Field("max", "whole", Text("最多", "Most")),
    Field("priority", "scale", Text("优先级", "Priority")),
    Field("qualifications", "several", Text("要求的资质", "Must hold"), of="qualifications"),
)

BASICS: dict[str, Basic] = {
    basic.path: basic
    for basic in (
        _basic(
            "categories",
            Text("类别", "Category"),
            Text("类别", "Categories"),
            Text(
                "人员是什么身份，如干部、志愿者；规则可以只对某一类。",
                "What people are, such as cadre or volunteer; a rule may speak of one category alone.",
            ),
            "category",
            NAME_EN,
        ),
        _basic(
            "units",
            Text("来源单位", "Unit"),
            Text("来源单位和队伍", "Units and teams"),
            Text(
                "人员来自哪里；认领缺口时单位就是队伍，队伍页和值班表上用的就是这里的名称。",
                "Where people come from; a unit is the team that fills gaps, and sheets use these names.",
            ),
            "unit",
            NAME_EN,
        ),
        _basic(
            "qualifications",
            Text("资质", "Qualification"),
            Text("资质", "Qualifications"),
            Text(
                "席位可以要求的本事，如组长、医务、驾照；在人员资料里登记，可以有有效期。",
                "What a seat may demand, such as leader or medic; people hold them, perhaps until some day.",
            ),
            "qualification",
            NAME_EN,
        ),
        _basic(
            "positions",
            Text("岗位", "Position"),
            Text("岗位", "Positions"),
            Text(
                "一个席位上做的事，如组长、引导、查验、跑腿。",
                "The work of one seat, such as leader, guide or verifier.",
            ),
            "position",
            NAME_EN,
        ),
        _basic(
            "areas",
            Text("片区", "Area"),
            Text("片区", "Areas"),
            Text(
                "镇街的片区树：村社、网格、楼栋。点位和人员挂在片区上，权限和包干含下级。",
                "The town's tree of areas. Posts and people belong to them; rights and binding include all below.",
            ),
            "area",
            NAME_EN,
            Field(
                "parent",
                "choice",
                Text("上级片区", "Area above"),
                Text("不能选它自己或它的下级。", "Never itself or one below it."),
                of="areas",
            ),
            *PLACE,
        ),
        _basic(
            "contracts",
            Text("值勤约定", "Contract"),
            Text("值勤约定", "Contracts"),
            Text(
                "一组个人上限，给人员选用。空着的项目不另设上限，只按规则。",
                "A bundle of personal limits that people have. What is left empty sets no limit of its own.",
            ),
            "contract",
            NAME_EN,
            *CONTRACT,
        ),
        _basic(
            "shift_patterns",
            Text("班制", "Shift pattern"),
            Text("班制", "Shift patterns"),
            Text(
                "一天怎么分成班次。点位按班制排班，每班一个勤务。",
                "How a day is cut into shifts; each makes one duty a day.",
            ),
            "pattern",
            NAME_EN,
            Field(
                "shifts",
                "rows",
                Text("班次", "Shifts"),
                Text(
                    "结束不晚于开始的班到次日结束，算在开始的那一天；两个时间相同就是 24 小时。",
                    "A shift that ends at or before its start ends on the next day and belongs to the day on which "
                    "it starts; equal times are 24 hours.",
                ),
                parts=SHIFT,
                key="id",
            ),
            staffs=True,
        ),
        _basic(
            "staffing_templates",
            Text("编组", "Staffing template"),
            Text("编组", "Staffing templates"),
            Text(
                "一班要哪些岗位、各几个人。点位套用编组和班制以后才有勤务。",
                "Which positions a shift needs, and how many people in each. Posts are staffed by them.",
            ),
            "team",
            NAME_EN,
            Field(
                "seats",
                "rows",
                Text("席位", "Seats"),
                Text(
                    "少于“最少”是缺口，少于“理想”要计分，多于“最多”不行；“理想”空着同“最少”，“最多”空着同“理想”。",
                    'Below "least" is a vacancy, below "ideal" costs, above "most" is forbidden; an empty "ideal" is '
                    'the least, an empty "most" the ideal.',
                ),
                parts=SEAT,
                key="position",
            ),
            staffs=True,
        ),
        _basic(
            "vehicles",
            Text("车辆", "Vehicle"),
            Text("车辆", "Vehicles"),
            Text(
                "跑腿用的车；驾驶的人要有这里勾选的资质。", "For errand runs; whoever drives holds what is ticked here."
            ),
            "vehicle",
            Field(
                "type", "text", Text("车型", "Type"), Text("如面包车、救护车、船。", "Such as van, ambulance or boat.")
            ),
            Field("gearbox", "text", Text("变速箱", "Gearbox"), Text("如手动、自动。", "Such as manual or automatic.")),
            Field(
                "driver_qualifications",
                "several",
                Text("驾驶要有的资质", "Its driver must hold"),
                Text("一项不勾就不要求。", "Nothing is demanded when none is ticked."),
                of="qualifications",
            ),
        ),
    )
}
"""Place in addresses → noun, in the order of the tabs."""
