"""Every noun of the API in a list, and the pages."""

from __future__ import annotations

from flask import Flask

from . import (
    absences,
    accounts,
    checks,
    converters,
    documentation,
    openapi,
    pages,
    people,
    repairs,
    rosters,
    rules,
    session,
    solves,
    things,
    towns,
    weeks,
)

BLUEPRINTS = (
    session.blueprint,
    towns.blueprint,
    *things.blueprints,
    people.blueprint,
    weeks.blueprint,
    solves.blueprint,
    rosters.blueprint,
    absences.blueprint,
    repairs.blueprint,
    rules.blueprint,
    checks.blueprint,
    accounts.blueprint,
)


def install(app: Flask) -> None:
    """Register everything that answers."""
    converters.install(app)
    api = openapi.make(app)
    for blueprint in BLUEPRINTS:
        api.register_blueprint(blueprint)
    documentation.install(app, api)
    app.register_blueprint(pages.blueprint)
