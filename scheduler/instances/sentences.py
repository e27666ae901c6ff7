"""The sentence for everything that can be wrong with an instance file: what is wrong and what to do."""

SENTENCES: dict[str, tuple[str, str]] = {
    "not_utf8": ("不是 UTF-8 编码：请另存为 UTF-8。", "This is not UTF-8: save it as UTF-8."),
    "missing_section": ("缺少 {section} 一节：请补上。", "The section {section} is missing: add it."),
    "section_twice": (
        "{section} 一节出现两次，先前在第 {first} 行：请合并。",
        "The section {section} appears twice, first in line {first}: join the two.",
    ),
    "unknown_section": (
        "没有“{section}”这一节：请改正名称。{hint}",
        'There is no section "{section}": correct its name.{hint}',
    ),
    "stray_line": (
        "这一行不属于任何一节：请删除或补上节名。",
        "This line belongs to no section: remove it or name the section.",
    ),
    "malformed": ("这一行应写成“{form}”。", 'This line should read "{form}".'),
    "wrong_count": (
        "{section} 说有 {said} 行，实际有 {found} 行：请改正。",
        "{section} says {said} line(s) and has {found}: correct it.",
    ),
    "wrong_number": (
        "“{value}”应为 {least} 至 {most} 的整数。",
        '"{value}" should be a whole number from {least} to {most}.',
    ),
    "min_over_max": (
        "下限 {least} 大于上限 {most}：请改正。",
        "The least, {least}, is above the most, {most}: correct it.",
    ),
    "unknown_name": ("没有名为“{name}”的{kind}。{hint}", 'There is no {kind} called "{name}".{hint}'),
    "name_twice": (
        "“{name}”出现两次，先前在第 {first} 行：请只留一个。",
        '"{name}" appears twice, first in line {first}: keep one.',
    ),
    "other_scenario": (
        "此文件属于“{name}”，而不是“{wanted}”：请换成同一组的文件。",
        'This file belongs to "{name}" and not to "{wanted}": take the files of one set.',
    ),
    "nurse_without_history": ("缺少护士“{name}”的历史：请补上。", 'The nurse "{name}" has no history: add it.'),
    "history_contradicts": (
        "历史自相矛盾：有班时末班与两种连班都须为正、连休为 0，同班连班不多于连班；"
        "休息时末班为 None、连班为 0、连休为正。",
        "The history contradicts itself: on duty both runs of work are positive, the run of the shift is not above "
        "the run of work, and there are no days off; off duty the shift is None, both runs of work are 0 and days off "
        "are positive.",
    ),
    "too_many_weeks": (
        "这一场景共 {wanted} 周，历史已过 {passed} 周，却给了 {found} 个周文件：请减少。",
        "The scenario has {wanted} week(s), of which {passed} lie in the history, and {found} file(s) are given: "
        "give no more than are left.",
    ),
    "other_week": (
        "此文件是第 {found} 周的，应为第 {wanted} 周（从 0 数起）。",
        "This file is of week {found} and should be of week {wanted}, counted from 0.",
    ),
    "one_price_for_all": (
        "此处人手不足与过多的代价是 {under} 与 {over}，第 {first} 行是 {first_under} 与 {first_over}："
        "只能排全部相同的实例。",
        "Here a head short costs {under} and one too many {over}, in line {first} it is {first_under} and "
        "{first_over}: only instances in which all are alike can be rostered.",
    ),
    "employee_without_maximum": (
        "“{name}”没有班次“{shift}”的上限：请写上，0 表示不能上。",
        '"{name}" has no maximum for the shift "{shift}": say it, 0 for never.',
    ),
    "shift_without_need": (
        "第 {day} 天的班次“{shift}”没有写需要几人：只能排每班都写明的实例，不需要则写 0。",
        'Day {day} does not say how many the shift "{shift}" needs: only instances that do can be rostered; '
        "say 0 for none.",
    ),
    "no_such_day": ("第 {day} 天不在 0 至 {last} 之内。", "Day {day} is not one of 0 to {last}."),
    "whole_weeks": (
        "排班期 {days} 天：须为整周。",
        "The horizon has {days} days: whole weeks are wanted.",
    ),
    "employee_without_line": (
        "缺少员工“{name}”的一行：请补上。",
        'There is no line for the employee "{name}": add it.',
    ),
}

NOUNS: dict[str, tuple[str, str]] = {
    "skill": ("技能", "skill"),
    "shift": ("班次", "shift"),
    "contract": ("合同", "contract"),
    "nurse": ("护士", "nurse"),
    "employee": ("员工", "employee"),
    "weekday": ("星期", "day of the week"),
}
"""Kinds of names, for "there is no … called"."""
