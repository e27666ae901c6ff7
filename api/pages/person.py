"""One person's data: the masked number and the way to see it, everything to hand out, and the end of it."""

from __future__ import annotations

import json
from typing import Any

from flask import Response, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import ngettext

from api.access import may, store, town_or_404
from api.errors import ApiError
from api.importing.town import night_word
from api.store_errors import translated
from models.errors import InUse
from models.privacy import masked
from scheduler.document import DocumentError
from scheduler.problem import Person

from .audit import noun_word
from .people import label
from .routes import blueprint

LONGEST = 500


@blueprint.get("/towns/<town>/people/<person>/data")
@may("see_people")
def person_data(town: str, person: str) -> ResponseReturnValue:
    return _page(town, person)


@blueprint.post("/towns/<town>/people/<person>/phone")
@may("reveal_phones")
def reveal_phone(town: str, person: str) -> ResponseReturnValue:
    """Answers with the page itself, on which the number stands this once."""
    try:
        phone = store().personal.reveal_phone(town, person, _reason())
    except DocumentError as error:
        return _page(town, person, trouble=translated(error)), 422
    return _page(town, person, phone=phone)


@blueprint.post("/towns/<town>/people/<person>/dossier")
@may("erase")
def person_dossier(town: str, person: str) -> ResponseReturnValue:
    """A file to be handed to the person."""
    try:
        found = store().personal.dossier(town, person, _reason())
    except DocumentError as error:
        return _page(town, person, trouble=translated(error)), 422
    headers = {"Content-Disposition": 'attachment; filename="person.json"', "Cache-Control": "no-store"}
    return Response(json.dumps(found, ensure_ascii=False, indent=2), mimetype="application/json", headers=headers)


@blueprint.post("/towns/<town>/people/<person>/erase")
@may("erase")
def erase_person(town: str, person: str) -> ResponseReturnValue:
    try:
        done = store().personal.erase(town, person, _reason())
    except (DocumentError, InUse) as error:
        return _page(town, person, trouble=translated(error)), 422
    flash(_("已彻底删除；已发布的班表里只剩编号 %(id)s。", id=person), "ok")
    if done.remains:
        count = len(done.remains)
        places = "、".join(f"{table} {key}" for table, key in done.remains[:5])
        flash(
            ngettext(
                "还有 %(num)d 处不能自动删除，请人工查看：%(places)s",
                "还有 %(num)d 处不能自动删除，请人工查看：%(places)s",
                count,
                places=places,
            ),
            "warning",
        )
    return redirect(url_for("pages.people", town=town), 303)


def _facts(town: str, person: Person) -> list[tuple[str, str]]:
    """What the list of people says of somebody, and what rules go by: a word and its value, empty ones left out."""
    nouns = ("categories", "units", "areas", "contracts", "qualifications", "posts")
    names = {noun: {thing.id: label(thing) for thing in store().things.all(town, noun)} for noun in nouns}

    def called(noun: str, *ids: str | None) -> str:
        return _("、").join(names[noun].get(id_, id_) for id_ in ids if id_)

    held = [
        _("%(name)s（至 %(day)s）", name=called("qualifications", h.qualification), day=h.valid_until)
        if h.valid_until
        else called("qualifications", h.qualification)
        for h in person.qualifications
    ]
    welcome = night_word(store().rules.get(town).value) in person.opt_ins
    found = (
        (_("类别"), called("categories", person.category)),
        (_("来源单位"), called("units", person.unit)),
        (_("所在片区"), called("areas", person.area)),
        (_("资质"), _("、").join(held)),
        (_("值勤约定"), called("contracts", person.contract)),
        (_("家庭"), person.household or ""),
        (_("包干点位"), called("posts", *person.bound_posts)),
        (_("包干片区"), called("areas", *person.bound_areas)),
        (_("标签"), _("、").join(sorted(person.tags))),
        (_("夜班"), _("愿上夜班") if welcome else ""),
    )
    return [fact for fact in found if fact[1]]


def _reason() -> str:
    return request.form.get("reason", "").strip()[: LONGEST + 1]


def _page(town: str, person: str, phone: str | None = None, trouble: ApiError | None = None) -> str:
    found: Any = store().things.get(town, "people", person).value
    return render_template(
        "person.html",
        facts=_facts(town, found),
        town=town_or_404(town),
        person=found,
        masked=masked(found.phone),
        phone=phone,
        trouble=trouble,
        noun_word=noun_word,
        used_by=(trouble.details.get("used_by", []) if trouble else []),
    )
