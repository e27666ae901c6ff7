"""The last look before a roster is published: what changes, for whom, and what it breaks."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import ngettext

from api.access import may, store, town_zone
from api.errors import fault, invalid
from api.problems import problem_for
from api.publishing import publish
from models.errors import BrokenRules
from models.outbox import Message
from models.records import RosterVersion
from scheduler import check, diff
from scheduler.roster import Violation
from scheduler.text import Text

from .desk import known, now
from .routes import blueprint, is_part

REASON_LENGTH = 500


@dataclass(frozen=True, slots=True)
class Look:
    """What the dialog shows; `people` are those who learn something new, those whose duties are all over left out."""

    draft: RosterVersion
    seen: int | None
    changes: tuple[Text, ...]
    people: int
    violations: tuple[Violation, ...]
    vacancies: int
    told: tuple[Message, ...]
    """Messages to people, then those to groups."""
    groups: int
    quiet_until: str
    """Until what time of the day nobody is disturbed; empty when it is not quiet now."""


@blueprint.get("/towns/<town>/weeks/<day:start>/publish")
@may("publish")
def publish_form(town: str, start: date) -> ResponseReturnValue:
    return _form(look(town, start))


@blueprint.post("/towns/<town>/weeks/<day:start>/publish")
@may("publish")
def publish_draft(town: str, start: date) -> ResponseReturnValue:
    """Publish exactly the draft that was looked at, in place of the version that was looked at."""
    form = request.form
    revision, seen = form.get("revision", ""), form.get("published", "")
    if not (revision.isascii() and revision.isdigit() and (not seen or (seen.isascii() and seen.isdigit()))):
        raise invalid([fault("revision", "not_an_integer")])
    reason = form.get("reason", "").strip()[:REASON_LENGTH]
    try:
        version = publish(
            town,
            start,
            int(revision),
            int(seen) if seen else None,
            reason or None,
            emergency=form.get("emergency") == "1",
        )
    except BrokenRules:
        return _form(look(town, start), _("这份班表违反硬性规则；要照样发布，请写明理由。"), 422)
    flash(_("已发布 v%(number)s。", number=version.number), "ok")
    return redirect(url_for("pages.week", town=town, start=start), 303)


def look(town: str, start: date) -> Look:
    """Raises NotFound (no draft)."""
    draft = store().rosters.get(town, start, "draft")
    published = store().rosters.find(town, start, "published")
    versions = (draft, published) if published else (draft,)
    problem = problem_for(town, start, *versions)
    before = published.assignments if published else ()
    difference = diff.compare(problem, before, draft.assignments)
    own = problem_for(town, start, draft)
    report = check.check(own, known(own, draft.assignments))
    messages = store().telling.of_publication(town, start, published, draft)
    groups = [message for message in messages if message.to.startswith("group:")]
    return Look(
        told=(*groups, *(message for message in messages if message not in groups)),
        groups=len(groups),
        quiet_until=quiet_until(town),
        draft=draft,
        seen=published.number if published else None,
        changes=tuple(change.text(problem) for change in difference.changes),
        people=difference.people,
        violations=report.violations,
        vacancies=sum(v.count for v in report.vacancies),
    )


def quiet_until(town: str) -> str:
    """The time of the day at which the quiet hours of now end, empty outside of them."""
    policy = store().channels.policy(town).value
    local = now().astimezone(town_zone())
    ends = f"{policy.quiet_until // 60:02}:{policy.quiet_until % 60:02}"
    return ends if policy.quiet(local.hour * 60 + local.minute) else ""


def _form(found: Look, trouble: str = "", status: int = 200) -> ResponseReturnValue:
    template = "parts/publish.html" if is_part() else "publish.html"
    who = ngettext("将告知 %(num)d 人", "将告知 %(num)d 人", found.people)
    return render_template(template, look=found, trouble=trouble, who=who), status
