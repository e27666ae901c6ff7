"""Damaged input for everything that reads what somebody else wrote: problem documents, instances, errands, staffing."""

from __future__ import annotations

import copy
import io
import json
import zipfile
from collections.abc import Callable
from datetime import date
from typing import Any
from zoneinfo import ZoneInfo

from hypothesis import strategies as st
from openpyxl import Workbook

from api.errors import ApiError
from api.importing import comparing
from api.importing.signup_days import Calendar
from api.importing.signup_lines import Meaning, understood
from scheduler import document as documents
from scheduler.document import DocumentError
from scheduler.instances import curtois, inrc2
from scheduler.routing.read import parse
from tests.api.towns import document
from tests.browser import small_town
from tests.scheduler.instances.files import CURTOIS, HISTORY, SCENARIO, WEEK
from tests.scheduler.routing.errands import GOOD

ODD_TEXT = st.one_of(
    st.sampled_from(["", "p00", "三班", "2026-03-02", "2026-02-30", "24:00", "\x00", "\ud800", "\u202e", "9" * 400]),
    st.text(max_size=20),
)
ODD_NUMBER = st.one_of(
    st.sampled_from([0, -1, 1, 7, 10**6, 10**30, -(10**30), 0.5, 1e308, float("inf"), float("-inf"), float("nan")]),
    st.integers(),
    st.floats(),
)
ODD: st.SearchStrategy[Any] = st.recursive(
    st.none() | st.booleans() | ODD_NUMBER | ODD_TEXT,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(ODD_TEXT, inner, max_size=3),
    max_leaves=6,
)
ODD_LINES = ["", " ", "0", "-1", "(", "(1,2", "(9999999999999,1)", "nan", "\t\t", "=", "#"]
ODD_LINE = st.one_of(st.sampled_from(ODD_LINES), st.text(max_size=30))
DOCUMENTS = (document(), small_town.document())


@st.composite
def damaged_document(draw: st.DrawFn) -> Any:
    """A good problem document with up to four pieces replaced, removed, doubled or moved."""
    whole: Any = copy.deepcopy(draw(st.sampled_from(DOCUMENTS)))
    for _ in range(draw(st.integers(1, 4))):
        held, key = draw(place_in(whole))
        if held is None:
            return draw(ODD)
        deed = draw(st.sampled_from(["replace", "remove", "double", "move"]))
        if deed == "replace":
            held[key] = draw(ODD)
        elif deed == "remove":
            del held[key]
        elif deed == "double" and isinstance(held, list):
            held.append(copy.deepcopy(held[key]))
        else:
            other, place = draw(place_in(whole))
            if other is not None:
                held[key] = copy.deepcopy(other[place])
    return whole


@st.composite
def place_in(draw: st.DrawFn, whole: Any) -> tuple[Any, Any]:
    """Some container inside and one of its keys; (None, None) in something without any."""
    held, key, depth = whole, None, draw(st.integers(0, 6))
    found: tuple[Any, Any] = (None, None)
    while isinstance(held, dict | list) and held and depth >= 0:
        key = draw(st.sampled_from(sorted(held))) if isinstance(held, dict) else draw(st.integers(0, len(held) - 1))
        found = held, key
        held, depth = held[key], depth - 1
    return found


@st.composite
def damaged_text(draw: st.DrawFn, good: str) -> bytes:
    """A good file with lines and bytes changed."""
    lines = good.split("\n")
    for _ in range(draw(st.integers(0, 4))):
        at = draw(st.integers(0, len(lines) - 1))
        deed = draw(st.sampled_from(["replace", "remove", "double", "word"]))
        if deed == "replace":
            lines[at] = draw(ODD_LINE)
        elif deed == "remove":
            lines[at : at + 1] = []
            lines = lines or [""]
        elif deed == "double":
            lines.insert(at, lines[at])
        else:
            words = lines[at].split(" ")
            words[draw(st.integers(0, len(words) - 1))] = draw(ODD_LINE)
            lines[at] = " ".join(words)
    data = bytearray("\n".join(lines).encode("utf-8", "surrogatepass"))
    for _ in range(draw(st.integers(0, 3))):
        if data:
            data[draw(st.integers(0, len(data) - 1))] = draw(st.integers(0, 255))
    return bytes(data)


def read_or_told(read: Callable[[], object]) -> bool:
    """True when it is read, False when its faults are told in both languages; anything else is a bug and raised."""
    try:
        read()
    except DocumentError as error:
        told = [(fault.code, fault.text.zh, fault.text.en) for fault in error.faults]
        if not told or not all(all(parts) for parts in told):
            raise AssertionError(f"refused without a sentence: {told}") from error
        return False
    return True


def read_document(whole: Any) -> bool:
    """A whole document, written as JSON and read again; its posts, patterns and templates are expanded to duties."""
    text = json.dumps(whole, ensure_ascii=True)
    return read_or_told(lambda: documents.load(documents.loads(text)))


