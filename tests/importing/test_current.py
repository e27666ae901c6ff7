"""What a town has, taken out in the shape of its own import files: handed in again it changes nothing."""

from __future__ import annotations

from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from api.importing import comparing, current, templates
from api.importing.column_names import COLUMNS, FileKind
from api.importing.plan import Plan
from api.importing.town import Town
from models.imports import Snapshot
from scheduler import document, towns
from tests.thorough import examples

from .files import MONDAY, TODAY, after, plan_of, snapshot

NOT_IN_FILES = {"availability", "history"}
"""Fields of a person: the first has a file of its own, the second is what rosters say."""
COLUMN_OF = {"opt_ins": "nights"}


def handed_in_again(kind: FileKind, held: Snapshot) -> Plan:
    """What a town's own rows would change."""
    rows = current.rows(kind, Town(held, TODAY))
    source = comparing.file_source(kind, templates.csv(kind, rows).encode(), "x", "")
    return comparing.compare(kind, source, {}, held, TODAY, True, {})


def test_a_demo_town_is_read_back_as_it_is(app_context: None) -> None:
    whole = towns.make("anguolu", 1, MONDAY)
    held = snapshot(**{noun: whole.get(noun, []) for noun in snapshot().things})
    kinds: tuple[FileKind, ...] = ("people", "availability", "posts")
    for kind in kinds:
        plan = handed_in_again(kind, held)
        assert (plan.troubles, plan.questions, plan.changes()) == ([], [], []), kind
        assert plan.counts()["unchanged"] > 14


def test_every_field_of_a_person_has_a_column() -> None:
    fields = set(document.schema()["$defs"]["person"]["properties"])
    columns = {column.key for column in COLUMNS["people"]}
    assert {COLUMN_OF.get(name, name) for name in fields - NOT_IN_FILES} <= columns
    assert columns - fields == {"nights", "valid_until"}


def test_who_is_out_of_service_is_left_out_and_numbers_are_masked_unless_given() -> None:
    gone = plan_of("people", "姓名;类别\n沈佳宁;志愿者".encode(), {"retire": True})
    held = snapshot(people=[after(gone, "p01") | {"id": "gone", "name": "停用的人"}])
    rows = {row["id"]: row for row in current.rows("people", Town(held, TODAY), {"p07": "15400000007"})}
    assert "gone" not in rows
    assert (rows["p07"]["phone"], rows["p08"]["phone"]) == ("15400000007", "154****0008")


WORDS = st.text(st.sampled_from("甲乙 、;()（）=+无-'12/"), max_size=8).map(str.strip)


@given(
    made=st.lists(st.tuples(WORDS, WORDS, st.lists(WORDS, max_size=3)), min_size=1, max_size=4),
    held=st.lists(st.tuples(WORDS, st.sampled_from(["", "2027-06-30"])), max_size=3, unique_by=lambda one: one[0]),
)
@settings(max_examples=examples(25), deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_whatever_people_are_called_and_labelled_is_read_back_or_left_alone(
    made: list[tuple[str, str, list[str]]], held: list[tuple[str, str]], app_context: None
) -> None:
    terms = [{"id": f"q{i}", "name": name or "x"} for i, (name, _) in enumerate(held)]
    holdings = [{"id": f"q{i}"} | ({"valid_until": day} if day else {}) for i, (_, day) in enumerate(held)]
    people: list[dict[str, Any]] = [
        {"id": f"x{i}", "name": name or "某人", "category": "volunteer", "tags": sorted({t for t in tags if t}),
         "qualifications": holdings, "phone": "154 0000-1234", "email": "a@example.org", "household": home or None}
        for i, (name, home, tags) in enumerate(made)
    ]  # fmt: skip
    read = [document.entity_from_json("people", person, "Asia/Shanghai") for person in people]
    town = snapshot(people=[document.entity_to_json("people", person) for person in read], qualifications=terms)
    plan = handed_in_again("people", town)
    assert (plan.troubles, plan.questions, plan.changes()) == ([], [], [])
