"""What a town still needs before its first roster: the card 开始使用 on its week; and whom a week would serve."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from flask import url_for
from flask_babel import gettext as _
from flask_babel import ngettext

from api.access import can, scope, store
from api.rights import Right, held_by
from models.records import Week
from scheduler.problem import Post, Staffing

RIGHTS: tuple[Right, ...] = ("edit_data", "edit_people", "manage_accounts", "edit_weeks", "solve")
"""Whoever holds one of these may do something about it."""
Links = tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Step:
    """One step: what it is, how far it is, and where it is done."""

    title: str
    text: str
    done: bool
    links: Links = ()
    """(what is done there, address); nothing for who may not."""
    dialog: bool = False
    """The page behind the link may be opened in a dialog."""


def first_steps(town: str, start: date, weeks: Sequence[Week]) -> tuple[Step, ...]:
    """The steps in their order while the town has had no roster yet; none for who may do nothing about them.

    `start` is the week that is looked at.
    """
    if not any(map(can, RIGHTS)) or store().rosters.begun(town):
        return ()
    posts = posts_of(town)
    staffed = [post for post in posts if post.staffing]
    made = _week_with_duties(town, start, weeks)
    people = _count(town, "people")
    return (
        _areas(town, bool(posts and people)),
        _posts(town, len(posts), len(staffed)),
        _people(town, people),
        _accounts(town),
        _week(town, start, made, bool(staffed)),
        _roster(town, start, made, bool(people)),
    )


def posts_of(town: str) -> list[Post]:
    """The posts that the reader sees."""
    only = scope().only("posts")
    found: Any = store().things.all(town, "posts")
    return [post for post in found if only is None or post.id in only]


def staffed_in(town: str, start: date, days: int) -> set[str]:
    """The posts that get duties when a week of these days is made from their staffing."""
    last = start + timedelta(days=days - 1)
    return {post.id for post in posts_of(town) if any(_holds(staffing, start, last) for staffing in post.staffing)}


def _holds(staffing: Staffing, first: date, last: date) -> bool:
    begins, ends = staffing.first_day or first, staffing.last_day or last
    return begins <= last and first <= ends


def _count(town: str, noun: str) -> int:
    return store().things.page(town, noun, 1, 1, only=scope().only(noun)).total


def _week_with_duties(town: str, start: date, weeks: Sequence[Week]) -> date | None:
    """The week that is looked at, else the latest, that has anything to staff."""
    ordered = sorted((w.start for w in weeks), key=lambda day: (day != start, -day.toordinal()))
    return next((day for day in ordered if store().weeks.duties(town, day)), None)


def _areas(town: str, without: bool) -> Step:
    """A town may go `without` any."""
    areas, units = _count(town, "areas"), _count(town, "units")
    if areas or units:
        text = _("%(areas)s 个片区，%(units)s 个来源单位。", areas=areas, units=units)
    elif without:
        text = _("没有分，也可以。")
    else:
        text = _("在表格里写上就行：导入点位和人员时会问您要不要添加。")
    link = (_("基础资料"), url_for("pages.basics", town=town))
    return Step(_("片区和来源单位"), text, bool(areas or units or without), (link,) if can("edit_data") else ())


def _posts(town: str, count: int, staffed: int) -> Step:
    text = _("在哪里值勤，每班要几个人。")
    if count:
        text = ngettext("%(num)d 个点位。", "%(num)d 个点位。", count)
    if count > staffed:
        text += " " + _("其中 %(count)s 个还没有编组，不会排班。", count=count - staffed)
    links: Links = (
        (_("导入点位表"), url_for("pages.new_import", town=town, kind="posts")),
        (_("查看") if count else _("添加"), url_for("pages.posts" if count else "pages.new_post", town=town)),
    )
    return Step(_("点位和编组"), text, bool(staffed), links if can("edit_data") else ())


def _people(town: str, count: int) -> Step:
    text = ngettext("%(num)d 人。", "%(num)d 人。", count) if count else _("谁来值勤，有什么资质。")
    links: Links = (
        (_("导入人员表"), url_for("pages.new_import", town=town, kind="people")),
        (_("查看") if count else _("添加"), url_for("pages.people" if count else "pages.new_person", town=town)),
    )
    return Step(_("人员"), text, bool(count), links if can("edit_people") else ())


def _accounts(town: str) -> Step:
    """Somebody of the town itself who may generate."""
    found = [
        a for a in store().accounts.list()
        if a.town == town and a.active and "solve" in held_by(a.role, limited=a.areas is not None)
    ]  # fmt: skip
    text = _("请镇街自己的人来排班，每人一个账号。")
    if found:
        text = ngettext("%(num)d 个可以排班的账号。", "%(num)d 个可以排班的账号。", len(found))
    link = (_("账号"), url_for("pages.accounts", town=town))
    return Step(_("组织者的账号"), text, bool(found), (link,) if can("manage_accounts") else ())


def _week(town: str, start: date, made: date | None, staffed: bool) -> Step:
    text = _("按点位的班制和编组，一次排出七天的勤务。")
    if made:
        text = _("已建好，有勤务。")
    elif not staffed:
        text = _("先要有带编组的点位。")
    link = (_("建这一周"), url_for("pages.week", town=town, start=start, _anchor="make"))
    return Step(_("建好一周"), text, made is not None, (link,) if can("edit_weeks") and staffed and not made else ())


def _roster(town: str, start: date, made: date | None, people: bool) -> Step:
    ready = made is not None and people
    text = _("几十秒后就有一份草稿，缺什么人会逐个说明。") if ready else _("前面几步做完就可以生成。")
    link = (_("生成班表"), url_for("pages.generate_form", town=town, start=made or start))
    return Step(_("生成第一份班表"), text, False, (link,) if can("solve") and ready else (), dialog=made == start)
