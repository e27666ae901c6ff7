"""What would have to give: whom the town lacks, and the fewest rules to relax, by how little and for how few people.

`relaxations` is for a roster with vacancies: it adds people to the roster as it is, moves nobody, and asks the limits
alone, without a solver. `contradictions` is for a problem in which nothing is legal; the solver is handed to it.
"""

from .contradictions import contradictions
from .vacancies import relaxations

__all__ = ["contradictions", "relaxations"]
