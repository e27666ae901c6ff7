"""Shift scheduling instances of Curtois and Qu: cover is soft both ways, everything else about work is law."""

from .cost import Verdict, evaluate
from .mapping import agreed, assignments_of, problem_of, roster_of
from .model import Instance, Roster
from .read import read_instance, read_roster, written

__all__ = [
    "Instance",
    "Roster",
    "Verdict",
    "agreed",
    "assignments_of",
    "evaluate",
    "problem_of",
    "read_instance",
    "read_roster",
    "roster_of",
    "written",
]
