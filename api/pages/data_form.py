"""Forms of a town's data: what was typed becomes a document, and everything that is wrong stands at its field."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from flask import request

from api.access import scope, store, town_or_404
from api.errors import ApiError
from api.importing.sentences import text_of
from api.importing.values import Unclear
from api.numbers import kept_number
from api.store_errors import translated
from models.errors import AlreadyExists, Conflict, InUse
from models.records import Stored, Thing
from scheduler import document
from scheduler.document import DocumentError
from scheduler.problem import Area
from scheduler.text import Text

from .basics_fields import BASICS
from .people import label
from .users import in_use

Body = dict[str, Any]
Choices = list[tuple[str, str]]
_PERSON = "name category phone email unit area contract household qualifications bound_posts bound_areas tags id"
_POST = "name name_en area unit type colour latitude longitude directions bring staffing"
SHOWN = {
    "people": frozenset(_PERSON.split()),
    "posts": frozenset(_POST.split()),
    **{basic.noun: basic.shown for basic in BASICS.values()},
}
"""Noun → the fields beside which the form says what is wrong; an asterisk is the number of a row."""
LONGEST_ID = 60
TRIES = 50
WHOLE = ""
"""The place of faults that belong to no single field."""


@dataclass
class Form:
    """A thing's document as the form shows it, and what is wrong with it, by field."""

    noun: str
    town: str
    body: Body
    revision: int = 0
    """Of the stored thing; 0 for a new one."""
    typed: dict[str, str] = field(default_factory=dict)
    """What was typed into fields that hold no text of the document, such as numbers."""
    faults: dict[str, list[Text]] = field(default_factory=dict)

    @property
    def elsewhere(self) -> list[Text]:
        """What is wrong beside no field of the form."""
        return [text for name, texts in self.faults.items() if not self._shows(name) for text in texts]

    def _shows(self, name: str) -> bool:
        return re.sub(r"-\d+-", "-*-", name) in SHOWN[self.noun]

    def _place(self, path: str) -> str:
        """The field that shows a fault of the document: shifts[1].end stands at shifts-1-end."""
        steps = re.findall(r"[^.\[\]]+", path)
        places = ("-".join(steps[:count]) for count in range(len(steps), 0, -1))
        return next(filter(self._shows, places), steps[0] if steps else WHOLE)

    def fault(self, name: str, text: Text) -> None:
        self.faults.setdefault(name, []).append(text)

    def text(self, name: str) -> None:
        """Take a text over, its lines as one: the document has no line breaks. An empty one takes the field away."""
        self.put(name, " ".join(request.form.get(name, "").split()))

    def read(self, name: str, reader: Callable[[str], Any]) -> None:
        """The same through a reader of `api.importing.values`, whose sentence stands at the field."""
        typed = request.form.get(name, "").strip()
        self.typed[name] = typed
        try:
            self.put(name, reader(typed) if typed else None)
        except Unclear as unclear:
            self.fault(name, text_of(unclear.code, **unclear.figures))

    def several(self, name: str) -> None:
        """Ticked ids, in the order of the list."""
        self.put(name, list(dict.fromkeys(request.form.getlist(name))))

    def needed(self, name: str, value: Any) -> None:
        """Set a field that may not be empty."""
        self.body[name] = value or ""
        if not value:
            self.fault(name, text_of("missing"))

    def put(self, name: str, value: Any) -> None:
        """Set a field; what is empty is left out, as the store does."""
        if value is None or value in ("", []):
            self.body.pop(name, None)
        else:
            self.body[name] = value

    def saved(self, before: Stored[Thing] | None = None) -> Thing | None:
        """The thing, stored; None when anything is wrong, all of which is noted. Raises AlreadyExists, NotFound."""
        thing = self._thing()
        if thing is None or self.faults:
            return None
        try:
            kept = kept_number(thing, before.value if before else None)
            if not scope().sees(self.noun, kept):
                raise ApiError("outside_areas")
            if before is None:
                return store().things.add(self.town, self.noun, kept).value
            return store().things.change(self.town, self.noun, kept, self.revision).value
        except Conflict as conflict:
            self.revision = conflict.current or 0
            self.fault(WHOLE, MEANWHILE)
        except InUse as used:
            self.fault(WHOLE, in_use(self.town, used))
        except (ApiError, DocumentError) as error:
            self._refused(error)
        return None

    def added(self, ids: Iterable[str]) -> Thing | None:
        """The new thing under the first of these ids that is free, stored; None when anything is wrong."""
        for id_ in ids:
            self.body["id"] = id_
            try:
                return self.saved()
            except AlreadyExists:
                continue
        self.fault("id", text_of("id_is_taken", id=self.body["id"]))
        return None

    def _thing(self) -> Thing | None:
        try:
            return document.entity_from_json(self.noun, self.body, town_or_404(self.town).zone)
        except DocumentError as error:
            self._refused(error)
            return None

    def _refused(self, error: ApiError | DocumentError) -> None:
        told = error if isinstance(error, ApiError) else translated(error)
        known = set(self.faults)
        for fault in told.faults:
            place = self._place(fault.path)
            if place not in known:  # what could not be read is missing in the document for that reason alone
                self.fault(place, fault.text)
        if not told.faults:
            self.fault(WHOLE, told.sentence())


MEANWHILE = Text(
    "您填的时候别人改过这份资料，没有保存。您填的还在下面：再点一次“保存”就以您填的为准；要看别人改了什么，请另开一页。",
    "Somebody else changed this while you were at it; nothing was saved. What you entered is below: save again to put "
    "it in force, or open the page in another window to see what they changed.",
)


def of_stored(noun: str, town: str, held: Stored[Thing]) -> Form:
    """The form of something that is there; unsafe calls say which revision they saw."""
    body = document.entity_to_json(noun, held.value)
    sent = request.form.get("revision", "")
    revision = int(sent) if sent.isascii() and sent.isdigit() and len(sent) < 10 else held.revision
    return Form(noun, town, body, revision)


def ids_of(name: str, otherwise: str) -> Iterator[str]:
    """A name as far as an address can hold it, then with numbers behind it."""
    plain = re.sub(r"[/|\\]+", "-", name)[:LONGEST_ID].strip(". ") or otherwise
    yield plain
    yield from (f"{plain}-{number}" for number in range(2, TRIES + 1))


def choices(town: str, noun: str) -> Choices:
    """Ids and names of a noun, those that the caller sees."""
    only = scope().only(noun)
    return [(t.id, label(t)) for t in store().things.all(town, noun) if only is None or t.id in only]


def areas_seen(town: str) -> list[Area]:
    """The areas that the caller sees."""
    only = scope().only("areas")
    found: Any = store().things.all(town, "areas")
    return [area for area in found if only is None or area.id in only]


def names(found: Iterable[tuple[str, str]]) -> Mapping[str, str]:
    return dict(found)
