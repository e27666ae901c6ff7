"""The one list of rules: a new rule is one class and one line here."""

from __future__ import annotations

from .availability import AvailabilityRule
from .base import Rule
from .calendar import MinMaxMinutes, OneDutyADay, Weekends
from .counts import DayOff, MinMaxDuties
from .cover import Cover
from .eligibility import BoundPosts, Qualification
from .fairness import FairShare
from .hours import MaxHours
from .nights import MaxNights, RestAfterNights
from .places import Distance, InspectorIndependence
from .preferences import CategoryOrder, Continuity
from .readiness import Deputies, StandbyCover
from .rest import MinRest, OneDutyAtATime
from .rotation import Rotation
from .series import ForbiddenSuccession, RunLength
from .stability import Stability
from .team import Apart, TeamMix, Together
from .units import UnitShare
from .vehicles import VehicleRule

REGISTRY: dict[str, type[Rule]] = {
    rule.name: rule
    for rule in (
        OneDutyAtATime,
        OneDutyADay,
        MinRest,
        RestAfterNights,
        AvailabilityRule,
        Qualification,
        BoundPosts,
        InspectorIndependence,
        VehicleRule,
        Cover,
        StandbyCover,
        TeamMix,
        Together,
        Apart,
        Deputies,
        MaxHours,
        MinMaxDuties,
        MinMaxMinutes,
        MaxNights,
        DayOff,
        RunLength,
        ForbiddenSuccession,
        Weekends,
        Rotation,
        Continuity,
        Distance,
        CategoryOrder,
        FairShare,
        UnitShare,
        Stability,
    )
}
"""Every rule by its name in the problem document, in the order in which people read them."""
