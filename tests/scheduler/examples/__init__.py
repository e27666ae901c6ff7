"""Examples of every rule, by name."""

from . import amounts, rest, seats, series, teams, town, wishes
from .told import Example

EXAMPLES: dict[str, list[Example]] = {
    **rest.EXAMPLES,
    **seats.EXAMPLES,
    **teams.EXAMPLES,
    **amounts.EXAMPLES,
    **series.EXAMPLES,
    **town.EXAMPLES,
    **wishes.EXAMPLES,
}
