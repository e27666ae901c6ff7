"""How Timefold searches: its defaults, and what was chosen by hand for each town. `Main.java` reads the words."""

from __future__ import annotations

from collections.abc import Mapping

DEFAULT = ("default",)
"""Its own construction heuristic and late acceptance over change and swap moves, as without any configuration."""

TUNED: Mapping[str, tuple[str, ...]] = {
    "shouchang": ("near", "best", "temperature=2"),
    "xincheng": ("near", "best", "temperature=4"),
    "yinhu": ("near", "best", "temperature=1"),
}
"""The best of `TRIED` on each town."""
OTHERWISE = ("near", "best", "temperature=4")
"""Where nothing was tried."""

TRIED: Mapping[str, tuple[str, ...]] = {
    f"Timefold, {' '.join(words)}": words
    for words in (
        ("near", "best", "temperature=1"),
        ("near", "best", "temperature=2"),
        ("near", "best", "temperature=4"),
        ("near", "best", "temperature=7"),
        ("near", "best", "late=400"),
        ("near", "best", "late=20000"),
        ("near", "best", "tabu=7"),
        ("plain", "best", "temperature=4"),
    )
}
"""By name: what the tuned settings are chosen from."""


def tuned(town: str) -> tuple[str, ...]:
    """The words for one town."""
    return TUNED.get(town, OTHERWISE)
