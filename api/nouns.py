"""Every noun of the API in a list, and the pages."""

from __future__ import annotations

from flask import Flask

from . import (
    absences,
    accounts,
    audit,
    checks,
    converters,
    documentation,
    health,
    links,
    openapi,
    pages,
    people,
    privacy,
    repairs,
    rosters,
    rules,
    session,
    solves,
    things,
    tokens,
    towns,
    weeks,
)

BLUEPRINTS = (
    session.blueprint,
    tokens.blueprint,
    towns.blueprint,
    *things.blueprints,
    people.blueprint,
    *links.blueprints,
    weeks.blueprint,
    solves.blueprint,
    rosters.blueprint,
    absences.blueprint,
    repairs.blueprint,
    rules.blueprint,
    checks.blueprint,
    accounts.blueprint,
    privacy.blueprint,
    audit.blueprint,
)


def install(app: Flask) -> None:
    """Register everything that answers."""
    converters.install(app)
    api = openapi.make(app)
    for blueprint in BLUEPRINTS:
        api.register_blueprint(blueprint)
    documentation.install(app, api)
    app.register_blueprint(health.blueprint)
    app.register_blueprint(pages.blueprint)
