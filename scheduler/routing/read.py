"""Reads the files of Li and Lim: `vehicles capacity speed`, then nine fields a stop. All faults at once, by line.

The speed is looked at and not used: in this family of problems travel takes as long as it is far, and published
files hold 1 and 0 alike.
"""

from __future__ import annotations

import math
from collections.abc import Callable

from ..document import DocumentError, Fault
from ..text import Text
from .instance import Instance, Stop

MAX_STOPS = 2000
"""Beyond this the search would ask for gigabytes."""
LARGEST = 1e9
"""Of any figure: sums of thousands stay exact to a millionth."""
FIELDS = ("number", "x", "y", "demand", "ready", "due", "service", "pickup", "delivery")
WHOLE = {"number", "demand", "pickup", "delivery"}
_SHOWN = 20


def parse(name: str, words: bytes) -> Instance:
    """An instance from the bytes of its file; DocumentError with every fault as `name:line`."""
    return _Reading(name).instance(words)


class _Reading:
    """One file being read: its faults so far, and on which line each stop stands."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.faults: list[Fault] = []
        self.line_of: dict[int, int] = {}
        self.partners: dict[int, tuple[int, int]] = {}
        """[number] → (pick-up, delivery), 0 for none."""
        self.unreadable: set[str] = set()
        """Numbers of stops whose line is told already; their partners are not told as well."""

    def instance(self, words: bytes) -> Instance:
        lines = self._lines(words)
        head = self._head(*lines[0]) if lines else None
        stops = [stop for at, line in lines[1:] if (stop := self._stop(at, line)) is not None]
        if not lines:
            self._fault(1, "empty", "文件是空的", "the file is empty")
        elif len(stops) > MAX_STOPS + 1:
            self._fault(1, "too_many", f"站点多于 {MAX_STOPS} 个", f"there are more than {MAX_STOPS} stops")
        depot = next((stop for stop in stops if stop.number == 0), None)
        if depot is None and lines and not self.faults:
            self._fault(lines[-1][0], "no_depot", "缺少 0 号站点（车场）", "there is no stop 0, the depot")
        by_number = {stop.number: stop for stop in stops}
        pairs = tuple(
            (stop.number, self.partners[stop.number][1])
            for stop in stops
            if self._judge(stop, by_number, head[1] if head else None)
        )
        if self.faults or head is None or depot is None:
            raise DocumentError(sorted(self.faults, key=lambda fault: int(fault.path.rsplit(":", 1)[1])))
        others = tuple(stop for stop in stops if stop is not depot)
        return Instance(self.name, *head, depot, others, pairs)

    def _lines(self, words: bytes) -> list[tuple[int, list[str]]]:
        """The fields of each line that is not blank, with its number from 1."""
        try:
            text = words.decode("utf-8-sig")
        except UnicodeDecodeError as error:
            at = words[: error.start].count(b"\n") + 1
            self._fault(at, "not_text", "不是 UTF-8 文本", "this is not UTF-8 text")
            raise DocumentError(self.faults) from None
        return [(at, line.split()) for at, line in enumerate(text.split("\n"), 1) if line.strip()]

    def _head(self, at: int, fields: list[str]) -> tuple[int, int] | None:
        if len(fields) != 3:
            self._fault(
                at,
                "fields",
                f"应有 3 项（车辆数、载量、速度），现有 {len(fields)} 项",
                f"there must be 3 fields (vehicles, capacity, speed) and there are {len(fields)}",
            )
            return None
        vehicles, capacity = self._whole(at, "vehicles", fields[0]), self._whole(at, "capacity", fields[1])
        speed = self._number(at, "speed", fields[2])
        for field, value in (("vehicles", vehicles), ("capacity", capacity)):
            if value is not None and value <= 0:
                self._fault(at, "not_positive", f"{field} 必须大于 0", f"{field} must be more than 0")
        if vehicles is None or capacity is None or speed is None:
            return None
        return vehicles, capacity

    def _stop(self, at: int, fields: list[str]) -> Stop | None:
        if len(fields) != len(FIELDS):
            self._fault(
                at,
                "fields",
                f"应有 {len(FIELDS)} 项（{' '.join(FIELDS)}），现有 {len(fields)} 项",
                f"there must be {len(FIELDS)} fields ({' '.join(FIELDS)}) and there are {len(fields)}",
            )
            self.unreadable.add(fields[0])
            return None
        read: dict[str, Callable[[int, str, str], float | None]] = {
            field: self._whole if field in WHOLE else self._number for field in FIELDS
        }
        value = {field: read[field](at, field, word) for field, word in zip(FIELDS, fields, strict=True)}
        held = {field: number for field, number in value.items() if number is not None}
        if len(held) < len(FIELDS):
            self.unreadable.add(fields[0])
            return None
        number, demand, pickup, delivery = (int(held[f]) for f in ("number", "demand", "pickup", "delivery"))
        if number in self.line_of:
            first = self.line_of[number]
            self._fault(at, "twice", f"站点 {number} 已在第 {first} 行", f"stop {number} is already on line {first}")
            return None
        self.line_of[number] = at
        self.partners[number] = pickup, delivery
        return Stop(number, held["x"], held["y"], demand, held["ready"], held["due"], held["service"])

    def _judge(self, stop: Stop, by_number: dict[int, Stop], capacity: int | None) -> bool:
        """Tells what is wrong with one stop; True for a pick-up, which makes a pair."""
        at = self.line_of[stop.number]
        pickup, delivery = self.partners[stop.number]
        if stop.number < 0:
            self._fault(at, "negative", "站点编号不能为负", "a stop's number cannot be negative")
        if stop.due < stop.ready:
            self._fault(
                at,
                "window",
                f"最晚时间 {stop.due:g} 早于最早时间 {stop.ready:g}",
                f"due {stop.due:g} is before ready {stop.ready:g}",
            )
        if stop.service < 0:
            self._fault(at, "negative", "service 不能为负", "service cannot be negative")
        if stop.number == 0:
            if stop.demand or pickup or delivery:
                self._fault(at, "depot", "车场没有货量也没有配对", "the depot has no demand and no partner")
            return False
        if (pickup == 0) == (delivery == 0):
            self._fault(
                at, "partner", "pickup 与 delivery 应恰有一项为 0", "exactly one of pickup and delivery must be 0"
            )
            return False
        return self._judge_pair(at, stop, by_number.get(pickup or delivery), pickup or delivery, capacity)

    def _judge_pair(self, at: int, stop: Stop, other: Stop | None, partner: int, capacity: int | None) -> bool:
        is_pickup = self.partners[stop.number][1] != 0
        if (is_pickup and stop.demand <= 0) or (not is_pickup and stop.demand >= 0):
            self._fault(
                at,
                "demand",
                "取件的货量须大于 0，送达的须小于 0",
                "a pick-up's demand must be more than 0, a delivery's less than 0",
            )
        if is_pickup and capacity is not None and stop.demand > capacity > 0:
            self._fault(
                at,
                "capacity",
                f"货量 {stop.demand} 超过一辆车的载量 {capacity}",
                f"demand {stop.demand} is more than a vehicle's capacity {capacity}",
            )
        if str(partner) in self.unreadable:
            return is_pickup
        if other is None or partner == stop.number:
            self._fault(at, "partner", f"没有可配对的站点 {partner}", f"there is no stop {partner} to go with it")
        elif self.partners[partner] != ((0, stop.number) if not is_pickup else (stop.number, 0)):
            self._fault(
                at,
                "partner",
                f"第 {self.line_of[partner]} 行的站点 {partner} 没有与它配对",
                f"stop {partner} on line {self.line_of[partner]} does not name it as its partner",
            )
        elif is_pickup and stop.demand + other.demand != 0:
            self._fault(
                at,
                "demand",
                f"取 {stop.demand}，送 {-other.demand}，两者应相等",
                f"{stop.demand} is picked up and {-other.demand} delivered: they must be equal",
            )
        return is_pickup

    def _whole(self, at: int, field: str, word: str) -> int | None:
        digits = word.removeprefix("-")
        if digits.isascii() and digits.isdigit() and len(digits) <= 9:
            return int(word)
        self._fault(
            at, "number", f"{field} 应为整数，现为“{_cut(word)}”", f'{field} must be a whole number, not "{_cut(word)}"'
        )
        return None

    def _number(self, at: int, field: str, word: str) -> float | None:
        try:
            value = float(word) if word.isascii() and "_" not in word else math.nan
        except ValueError:
            value = math.nan
        if abs(value) <= LARGEST:
            return value
        self._fault(
            at, "number", f"{field} 应为数字，现为“{_cut(word)}”", f'{field} must be a number, not "{_cut(word)}"'
        )
        return None

    def _fault(self, at: int, code: str, zh: str, en: str) -> None:
        self.faults.append(Fault(f"{self.name}:{at}", code, Text(zh + "。", en + ".")))


def _cut(word: str) -> str:
    shown = "".join(c if c.isprintable() else "�" for c in word)
    return shown if len(shown) <= _SHOWN else shown[:_SHOWN] + "…"
