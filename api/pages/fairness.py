"""The fairness page: who carries how much over four weeks, person by person and group by group."""

from __future__ import annotations

from typing import Any

from flask import render_template, request, url_for
from flask.typing import ResponseReturnValue

from api.access import may, store
from api.schemas.exports import FairnessAsked, FairnessQuery
from api.schemas.paging import Paging, cut

from .exports import query
from .routes import blueprint
from .sheets import fair_asked
from .sheets.fairness import Group


@blueprint.get("/towns/<town>/fairness")
@may("see_people")
def fairness(town: str) -> ResponseReturnValue:
    asked = query(FairnessQuery(), FairnessAsked)
    found = fair_asked.fairness(town, asked)
    page = cut(found.people, Paging(asked.page, asked.page_size))
    people, shown = page["items"], [found.together, *found.groups]

    def link(**other: Any) -> str:
        """This page with some of its questions changed; a new question begins with the first page."""
        kept = {name: value for name, value in request.args.items() if name not in ("page", "lang") and value}
        return url_for("pages.fairness", town=town, **(kept | other))

    return render_template(
        "fairness.html",
        found=found,
        asked=asked,
        people=people,
        page=page,
        pages=max(1, -(-page["total"] // asked.page_size)),
        most=tops(found.together),
        widest=tops_of(shown),
        weeks=sorted((w.start, w.days) for w in store().weeks.list(town)),
        link=link,
    )


def tops(group: Group) -> dict[str, float]:
    """The most of anybody, which is as long as a bar can be."""
    return {"minutes": group.minutes.most, "nights": group.nights.most, "weekends": group.weekends.most}


def tops_of(groups: list[Group]) -> dict[str, float]:
    """The most of any of these groups."""
    found = [tops(group) for group in groups]
    return {name: max(top[name] for top in found) for name in found[0]}
