"""Every noun of the API in a list, and the pages."""

from __future__ import annotations

from flask import Flask

from . import (
    absences,
    accounts,
    audit,
    callouts,
    channels,
    checks,
    converters,
    documentation,
    duty_links,
    exchanges,
    exports,
    gaps,
    health,
    imports,
    links,
    moves,
    openapi,
    outbox,
    own,
    pages,
    people,
    presence,
    privacy,
    proposals,
    repairs,
    rosters,
    rules,
    session,
    solves,
    staffing,
    things,
    tokens,
    towns,
    webhooks,
    weeks,
)

BLUEPRINTS = (
    session.blueprint,
    tokens.blueprint,
    towns.blueprint,
    *things.blueprints,
    people.blueprint,
    *own.blueprints,
    *links.blueprints,
    weeks.blueprint,
    solves.blueprint,
    proposals.blueprint,
    rosters.blueprint,
    moves.blueprint,
    staffing.blueprint,
    absences.blueprint,
    presence.blueprint,
    *duty_links.blueprints,
    repairs.blueprint,
    *exchanges.blueprints,
    callouts.blueprint,
    *gaps.blueprints,
    exports.blueprint,
    rules.blueprint,
    checks.blueprint,
    accounts.blueprint,
    privacy.blueprint,
    audit.blueprint,
    imports.blueprint,
    channels.blueprint,
    outbox.blueprint,
    webhooks.blueprint,
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
