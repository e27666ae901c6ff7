"""Files that somebody uploads: judged before anything in them is believed. For every importer of .xlsx, archives, JSON.

Names are for people to read and never become a path. An archive is judged by its table of contents (members, sizes,
names) before a byte is unpacked, and no member gives more than it announced.
"""

from __future__ import annotations

import io
import stat
import unicodedata
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise
from pathlib import PurePosixPath
from typing import Any
from xml.parsers import expat  # a document type ends the reading  # nosec B407

from scheduler.document import loads

from .body import DEEPEST, deeper_than
from .errors import ApiError, fault, invalid

MEBIBYTE = 1024 * 1024
LONGEST_NAME = 120
SPREADSHEET_PARTS = frozenset({".xml", ".rels", ".vml"})


@dataclass(frozen=True, slots=True)
class Limits:
    """What an archive may hold; sizes in bytes."""

    packed: int = 8 * MEBIBYTE
    unpacked: int = 64 * MEBIBYTE
    ratio: int = 100
    """Unpacked to packed, of any member that is larger than `slack`."""
    slack: int = MEBIBYTE
    members: int = 1000


def shown_name(name: str) -> str:
    """A file's name as it may be shown and kept: without folders, controls, marks of direction; "file".

    It is not fit to open anything by: the service stores uploads under names of its own.
    """
    last = unicodedata.normalize("NFC", name).replace("\\", "/").rsplit("/", 1)[-1]
    kept = "".join(c for c in last if unicodedata.category(c)[0] not in "CZ" or c == " ")
    kept = "".join("_" if c in '<>:"|?*%' else c for c in kept).strip(" .")
    return kept[-LONGEST_NAME:].lstrip(" .") or "file"


def checked_archive(data: bytes, limits: Limits = Limits()) -> zipfile.ZipFile:
    """The archive, once its table of contents is believable; raises ApiError (413, 422) with the reason."""
    if len(data) > limits.packed:
        raise ApiError("too_large", {"limit": limits.packed})
    try:
        archive = zipfile.ZipFile(io.BytesIO(data))
    except (zipfile.BadZipFile, ValueError, NotImplementedError, OSError, EOFError):
        raise refused("not_an_archive") from None
    members = archive.infolist()
    if len(members) > limits.members or sum(m.file_size for m in members) > limits.unpacked:
        raise refused("unpacks_too_large")
    if any(m.file_size > limits.slack and m.file_size > limits.ratio * m.compress_size for m in members):
        raise refused("unpacks_too_large")
    spans = sorted((m.header_offset, m.header_offset + m.compress_size) for m in members)
    if any(start < 0 for start, _ in spans) or any(end > start for (_, end), (start, _) in pairwise(spans)):
        raise refused("not_an_archive")  # members before the file, or that share their bytes: a made-up archive
    names = [m.filename.casefold() for m in members]
    if len(set(names)) < len(names) or any(not _is_harmless(m) for m in members):
        raise refused("bad_member")
    return archive


def checked_workbook(data: bytes, limits: Limits = Limits()) -> zipfile.ZipFile:
    """An .xlsx file whose every part can be read and holds no document type (entities); raises ApiError (413, 422)."""
    archive = checked_archive(data, limits)
    names = archive.namelist()
    if "[Content_Types].xml" not in names or not any(n.startswith("xl/") for n in names):
        raise refused("not_a_workbook")
    if any("vbaproject" in n.casefold() for n in names):
        raise refused("has_macros")
    for member in archive.infolist():
        plain = PurePosixPath(member.filename).suffix.casefold() in SPREADSHEET_PARTS
        parser = expat.ParserCreate() if plain else None
        if parser is not None:
            parser.StartDoctypeDeclHandler = _no_document_type
        try:
            for piece in pieces(archive, member):
                if parser is not None:
                    parser.Parse(piece, False)
            if parser is not None:
                parser.Parse(b"", True)
        except expat.ExpatError:
            raise refused("not_a_workbook") from None
    return archive


def json_file(data: bytes) -> Any:
    """The value of a .json file, as strict as a body: UTF-8, no key twice, not nested too deeply.

    How long it may be is said where the request is bounded (`body.takes_documents`).
    Raises DocumentError, ApiError (422).
    """
    value = loads(data)
    if deeper_than(DEEPEST, value):
        raise invalid([fault("file", "nested_too_deeply", most=DEEPEST)])
    return value


def pieces(archive: zipfile.ZipFile, member: zipfile.ZipInfo) -> Iterator[bytes]:
    """The contents of a member, never more than it announced; raises ApiError (422) when it is not what it says."""
    left = member.file_size
    try:
        with archive.open(member) as file:
            while piece := file.read(min(64 * 1024, left + 1)):
                left -= len(piece)
                if left < 0:
                    raise refused("unpacks_too_large")
                yield piece
    except (zipfile.BadZipFile, NotImplementedError, EOFError, OSError, RuntimeError, ValueError, zlib.error):
        raise refused("not_an_archive") from None


def refused(code: str) -> ApiError:
    """The error of a file that is not taken."""
    return ApiError("invalid", {"count": 1}, (fault("file", code),))


def _is_harmless(member: zipfile.ZipInfo) -> bool:
    name, steps = member.filename, PurePosixPath(member.filename).parts
    inside = not name.startswith("/") and ".." not in steps and not any(c in name for c in '\\:*?"<>|')
    plain = all(c.isprintable() for c in name) and 0 < len(name) <= 2 * LONGEST_NAME
    mode = member.external_attr >> 16
    kind = stat.S_IFMT(mode) in (0, stat.S_IFREG, stat.S_IFDIR)
    packed = member.compress_type in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)
    return inside and plain and kind and packed and not member.flag_bits & 0x1


def _no_document_type(*_: object) -> None:
    raise refused("not_a_workbook")
