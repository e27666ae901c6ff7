"""The blueprint of all pages, and the words and shapes that every template may use."""

from __future__ import annotations

import hashlib
from datetime import date, datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlencode

from flask import Blueprint, Response, current_app, request, url_for
from flask.blueprints import BlueprintSetupState
from flask_babel import gettext as _

from api import oidc
from api.access import Actor, can, current_actor
from api.errors import ApiError
from api.language import language
from api.rights import ROLES
from models.records import Town
from scheduler.text import Text

from . import when
from .errors import error_page

blueprint = Blueprint("pages", __name__)


@cache
def _version(folder: str, filename: str) -> str:
    return hashlib.blake2b((Path(folder) / filename).read_bytes(), digest_size=6).hexdigest()


@cache
def _address(app: str, folder: str, filename: str) -> str:
    """Below the place of the application."""
    return f"{app}/{quote(filename)}?v={_version(folder, filename)}"


def asset(filename: str) -> str:
    """The address of a file of ours, with its contents' mark so that browsers may keep it."""
    there = current_app.static_url_path or ""
    return request.script_root + _address(there, current_app.static_folder or "", filename)


def other_language_url() -> str:
    """This page in the other language; where a page cannot be asked for again, the home page."""
    wanted = "zh" if language() == "en" else "en"
    path = request.path if request.method in {"GET", "HEAD"} else "/"
    query = [(k, v) for k, v in request.args.items(multi=True) if k not in {"lang", "part"}] if path != "/" else []
    return f"{path}?{urlencode([*query, ('lang', wanted)])}"


def large_url(large: bool) -> str:
    """This page in large or standard print."""
    query = [(k, v) for k, v in request.args.items(multi=True) if k not in {"large", "part"}]
    return f"{request.path}?{urlencode([*query, ('large', '1' if large else '0')])}"


def actor_or_none() -> Actor | None:
    """Who is looking; None for anybody and on an error about the sign-in itself."""
    try:
        return current_actor()
    except ApiError:
        return None


def role_name(actor: Actor) -> str:
    """What the reader is, in their language."""
    return say(ROLES[actor.role].name)


def town_name(town: Town) -> str:
    return (town.name_en or town.name) if language() == "en" else town.name


def say(text: Text) -> str:
    """A sentence of the scheduler or the service in the language of the request."""
    return text.in_language(language())


def here(name: str, **values: Any) -> str:
    """The address of a page of the week that is being looked at."""
    at = request.view_args or {}
    return url_for(f"pages.{name}", town=at["town"], start=at["start"], **values)


def kept(name: str, **values: Any) -> str:
    """As `here`, with what is being looked at (LOOKED_AT), unless `values` say otherwise."""
    return here(name, **{key: request.args.get(key) or None for key in LOOKED_AT} | values)


def time_left(minutes: int) -> str:
    """How long until something begins, in the two largest units."""
    days, hours, rest = minutes // 1440, minutes // 60 % 24, minutes % 60
    if days and not hours:
        return _("还有 %(days)s 天", days=days)
    if days:
        return _("还有 %(days)s 天 %(hours)s 小时", days=days, hours=hours)
    if hours:
        return _("还有 %(hours)s 小时 %(minutes)s 分", hours=hours, minutes=rest)
    return _("还有 %(minutes)s 分", minutes=rest)


LOOKED_AT = ("area", "post", "unit", "category", "version")
"""The parts of a board's address that go on from page to page."""
HELPERS: dict[str, Any] = {
    "here": here,
    "kept": kept,
    "time_left": time_left,
    "one_day": timedelta(days=1),
    "people_of": lambda people, names: [names.person(p) for p in people],
    "asset": asset,
    "sign_in_elsewhere_name": oidc.name,
    "other_language_url": other_language_url,
    "large_url": large_url,
    "actor_or_none": actor_or_none,
    "can": lambda right: actor_or_none() is not None and can(right),
    "role_name": role_name,
    "town_name": town_name,
    "say": say,
    "day": lambda value: when.day(value, language()),
    "weekday": lambda value: when.weekday(value, language()),
    "month": lambda value: when.month(value, language()),
    "day_long": lambda value: when.day_long(value, language()),
    "days_span": lambda start, days: when.span_of_days(start, days, language()),
    "clock": lambda start, end: when.clock(start, end, language()),
    "stamp": lambda value: when.stamp(value, language()),
    "hours": when.hours,
}


@blueprint.record_once
def install(state: BlueprintSetupState) -> None:
    """Give the helpers to the templates, and the page that errors are shown on to the service."""
    state.app.jinja_env.globals.update(HELPERS)
    state.app.jinja_env.trim_blocks = True
    state.app.jinja_env.lstrip_blocks = True
    state.app.extensions["sanban_error_page"] = error_page
    state.app.after_request(keep_files)


def keep_files(response: Response) -> Response:
    """A file whose address carries the mark of its contents may be kept for ever."""
    if request.endpoint == "static" and "v" in request.args and response.status_code in (200, 304):
        response.headers["Cache-Control"] = "public, max-age=31536000, immutable"
    return response


def is_part() -> bool:
    """Whether a script asks for a piece of a page to put into one that is already there."""
    return request.args.get("part") == "1"


def day_in(text: str | None) -> date | None:
    """The date that a form field or query says; None when it says none."""
    try:
        return date.fromisoformat(text or "")
    except ValueError:
        return None


def local_in(text: str | None) -> datetime | None:
    """The wall-clock time that a form field says; None when it says none."""
    try:
        found = datetime.fromisoformat(text or "")
    except ValueError:
        return None
    return None if found.tzinfo else found
