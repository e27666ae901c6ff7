"""The columns of each kind of file: what they are called in both languages, and what to write there."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from scheduler.text import Text

FileKind = Literal["people", "availability", "posts"]


@dataclass(frozen=True, slots=True)
class Column:
    """One column: its key, its names, others by which it goes, and what to write there."""

    key: str
    name: Text
    also: tuple[str, ...]
    how: Text
    examples: tuple[str, str] = ("", "")
    """In the first and second row of the template."""


def _column(key_: str, zh: str, en: str, also: str, how_zh: str, how_en: str, *examples: str) -> Column:
    one, two = (*examples, "", "")[:2]
    return Column(key_, Text(zh, en), tuple(also.split()), Text(how_zh, how_en), (one, two))


_ID = _column(
    "id",
    "编号",
    "ID",
    "工号 人员编号 id 代码",
    "本系统里的编号；新的可留空，由系统编。最可靠的对应方式。",
    "The id in this system; leave it empty for new ones. The surest way to say which one is meant.",
)
_NAME = _column(
    "name", "姓名", "Name", "名字 人员 人员姓名 志愿者姓名 full_name", "必填。", "Required.", "林小满", "周立夏"
)
_PHONE = _column(
    "phone",
    "电话",
    "Phone",
    "手机 手机号 手机号码 电话号码 联系电话 联系方式 mobile tel telephone phone_number",
    "手机或带区号的固定电话。没有编号时按电话对应。",
    "Mobile, or landline with area code. Says who is meant when there is no id.",
    "15400000001",
    "15400000002",
)

COLUMNS: dict[FileKind, tuple[Column, ...]] = {
    "people": (
        _NAME,
        _PHONE,
        _column(
            "email",
            "邮箱",
            "Email",
            "电子邮箱 电子邮件 邮件 e-mail mail",
            "发给本人的消息用。",
            "For messages to the person.",
        ),
        _column(
            "category",
            "类别",
            "Category",
            "人员类别 身份 类型 人员类型 type kind",
            "如志愿者、干部。新人员必填，或上传时选默认类别。",
            "Such as volunteer. Required for somebody new, unless chosen with the file.",
        ),
        _column(
            "unit",
            "单位",
            "Unit",
            "来源单位 所属单位 工作单位 部门 organisation organization department",
            "派出单位。",
            "The organisation that sends them.",
        ),
        _column("area", "片区", "Area", "网格 村社 村 社区 所属片区 区域 zone", "居住或负责的片区。", "Home area."),
        _column(
            "qualifications",
            "资质",
            "Qualifications",
            "资格 技能 证书 培训 qualification skills skill",
            "可多个，用顿号隔开；各自的有效期写在括号里：组长(2027-06-30)、录入。填了就以此为准。",
            "Several, separated by semicolons; each may have its last valid date in brackets: "
            "leader(2027-06-30). Replaces what is stored.",
        ),
        _column(
            "valid_until",
            "有效期",
            "Valid until",
            "有效期至 资质有效期 到期 到期日 证书有效期 valid_to expiry expires",
            "没有在括号里写有效期的资质都用这一天。",
            "Last valid day of the qualifications without one of their own.",
        ),
        _column(
            "contract", "值勤约定", "Contract", "约定 合同 工时约定", "如全勤、半勤。", "A bundle of personal limits."
        ),
        _column(
            "household",
            "家庭",
            "Household",
            "家庭户 户 同户 户号",
            "同一家庭填同一个词；不会排在同一班。",
            "The same word for members of one household, who never share a shift.",
        ),
        _column(
            "bound_posts",
            "包干点位",
            "Bound posts",
            "固定点位 定点 点位",
            "只在这些点位值勤，可多个。",
            "The only posts where they serve; several.",
        ),
        _column(
            "bound_areas",
            "包干片区",
            "Bound areas",
            "包片 固定片区",
            "只在这些片区值勤，可多个。",
            "The only areas where they serve; several.",
        ),
        _column(
            "nights",
            "愿上夜班",
            "Nights welcome",
            "愿意夜班 夜班 可夜班 愿值夜班 nights night nights_ok",
            "是或否。",
            "Yes or no.",
            "是",
            "否",
        ),
        _column("tags", "标签", "Tags", "备注标签 分组 tag labels", "可多个。", "Several."),
        _ID,
    ),
    "availability": (
        _NAME,
        _PHONE,
        _column(
            "day",
            "日期",
            "Date",
            "哪天 值班日期 day",
            "如 2026-11-30。",
            "Such as 2026-11-30.",
            "2026-11-30",
            "2026-12-01",
        ),
        _column(
            "shift",
            "班次",
            "Shift",
            "班 班别 时段 shifts",
            "班制里的班次名，或“全天”；可多个。",
            "Names of shifts of the town's pattern, or “all day”; several.",
            "全天",
            "",
        ),
        _column(
            "start",
            "起",
            "From",
            "开始 起始 开始时间 从 start begin",
            "时间 08:00，或日期和时间 2026-11-30 08:00。",
            "A time, 08:00, or date and time.",
            "",
            "08:00",
        ),
        _column(
            "end",
            "止",
            "To",
            "结束 截止 结束时间 至 到 end until",
            "不晚于“起”时算次日。",
            "When not after “From” it is on the next day.",
            "",
            "12:00",
        ),
        _column(
            "status",
            "可用情况",
            "Status",
            "可用 状态 是否可用 意愿 可用性 availability",
            "愿意、可用、尽量避开、不可用。“可用”会去掉这段时间原来的说法。",
            "Prefer, available, avoid or unavailable. “Available” takes away what was said of this time.",
            "不可用",
            "愿意",
        ),
        _ID,
    ),
    "posts": (
        _column(
            "name",
            "名称",
            "Name",
            "点位 点位名称 卡口 卡口名称 岗点 post post_name",
            "必填。同一点位可占几行，各填一个编组。",
            "Required. A post may have several rows, each with one staffing template.",
            "桥头卡口",
            "桥头卡口",
        ),
        _column("name_en", "英文名", "English name", "英文名称 name_en", "可留空。", "May be empty."),
        _column(
            "area", "片区", "Area", "网格 村社 村 社区 所属片区 区域 zone", "所在片区。", "The area in which it lies."
        ),
        _column("type", "类型", "Type", "点位类型 kind", "如 checkpoint。", "Such as checkpoint or gate."),
        _column("colour", "颜色", "Colour", "图例颜色 color", "本镇街图例里的颜色。", "By the town's own legend."),
        _column(
            "place",
            "坐标",
            "Coordinates",
            "经纬度 位置 坐标点 location position",
            "纬度,经度，如 29.36,119.23（WGS 84）。",
            "Latitude, longitude, such as 29.36,119.23 (WGS 84).",
        ),
        _column("latitude", "纬度", "Latitude", "lat 北纬", "−90 到 90。", "−90 to 90."),
        _column("longitude", "经度", "Longitude", "lon lng 东经", "−180 到 180。", "−180 to 180."),
        _column(
            "unit",
            "单位",
            "Unit",
            "所属单位 责任单位 organisation organization",
            "所属单位。",
            "The unit that it belongs to.",
        ),
        _column(
            "directions",
            "地址",
            "Directions",
            "怎么走 详细地址 路线 address",
            "地址和怎么走，给值勤的人看。",
            "Address and how to get there.",
        ),
        _column(
            "bring", "携带物品", "What to bring", "带什么 物品 bring", "要带的东西，给值勤的人看。", "What to bring."
        ),
        _column(
            "pattern",
            "班制",
            "Shift pattern",
            "排班制 pattern shift_pattern",
            "与“编组”一起填。填了就以文件里的为准。",
            "Together with the staffing template. Replaces what is stored.",
        ),
        _column(
            "template",
            "编组",
            "Staffing template",
            "编组模板 人员编组 template staffing team",
            "与“班制”一起填。",
            "Together with the shift pattern.",
        ),
        _column(
            "shifts",
            "班次",
            "Shifts",
            "值守班次 shift",
            "只在这些班次；留空为全部。",
            "Only these shifts; all when empty.",
        ),
        _column(
            "priority",
            "优先级",
            "Priority",
            "重要程度 级别",
            "1（低）到 5（高）；与编组不同时另建一个编组。",
            "1 (low) to 5 (high); makes a template of its own when it differs from the template's.",
        ),
        _column("first_day", "首日", "First day", "开始日期 启用日期 from", "从这天起。", "From this date on."),
        _column("last_day", "末日", "Last day", "结束日期 停用日期 until", "到这天止。", "Up to this date."),
        _ID,
    ),
}
NEEDED: dict[FileKind, tuple[str, ...]] = {
    "people": ("name", "id"),
    "availability": ("name", "id", "phone"),
    "posts": ("name", "id"),
}
"""One of these columns there must be."""
