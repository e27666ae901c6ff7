"""Webhooks: registered, tried, looked after; their secret is shown once."""

from __future__ import annotations

from math import ceil
from typing import Any
from zoneinfo import ZoneInfo

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from api import webhooks as keeper
from api.access import may, store, town_or_404
from api.schemas.webhooks import WebhookBody
from models.errors import Conflict
from models.records import Stored
from models.webhooks import EVENTS, Webhook

from .channels import EVENT_WORDS, REFUSED, loaded, revision, troubles
from .routes import blueprint
from .telling import STATE_WORDS

PAGE_SIZE = 30


@blueprint.route("/towns/<town>/webhooks/new", methods=["GET", "POST"])
@may("edit_channels")
def new_webhook(town: str) -> ResponseReturnValue:
    """Answers with the page and not a redirect: the secret is nowhere else."""
    if request.method == "GET":
        return _form(town)
    try:
        made, secret = keeper.add(town, loaded(WebhookBody(), _sent()))
    except REFUSED as error:
        return _form(town, error=error), 422
    return _form(town, made, secret=secret)


@blueprint.route("/towns/<town>/webhooks/<webhook>", methods=["GET", "POST"])
@may("edit_channels")
def one_webhook(town: str, webhook: str) -> ResponseReturnValue:
    held = store().webhooks.get(town, webhook)
    if request.method == "GET":
        return _form(town, held)
    try:
        changed = keeper.change(town, webhook, loaded(WebhookBody(), _sent()), revision())
    except REFUSED as error:
        return _form(town, held, error), 422
    flash(_("已保存“%(name)s”。", name=changed.value.name), "ok")
    return redirect(url_for("pages.one_webhook", town=town, webhook=webhook), 303)


@blueprint.post("/towns/<town>/webhooks/<webhook>/secret")
@may("edit_channels")
def renew_webhook(town: str, webhook: str) -> ResponseReturnValue:
    """Answers with the page: the new secret is nowhere else."""
    held = store().webhooks.get(town, webhook)
    try:
        renewed, secret = store().webhooks.renew(town, webhook, revision())
    except Conflict as error:
        return _form(town, held, error), 409
    return _form(town, renewed, secret=secret)


@blueprint.post("/towns/<town>/webhooks/<webhook>/test")
@may("edit_channels")
def test_webhook(town: str, webhook: str) -> ResponseReturnValue:
    if keeper.trial(town, webhook):
        flash(_("测试事件已放入队列，几秒后刷新看结果。"), "ok")
    else:
        flash(_("这个 Webhook 已停用，没有测试。"), "warning")
    return redirect(url_for("pages.one_webhook", town=town, webhook=webhook), 303)


@blueprint.post("/towns/<town>/webhooks/<webhook>/remove")
@may("edit_channels")
def remove_webhook(town: str, webhook: str) -> ResponseReturnValue:
    held = store().webhooks.get(town, webhook)
    try:
        store().webhooks.remove(town, webhook, revision())
    except Conflict as error:
        return _form(town, held, error), 409
    flash(_("已删除“%(name)s”。", name=held.value.name), "ok")
    return redirect(url_for("pages.channels", town=town), 303)


def _form(town: str, held: Stored[Webhook] | None = None, error: Exception | None = None, secret: str = "") -> str:
    found = town_or_404(town)
    written = request.args.get("page", "1")
    page = int(written) if written.isascii() and written.isdigit() and 0 < int(written) < 100_000 else 1
    calls = store().webhooks.deliveries(town, held.value.id, page, PAGE_SIZE) if held else None
    return render_template(
        "telling_webhook.html",
        town=found,
        webhook=held.value if held else None,
        revision=held.revision if held else 0,
        secret=secret,
        calls=calls.items if calls else (),
        page=page,
        pages=ceil(calls.total / PAGE_SIZE) if calls else 0,
        zone=ZoneInfo(found.zone),
        events=EVENTS,
        event_words=EVENT_WORDS,
        states=STATE_WORDS,
        sent=request.form if error and "url" in request.form else None,
        troubles=troubles(error),
    )


def _sent() -> dict[str, Any]:
    form = request.form
    return {
        "name": form.get("name", "").strip(),
        "url": form.get("url", "").strip(),
        "events": form.getlist("events"),
        "active": form.get("active", "1") == "1",
    }
