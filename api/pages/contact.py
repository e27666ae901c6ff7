"""Where somebody is reached by e-mail: shown masked, changed by who looks after people."""

from __future__ import annotations

from dataclasses import replace

from flask import flash, redirect, request, url_for
from flask.blueprints import BlueprintSetupState
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from api.access import may, store
from models.channel_kinds import EMAIL
from models.privacy import masked_email
from scheduler.problem import Person

from .routes import blueprint


@blueprint.post("/towns/<town>/people/<person>/email")
@may("edit_people")
def person_email(town: str, person: str) -> ResponseReturnValue:
    """Set the address, or take it away when none is given."""
    held, email = store().things.get(town, "people", person), request.form.get("email", "").strip()
    assert isinstance(held.value, Person)
    if email and (len(email) > 200 or not EMAIL.fullmatch(email)):
        flash(_("邮箱的格式不对，没有保存。"), "error")
    else:
        store().things.change(town, "people", replace(held.value, email=email), held.revision)
        flash(_("已保存邮箱。") if email else _("已删去邮箱。"), "ok")
    return redirect(url_for("pages.person_data", town=town, person=person), 303)


def shown(town: str, person: str) -> str:
    """The masked address of somebody; empty when there is none."""
    held = store().things.get(town, "people", person).value
    return masked_email(held.email) if isinstance(held, Person) else ""


@blueprint.record_once
def install(state: BlueprintSetupState) -> None:
    """Let the page of a person ask for it."""
    state.app.jinja_env.globals["person_email"] = shown
