"""The rules as people read them: for the service and for docs/rules.md."""

from __future__ import annotations

import json
from dataclasses import Field
from typing import Any

from .base import Rule
from .entry import default_of, parameter_schema, parameters_of
from .registry import REGISTRY

UNITS = {
    "": "",
    "hours": "小时 h",
    "minutes": "分钟 min",
    "days": "天 days",
    "nights": "夜 nights",
    "weekends": "个周末 weekends",
    "duties": "班 duties",
    "heads": "人 heads",
    "kilometres": "公里 km",
    "points": "分 points",
}

_INTRODUCTION = """# 规则 · Rules

Made from the rules themselves by `python -m scheduler rules`; change the rule, not this page.

An entry of `rules` in the problem document names a rule and says only what differs from the defaults:

```json
{"rule": "min_rest", "hours": 10, "population": {"categories": ["medic"]}, "waived_by": "short-rest-welcome"}
```

Every rule has these fields:

| field | default | meaning |
|---|---|---|
| `rule` | | 规则名称。Name of the rule. |
| `hard` | `true` | `true`：必须遵守；`false`：每超出一个单位计 `weight` 分。Law, or a price for each unit of excess. Rules that are always priced have `false`. |
| `weight` | `1` | 每个单位的代价。Price of one unit of excess. |
| `population` | everybody | 对谁有效：`people`、`categories`、`units`、`contracts`、`areas`（含下级）、`qualifications`（在排班期首日持有）、`tags`；各项同时满足，每项满足其一。Every given field must match, by any of its values. |
| `dates` | all | `{"from": …, "to": …}`，两端都含；只看在这些日期开始的勤务。Both ends inclusive; the rule looks at duties that start on these local dates. Past duties count whatever their date. |
| `waived_by` | | 持有此项自愿声明的人不受约束。People with this opt-in are exempt. |
| `off` | `false` | `true`：留在清单里，但不起作用；总要遵守的规则仍按默认执行。Kept in the list and says nothing; a rule that always holds then does so with its defaults. |
| `id` | | 区分同名规则。Tells rules of one name apart. |

Rest and hours are elapsed time; the day of a duty is the local date on which it starts; a night is a duty whose shift
is marked as a night. What people served before the window counts across its border, but the past alone is never a
breach: a breach needs a duty of the window.
"""  # noqa: E501 - a table's row is one line


def catalogue() -> list[dict[str, Any]]:
    """Every rule: name, title, sentence with its figures as {names}, parameters, and whether it may be law or price."""
    return [
        {
            "name": rule.name,
            "title": rule.title.as_json(),
            "sentence": rule.template().as_json(),
            "details": rule.more().as_json(),
            "hard_possible": not rule.always_priced,
            "priced_possible": not rule.always_hard,
            "parameters": [_parameter(rule, f) for f in parameters_of(rule)],
        }
        for rule in REGISTRY.values()
    ]


def _parameter(rule: type[Rule], f: Field[Any]) -> dict[str, Any]:
    about, shape = f.metadata, parameter_schema(rule)[f.name]
    return {
        "name": f.name,
        "type": shape["type"],
        "options": shape.get("enum"),
        "default": default_of(f),
        "unit": about["unit"],
        "minimum": about["minimum"],
        "maximum": about["maximum"],
        "meaning": {"zh": about["zh"], "en": about["en"]},
    }


def as_markdown() -> str:
    """The page docs/rules.md."""
    return _INTRODUCTION + "".join(_section(rule) for rule in REGISTRY.values())


def _section(rule: type[Rule]) -> str:
    said = rule.template()
    kind = "只能是必须遵守 · always law" if rule.always_hard else "必须遵守或计价 · law or price"
    if rule.always_priced:
        kind = "只计价 · always a price"
    more = rule.more()
    heading = f"\n## `{rule.name}` {rule.title.zh} · {rule.title.en}"
    paragraphs = [heading, f"**{said.zh}**{more.zh}", f"**{said.en}** {more.en}".strip(), f"*{kind}*"]
    page = "\n\n".join(paragraphs) + "\n"
    if parameters_of(rule):
        page += "\n| parameter | default | unit | meaning |\n|---|---|---|---|\n"
        page += "".join(_row(rule, f) for f in parameters_of(rule))
    return page


def _row(rule: type[Rule], f: Field[Any]) -> str:
    options = parameter_schema(rule)[f.name].get("enum")
    words = f"{f.metadata['zh']}。{f.metadata['en']}."
    if options:
        words += " " + " | ".join(f"`{o}`" for o in options)
    default = json.dumps(default_of(f), ensure_ascii=False)
    return f"| `{f.name}` | `{default}` | {UNITS[f.metadata['unit']]} | {words} |\n"
