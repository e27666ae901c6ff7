"""The log of changes for people: who, when, what, from what to what, why."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from flask import redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import pgettext

from api.access import actor, may, store, town_or_404
from models.audit import ACTIONS, AuditEntry, AuditFilter
from models.errors import NotFound
from models.records import Town

from .people import label, number
from .routes import blueprint, day_in

PAGE_SIZE = 50
LONGEST = 128
OWN_ZONE = ZoneInfo("Asia/Shanghai")
"""In which the log of the whole platform tells its times."""


@dataclass(frozen=True, slots=True)
class Line:
    """An entry as it is read."""

    at: datetime
    who: str
    what: str
    noun: str
    thing: str
    person: str
    town: str | None
    changes: tuple[tuple[str, str, str], ...]
    reason: str


@blueprint.get("/towns/<town>/audit")
@may("see_audit")
def audit(town: str) -> ResponseReturnValue:
    return _page(town_or_404(town))


@blueprint.get("/audit")
@may("see_audit")
def audit_of_all() -> ResponseReturnValue:
    """Of all towns and the platform, for who looks after it; everybody else has one town."""
    own = actor().town
    return _page(None) if own is None else redirect(url_for("pages.audit", town=own))


def action_word(action: str) -> str:
    """What was done, in a word."""
    words = {
        "add": pgettext("log", "新增"),
        "change": pgettext("log", "修改"),
        "remove": pgettext("log", "删除"),
        "reveal": pgettext("log", "查看电话"),
        "export": pgettext("log", "交付资料"),
        "erase": pgettext("log", "彻底删除"),
    }
    return words.get(action, action)


def noun_word(noun: str) -> str:
    """What it was done to, in a word."""
    words = {
        "person": pgettext("log", "人员"),
        "rules": pgettext("log", "规则"),
        "rule": pgettext("log", "规则"),
        "roster": pgettext("log", "班表"),
        "assignment": pgettext("log", "派班"),
        "week": pgettext("log", "周"),
        "duty": pgettext("log", "勤务"),
        "solve": pgettext("log", "求解"),
        "account": pgettext("log", "账号"),
        "link": pgettext("log", "个人链接"),
        "link_policy": pgettext("log", "链接规定"),
        "duty_link": pgettext("log", "在岗链接"),
        "reserve_policy": pgettext("log", "备份规定"),
        "token": pgettext("log", "接口令牌"),
        "absence": pgettext("log", "请假"),
        "exchange": pgettext("log", "换班与补位"),
        "exchange_policy": pgettext("log", "换班与补位的办法"),
        "callout": pgettext("log", "紧急补位"),
        "gap_offer": pgettext("log", "提供给队伍的席位"),
        "gap_claim": pgettext("log", "队伍认领"),
        "team_link": pgettext("log", "队伍链接"),
        "feed": pgettext("log", "日历订阅"),
        "usual_week": pgettext("log", "每周规律"),
        "channel": pgettext("log", "通知渠道"),
        "telling_policy": pgettext("log", "静默和提醒"),
        "webhook": pgettext("log", "Webhook"),
        "town": pgettext("log", "镇街"),
        "post": pgettext("log", "点位"),
        "area": pgettext("log", "片区"),
        "unit": pgettext("log", "来源单位"),
        "category": pgettext("log", "类别"),
        "qualification": pgettext("log", "资质"),
        "position": pgettext("log", "岗位"),
        "contract": pgettext("log", "值勤约定"),
        "shift_pattern": pgettext("log", "班制"),
        "staffing_template": pgettext("log", "编组"),
        "vehicle": pgettext("log", "车辆"),
    }
    return words.get(noun, noun)


def _page(town: Town | None) -> str:
    chosen, zone = _chosen(), ZoneInfo(town.zone) if town else OWN_ZONE
    wanted = _filter(town, chosen, zone)
    page = store().audit.page(wanted, number(), PAGE_SIZE)
    names = Who()
    nouns = [(noun, noun_word(noun)) for noun in store().audit.nouns(town.id if town else None)]
    sent: dict[str, Any] = {name: value for name, value in chosen.items() if value}
    at: dict[str, Any] = {"town": town.id} if town else {}
    exported = at | sent | {name: moment.isoformat() for name in ("start", "end") if (moment := getattr(wanted, name))}
    return render_template(
        "audit.html",
        town=town,
        lines=[_line(entry, zone, names) for entry in page.items],
        total=page.total,
        page=page.page,
        pages=max(1, -(-page.total // PAGE_SIZE)),
        chosen=chosen,
        sent=sent,
        link=lambda page=None: url_for(
            "pages.audit" if town else "pages.audit_of_all", **at, **({} if page is None else sent | {"page": page})
        ),
        table=url_for("audit.OfTownAsTable" if town else "audit.OfAllAsTable", **exported),
        as_lines=url_for("audit.OfTownAsLines" if town else "audit.OfAllAsLines", **exported),
        nouns=nouns,
        actions=[(action, action_word(action)) for action in ACTIONS],
    )


def _chosen() -> dict[str, str]:
    """What the form asks for; what cannot be understood is not asked for."""
    names = ("person", "actor", "noun", "thing", "action", "start", "end")
    return {name: request.args.get(name, "").strip()[:LONGEST] for name in names}


def _filter(town: Town | None, chosen: dict[str, str], zone: ZoneInfo) -> AuditFilter:
    """The first and the last day are whole."""
    first, last = day_in(chosen["start"]), day_in(chosen["end"])
    words: dict[str, Any] = {name: chosen[name] or None for name in ("person", "actor", "noun", "thing", "action")}
    return AuditFilter(
        town=town.id if town else None,
        start=_midnight(first, zone) if first else None,
        end=_midnight(last + timedelta(days=1), zone) if last and last < date.max else None,
        **words,
    )


def _midnight(day: date, zone: ZoneInfo) -> datetime:
    return datetime.combine(day, time(), zone)


class Who:
    """Names for the ids of who did it and of whom it is about, as they are called today; looked up once each."""

    def __init__(self) -> None:
        self._kept: dict[tuple[str | None, str], str] = {}

    def actor(self, town: str | None, id_: str) -> str:
        if id_.startswith("person:"):
            return self.person(town, id_.removeprefix("person:"))
        if id_ in ("system", "anonymous"):
            return {"system": pgettext("log", "系统"), "anonymous": pgettext("log", "未登录者")}[id_]
        if (None, id_) not in self._kept:
            found = store().accounts.get(id_)
            self._kept[None, id_] = id_ if found is None else found.name
        return self._kept[None, id_]

    def person(self, town: str | None, id_: str) -> str:
        if town is None:
            return id_
        if (town, id_) not in self._kept:
            try:
                self._kept[town, id_] = label(store().things.get(town, "people", id_).value)
            except NotFound:
                self._kept[town, id_] = id_
        return self._kept[town, id_]


def _line(entry: AuditEntry, zone: ZoneInfo, names: Who) -> Line:
    return Line(
        entry.at.astimezone(zone),
        names.actor(entry.town, entry.actor),
        action_word(entry.action),
        noun_word(entry.noun),
        entry.thing,
        "" if entry.person is None else names.person(entry.town, entry.person),
        entry.town,
        tuple((field, _short(before), _short(after)) for field, (before, after) in entry.changes.items()),
        entry.reason or "",
    )


def _short(value: Any) -> str:
    """A value in one line; what is long is cut, the export has all of it."""
    text = value if isinstance(value, str) else "–" if value is None else json.dumps(value, ensure_ascii=False)
    return text if len(text) <= 160 else f"{text[:160]}…"
