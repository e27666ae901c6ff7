"""docs/problem-document.md, made from the schema so that no field can be forgotten."""

from __future__ import annotations

import json
from typing import Any

from .read import MAX_DUTY_HOURS
from .references import MAX_AREA_LEVELS
from .shape import MAX_DAYS, MAX_DUTIES, MAX_PEOPLE, MAX_SEATS, schema
from .shape_rules import MAX_WEIGHT

Schema = dict[str, Any]

EXAMPLE: dict[str, Any] = {
    "format": "sanban-problem",
    "version": 1,
    "town": {"id": "lucun", "name": "芦村", "name_en": "Lucun"},
    "zone": "Asia/Shanghai",
    "start": "2026-11-23",
    "days": 7,
    "categories": [{"id": "volunteer", "name": "志愿者", "name_en": "Volunteer"}],
    "qualifications": [{"id": "recorder", "name": "录入员", "name_en": "Recorder"}],
    "positions": [{"id": "record", "name": "录入", "name_en": "Recorder"}, {"id": "run", "name": "跑腿"}],
    "shift_patterns": [
        {
            "id": "three",
            "name": "三班",
            "shifts": [
                {"id": "early", "name": "早班", "start": "08:00", "end": "16:00"},
                {"id": "late", "name": "中班", "start": "16:00", "end": "00:00"},
                {"id": "night", "name": "夜班", "start": "00:00", "end": "08:00", "night": True},
            ],
        }
    ],
    "staffing_templates": [
        {"id": "desk", "name": "登记组", "seats": [{"position": "record", "qualifications": ["recorder"]}]}
    ],
    "posts": [{"id": "bridge", "name": "大桥", "staffing": [{"template": "desk", "pattern": "three"}]}],
    "errand_runs": [
        {
            "id": "medicine-tuesday",
            "name": "送药",
            "start": "2026-11-24T09:30+08:00",
            "end": "2026-11-24T11:00+08:00",
            "place": "卫生院",
            "seats": [{"position": "run", "min": 1, "ideal": 2, "priority": 4}],
        }
    ],
    "people": [
        {
            "id": "p1",
            "name": "林小满",
            "category": "volunteer",
            "qualifications": [{"id": "recorder", "valid_until": "2027-06-30"}],
            "availability": [
                {"start": "2026-11-25T00:00+08:00", "end": "2026-11-26T00:00+08:00", "status": "unavailable"}
            ],
            "history": {
                "recent": [{"start": "2026-11-22T16:00+08:00", "end": "2026-11-23T00:00+08:00", "post": "bridge"}],
                "duties": 9,
                "nights": 2,
            },
        },
        {"id": "p2", "name": "周立夏", "category": "volunteer", "qualifications": [{"id": "recorder"}]},
    ],
    "rules": [
        {"rule": "min_rest", "hours": 11},
        {"rule": "max_nights", "max": 2, "waived_by": "nights-welcome"},
        {"rule": "fair_share", "hard": False, "weight": 1, "measure": "duties"},
    ],
}

_INTRODUCTION = f"""# The problem document

Made from the JSON Schema ([problem.schema.json](problem.schema.json)) by `make docs`; change the schema, not
this page.

One JSON object says everything that one solve needs: a town's people, its duties and its rules for one planning
window. The same document is the input of `python -m scheduler solve`, the body of `POST /api/v1/solves`, and
what a stored solve keeps, so that every run can be replayed.

## What holds everywhere

- **Text** is UTF-8 in any script. Ids are the document's own; the loader compares them and never looks into
  them.
- **Instants** are ISO 8601 with their offset from UTC and exact to the minute (`2026-11-23T08:00+08:00`); an
  instant without an offset is a fault. **Dates** are local dates of the town's zone. Intervals are half-open:
  the end belongs to the next one. Rest and hours are elapsed time.
- **null** means the same as leaving the field out, wherever the type says so. Unknown fields are faults.
- **References** must exist: a person's category, unit, area, contract, qualifications and bindings, a seat's
  position and qualifications, a run's vehicle, whatever a rule names (shifts only when there are shift patterns),
  and the person, duty and position of the baseline. Only the history may name posts and positions that are gone.
- **Limits**: 1 to {MAX_PEOPLE:,} people, 1 to {MAX_DUTIES:,} duties with {MAX_SEATS:,} seats in all (each with its
  most heads, and counted before the posts' staffing becomes duties), 1 to {MAX_DAYS} days, a duty of at most
  {MAX_DUTY_HOURS // 24} days, {MAX_AREA_LEVELS} levels of areas, weights of 0 to {MAX_WEIGHT:,}. The spans in which
  one person is unavailable, avoids or prefers do not overlap.
- **Faults** come all at once, each with a path such as `people[3].availability[0].end`, a code for machines and
  a sentence in zh-CN and English. NaN and Infinity, a key given twice, and text that is not UTF-8 are faults
  too.

## How posts become duties

Each entry of a post's `staffing` makes one duty for each of its shifts on each of its dates in the window,
called `POST/2026-11-23/SHIFT`. A shift whose end is at or before its start ends on the next day and belongs to
the date on which it starts. Two entries may not make the same duty; keep them apart by `shifts` or dates.

On a clock change the boundaries stay where the wall clock shows them, so a shift may be an hour longer or
shorter. A boundary that the clock skips is taken as much later as is skipped (02:30 becomes 03:30); of a
boundary that comes twice the first is meant. A shift that falls into the skipped hour altogether makes no duty
on that date.

A document that is written back lists every duty by itself, under `duties`, and no staffing: it reads as the
same problem.

## Rules that always hold

`cover`, `one_duty_at_a_time`, `qualification` and `availability` are added with their defaults when the
document does not have them for everybody. Entries of `rules` are described in [rules.md](rules.md).

## A small example
"""
_RESULT = """## What comes back

`python -m scheduler solve` and `GET /api/v1/solves/{solve}/result` answer with a **result document**: `status`
(optimal, feasible, infeasible or unknown), `objective` and `vacancy_objective` with their bounds and gaps, `costs` by
rule, `assignments` (null when nothing legal was found), `vacancies` each with its reason, `violations`, the `trace` of
the solve, and

`relaxations`: what would have to give. `python -m scheduler explain` tells the same of any roster. First whom the town
lacks ("You lack 3 leaders on Tuesday nights in area 5."), then alternatives, the fewest rules first ("Or allow 9 h of
rest (instead of 11 h) for 4 people: that fills 3 of the 3 vacant seats."):

- `text`, `sentence`: the sentence in `zh` and `en`, and in the language that was asked for;
- `entries`: the rules that give; none where people are lacking;
- `people`: how many people are lacking, or for how many some rule gives;
- `excess`, `unit`: of the first entry;
- `fills`: how many vacant heads it fills;
- `added`: the assignments that would do so.

Each of `entries` has `number` (its place in the list of rules, where those that are always added come last), `rule`,
`id`, `people`, and `excess` in `unit`: the most by which it gives for one of them.

Each alternative is held against the checker's own counting: with `added`, nothing is broken but the entries named, and
those by no more than is said. People are added to the roster as it is and nobody on it is moved, so a longer solve may
find better. The first alternative is the smallest set of entries found that fills as many heads as all entries could
together; qualifications, seats and being in two places never give, and availability, people's own word, comes last.
Of many vacancies the 40 most important are looked at, and the sentence says so.

When the rules contradict each other so that nothing at all is legal (`infeasible`), the only entry of `relaxations`
names the smallest set of rules found whose giving makes a roster legal, with seats left empty where need be. The
command line takes the rest of its time for that, and some seconds if none is left. A solve that was told to stop
gives no `relaxations`: the roster is wanted at once.
"""
_SKIPPED = {"rule", "population", "dates"}


