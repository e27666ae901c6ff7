"""The one list of rules: a new rule is one class and one line here."""

from __future__ import annotations

from .availability import AvailabilityRule
from .base import Rule
from .cover import Cover
from .eligibility import BoundPosts, Qualification
from .hours import MaxHours
from .rest import MinRest, OneDutyAtATime

REGISTRY: dict[str, type[Rule]] = {
    rule.name: rule
    for rule in (
        OneDutyAtATime,
        MinRest,
        AvailabilityRule,
        Qualification,
        BoundPosts,
        Cover,
        MaxHours,
    )
}
"""Every rule by its name in the problem document, in the order in which people read them."""
