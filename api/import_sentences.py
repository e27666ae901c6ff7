"""What the service says of a file and of an import as a whole; of rows and cells: importing/sentences.py."""

from __future__ import annotations

from scheduler.text import Text

STATUS: dict[str, int] = {"import_gone": 404, "import_outdated": 409, "import_unfinished": 422}

TEXTS: dict[str, Text] = {
    "import_gone": Text(
        "这次导入已不在：可能已确认、已放弃，或过了一天。请重新上传。",
        "This import is not there any more: it was confirmed, given up, or its day is over. Hand it in again.",
    ),
    "import_outdated": Text(
        "对比之后，镇街的资料有了变动；什么也没有写入。请重新对比，再确认。",
        "The town's data have changed since the comparison; nothing was written. Compare again, then confirm.",
    ),
    "import_unfinished": Text(
        "还有 {count} 行有错或没有答复；什么也没有写入。请先处理，或选择跳过这些行。",
        "{count} rows are faulty or not answered; nothing was written. Deal with them, or choose to leave them out.",
    ),
    "not_an_archive": Text("文件已损坏，或不是有效的压缩包。", "The file is damaged, or is no archive."),
    "unpacks_too_large": Text("文件解压后过大，未读取。", "The file would unpack to too much; it was not read."),
    "bad_member": Text("文件内含有不允许的成员名称。", "The file holds a member whose name is not allowed."),
    "not_a_workbook": Text("不是有效的 .xlsx 工作簿。", "This is not a valid .xlsx workbook."),
    "has_macros": Text(
        "含有宏的工作簿不予接受，请另存为 .xlsx。", "A workbook with macros is not taken; save it as .xlsx."
    ),
    "no_roster_yet": Text(
        "这一周还没有班表：请先在周班表上生成，或手工安排。",
        "This week has no roster yet: generate one on the week board, or fill it by hand.",
    ),
    "whole_town": Text(
        "下载整个镇街的表需要“导出整镇资料和班表”的权限；请先选一个点位、片区或单位。",
        "Files of the whole town need the right to take them out; choose a post, an area or a unit first.",
    ),
    "reason_for_phones": Text(
        "显示完整电话需要写明理由，理由记入操作记录。",
        "Say why the full numbers are needed; the reason is kept in the log.",
    ),
    "span_too_long": Text("最多 {most} 天，请缩短时间段。", "At most {most} days; choose a shorter span."),
    "too_many_rows": Text(
        "共 {count} 行，一个文件最多 {most} 行；请缩短时间段，或选一个单位、类别。",
        "There are {count} rows and a file takes {most}; choose a shorter span, or a unit or category.",
    ),
    "opening_too_long": Text("最多开 {hours} 小时，请缩短。", "At most {hours} hours; choose an earlier end."),
    "outside_week": Text(
        "不在这一周内：应在 {first} 至 {last} 之间。", "Not in this week: choose a time from {first} to {last}."
    ),
}
