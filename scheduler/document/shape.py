"""The shape of a problem document, said once as a JSON Schema (Draft 2020-12).

The schema's descriptions are the documentation of the fields (`docs/problem-document.md` is made from them).
References, order of instants and everything else that is meaning live in `load` and `references`.
"""

from __future__ import annotations

from functools import cache

from .shape_kit import MAX_ID, Schema, entity, items, ref, scalars, whole
from .shape_nouns import NAME_EN, SOME, persons, vocabulary, work
from .shape_rules import rule_definitions, rule_item

FORMAT = "sanban-problem"
VERSION = 1
MAX_DAYS = 35
MAX_PEOPLE = 50_000
MAX_DUTIES = 20_000
MAX_SEATS = 200_000
"""Of all duties of the window together, each seat with its most heads."""
_MANY = 5_000

NOUNS: dict[str, str] = {
    "categories": "term",
    "units": "term",
    "qualifications": "term",
    "positions": "term",
    "areas": "area",
    "contracts": "contract",
    "shift_patterns": "shift_pattern",
    "staffing_templates": "staffing_template",
    "posts": "post",
    "vehicles": "vehicle",
    "duties": "duty",
    "errand_runs": "errand_run",
    "people": "person",
}
"""The document's lists of entities and the definition that each entry follows."""


def top(properties: dict[str, Schema]) -> Schema:
    return {
        "type": "object",
        "required": ["format", "version", "town", "zone", "start", "days", "people"],
        "additionalProperties": False,
        "properties": properties,
    }


@cache
def schema() -> Schema:
    """The JSON Schema of the problem document; shipped as docs/problem.schema.json."""
    lists = {
        "categories": (SOME, "Kinds of people: cadre, volunteer, militia, medic …"),
        "units": (_MANY, "Organisations that send people."),
        "qualifications": (SOME, "What a seat may demand and a person may hold."),
        "positions": (SOME, "The work of a seat: leader, verifier, recorder …"),
        "areas": (_MANY, "The town's tree of areas."),
        "contracts": (SOME, "Bundles of personal limits."),
        "shift_patterns": (SOME, "Ways to cut a post's day."),
        "staffing_templates": (SOME, "Teams."),
        "posts": (_MANY, "Places and things that are staffed."),
        "vehicles": (_MANY, "Vehicles for errand runs."),
        "duties": (MAX_DUTIES, "Single duties, beside those that come from the posts' staffing."),
        "errand_runs": (MAX_DUTIES, "Errand runs."),
        "people": (MAX_PEOPLE, "Everybody who can be rostered; at least one."),
    }
    arrays = {noun: items(ref(NOUNS[noun]), most, words) for noun, (most, words) in lists.items()}
    properties: dict[str, Schema] = {
        "format": {"const": FORMAT, "description": f'Always "{FORMAT}".'},
        "version": {"const": VERSION, "description": f"Always {VERSION}."},
        "town": ref("town"),
        "zone": {
            "type": "string",
            "minLength": 1,
            "maxLength": MAX_ID,
            "description": "The town's time zone by its IANA name, such as Asia/Shanghai.",
        },
        "start": ref("date", "First local date of the window."),
        "days": whole(1, MAX_DAYS, "Length of the window in days."),
        "now": ref("instant_or_none", "What has begun by this instant may not change; nothing has when left out."),
        **arrays,
        "rules": items(
            rule_item(),
            SOME,
            "The rules; cover, one_duty_at_a_time, qualification and availability are added when missing.",
        ),
        "baseline": ref("baseline"),
    }
    definitions = {
        **scalars(),
        "town": entity(
            "The town that owns everything here.", "id name", id=ref("id"), name=ref("name"), name_en=NAME_EN
        ),
        **vocabulary(),
        **work(),
        **persons(),
        "baseline": entity(
            "The roster that a repair keeps as far as it can.",
            "",
            assignments=ref("assignments"),
        )
        | {"type": ["object", "null"]},
        **rule_definitions(),
    }
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "Sanban problem document",
        "description": "A town's people, duties and rules for one planning window.",
        **top(properties),
        "$defs": definitions,
    }
