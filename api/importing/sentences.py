"""What an import says of a file, a row or a cell: what is wrong and what to do. Braces hold figures."""

from __future__ import annotations

from api.errors import ApiError
from scheduler.document import Fault
from scheduler.text import Text

TEXTS: dict[str, Text] = {
    # --- the file as a whole ------------------------------------------------------------------------------
    "empty_file": Text(
        "文件里没有内容。请下载模板，填好后再上传。", "The file is empty. Take the template, fill it in."
    ),
    "encrypted_workbook": Text(
        "工作簿有打开密码，无法读取。请在 Excel 里取消密码（文件 → 信息 → 保护工作簿）后另存再上传。",
        "The workbook is encrypted. Take its password away (File → Info → Protect Workbook), save it and try again.",
    ),
    "old_workbook": Text(
        "这是旧格式的 .xls 或 .doc 文件。请用 Excel 或 WPS 另存为 .xlsx 再上传。",
        "This is an old .xls or .doc file. Save it as .xlsx with Excel or WPS and try again.",
    ),
    "not_a_workbook": Text(
        "这不是 .xlsx 工作簿（可能是改了扩展名的压缩包或 Word 文档，或者文件已损坏）。"
        "请用 Excel 或 WPS 另存为 .xlsx 再上传。",
        "This is not an .xlsx workbook: it may be a renamed archive or Word file, or damaged. Save it as .xlsx "
        "with Excel or WPS and try again.",
    ),
    "has_macros": Text(
        "含有宏的工作簿不予接受。请另存为不带宏的 .xlsx 再上传。",
        "A workbook with macros is not taken. Save it as .xlsx without macros and try again.",
    ),
    "wrong_encoding": Text(
        "无法辨认文件的文字编码。请另存为 .xlsx，或“CSV UTF-8”格式再上传。",
        "The encoding of the file cannot be told. Save it as .xlsx or as “CSV UTF-8” and try again.",
    ),
    "not_a_table": Text(
        "这个 CSV 文件读不下去（第 {row} 行附近的引号或字段有问题）。请用 Excel 打开检查后另存再上传。",
        "This CSV file cannot be read on (quotes or fields near row {row}). Open it in Excel, check it and "
        "save it again.",
    ),
    "file_too_large": Text(
        "文件太大，没有读取：每次最多 {rows} 行、{columns} 列，文件不超过 {megabytes} MB。请分成几个文件上传。",
        "The file is too large and was not read: at most {rows} rows, {columns} columns and {megabytes} MB. Split it.",
    ),
    "too_many_rows": Text(
        "超过 {rows} 行，没有读取。请分成几个文件，每个不超过 {rows} 行。",
        "More than {rows} rows; nothing was read. Split the file into several of at most {rows} rows.",
    ),
    "too_many_columns": Text(
        "第 {row} 行超过 {columns} 列。请删去多余的列。", "Row {row} has more than {columns} columns. Take some away."
    ),
    "no_header": Text(
        "没有找到表头：前 {rows} 行里应有一行列名，至少要有“{wanted}”。请对照模板修改。",
        "No header was found: one of the first {rows} rows has to hold the names of the columns, “{wanted}” at least.",
    ),
    "no_rows": Text(
        "表头下面没有数据。请填好后再上传。", "There is nothing below the header. Fill it in and try again."
    ),
    "duplicate_column": Text(
        "“{column}”有两列（{first} 列和 {second} 列）。请只留一列。",
        "There are two columns for “{column}” ({first} and {second}). Keep one of them.",
    ),
    "merged_cells": Text(
        "单元格 {range} 是合并的，看不出每一行是什么。请取消合并，每行都填上内容（表头上方的标题可以合并）。",
        "Cells {range} are merged, so that rows cannot be told apart. Unmerge them and fill in every row (a title "
        "above the header may be merged).",
    ),
    "formula": Text(
        "单元格 {cell} 是公式，结果不可信。请复制该列，“选择性粘贴 → 数值”后再上传。",
        "Cell {cell} is a formula, whose result cannot be trusted. Copy the column and paste it as values.",
    ),
    "error_value": Text(
        "单元格 {cell} 是错误值 {value}。请改成内容。", "Cell {cell} is an error, {value}. Put a value there."
    ),
    # --- a cell -------------------------------------------------------------------------------------------
    "missing": Text("这里要填内容。", "This has to be filled in."),
    "name_missing": Text("新人员要有姓名。", "Somebody new needs a name."),
    "category_missing": Text(
        "新人员要有类别：填在“类别”列，或上传时选一个默认类别。",
        "Somebody new needs a category: in the column “Category”, or as the default that you choose with the file.",
    ),
    "who_missing": Text("看不出是谁：请填姓名、编号或电话。", "Nobody is named: fill in a name, an id or a number."),
    "unknown_word": Text(
        "“{word}”不在{kind}之列。{hint}请改正，或在本页选择“添加”。",
        "“{word}” is not a {kind} of the town.{hint} Correct it, or choose “add” on this page.",
    ),
    "unknown_word_here": Text(
        "“{word}”不在{kind}之列。{hint}请改正；可用的有：{options}。",
        "“{word}” is not a {kind} of the town.{hint} Correct it; there are: {options}.",
    ),
    "ambiguous_word": Text(
        "有两个{kind}叫“{word}”。请改填编号：{options}。",
        "Two things are called “{word}” ({kind}). Give the id: {options}.",
    ),
    "bad_phone": Text(
        "“{value}”不是电话号码。请填 11 位手机号，或带区号的固定电话。",
        "“{value}” is not a telephone number. Give a mobile number, or a landline with its area code.",
    ),
    "masked_phone": Text(
        "电话 {value} 是打码的，且与存的不符。请填完整号码，或留空。",
        "The number {value} is masked and not the one that is stored. Give the whole number or leave the cell empty.",
    ),
    "bad_email": Text("“{value}”不是邮箱地址。", "“{value}” is not an e-mail address."),
    "masked_email": Text(
        "邮箱 {value} 是打码的，且与存的不符。请填完整地址，或留空。",
        "The address {value} is masked and not the one that is stored. Give the whole address or leave the cell empty.",
    ),
    "bad_date": Text("“{value}”不是日期。请写成 2026-11-30。", "“{value}” is not a date. Write it as 2026-11-30."),
    "bad_clock": Text("“{value}”不是时间。请写成 08:00。", "“{value}” is not a time. Write it as 08:00."),
    "bad_flag": Text("“{value}”看不懂。请填“是”或“否”。", "“{value}” is not understood. Write “yes” or “no”."),
    "bad_status": Text(
        "“{value}”看不懂。请填：愿意、可用、尽量避开、不可用。",
        "“{value}” is not understood. Write: prefer, available, avoid or unavailable.",
    ),
    "not_whole": Text("“{value}”不是整数。", "“{value}” is not a whole number."),
    "gone": Text(
        "“{id}”不在可选之列，也许刚被删除。请重选。",
        "“{id}” cannot be chosen; perhaps it was just removed. Choose again.",
    ),
    "bad_number": Text("“{value}”不是数值。", "“{value}” is not a number."),
    "out_of_range": Text("{value} 应在 {least} 到 {most} 之间。", "{value} has to lie between {least} and {most}."),
    "bad_place": Text(
        "“{value}”分不清经纬度。请写成“纬度,经度”，如 29.36,119.23，或分开填“纬度”“经度”两列。",
        "“{value}” does not tell latitude from longitude. Write it as 29.36,119.23, or use the two columns.",
    ),
    "no_such_shift": Text(
        "“{value}”不是{pattern}里的班次。可用的有：{options}。",
        "“{value}” is no shift of {pattern}. There are: {options}.",
    ),
    "needs_pattern_and_template": Text(
        "“班制”和“编组”要一起填。", "“Shift pattern” and “Staffing template” go together; fill in both."
    ),
    "when_missing": Text(
        "看不出是什么时候：请填日期和班次，或起、止时间。",
        "No time is named: give a date and a shift, or a start and an end.",
    ),
    "end_before_start": Text("结束不晚于开始。", "The end is not after the start."),
    "too_far": Text(
        "时间应在 1970 到 2100 年之间，一段不超过 {days} 天。",
        "Times lie between 1970 and 2100, a span has at most {days} days.",
    ),
    "contradicts": Text(
        "与第 {row} 行说的时间重叠，但内容不同。请只留一行。",
        "This overlaps with what row {row} says, and says something else. Keep one of them.",
    ),
    "same_twice": Text(
        "与第 {row} 行是同一人。请只留一行；若是同名的两个人，请填编号或电话。",
        "This is the same person as in row {row}. Keep one; if they are two namesakes, give ids or numbers.",
    ),
    "differs_from_row": Text(
        "与第 {row} 行是同一点位，但这一列不同。请改成一样，或留空。",
        "This is the same post as in row {row}, but this column differs. Make them agree or leave it empty.",
    ),
    "nobody_like_this": Text(
        "镇街里没有这个人。请先导入人员，或更正姓名、编号。",
        "The town has nobody like this. Import people first, or correct name or id.",
    ),
    "id_is_gone": Text(
        "编号 {id} 属于已彻底删除的人，不能再用。请换一个，或留空由系统编号。",
        "The id {id} was somebody's who has been erased and cannot be used again. Take another, or leave it empty.",
    ),
    "id_is_taken": Text(
        "编号 {id} 已有人用。请换一个，或留空由系统编号。", "The id {id} is taken. Take another, or leave it empty."
    ),
    "outside_areas": Text(
        "这不在您负责的片区内，不会导入。", "This is outside the areas that you look after and is left out."
    ),
    "document": Text("{said}", "{said}"),
    # --- who is meant -------------------------------------------------------------------------------------
    "namesakes": Text("有 {count} 个人叫“{name}”，是哪一个？", "{count} people are called “{name}”: which one?"),
    "same_name_other_phone": Text(
        "镇街里有一个“{name}”，但电话不同：是同一个人换了号码，还是同名的新人？",
        "The town has one “{name}” with another number: the same person with a new number, or a namesake?",
    ),
    "same_phone_other_name": Text(
        "电话 {phone} 是“{held}”的，这里写的是“{name}”：是同一个人吗？",
        "The number {phone} is that of “{held}”, but the name here is “{name}”: is it the same person?",
    ),
    "same_id_other_name": Text(
        "编号 {id} 是“{held}”的，这里写的是“{name}”：是同一个人改了名，还是编号写错了？",
        "The id {id} is that of “{held}”, but the name here is “{name}”: has the name changed, or is the id wrong?",
    ),
    "same_name_other_id": Text(
        "没有编号 {id}，但有一个“{name}”：是同一个人吗？",
        "There is no id {id}, but one “{name}”: is it the same person?",
    ),
    # --- a line of a sign-up list -------------------------------------------------------------------------
    "no_name": Text("没有看出姓名。", "No name was found."),
    "no_times": Text("没有写时间。", "No time is named."),
    "brings_others": Text(
        "“{word}”带了别人，但没有姓名：请另起一行写上。", "“{word}” brings others without names: add a line for them."
    ),
    "not_understood": Text("看不懂“{word}”。", "“{word}” is not understood."),
    "no_such_shift_here": Text("本镇街的班制里没有“{word}”。", "The town's shift pattern has no “{word}”."),
    "not_in_week": Text("“{word}”不在这一周里。", "“{word}” is not in this week."),
    "day_not_in_week": Text(
        "“{word}”是 {day}，不在这一周里，或已经过去。请改成这一周的日期，或重新粘贴时另选一周。",
        "“{word}” is {day}, which is not in this week, or over. Write a date of this week, or paste again for another.",
    ),
    "day_is_over": Text(
        "“{word}”里的 {day} 已经过去，是指 {next} 吗？请写明日期。",
        "{day} in “{word}” is over: is {next} meant? Write the date.",
    ),
    "which_night": Text(
        "“{word}”说不准：夜班从零点开始，是 {first} 的，还是 {second} 的？请写明日期，如“{second}夜班”。",
        "“{word}” may be two nights, for the shift begins at midnight: that of {first} or of {second}? Write the date.",
    ),
    "unclear_name": Text(
        "“{word}”里，姓名到哪里为止？请在姓名后面加一个空格。",
        "Where does the name end in “{word}”? Put a blank behind it.",
    ),
    "unclear_no": Text(
        "不清楚“{word}”只说后面的时间，还是前面的也算。",
        "It is unclear whether “{word}” speaks of the earlier times, too.",
    ),
    "unclear_times": Text(
        "不清楚“{word}”是哪一天、哪一段时间。请写明，如“周三夜班 周四早班”。",
        "It is unclear which day or which hours “{word}” means. Write it out, such as 周三夜班 周四早班.",
    ),
    "line_too_long": Text("这一行太长，没有读。", "This line is too long and was not read."),
}


def text_of(code: str, **figures: object) -> Text:
    """The sentence of a code with its figures; texts among them are cut to a readable length."""
    said = TEXTS[code]
    zh, en = ({k: _short(v, language) for k, v in figures.items()} for language in ("zh", "en"))
    return Text(said.zh.format(**zh), said.en.format(**en))


def refused(code: str, **figures: object) -> ApiError:
    """The error of a file that cannot be read; nothing is kept of it."""
    return refused_all([Fault("file", code, text_of(code, **figures))])


def refused_all(faults: list[Fault]) -> ApiError:
    """The same with everything that is wrong with the file."""
    text = faults[0].text if len(faults) == 1 else None
    return ApiError("invalid", {"count": len(faults)}, tuple(faults), text=text)


def _short(value: object, language: str) -> object:
    if isinstance(value, Text):
        return value.in_language("zh" if language == "zh" else "en")
    if not isinstance(value, str):
        return value
    kept = "".join(c if c.isprintable() else "�" for c in value[:61])
    return kept if len(kept) <= 60 else kept[:60] + "…"
