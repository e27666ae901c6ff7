"""Examples of every rule, by name."""

from . import amounts, rest, seats, teams, wishes
from .told import Example

EXAMPLES: dict[str, list[Example]] = {
    **rest.EXAMPLES,
    **seats.EXAMPLES,
    **teams.EXAMPLES,
    **amounts.EXAMPLES,
    **wishes.EXAMPLES,
}
