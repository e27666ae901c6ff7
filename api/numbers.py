"""Telephone numbers in what is sent to us: answers mask them, and a masked one that comes back changes nothing."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any, TypeVar

from models.privacy import is_masked, masked, with_masked_phones
from models.records import Thing
from scheduler.problem import Person

from .errors import fault, invalid

T = TypeVar("T", bound=Thing)


def kept_number(thing: T, held: Thing | None = None) -> T:
    """The thing with the number that is stored, when the one sent is its masked form.

    Raises ApiError (422) for a masked number of which nobody knows what it hides.
    """
    if not isinstance(thing, Person) or not is_masked(thing.phone):
        return thing
    if isinstance(held, Person) and held.phone and thing.phone == masked(held.phone):
        return replace(thing, phone=held.phone)
    raise invalid([fault("phone", "masked_phone")])


def refuse_masked(document: Mapping[str, Any]) -> None:
    """Raises ApiError (422) for a document whose people carry masked numbers."""
    found = with_masked_phones(dict(document))
    if found:
        raise invalid([fault(f"people[{i}].phone", "masked_phone") for i in found])
