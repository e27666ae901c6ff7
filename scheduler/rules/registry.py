"""The one list of rules: a new rule is one class and one line here."""

from __future__ import annotations

from .availability import AvailabilityRule
from .base import Rule
from .counts import DayOff, MinMaxDuties
from .cover import Cover
from .eligibility import BoundPosts, Qualification
from .fairness import FairShare
from .hours import MaxHours
from .nights import MaxNights, RestAfterNights
from .preferences import CategoryOrder, Continuity
from .rest import MinRest, OneDutyAtATime
from .stability import Stability
from .team import Apart, TeamMix, Together

REGISTRY: dict[str, type[Rule]] = {
    rule.name: rule
    for rule in (
        OneDutyAtATime,
        MinRest,
        RestAfterNights,
        AvailabilityRule,
        Qualification,
        BoundPosts,
        Cover,
        TeamMix,
        Together,
        Apart,
        MaxHours,
        MinMaxDuties,
        MaxNights,
        DayOff,
        Continuity,
        CategoryOrder,
        FairShare,
        Stability,
    )
}
"""Every rule by its name in the problem document, in the order in which people read them."""
