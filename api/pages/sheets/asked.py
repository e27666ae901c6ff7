"""What is asked for, by whom, and what they may have of it: the one module of sheets that knows request and store."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from datetime import date

from api.access import can, needs, scope, store, town_or_404
from api.errors import ApiError, fault, invalid
from api.judging import MOST_REASONS
from api.language import language
from api.pages.desk import known
from api.pages.findings import found_in
from api.problems import problem_for, problem_of
from api.schemas.exports import Asked
from models.privacy import masked, public_name
from models.records import RosterVersion, Town
from scheduler.problem import Problem
from scheduler.text import Text

from .duties import Chosen, DutySheet, Source, by_post, by_unit, people_in, vacancies_in
from .layout import Heading, heading_of
from .people import PeopleSheet, build


@dataclass(frozen=True, slots=True)
class Given:
    """The sheets that were asked for, as far as the caller sees them."""

    town: Town
    heading: Heading
    duties: tuple[DutySheet, ...]
    people: PeopleSheet | None
    vacancies: int
    """Of all duties that were asked for."""
    phones: bool = False


def given(town: str, week: date, version: RosterVersion, asked: Asked, *, why: bool = True) -> Given:
    """`why` tells of empty seats why they are.

    Raises ApiError: 403 (numbers), 422 (an unknown post, area or unit, a missing reason).
    """
    draft = version.state == "draft"
    problem = problem_of(town, week) if draft else problem_for(town, week, version)
    seen, assignments = scope().board(problem, version.assignments)
    short = {p.id: public_name(p.name) for p in seen.people} if asked.names == "public" else {}
    board = Source(seen, assignments, language(), {}, {}, short)
    own, served = scope().loads(problem, version.assignments)
    loads = replace(board, problem=own, assignments=served)
    refuse_unknown(board.problem, asked)
    sheets, rows = _made(board, loads, asked)
    people = people_in(sheets) if rows is None else {line.who.id for line in rows.people}
    phones = numbers(town, people, f"{week}/v{version.number}", asked)
    reasons = _reasons(problem, version, sheets) if why else {}
    if phones or reasons:
        sheets, rows = _made(replace(board, phones=phones, reasons=reasons), replace(loads, phones=phones), asked)
    here = town_or_404(town)
    name = (here.name_en or here.name) if language() == "en" else here.name
    made = heading_of(problem, name, version.state, version.number, store().database.now(), language())
    return Given(here, made, sheets, rows, vacancies_in(board, chosen(asked)), bool(phones))


def chosen(asked: Asked) -> Chosen:
    """Which duties are asked for."""
    return Chosen(asked.post, asked.area, asked.unit, asked.day)


def _made(board: Source, loads: Source, asked: Asked) -> tuple[tuple[DutySheet, ...], PeopleSheet | None]:
    """The duty sheets and, where they are asked for, people's rows."""
    sheets = tuple(by_unit(board, chosen(asked)) if asked.view == "units" else by_post(board, chosen(asked)))
    return sheets, build(loads, chosen(asked)) if asked.view == "people" else None


def refuse_unknown(problem: Problem, asked: Asked) -> None:
    """Raises ApiError (422) for a post, area or unit that does not exist, or that the caller does not see."""
    posts = {d.post for d in problem.duties} | set(problem.post_by_id)
    lists: dict[str, Collection[str | None]] = {
        "post": posts,
        "area": {a.id for a in problem.areas},
        "unit": {u.id for u in problem.units},
    }
    wanted = {"post": asked.post, "area": asked.area, "unit": asked.unit}
    faults = [
        fault(f"query.{name}", "unknown_id", id=id_)
        for name, id_ in wanted.items()
        if id_ is not None and id_ not in lists[name]
    ]
    if faults:
        raise invalid(faults)


def numbers(town: str, people: Collection[str], what: str, asked: Asked) -> Mapping[str, str]:
    """Person → number as it may be shown. Full ones need the right and a reason, and each time is kept in the log;
    of people who serve here and belong elsewhere they stay masked.

    Raises ApiError (403, 422).
    """
    wanted = asked.phones or ("masked" if can("see_people") else "none")
    if wanted == "none" or asked.names == "public":
        return {}
    if wanted == "full":
        needs("reveal_phones")
        if not asked.reason.strip():
            raise invalid([fault("query.reason", "reason_for_phones")])
        own = sorted(person for person in people if scope().sees_person(person))
        return _masked(town, people) | store().personal.reveal_phones(town, own, what, asked.reason)
    needs("see_people")
    return _masked(town, people)


def _masked(town: str, people: Collection[str]) -> dict[str, str]:
    held = store().things.named(town, {"people": people})
    return {id_: masked(named.phone) for (_, id_), named in held.items() if named.phone}


def _reasons(problem: Problem, version: RosterVersion, sheets: Collection[DutySheet]) -> dict[tuple[str, str], Text]:
    """Why the seats on these sheets are empty; of very many nobody is told why."""
    empty = sum(sheet.vacancies for sheet in sheets)
    if not 0 < empty <= MOST_REASONS:
        return {}
    found = found_in(problem, known(problem, version.assignments)).vacancies
    return {(v.duty, v.position): v.reason for v in found if v.reason is not None}


def refuse_whole_town(asked: Asked) -> None:
    """Files of a whole town are for who may take them out. Raises ApiError (403)."""
    if chosen(asked).everything and scope().whole and not can("export"):
        raise ApiError("whole_town")
