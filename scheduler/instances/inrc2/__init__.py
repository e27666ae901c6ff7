"""The Second International Nurse Rostering Competition (INRC-II): static, and week by week."""

from .cost import Verdict, carry, evaluate, evaluate_weeks, total, week_of
from .mapping import agreed, assignments_of, constant, judged, problem_of, roster_of
from .model import Entry, Instance, Roster
from .read import read_instance, read_solutions
from .weekly import Step, steps
from .write import history, solution, solution_name

__all__ = [
    "Entry",
    "Instance",
    "Roster",
    "Step",
    "Verdict",
    "agreed",
    "assignments_of",
    "carry",
    "constant",
    "evaluate",
    "evaluate_weeks",
    "history",
    "judged",
    "problem_of",
    "read_instance",
    "read_solutions",
    "roster_of",
    "solution",
    "solution_name",
    "steps",
    "total",
    "week_of",
]
