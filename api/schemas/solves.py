"""Solves: what is asked, how it stands, what came out."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

import marshmallow as ma

from models.records import SolveKind

from .. import fields
from .base import Query, Schema, TextOut
from .paging import Paging, PagingQuery, page_of

MOST_SECONDS = 3600
LARGEST_SEED = 2**31 - 1


@dataclass(frozen=True, slots=True)
class Options:
    """How long and how a solve runs."""

    seconds: int = 60
    seed: int = 1
    gap: float | None = None
    reproducible: bool = False

    def as_arguments(self) -> dict[str, Any]:
        return {name: getattr(self, name) for name in self.__slots__}


def seconds_field() -> fields.Whole:
    return fields.Whole(least=1, most=MOST_SECONDS, metadata={"description": "Time limit; 60 when left out."})


def seed_field() -> fields.Whole:
    return fields.Whole(least=0, most=LARGEST_SEED, metadata={"description": "1 when left out."})


def gap_field() -> fields.Real:
    return fields.Real(
        least=0,
        most=1,
        allow_none=True,
        metadata={"description": "Stop when (objective − bound) / objective is proven to be at most this."},
    )


def reproducible_field() -> fields.Flag:
    return fields.Flag(metadata={"description": "Same input, seed and version give the same roster."})


class OptionsBody(Schema):
    makes = Options
    seconds = seconds_field()
    seed = seed_field()
    gap = gap_field()
    reproducible = reproducible_field()


@dataclass(frozen=True, slots=True)
class WeekOptions(Options):
    from_draft: bool = False
    beside: bool = False

    @property
    def options(self) -> Options:
        return Options(self.seconds, self.seed, self.gap, self.reproducible)


class WeekSolveBody(OptionsBody):
    makes = WeekOptions
    from_draft = fields.Flag(metadata={"description": "Start from the week's draft instead of from nothing."})
    beside = fields.Flag(
        metadata={"description": "Its roster waits beside the draft, to be accepted, instead of replacing it."}
    )


@dataclass(frozen=True, slots=True)
class StatelessOptions(Options):
    town: str | None = None

    @property
    def options(self) -> Options:
        return Options(self.seconds, self.seed, self.gap, self.reproducible)


class StatelessQuery(Query):
    makes = StatelessOptions
    seconds = seconds_field()
    seed = seed_field()
    gap = gap_field()
    reproducible = reproducible_field()
    town = fields.Id(metadata={"description": "Who keeps the solve: your town, when you administer the platform."})


@dataclass(frozen=True, slots=True)
class SolvesAsked(Paging):
    week: date | None = None
    kind: SolveKind | None = None


class SolvesQuery(PagingQuery):
    makes = SolvesAsked
    week = fields.Day(metadata={"description": "Only those of the week that starts on this date."})
    kind = fields.Choice("solve", "repair")


class ProgressOut(ma.Schema):
    """Where a running solve stands; null until known."""

    seconds = ma.fields.Float(required=True)
    objective = ma.fields.Integer(required=True, allow_none=True)
    bound = ma.fields.Float(required=True, allow_none=True)
    gap = ma.fields.Float(required=True, allow_none=True)
    vacancy_objective = ma.fields.Integer(required=True, allow_none=True)
    vacancy_bound = ma.fields.Float(required=True, allow_none=True)
    vacancy_gap = ma.fields.Float(required=True, allow_none=True)
    vacancies = ma.fields.Integer(required=True, allow_none=True)
    phase = ma.fields.String(required=True)


class SolveOut(ma.Schema):
    id = ma.fields.String(required=True)
    town = ma.fields.String(required=True)
    week = ma.fields.String(
        required=True, allow_none=True, metadata={"description": "First date; null for a solve of a document"}
    )
    kind = ma.fields.String(required=True, metadata={"description": "solve or repair"})
    state = ma.fields.String(required=True, metadata={"description": "queued, running, finished, failed or stopped"})
    over = ma.fields.Boolean(required=True)
    stop_requested = ma.fields.Boolean(required=True)
    seconds = ma.fields.Integer(required=True)
    seed = ma.fields.Integer(required=True)
    gap = ma.fields.Float(required=True, allow_none=True)
    reproducible = ma.fields.Boolean(required=True)
    attempt = ma.fields.Integer(required=True)
    created_at = ma.fields.String(required=True)
    started_at = ma.fields.String(required=True, allow_none=True)
    finished_at = ma.fields.String(required=True, allow_none=True)
    progress = ma.fields.Nested(ProgressOut, required=True, allow_none=True)
    error = ma.fields.Nested(TextOut, required=True, allow_none=True)
    roster_number = ma.fields.Integer(
        required=True, allow_none=True, metadata={"description": "The draft that came out of it"}
    )
    beside = ma.fields.Boolean(
        required=True, metadata={"description": "Its roster waits, or will wait, beside the draft: see proposals"}
    )


class NewSolveOut(SolveOut):
    joined = ma.fields.Boolean(
        required=True, metadata={"description": "An equal solve was under way already; this is that one"}
    )


SolvePage = page_of("SolvePage", SolveOut)


class ResultOut(ma.Schema):
    """The result document of the command line; a repair's has `alternatives` instead of one roster."""

    class Meta:
        unknown = ma.INCLUDE

    status = ma.fields.String(required=True, metadata={"description": "optimal, feasible, infeasible or unknown"})
    seconds = ma.fields.Float(required=True)
