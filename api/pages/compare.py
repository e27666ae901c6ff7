"""Why this one, why not that one: two people side by side for one seat; and what the board's keys do."""

from __future__ import annotations

from datetime import date

from flask import render_template, request
from flask.typing import ResponseReturnValue

from api.access import may, scope
from api.comparing import compare
from api.errors import fault, invalid
from api.language import language

from .desk import open_desk
from .routes import blueprint, is_part
from .seat_view import panel


@blueprint.get("/towns/<town>/weeks/<day:start>/compare")
@may("edit_rosters", "repair")
def compare_people(town: str, start: date) -> ResponseReturnValue:
    """Two people for the seat ?duty= ?position=, were ?leaving= to give it up."""
    desk = open_desk(town, start)
    args, problem = request.args, desk.problem
    duty, position = args.get("duty", ""), args.get("position", "")
    index = problem.duty_index.get(duty)
    if index is None or not scope().sees_duty(problem.duties[index]) or problem.duties[index].seat(position) is None:
        raise invalid([fault("position", "unknown_id", id=f"{duty} {position}")])
    pair = [args.get(name, "") for name in ("one", "two")]
    wrong = [p for p in pair if p not in problem.person_index or not scope().sees_person(p)]
    if wrong:
        raise invalid([fault("person", "unknown_id", id=p) for p in wrong])
    leaving = args.get("leaving") or None
    found = compare(problem, desk.assignments, (duty, position), leaving, pair)
    lang = language()
    return render_template(
        "parts/compare.html" if is_part() else "compare.html",
        desk=desk,
        panel=panel(problem, desk.assignments, problem.duties[index], lang),
        position=position,
        leaving=leaving if leaving in problem.person_index else None,
        facts=found,
        people=[problem.people[problem.person_index[p]] for p in pair],
    )


@blueprint.get("/towns/<town>/weeks/<day:start>/keys")
@may("edit_rosters")
def board_keys(town: str, start: date) -> ResponseReturnValue:
    """What the keys do on the board."""
    return render_template("parts/keys.html" if is_part() else "keys.html", town=town, start=start)
