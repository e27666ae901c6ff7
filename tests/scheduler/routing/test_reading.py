"""Files of errands: good ones are read, broken ones refused with every fault and its line."""

from __future__ import annotations

import pytest

from scheduler.document import DocumentError
from scheduler.routing.read import parse

from .errands import GOOD


def faults(text: str | bytes) -> dict[str, set[str]]:
    """line → codes."""
    with pytest.raises(DocumentError) as caught:
        parse("errands.txt", text.encode() if isinstance(text, str) else text)
    found: dict[str, set[str]] = {}
    for fault in caught.value.faults:
        assert fault.text.zh
        assert fault.text.en
        name, line = fault.path.split(":")
        assert name == "errands.txt"
        found.setdefault(line, set()).add(fault.code)
    return found


def with_line(at: int, line: str) -> str:
    lines = GOOD.splitlines()
    lines[at - 1] = line
    return "\n".join(lines)


def test_a_good_file_is_read_whole() -> None:
    instance = parse("errands.txt", GOOD.encode())
    assert (instance.vehicles, instance.capacity, instance.pairs) == (3, 10, ((1, 2), (3, 4)))
    assert instance.depot.due == 100
    assert [(s.number, s.x, s.y, s.demand, s.ready, s.due, s.service) for s in instance.stops][2] == (
        3, 10, 0, 7, 0, 80, 5,
    )  # fmt: skip


def test_tabs_carriage_returns_blank_lines_and_any_order_of_stops_are_fine() -> None:
    lines = GOOD.splitlines()
    other = "\r\n".join([lines[0], "", *reversed(lines[1:]), ""]).replace(" ", "\t")
    instance = parse("errands.txt", other.encode())
    assert {s.number: s for s in instance.stops} == {s.number: s for s in parse("x", GOOD.encode()).stops}
    assert set(instance.pairs) == {(1, 2), (3, 4)}


def test_any_speed_is_read_and_none_is_used() -> None:
    assert parse("x", GOOD.replace("3 10 1", "3 10 0").encode()) == parse("x", GOOD.encode())


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", {"1": {"empty"}}),
        (b"\n\xff\xfe", {"2": {"not_text"}}),
        (with_line(1, "3 10"), {"1": {"fields"}}),
        (with_line(1, "0 -10 1"), {"1": {"not_positive"}}),
        (with_line(1, "3 10 fast"), {"1": {"number"}}),
        (with_line(1, "3 6 1"), {"5": {"capacity"}}),
        (with_line(3, "1 0 10 4 0 80 5 0"), {"3": {"fields"}}),
        (with_line(3, "1 0 nan 4 0 80 5 0 2"), {"3": {"number"}}),
        (with_line(3, "1 0 10 4.5 0 80 5 0 2"), {"3": {"number"}}),
        (with_line(3, "1 0 10 4 81 80 5 0 2"), {"3": {"window"}}),
        (with_line(3, "1 0 10 4 0 80 -5 0 2"), {"3": {"negative"}}),
        (with_line(3, "1 0 10 -4 0 80 5 0 2"), {"3": {"demand"}}),
        (with_line(3, "1 0 10 5 0 80 5 0 2"), {"3": {"demand"}}),
        (with_line(3, "1 0 10 4 0 80 5 0 9"), {"3": {"partner"}, "4": {"partner"}}),
        (with_line(3, "1 0 10 4 0 80 5 0 0"), {"3": {"partner"}, "4": {"partner"}}),
        (with_line(3, "1 0 10 4 0 80 5 0 1"), {"3": {"partner"}, "4": {"partner"}}),
        (with_line(4, "1 0 20 -4 0 90 5 1 0"), {"3": {"partner"}, "4": {"twice"}}),
        (with_line(2, "0 0 0 5 0 100 0 0 0"), {"2": {"depot"}}),
        (with_line(2, ""), {"6": {"no_depot"}}),
    ],
)  # fmt: skip
def test_a_broken_file_is_refused_by_line_and_reason(text: str | bytes, expected: dict[str, set[str]]) -> None:
    assert faults(text) == expected


def test_all_faults_come_at_once() -> None:
    broken = with_line(1, "3 ten 1").replace("2 0 20 -4", "2 0 20 -4 7").replace("4 20 0", "4 far 0")
    assert faults(broken) == {"1": {"number"}, "4": {"fields"}, "6": {"number"}}
