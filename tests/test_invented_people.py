"""Nobody real: numbers in fixtures, documents and demo towns are from a range that belongs to nobody."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from models.privacy import MOBILE
from scheduler import towns as demo

from .api import towns as api_town
from .browser import small_town
from .models import towns as models_town

ROOT = Path(__file__).resolve().parent.parent
ROOMS = ("api", "benchmarks", "deploy", "docs", "jobs", "models", "scheduler", "scripts", "tests")
TEXT = {
    ".css",
    ".csv",
    ".html",
    ".ini",
    ".js",
    ".json",
    ".jsonl",
    ".md",
    ".po",
    ".py",
    ".sh",
    ".sql",
    ".txt",
    ".yaml",
    ".yml",
}
NOBODYS = "154"
"""No operator has been given this range: whoever dials it reaches nobody."""
IDENTITY_CARD = re.compile(
    r"(?<![0-9A-Za-z])[1-9][0-9]{5}(?:19|20)[0-9]{2}(?:0[1-9]|1[0-2])(?:[0-2][0-9]|3[01])[0-9]{3}[0-9Xx](?![0-9A-Za-z])"
)
ADDRESS = re.compile(r"[A-Za-z0-9._%+-]+@([A-Za-z0-9-]+(?:\.[A-Za-z0-9-]+)*\.[A-Za-z]{2,})")
RESERVED = re.compile(r"(?:^|\.)(?:example|invalid|test|localhost|example\.(?:com|org|net))$")
"""Domains that nobody can own (RFC 2606)."""


def files() -> Iterator[Path]:
    for room in ROOMS:
        for path in sorted((ROOT / room).rglob("*")):
            if path.is_file() and path.suffix in TEXT and not {"vendor", "__pycache__"} & set(path.parts):
                yield path
    yield from sorted(path for path in ROOT.glob("*") if path.is_file() and path.suffix in TEXT)


def real_numbers(text: str) -> list[str]:
    """Mobile numbers that somebody could have."""
    digits = (re.sub(r"\D", "", found[0])[-11:] for found in MOBILE.finditer(text))
    return [number for number in digits if not number.startswith(NOBODYS)]


def test_no_file_holds_a_number_an_identity_card_or_an_address_that_somebody_could_have() -> None:
    found = []
    for path in files():
        text = path.read_text(encoding="utf-8")
        where = str(path.relative_to(ROOT))
        found += [f"{where}: {number}" for number in real_numbers(text)]
        found += [f"{where}: {card[0]}" for card in IDENTITY_CARD.finditer(text)]
        found += [f"{where}: {m[0]}" for m in ADDRESS.finditer(text) if not RESERVED.search(m[1].lower())]
    assert found == []


def people_of(document: dict[str, Any]) -> list[dict[str, Any]]:
    people: list[dict[str, Any]] = document["people"]
    return people


@pytest.mark.parametrize("key", demo.KEYS)
def test_a_demo_towns_numbers_belong_to_nobody(key: str) -> None:
    people = people_of(demo.make(key, 1))
    phones = [person["phone"] for person in people if person.get("phone")]
    assert all(re.fullmatch(rf"{NOBODYS}[0-9]{{8}}", phone) for phone in phones)
    assert not any(IDENTITY_CARD.search(str(person)) for person in people)


@pytest.mark.parametrize("document", [api_town.document, models_town.document, small_town.document])
def test_nor_do_those_of_a_fixture(document: Any) -> None:
    assert real_numbers(str(document())) == []


def test_the_search_itself_finds_what_it_looks_for() -> None:
    """Put together here, so that this file does not hold them."""
    real = "13" + "812345678"
    assert real_numbers(f"call +86 {real}, or 154{'0' * 8}") == [real]
    assert IDENTITY_CARD.search("33010619" + "900101" + "123X")
    assert not RESERVED.search("some" + "where.cn")
