"""The pages' words: zh-CN stands in the source, English in api/translations/en/LC_MESSAGES/messages.po.

    python scripts/translate.py            take up new words from the source, drop old ones, compile
    python scripts/translate.py --check    only say what is missing

The compiled catalogue is part of the repository, so nobody needs this to run the service.
"""

from __future__ import annotations

import io
import sys
from collections.abc import Iterator
from pathlib import Path

from babel.messages.catalog import Catalog, Message
from babel.messages.extract import extract_from_dir
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po

ROOT = Path(__file__).resolve().parent.parent
PO = ROOT / "api" / "translations" / "en" / "LC_MESSAGES" / "messages.po"
MO = PO.with_suffix(".mo")
SOURCES = [("pages/**.py", "python"), ("templates/**.html", "jinja2")]


def extracted() -> Catalog:
    """Every word that the pages say."""
    catalog = Catalog(project="sanban", charset="utf-8")
    options = {"templates/**.html": {"trimmed": "true"}}
    for _file, _line, message, _comments, context in extract_from_dir(ROOT / "api", SOURCES, options):
        catalog.add(message, context=context)
    return catalog


def english() -> Catalog:
    with PO.open("rb") as file:
        return read_po(file, locale="en")


def compiled(catalog: Catalog) -> bytes:
    """The bytes that belong into messages.mo."""
    kept = io.BytesIO()
    write_mo(kept, catalog)
    return kept.getvalue()


def faults(source: Catalog, translated: Catalog) -> Iterator[str]:
    """One line for each word without an English one, and for each that nobody says any more."""
    for message in words(source):
        found = translated.get(message.id, message.context)
        if found is None or not all([found.string] if isinstance(found.string, str) else found.string):
            yield f"no English: {message.id}"
        elif not isinstance(found.string, str) or not found.python_format:
            continue
        else:
            yield from (f"{message.id}: {error}" for error in found.check(translated))
    for message in words(translated):
        if source.get(message.id, message.context) is None:
            yield f"said nowhere: {message.id}"


def words(catalog: Catalog) -> list[Message]:
    """The messages without the header."""
    return [m for m in catalog if m.id]


def update() -> None:
    """Bring the English catalogue to what the source says, keeping what is translated."""
    source, old = extracted(), english() if PO.exists() else Catalog(locale="en")
    new = Catalog(locale="en", header_comment="# English words of the pages; see scripts/translate.py", fuzzy=False)
    new.project, new.version, new.msgid_bugs_address, new.last_translator, new.language_team = "sanban", "1", "", "", ""
    for message in words(source):
        held = old.get(message.id, message.context)
        new.add(message.id, held.string if held else "", context=message.context)
    new.creation_date = new.revision_date = old.creation_date
    PO.parent.mkdir(parents=True, exist_ok=True)
    with PO.open("wb") as file:
        write_po(file, new, omit_header=False, sort_output=True, width=0)
    MO.write_bytes(compiled(english()))


if __name__ == "__main__":
    if "--check" not in sys.argv:
        update()
    found = list(faults(extracted(), english()))
    found += [] if MO.read_bytes() == compiled(english()) else ["messages.mo is not what messages.po says"]
    print("\n".join(found) or "every word is there in both languages")
    sys.exit(bool(found))
