"""A new town in the browser: with the usual basics, as an example to try out, from a problem document, or empty."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from functools import cache
from zoneinfo import available_timezones

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from api import new_towns, uploads
from api.access import may, store
from api.body import takes_documents
from api.errors import ApiError
from api.importing.sentences import text_of
from api.sentences import sentence
from models.errors import AlreadyExists
from models.records import Town
from scheduler import towns
from scheduler.document import DocumentError, Fault
from scheduler.text import Text
from scheduler.towns.draft import ZONE

from .routes import blueprint, town_name

WAYS = ("basics", "example", "document", "empty")
"""How a town may begin."""
OWN = ("basics", "empty")
"""Of these, those whose name and id are said on the page."""
FIELDS = frozenset({"name", "name_en", "id", "zone", "example", "file"})
NEAR = {
    "Asia/Shanghai": Text("中国标准时间（北京时间）", "China (Beijing time)"),
    "Asia/Urumqi": Text("新疆时间（乌鲁木齐）", "Xinjiang (Ürümqi)"),
    "Asia/Hong_Kong": Text("香港", "Hong Kong"),
    "Asia/Macau": Text("澳门", "Macau"),
    "Asia/Taipei": Text("台北", "Taipei"),
}
"""The zones that stand first, in words."""
LONGEST_NAME = 200
BAD_ID = Text(
    "只能用英文字母、数字和“-”，最多 60 个字符，不能是 new 或 import。",
    "Only letters a to z, digits and “-”, at most 60 characters, and neither “new” nor “import”.",
)
NOT_TEXT = Text("不能含有换行或控制字符。", "This may hold no line breaks or control characters.")


@dataclass
class NewTown:
    """What was typed, and what is wrong with it, by field."""

    way: str = WAYS[0]
    name: str = ""
    name_en: str = ""
    id: str = ""
    zone: str = ZONE
    example: str = towns.DEMO_KEYS[0]
    faults: dict[str, list[Text]] = field(default_factory=dict)
    document: list[Fault] = field(default_factory=list)
    """What is wrong inside of an uploaded document, with where."""

    @property
    def elsewhere(self) -> list[Text]:
        return [text for name, texts in self.faults.items() if name not in FIELDS for text in texts]

    def fault(self, name: str, text: Text) -> None:
        self.faults.setdefault(name, []).append(text)

    def made(self) -> Town | None:
        """The town, stored; None when anything is wrong, all of which is noted."""
        try:
            return self._own() if self.way in OWN else self._brought()
        except AlreadyExists as error:
            self.fault({"example": "example", "document": "file"}.get(self.way, "id"), there_already(str(error.id)))
        except (ApiError, DocumentError) as error:
            self.document = list(error.faults)
            self.fault("file", sentence("invalid", count=len(self.document)))
        return None

    def _own(self) -> Town | None:
        """A town that is named here. Raises AlreadyExists."""
        self._judge()
        if self.faults:
            return None
        town = Town(self.id or new_towns.free_id(self.name_en), self.name, self.name_en, self.zone)
        return new_towns.add(town, with_basics=self.way == "basics").value

    def _brought(self) -> Town | None:
        """A town that says itself what it is called. Raises AlreadyExists, ApiError, DocumentError."""
        if self.way == "example":
            if self.example not in towns.DEMO_KEYS:
                self.fault("example", text_of("missing"))
                return None
            return new_towns.add_example(self.example)
        file = request.files.get("file")
        if file is None or not file.filename:
            self.fault("file", text_of("missing"))
            return None
        return new_towns.add_document(uploads.json_file(file.read()))

    def _judge(self) -> None:
        for name in ("name", "name_en"):
            typed = getattr(self, name)
            if len(typed) > LONGEST_NAME:
                self.fault(name, sentence("too_long", most=LONGEST_NAME))
            elif not typed.isprintable():
                self.fault(name, NOT_TEXT)
        if not self.name:
            self.fault("name", text_of("missing"))
        if self.id and (not re.fullmatch(r"[A-Za-z0-9][A-Za-z0-9-]{0,59}", self.id) or self.id in new_towns.RESERVED):
            self.fault("id", BAD_ID)
        elif self.id and any(town.id == self.id for town in store().towns.list()):
            self.fault("id", there_already(self.id))
        if self.zone not in available_timezones():
            self.fault("zone", sentence("unknown_zone"))


def there_already(id_: str) -> Text:
    """That a town is there already, with what may be done about it."""
    return Text(
        f"编号为“{id_}”的镇街已经有了，什么也没有改动。要另建一个，请换一个编号；要用已有的，请在“全部镇街”里打开。",
        f"There is a town with the id “{id_}” already; nothing was changed. For another town choose another id; "
        "the one that is there can be opened from the list of all towns.",
    )


@blueprint.route("/towns/new", methods=["GET", "POST"])
@may("manage_towns")
@takes_documents
def new_town() -> ResponseReturnValue:
    if request.method == "GET":
        return _page(NewTown())
    form = _sent()
    made = form.made()
    if made is None:
        return _page(form), 422
    flash(_("已新建“%(name)s”。", name=town_name(made)), "ok")
    return redirect(url_for("pages.town", town=made.id), 303)


def _sent() -> NewTown:
    sent = request.form
    name, name_en, id_, zone, example = (
        " ".join(sent.get(name, "").split()) for name in ("name", "name_en", "id", "zone", "example")
    )
    way = sent.get("way", "")
    return NewTown(way if way in WAYS else WAYS[0], name, name_en, id_, zone, example)


def _page(form: NewTown) -> str:
    return render_template(
        "new_town.html",
        form=form,
        examples=[(key, towns.ABOUT[key]) for key in towns.DEMO_KEYS],
        near=NEAR,
        zones=other_zones(),
        suggested=new_towns.free_id(form.name_en),
    )


@cache
def other_zones() -> tuple[str, ...]:
    """The zones of all places beside those that stand first."""
    old = ("Etc/", "SystemV/", "US/", "Brazil/", "Canada/", "Chile/", "Mexico/", "posix/", "right/")
    return ("UTC", *sorted(z for z in available_timezones() if "/" in z and z not in NEAR and not z.startswith(old)))