def as_markdown() -> str:
    """The page."""
    held = schema()
    definitions = held["$defs"]
    example = json.dumps(EXAMPLE, ensure_ascii=False, indent=1)
    parts = [_INTRODUCTION, f"```json\n{example}\n```\n", "## The document\n", _table(held)]
    parts += ["## Its parts\n"]
    for name, of in definitions.items():
        if of.get("type") in ("object", ["object", "null"]) and not name.startswith("rule") and name not in _SKIPPED:
            parts += [f"### {name}\n", of["description"] + "\n", _table(of)]
    parts += ["## Values\n", "| type | meaning |\n|---|---|"]
    values = [
        f'| <a id="{name}"></a>{name} | {_cell(of["description"])} |'
        for name, of in definitions.items()
        if of.get("type") == "string"
    ]
    parts += ["\n".join(values) + "\n", "## Rules\n"]
    parts += [
        "What an entry of `rules` may hold, beside the rule's own parameters:\n",
        _table(_rule_fields(definitions)),
    ]
    parts += ["A **population**: " + definitions["population"]["description"] + "\n", _table(definitions["population"])]
    parts += ["**dates**: " + definitions["dates"]["description"] + "\n", _table(definitions["dates"])]
    parts += [_RESULT]
    return "\n".join(parts)


def _rule_fields(definitions: dict[str, Schema]) -> Schema:
    """The fields that every rule shares, from any rule that may be law or price."""
    own = definitions["rule_min_rest"]
    shared = ("rule", "id", "hard", "weight", "population", "dates", "waived_by", "off")
    return own | {"properties": {name: own["properties"][name] for name in shared}}


def _table(of: Schema) -> str:
    rows = ["| field | type | default | meaning |", "|---|---|---|---|"]
    for name, field in of["properties"].items():
        needed = "**required**" if name in of.get("required", ()) else _default(field)
        rows.append(f"| `{name}` | {_type(field)} | {needed} | {_cell(_meaning(field))} |")
    return "\n".join(rows) + "\n"


def _default(field: Schema) -> str:
    if "default" not in field or field["default"] == "":
        return ""
    return f"`{json.dumps(field['default'], ensure_ascii=False)}`"


def _meaning(field: Schema) -> str:
    words = field.get("description", "")
    if not words and "$ref" in field:
        words = schema()["$defs"][_target(field)].get("description", "")
    if field.get("type") == "string" and "enum" in field and len(field["enum"]) < 10:
        words += " One of " + ", ".join(f"`{option}`" for option in field["enum"]) + "."
    least, most = field.get("minimum"), field.get("maximum")
    return words if least is None else f"{words} From {least:,} to {most:,}."


def _type(field: Schema) -> str:
    if "$ref" in field:
        name = _target(field)
        link = name.removesuffix("_or_none")
        return f"[{link}](#{link})" + (" or null" if link != name else "")
    if "const" in field:
        return f"`{json.dumps(field['const'])}`"
    if field.get("type") == "array":
        return f"list of {_type(field['items'])}, at most {field['maxItems']:,}"
    kind = field["type"]
    return " or ".join(kind) if isinstance(kind, list) else kind


def _target(field: Schema) -> str:
    return field["$ref"].removeprefix("#/$defs/")


def _cell(words: str) -> str:
    return words.replace("|", "\\|")
