"""Handing out personal links: one tap issues or renews; codes; how the town wants it."""

from __future__ import annotations

import marshmallow as ma
from flask import flash, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import ngettext

from api import links
from api.access import may, store
from api.errors import invalid
from api.messages import faults_of
from api.schemas.links import LinkPolicyBody
from models.links import LinkPolicy
from scheduler.document import Fault

from .people import Shown, number, page, search_in
from .routes import blueprint


@blueprint.post("/towns/<town>/people/<person>/link")
@may("issue_links")
def issue_link(town: str, person: str) -> ResponseReturnValue:
    """A new link in place of all older ones. Answers with the page and not a redirect: the link is nowhere else."""
    made = links.issue(town, person, None, renew=True)
    url = url_for("pages.volunteer", token=made.token, _external=True)
    return page(town, Shown(_name(town, person), url, made.code or ""))


@blueprint.post("/towns/<town>/people/<person>/revoke")
@may("issue_links")
def revoke_link(town: str, person: str) -> ResponseReturnValue:
    name, count = _name(town, person), store().links.revoke(town, person)
    if count:
        words = ngettext("已撤销 %(name)s 的 %(num)d 个链接。", "已撤销 %(name)s 的 %(num)d 个链接。", count, name=name)
        flash(words, "ok")
    else:
        flash(_("%(name)s 没有有效的链接。", name=name), "warning")
    return _back(town)


@blueprint.post("/towns/<town>/people/<person>/code")
@may("issue_links")
def make_code(town: str, person: str) -> ResponseReturnValue:
    """A new code, shown this once; the old one ends everywhere."""
    return page(town, Shown(_name(town, person), code=store().links.make_code(town, person)))


@blueprint.post("/towns/<town>/people/<person>/code/drop")
@may("issue_links")
def drop_code(town: str, person: str) -> ResponseReturnValue:
    name = _name(town, person)
    store().links.drop_code(town, person)
    flash(_("%(name)s 的链接不再需要验证码。", name=name), "ok")
    return _back(town)


@blueprint.post("/towns/<town>/link-policy")
@may("edit_town")
def link_policy(town: str) -> ResponseReturnValue:
    """How long links work and whether all of them need a code."""
    wanted, revision = _asked()
    store().links.set_policy(town, wanted, revision)
    flash(_("已保存：新链接有效 %(days)s 天。", days=wanted.days), "ok")
    return _back(town)


def _asked() -> tuple[LinkPolicy, int]:
    """What the form says. Raises ApiError (422) with its faults."""
    days, revision = request.form.get("days", ""), request.form.get("revision", "")
    body = {"days": _whole(days), "code_needed": request.form.get("code_needed") == "1"}
    try:
        policy: LinkPolicy = LinkPolicyBody().load(body)
    except ma.ValidationError as error:
        raise invalid([Fault(*parts) for parts in faults_of(error.messages)]) from None
    number_ = _whole(revision)
    return policy, number_ if isinstance(number_, int) else -1


def _whole(text: str) -> int | str:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 8 else text


def _name(town: str, person: str) -> str:
    return store().things.get(town, "people", person).value.name


def _back(town: str) -> ResponseReturnValue:
    return redirect(url_for("pages.people", town=town, q=search_in(), page=number()), 303)
