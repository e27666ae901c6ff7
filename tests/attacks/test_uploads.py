"""Zip bombs, tricks in the names of files, and what calls itself a workbook."""

from __future__ import annotations

import io
import stat
import struct
import zipfile

import pytest
from hypothesis import given
from hypothesis import strategies as st

from api.errors import ApiError
from api.uploads import LONGEST_NAME, Limits, checked_archive, checked_workbook, pieces, shown_name

CONTENT = '<?xml version="1.0" encoding="UTF-8"?><Types xmlns="x"/>'
SHEET = '<?xml version="1.0" encoding="UTF-8"?><worksheet><row><c>王*</c></row></worksheet>'
GOOD = {"[Content_Types].xml": CONTENT, "_rels/.rels": CONTENT, "xl/workbook.xml": SHEET, "xl/worksheets/s1.xml": SHEET}
USUAL = Limits()


def packed(members: dict[str, str | bytes], method: int = zipfile.ZIP_DEFLATED) -> bytes:
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w", method) as archive:
        for name, data in members.items():
            archive.writestr(zipfile.ZipInfo(name) if method == zipfile.ZIP_STORED else name, data)
    return held.getvalue()


def fault_of(data: bytes, limits: Limits = USUAL) -> str:
    with pytest.raises(ApiError) as caught:
        checked_workbook(data, limits)
    return caught.value.faults[0].code if caught.value.faults else caught.value.code


def test_a_real_workbook_is_taken() -> None:
    assert checked_workbook(packed(dict(GOOD))).read("xl/workbook.xml").decode() == SHEET


def test_a_bomb_of_one_member_is_refused_unread() -> None:
    bomb = packed(GOOD | {"xl/media/a.bin": bytes(40 * 1024 * 1024)})
    assert len(bomb) < 100_000
    assert fault_of(bomb) == "unpacks_too_large"


def test_many_harmless_members_make_a_bomb_too() -> None:
    many = GOOD | {f"xl/{i}.bin": bytes(900_000) for i in range(80)}
    assert fault_of(packed(many)) == "unpacks_too_large"
    assert fault_of(packed(GOOD | {f"xl/{i}": "" for i in range(1001)})) == "unpacks_too_large"


def test_members_that_share_their_bytes_are_refused() -> None:
    """The bomb without nesting: many entries of the table of contents point to the same packed bytes."""
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("a", bytes(500_000))
        first = archive.infolist()[0]
        for i in range(20):
            twin = zipfile.ZipInfo(f"b{i}")
            for field in ("header_offset", "compress_size", "file_size", "CRC", "compress_type"):
                setattr(twin, field, getattr(first, field))
            archive.filelist.append(twin)
    assert fault_of(held.getvalue()) == "not_an_archive"


def test_a_member_that_begins_before_the_file_is_refused() -> None:
    data = bytearray(packed(dict(GOOD)))
    end = data.rfind(b"PK\x05\x06")
    (contents,) = struct.unpack_from("<L", data, end + 16)
    struct.pack_into("<L", data, end + 16, contents + 1)  # everything then lies one byte earlier than it says
    assert fault_of(bytes(data)) == "not_an_archive"


def test_a_member_that_is_larger_than_it_says_gives_no_more_than_that() -> None:
    data = bytearray(packed({"a": b"x" * 300_000}))
    at = data.rfind(b"PK\x01\x02")
    data[at + 24 : at + 28] = struct.pack("<L", 10)
    archive = checked_archive(bytes(data))
    with pytest.raises(ApiError):
        list(pieces(archive, archive.infolist()[0]))


@pytest.mark.parametrize(
    "name",
    ["../xl/a", "xl/../../a", "/etc/passwd", "C:\\a", "xl\\a", "a:b", "xl/a\nb", "xl/\u202egpj.a", "x" * 241, "a\x7f"],
)
def test_a_member_whose_name_leads_elsewhere_is_refused(name: str) -> None:
    info = zipfile.ZipInfo("x")
    info.filename = name
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w") as archive:
        archive.writestr(info, "x")
    assert fault_of(held.getvalue()) == "bad_member"


def test_links_twins_secrets_and_strange_packing_are_refused() -> None:
    link = zipfile.ZipInfo("xl/link")
    link.external_attr = (stat.S_IFLNK | 0o777) << 16
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w") as archive:
        archive.writestr(link, "/etc/passwd")
    assert fault_of(held.getvalue()) == "bad_member"
    assert fault_of(packed(GOOD | {"XL/workbook.xml": SHEET})) == "bad_member"
    assert fault_of(packed(dict(GOOD), zipfile.ZIP_BZIP2)) == "bad_member"
    secret = bytearray(packed(dict(GOOD)))
    secret[secret.rfind(b"PK\x01\x02") + 8] |= 1
    assert fault_of(bytes(secret)) == "bad_member"


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16"])
def test_a_document_type_ends_the_reading(encoding: str) -> None:
    laughs = "".join(f'<!ENTITY a{i} "{f"&a{i - 1};" * 10}">' for i in range(1, 10))
    bomb = f'<?xml version="1.0" encoding="{encoding}"?><!DOCTYPE r [<!ENTITY a0 "ha">{laughs}]><r>&a9;</r>'
    assert fault_of(packed(GOOD | {"xl/sharedStrings.xml": bomb.encode(encoding)})) == "not_a_workbook"
    outside = '<!DOCTYPE r [<!ENTITY x SYSTEM "file:///etc/passwd">]><r>&x;</r>'
    assert fault_of(packed(GOOD | {"docProps/app.xml": outside})) == "not_a_workbook"


def test_other_things_are_no_workbooks() -> None:
    assert fault_of(b"name;phone\r\n") == "not_an_archive"
    assert fault_of(b"") == "not_an_archive"
    assert fault_of(packed({"a.txt": "x"})) == "not_a_workbook"
    assert fault_of(packed(GOOD | {"xl/vbaProject.bin": b"x"})) == "has_macros"
    assert fault_of(packed(GOOD | {"xl/broken.xml": "<a>"})) == "not_a_workbook"
    assert fault_of(bytes(100), Limits(packed=99)) == "too_large"


@given(st.data())
def test_a_damaged_workbook_is_refused_or_read_but_never_a_crash(data: st.DataObject) -> None:
    damaged = bytearray(packed(dict(GOOD)))
    for _ in range(data.draw(st.integers(1, 6))):
        damaged[data.draw(st.integers(0, len(damaged) - 1))] = data.draw(st.integers(0, 255))
    assert status_of(bytes(damaged[: data.draw(st.integers(0, len(damaged)))])) in (200, 413, 422)


def status_of(data: bytes) -> int:
    try:
        checked_workbook(data)
    except ApiError as error:
        return error.status
    return 200


@given(st.text())
def test_a_shown_name_has_no_folder_no_control_and_an_end(name: str) -> None:
    shown = shown_name(name)
    assert 0 < len(shown) <= LONGEST_NAME
    assert not set(shown) & set('/\\<>:"|?*%\x00\r\n\u202e')
    assert not shown.startswith(".")
    assert shown_name(shown) == shown


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("../../etc/passwd", "passwd"),
        ("C:\\Users\\x\\名单.xlsx", "名单.xlsx"),
        ("a\u202excod.exe", "axcod.exe"),
        ("..", "file"),
        ("a\r\nSet-Cookie: x=1", "aSet-Cookie_ x=1"),
        ('"><script>', "___script_"),
    ],
)
def test_tricks_in_the_name_of_a_file(name: str, shown: str) -> None:
    assert shown_name(name) == shown
