"""What of a person others may see: masked telephone numbers, shortened names, documents without numbers."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection
from typing import Any

STAR = "*"
CONTACTS = ("phone", "email")
"""Fields of a person by which they are reached."""
HIDDEN = "•••"
"""Stands for a value that is kept out of the log."""
ERASED_NAME = "（已删除）"
COMPOUND_SURNAMES = (
    "欧阳 司马 上官 诸葛 司徒 夏侯 皇甫 尉迟 公孙 慕容 令狐 宇文 长孙 鲜于 东方 独孤 南宫 西门 端木 申屠 轩辕 "
    "百里 呼延 闻人 钟离 淳于 单于 太史 澹台 公冶 宗政 濮阳 完颜 拓跋 赫连 万俟 仲孙 闾丘 司空 司寇 子车"
)
"""Two characters each, with blanks between them."""
MOBILE = re.compile(r"(?<![0-9A-Za-z])(?:\+?86[ -]?)?1[3-9][0-9](?:[ -]?[0-9]{4}){2}(?![0-9A-Za-z])")
"""A mobile number in a text, perhaps with the country's code and blanks between its groups."""
SHORTEST_NAME = 2
_LATIN = re.compile(r"[0-9A-Za-z]")


def masked(phone: str) -> str:
    """A telephone number that can be recognised but not called: 138****0001; of short ones less remains, or nothing."""
    digits = re.sub(r"\D", "", phone)
    if len(digits) == 13 and digits.startswith("86"):
        digits = digits[2:]
    if len(digits) >= 11:
        return f"{digits[:3]}****{digits[-4:]}"
    if len(digits) >= 7:
        return f"****{digits[-2:]}"
    return "****" if phone else ""


def masked_email(email: str) -> str:
    """An e-mail address that can be recognised but not written to: w***@example.org."""
    name, at, host = email.rpartition("@")
    return f"{name[:1]}***{at}{host}" if name else ("***" if email else "")


def is_masked(phone: str) -> bool:
    """Whether this is what `masked` or `masked_email` writes, and neither a number nor an address."""
    return STAR in phone


def public_name(name: str) -> str:
    """A name for public sheets: 张*, 欧阳*, J*; nothing of it beyond the family name or the first letter."""
    words = name.strip()
    if not words:
        return STAR
    if len(words) > 2 and words[:2] in COMPOUND_SURNAMES.split():
        return words[:2] + STAR
    return words[0] + STAR


def masked_person(body: dict[str, Any]) -> dict[str, Any]:
    """A person's document with the number and the e-mail address masked."""
    said = {"phone": masked, "email": masked_email}
    return body | {name: hide(body[name]) for name, hide in said.items() if body.get(name)}


def without_phones(document: dict[str, Any]) -> dict[str, Any]:
    """A problem document whose people carry neither numbers nor e-mail addresses: no solver needs them, and masked
    ones must not come back."""
    people = document.get("people")
    if not isinstance(people, list):
        return document
    return document | {"people": [_without_phone(person) for person in people]}


def with_masked_phones(document: dict[str, Any], name: str = "phone") -> list[int]:
    """Which of a document's people carry a masked number (or `email`), which no town may take for a real one."""
    people = document.get("people") or []
    return [i for i, person in enumerate(people) if is_masked(str(person.get(name) or ""))]


def without_mobiles(text: str) -> str:
    """A text in which every mobile number is masked."""
    return MOBILE.sub(lambda found: masked(found[0]), text)


def shortened(text: str, names: Collection[str], instead: Callable[[str], str] = public_name) -> str:
    """A text in which each of these names has become its short form; the longest name at a place wins."""
    lengths = sorted({len(name) for name in names if len(name) >= SHORTEST_NAME}, reverse=True)
    made, i = [], 0
    while i < len(text):
        found = next((text[i : i + n] for n in lengths if _is_name(text, i, n, names)), None)
        made.append(text[i] if found is None else instead(found))
        i += 1 if found is None else len(found)
    return "".join(made)


def everywhere(value: Any, change: Callable[[str], str]) -> Any:
    """A JSON value with `change` done to each text in it, the keys of objects aside."""
    if isinstance(value, str):
        return change(value)
    if isinstance(value, list):
        return [everywhere(part, change) for part in value]
    if isinstance(value, dict):
        return {key: everywhere(part, change) for key, part in value.items()}
    return value


def _without_phone(person: Any) -> Any:
    return {k: v for k, v in person.items() if k not in CONTACTS} if isinstance(person, dict) else person


def _is_name(text: str, start: int, length: int, names: Collection[str]) -> bool:
    """Whether a name stands here; one in Latin letters only as a word of its own."""
    end = start + length
    if end > len(text) or text[start:end] not in names:
        return False
    before = start > 0 and _LATIN.match(text[start]) and _LATIN.match(text[start - 1])
    after = end < len(text) and _LATIN.match(text[end - 1]) and _LATIN.match(text[end])
    return not before and not after
