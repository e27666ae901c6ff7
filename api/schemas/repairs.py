"""Repairs: which drop-outs, which alternatives, which one is taken."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

import marshmallow as ma

from .. import fields
from .base import Schema, TextOut
from .rosters import AssignmentOut, ChangeOut, VacancyOut
from .solves import Options, OptionsBody, SolveOut


@dataclass(frozen=True, slots=True)
class NewRepair(Options):
    absences: tuple[str, ...] | list[str] | None = None
    now: datetime | None = None

    @property
    def options(self) -> Options:
        return Options(self.seconds, self.seed, self.gap, self.reproducible)


class NewRepairBody(OptionsBody):
    makes = NewRepair
    absences = fields.List(
        fields.Id(),
        least=1,
        most=500,
        metadata={"description": "Ids of reported drop-outs; all that touch the week when left out."},
    )
    now = fields.Instant(metadata={"description": "What has begun by then stays; the present when left out."})


@dataclass(frozen=True, slots=True)
class Acceptance:
    alternative: int
    publish: bool
    override_reason: str | None
    replace_draft: bool


class AcceptanceBody(Schema):
    makes = Acceptance
    alternative = fields.Whole(least=1, most=10, required=True, metadata={"description": "1 is the best."})
    publish = fields.Flag(load_default=False, metadata={"description": "Publish at once; else it becomes the draft."})
    override_reason = fields.Text(least=1, most=1000, allow_none=True, load_default=None)
    replace_draft = fields.Flag(
        load_default=False, metadata={"description": "Take the place of a draft that exists; 409 otherwise."}
    )


class AlternativeOut(ma.Schema):
    class Meta:
        unknown = ma.INCLUDE

    people_moved = ma.fields.Integer(required=True)
    proven_fewest = ma.fields.Boolean(required=True)
    objective = ma.fields.Integer(required=True)
    vacancies = ma.fields.List(ma.fields.Nested(VacancyOut), required=True)
    assignments = ma.fields.List(ma.fields.Nested(AssignmentOut), required=True)
    changes = ma.fields.List(ma.fields.Nested(ChangeOut), required=True)
    text = ma.fields.Nested(TextOut, required=True)


class RepairAbsenceOut(ma.Schema):
    person = ma.fields.String(required=True)
    start = ma.fields.String(required=True)
    end = ma.fields.String(required=True)


class RepairOut(ma.Schema):
    solve = ma.fields.Nested(SolveOut, required=True)
    absences = ma.fields.List(ma.fields.Nested(RepairAbsenceOut), required=True)
    alternatives = ma.fields.List(
        ma.fields.Nested(AlternativeOut),
        required=True,
        allow_none=True,
        metadata={"description": "Up to three, best first; null until the solve is over"},
    )