def read_instances(scenario: bytes, history: bytes, week: bytes) -> bool:
    return read_or_told(lambda: inrc2.read_instance(("Sc", scenario), ("H", history), [("W", week)]))


def read_curtois(content: bytes) -> bool:
    return read_or_told(lambda: curtois.read_instance("made.txt", content))


def read_errands(content: bytes) -> bool:
    return read_or_told(lambda: parse("errands.txt", content))


def read_entity(entity: tuple[str, Any]) -> bool:
    """One thing of a town, as the service takes it."""
    return read_or_told(lambda: documents.entity_from_json(*entity, "Asia/Shanghai"))


@st.composite
def damaged_entity(draw: st.DrawFn) -> tuple[str, Any]:
    nouns = ["people", "posts", "areas", "shift_patterns", "staffing_templates", "vehicles", "contracts"]
    noun = draw(st.sampled_from(nouns))
    entity = copy.deepcopy(draw(st.sampled_from(document()[noun])))
    held, key = draw(place_in(entity))
    if held is not None:
        held[key] = draw(ODD)
    return noun, entity


def workbook() -> bytes:
    """A good file of people."""
    book = Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.append(["姓名", "电话", "资质", "编号"])
    sheet.append(["林小满", "15400000001", "组长(2027-06-30)", "p01"])
    sheet.merge_cells("A5:B5")
    held = io.BytesIO()
    book.save(held)
    return held.getvalue()


GOOD_WORKBOOK = workbook()
GOOD_CSV = "姓名,日期,班次,起,止,可用情况\n林小满,2026-11-30,早班,,,愿意\n周立夏,12月1日,,08:00,12:00,不可用\n"
PUT = (b"", b'<c t="s"><v>9</v></c>', b'r="XFD9"', b"<f>1</f>", b"1e999", b"\x00", b'<mergeCell ref="A1:A9"/>')
SHIFTS = ({"id": "n", "name": "夜班", "start": "22:00", "end": "06:00", "night": True},)
GOOD_LIST = "#接龙\n1. 林小满 15400000001 周三夜班\n2、周立夏 周六日都行\n3 方一鸣+1\n4. 除了周三都行 8:00-12:00"


@st.composite
def damaged_workbook(draw: st.DrawFn) -> bytes:
    """A good workbook with text put into its parts, a part left out, or bytes of the whole changed."""
    made = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(GOOD_WORKBOOK)) as good, zipfile.ZipFile(made, "w") as archive:
        names = good.namelist()
        without = draw(st.sampled_from(["", "", *names]))
        struck = draw(st.sampled_from(["", *names]))
        for name in names:
            data = good.read(name)
            if name == struck:
                at, gone = draw(st.integers(0, len(data))), draw(st.integers(0, 12))
                put = draw(st.sampled_from(PUT))
                data = data[:at] + put + data[at + gone :]
            if name != without:
                archive.writestr(name, data)
    whole = bytearray(made.getvalue())
    for _ in range(draw(st.sampled_from([0, 0, 1, 3]))):
        whole[draw(st.integers(0, len(whole) - 1))] = draw(st.integers(0, 255))
    return bytes(whole)


def read_file(data: bytes) -> bool:
    """A file of people, posts or availability, as the service takes it."""
    read = False
    for kind in ("people", "availability", "posts"):
        try:
            comparing.file_source(kind, data, "x", "")  # type: ignore[arg-type]
            read = True
        except ApiError as error:
            if not all(fault.text.zh and fault.text.en for fault in error.faults) or error.status not in (413, 422):
                raise AssertionError("refused without a sentence") from error
    return read


def read_list(data: bytes) -> bool:
    """A sign-up list; True when some line of it is understood."""
    written = Calendar(date(2026, 11, 23), date(2026, 11, 22))
    meaning = Meaning(written, ZoneInfo("Asia/Shanghai"), SHIFTS)
    lines = [understood(i, text, meaning) for i, text in enumerate(data.decode("utf-8", "replace").splitlines(), 1)]
    if not all(line.heading or line.doubts or (line.name and line.said) for line in lines):
        raise AssertionError("a line is neither understood nor in doubt")
    return any(line.said for line in lines)


IMPORTERS: dict[str, tuple[Callable[..., bool], tuple[st.SearchStrategy[Any], ...]]] = {
    "problem document": (read_document, (damaged_document(),)),
    "any JSON": (read_document, (ODD,)),
    "any bytes": (lambda data: read_or_told(lambda: documents.load(documents.loads(data))), (st.binary(max_size=300),)),
    "one entity": (read_entity, (damaged_entity(),)),
    "INRC-II": (read_instances, (damaged_text(SCENARIO), damaged_text(HISTORY), damaged_text(WEEK))),
    "Curtois": (read_curtois, (damaged_text(CURTOIS),)),
    "errands": (read_errands, (damaged_text(GOOD),)),
    "workbook": (read_file, (damaged_workbook(),)),
    "table as text": (read_file, (damaged_text(GOOD_CSV),)),
    "sign-up list": (read_list, (damaged_text(GOOD_LIST),)),
}
"""Name → (reader, what it is given)."""
