"""The sentence for every fault code, in zh-CN and in English: what is wrong and what to do."""

SENTENCES: dict[str, tuple[str, str]] = {
    # the text itself
    "not_utf8": (
        "不是 UTF-8 编码（第 {at} 字节）：请另存为 UTF-8。",
        "This is not UTF-8 (byte {at}): save it as UTF-8.",
    ),
    "not_json": (
        "第 {line} 行第 {column} 列不是有效的 JSON：{problem}。",
        "Line {line}, column {column} is not valid JSON: {problem}.",
    ),
    "not_finite": (
        "数值 {value} 不能用：只接受有限的数。",
        "{value} cannot be used: only finite numbers are accepted.",
    ),
    "number_too_long": (
        "有一个数字的位数太多：请改成合理的数值。",
        "A number has too many digits: use a sensible one.",
    ),
    "too_deep": (
        "嵌套层数太多：问题文档不会超过十层。",
        "It is nested too deeply: a problem document never goes beyond ten levels.",
    ),
    "duplicate_key": (
        "同一个对象里字段“{key}”出现两次：请只留一个。",
        'The field "{key}" appears twice in one object: keep one.',
    ),
    "not_unicode": (
        "含有无法编码的字符（单独的代理项）：请删除。",
        "It holds characters that cannot be encoded (lone surrogates): remove them.",
    ),
    "more_faults": (
        "另外至少还有 {count} 处错误未列出：请先改正以上各处。",
        "At least {count} more faults are not listed: correct these first.",
    ),
    # shape
    "unknown_field": (
        "没有“{field}”这个字段：请删除或改名。{hint}",
        'There is no field "{field}" here: remove or rename it.{hint}',
    ),
    "missing_field": ("缺少字段“{field}”：请补上。", 'The field "{field}" is missing: add it.'),
    "wrong_type": ("类型不对：应为{expected}，现在是{found}。", "Wrong type: this should be {expected}, not {found}."),
    "not_an_option": (
        "“{value}”不在可选值之内，应为其中之一：{options}。{hint}",
        '"{value}" is not an option; use one of: {options}.{hint}',
    ),
    "not_this": ("应为 {expected}，现在是“{value}”。", 'This must be {expected}, not "{value}".'),
    "too_short": ("不能少于 {limit} 个字符。", "It needs at least {limit} character(s)."),
    "too_long": (
        "有 {length} 个字符，最多 {limit} 个：请缩短。",
        "It has {length} characters and may have at most {limit}: shorten it.",
    ),
    "too_small": ("{value} 太小：不能小于 {limit}。", "{value} is too small: the least is {limit}."),
    "too_large": ("{value} 太大：不能大于 {limit}。", "{value} is too large: the most is {limit}."),
    "too_few": ("只有 {count} 项，至少要 {limit} 项。", "It has {count} item(s) and needs at least {limit}."),
    "too_many": ("有 {count} 项，最多 {limit} 项。", "It has {count} items and may have at most {limit}."),
    "not_unique": ("有重复的项：每项只写一次。", "It has the same item twice: write each once."),
    "bad_characters": (
        "含有不允许的字符（控制字符{extra}）：请删除。",
        "It holds characters that are not allowed (control characters{extra}): remove them.",
    ),
    "naive_datetime": (
        "时间“{value}”没有时区偏移：请写成 2026-11-23T08:00+08:00 这样。",
        'The time "{value}" has no offset from UTC: write it like 2026-11-23T08:00+08:00.',
    ),
    "not_a_datetime": (
        "“{value}”不是时间：请写成 2026-11-23T08:00+08:00 这样。",
        '"{value}" is not a time: write it like 2026-11-23T08:00+08:00.',
    ),
    "not_a_whole_minute": (
        "时间“{value}”不是整分钟：排班精确到分钟，秒必须为 00。",
        'The time "{value}" is not a whole minute: rosters are exact to the minute, seconds must be 00.',
    ),
    "not_a_date": ("“{value}”不是日期：请写成 2026-11-23 这样。", '"{value}" is not a date: write it like 2026-11-23.'),
    "not_a_clock_time": (
        "“{value}”不是钟点：请写成 08:00 这样（00:00 至 23:59）。",
        '"{value}" is not a time of day: write it like 08:00 (00:00 to 23:59).',
    ),
    "out_of_calendar": (
        "“{value}”超出 1970 年至 2100 年：请检查年份。",
        '"{value}" lies outside 1970 to 2100: check the year.',
    ),
    "wrong_shape": (
        "这里的内容不符合格式：请对照 docs/problem-document.md。",
        "This does not have the right shape: compare it with docs/problem-document.md.",
    ),
    # meaning
    "unknown_zone": (
        "不认识时区“{value}”：请用 Asia/Shanghai 这样的名称。",
        'There is no time zone "{value}": use a name like Asia/Shanghai.',
    ),
    "end_before_start": ("结束不晚于开始：请让结束晚于开始。", "The end is not after the start: let it end later."),
    "first_after_last": (
        "第一天晚于最后一天：请对调或改正。",
        "The first day is after the last: swap or correct them.",
    ),
    "duty_too_long": (
        "一次勤务长达 {hours} 小时，最多 {limit} 小时：请拆开。",
        "One duty lasts {hours} hours and may last at most {limit}: split it.",
    ),
    "outside_window": (
        "开始时间不在排班期 {first} 至 {last} 之内：请移到排班期内或删除。",
        "It does not start within the window of {first} to {last}: move it into the window or remove it.",
    ),
    "not_before_window": (
        "历史勤务必须在排班期第一天 {first} 之前开始。",
        "A past duty must start before the window's first day, {first}.",
    ),
    "overlapping_availability": (
        "与同一人的第 {other} 段时间重叠：请合并或改开。",
        "It overlaps with span {other} of the same person: join them or move one.",
    ),
    "min_ideal_max_order": (
        "人数应满足 0 ≤ 最少 min ≤ 理想 ideal ≤ 最多 max，现在是 {min}、{ideal}、{max}。",
        "Heads must satisfy 0 ≤ min ≤ ideal ≤ max; they are {min}, {ideal}, {max}.",
    ),
    "duplicate_id": (
        "编号“{id}”已在 {first} 用过：每个编号只能用一次。",
        'The id "{id}" is already used at {first}: use each id once.',
    ),
    "duplicate_position": (
        "岗位“{position}”在同一编组里出现两次：请合并人数。",
        'The position "{position}" appears twice in one team: add the heads together.',
    ),
    "duplicate_assignment": (
        "“{person}”在勤务“{duty}”里已经有派班：每人每次勤务只占一个席位。",
        '"{person}" already has a seat in the duty "{duty}": one seat a person and duty.',
    ),
    "unknown_reference": (
        "没有编号为“{id}”的{kind}：请先在 {where} 中添加，或改正编号。{hint}",
        'There is no {kind} with the id "{id}": add it to {where} or correct the id.{hint}',
    ),
    "unknown_shift": (
        "班制“{pattern}”里没有班次“{id}”：请改正。",
        'The pattern "{pattern}" has no shift "{id}": correct it.',
    ),
    "position_not_in_duty": (
        "勤务“{duty}”没有岗位“{position}”的席位：请改正岗位。",
        'The duty "{duty}" has no seat for the position "{position}": correct the position.',
    ),
    "not_in_problem": ("问题文档里没有“{id}”：请改正编号。", 'The problem does not know "{id}": correct the id.'),
    "no_roster": ("这份结果里没有班表（没有找到合法班表）。", "This result holds no roster: nothing legal was found."),
    "area_cycle": (
        "片区“{id}”绕一圈又成了自己的上级：请改正上级（parent）。",
        'The area "{id}" ends up above itself: correct its parent.',
    ),
    "area_too_deep": (
        "片区层级超过 {limit} 层：请减少层级。",
        "The tree of areas has more than {limit} levels: use fewer.",
    ),
    "no_people": ("一个人也没有：请至少添加一名人员。", "There are no people: add at least one person."),
    "no_duties": (
        "排班期内一项勤务也没有：请添加勤务、跑腿单，或给点位设置编组和班制。",
        "There are no duties in the window: add duties or errand runs, or staff a post with a template and a pattern.",
    ),
    "too_many_duties": (
        "排班期内有 {count} 项勤务，最多 {limit} 项：请缩短排班期或分开排班。",
        "The window has {count} duties and may have at most {limit}: shorten it or split the town.",
    ),
    "too_many_seats": (
        "排班期内的勤务一共有 {count} 个席位，最多 {limit} 个：请缩短排班期、减少每班的 max，或分开排班。",
        "The duties of the window have {count} seats in all and may have at most {limit}: shorten the window, lower "
        "the seats' max, or split the town.",
    ),
    "staffed_twice": (
        "同一天的班次“{shift}”由两条编组设置重复产生：请用 shifts 或起止日期把它们分开，或合并成一个编组。",
        'The shift "{shift}" of one day comes from two staffings: separate them by shifts or dates, or join them.',
    ),
    "rule_meaning": ("规则参数有误：{problem}。", "A parameter of the rule cannot be used: {problem}."),
    "rule_twice": ("规则 {rule} 只能出现一次：请合并。", "The rule {rule} may appear only once: join the two."),
    "rule_for_all": (
        "规则 {rule} 对所有人、所有日期有效：请去掉 population、dates 和 waived_by。",
        "The rule {rule} holds for everybody on all dates: remove population, dates and waived_by.",
    ),
    "always_hard": ("这条规则只能是必须遵守的：请去掉 hard: false。", "This rule can only be law: remove hard: false."),
    "always_priced": ("这条规则只能计代价：请写 hard: false。", "This rule can only be a price: write hard: false."),
    "negative": ("不能是负数。", "This must not be negative."),
    "for_everybody": ("这条规则对所有人有效：请去掉这一项。", "This rule holds for everybody: remove this field."),
    "no_least_per_day": (
        "按天计时不能有下限：请去掉 min，或按周、按整个排班期计。",
        "A least per day makes no sense: remove min, or count per week or window.",
    ),
    "more_than_window_days": (
        "{value} 天多于时段的 {limit} 天：请改小。",
        "{value} days are more than the {limit} of the window: lower the figure.",
    ),
    "more_than_max": (
        "下限 {value} 大于上限 {limit}：请改其一。",
        "The least, {value}, is above the most, {limit}: change one of them.",
    ),
    "shifts_of_what": (
        "shifts 与 of 为 shift 须同时给出：请补上或去掉其一。",
        "shifts goes with of = shift, neither without the other: add what is missing or remove both.",
    ),
    "shift_without_followers": (
        "每一项须写明一个班次和至少一个次日不得接的班次：请补全。",
        "Each entry names a shift and at least one that may not follow it: complete it.",
    ),
    "nothing_asked": (
        "这条规则什么也没有要求：请给出 at_least、at_most 或 same_unit_at_most。",
        "This rule asks for nothing: give at_least, at_most or same_unit_at_most.",
    ),
    "no_standby_figure": (
        "这条规则什么也没有要求：请给出 at_least 或 max_hours。",
        "This rule asks for nothing: give at_least or max_hours.",
    ),
    "not_standby": (
        "只有待命的席位才能写 activated：请删去，或把勤务类别改为 standby。",
        "Only a seat of standby has activated people: take them out, or make the duty's kind standby.",
    ),
    "not_positive": ("必须大于 0。", "This must be greater than 0."),
    "entity_meaning": (
        "内容前后矛盾（{problem}）：请改正。",
        "The parts of this contradict one another ({problem}): correct them.",
    ),
    "unknown_noun": (
        "没有“{noun}”这一类数据：应为其中之一：{options}。",
        'There is no kind of data called "{noun}": use one of {options}.',
    ),
}
