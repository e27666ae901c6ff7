"""Free text that people type, checked before it is stored."""

from __future__ import annotations

from scheduler.document.faults import Faults


def check(faults: Faults, field: str, value: str, most: int) -> None:
    """At most `most` characters, none of them a control character (line breaks are fine)."""
    if len(value) > most:
        faults.add((field,), "too_long", length=len(value), limit=most)
    if any((c < " " and c not in "\n\t\r") or "\ud800" <= c <= "\udfff" for c in value):
        faults.add((field,), "bad_characters", extra="")
