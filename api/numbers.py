"""Telephone numbers and e-mail addresses that are sent to us: a masked one that comes back changes nothing."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any, TypeVar

from models.privacy import is_masked, masked, masked_email, with_masked_phones
from models.records import Thing
from scheduler.problem import Person

from .errors import fault, invalid

T = TypeVar("T", bound=Thing)
HIDE = {"phone": masked, "email": masked_email}
"""Field of a person → what answers show of it."""


def kept_number(thing: T, held: Thing | None = None) -> T:
    """The thing with the number that is stored, when the one sent is its masked form.

    Raises ApiError (422) for a masked number of which nobody knows what it hides.
    """
    if not isinstance(thing, Person):
        return thing
    before = held if isinstance(held, Person) else None
    phone = _kept("phone", thing.phone, before.phone if before else "")
    return replace(thing, phone=phone, email=_kept("email", thing.email, before.email if before else ""))


def _kept(name: str, given: str, held: str) -> str:
    """What is to be stored. Raises ApiError (422)."""
    if not is_masked(given):
        return given
    if held and given == HIDE[name](held):
        return held
    raise invalid([fault(name, f"masked_{name}")])


def refuse_masked(document: Mapping[str, Any]) -> None:
    """Raises ApiError (422) for a document whose people carry masked numbers."""
    found = [(i, name) for name in HIDE for i in with_masked_phones(dict(document), name)]
    if found:
        raise invalid([fault(f"people[{i}].{name}", f"masked_{name}") for i, name in found])
