"""What a solve is asked for."""

from __future__ import annotations

from dataclasses import dataclass

from .entities import Assignment


@dataclass(frozen=True)
class Options:
    """How long and how hard to try.

    `cores`: with two the search and the prover run side by side, with one they take turns; more are not used.
    `gap` ends the solve once the priced rules are proven within it and vacancies are proven fewest.
    `reproducible` counts effort in moves instead of seconds: the same document, seed and version then give
    the same roster; the time it takes is near `seconds` but not bound by it.
    `memory`: bytes that all processes of the solve may hold. Above it the prover is ended first, and if that is
    not enough the solve ends with the best roster so far.
    """

    seconds: float = 60.0
    seed: int = 1
    gap: float = 0.0
    cores: int = 2
    reproducible: bool = False
    start: tuple[Assignment, ...] | None = None
    memory: int | None = None
