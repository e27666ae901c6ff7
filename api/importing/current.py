"""What a town has, as rows of its own import files: handed back unchanged they change nothing.

Whatever a cell could not say so that it is read back as it was stays empty, which leaves alone what is stored.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from datetime import datetime
from typing import Any

from api.cells import cell
from models.privacy import masked, masked_email

from . import values
from .column_names import FileKind
from .retiring import back_in_service
from .spans import LONGEST_DAYS, shift_called
from .tables import plain
from .town import Body, Town
from .values import Unclear

Row = dict[str, str]
"""Key of a column → what stands in it."""
ONE = {"category": "categories", "unit": "units", "area": "areas", "contract": "contracts"}
MANY = {"bound_posts": "posts", "bound_areas": "areas"}
STATUS = {"prefer": "愿意", "avoid": "尽量避开", "unavailable": "不可用"}


def rows(kind: FileKind, town: Town, phones: Mapping[str, str] | None = None) -> list[Row]:
    """Everything of a kind that the maker sees; numbers are masked unless `phones` (person → number) has them whole.

    Who is out of service is left out, for naming them would bring them back.
    """
    words = Words(town)
    if kind == "posts":
        return [row for body in town.things["posts"] for row in _post(body, words)]
    people = [body for body in town.things["people"] if back_in_service(body, town) is body]
    if kind == "availability":
        return [row for body in people for row in _availability(body, town)]
    return [_person(body, words, phones or {}) for body in people]


class Words:
    """What a cell says of other things of the town: their names where these are clear, else their ids."""

    def __init__(self, town: Town) -> None:
        self.town = town
        self._found: dict[tuple[str, str], str] = {}

    def one(self, noun: str, id_: str | None) -> str:
        """Empty when neither name nor id would be read back."""
        if not id_:
            return ""
        if (noun, id_) not in self._found:
            tried = (self.town.name_of(noun, id_), id_)
            self._found[noun, id_] = next((text for text in tried if self._means(noun, text, id_)), "")
        return self._found[noun, id_]

    def many(self, noun: str, ids: list[str]) -> str:
        """All of them, or nothing."""
        return listed([self.one(noun, id_) for id_ in ids])

    def _means(self, noun: str, text: str, id_: str) -> bool:
        if kept(text) != text or values.dated(text) != [(text, "")]:
            return False
        try:
            return self.town.word(noun, text, 0) == id_
        except Unclear:
            return False


def kept(text: str) -> str:
    """The text, when a cell holds it as it is and it does not say that there is nothing; else nothing."""
    return text if plain(str(cell(text))) == text and not values.emptied(text) else ""


def listed(texts: list[str]) -> str:
    """A list in one cell; nothing when an entry could not be told apart."""
    whole = "、".join(texts)
    return kept(whole) if values.several(whole) == texts else ""


def _who(body: Body) -> Row:
    name = str(body["name"])
    return {"name": kept(name) if values.name(name) == name else "", "id": kept(str(body["id"]))}


def _person(body: Body, words: Words, phones: Mapping[str, str]) -> Row:
    row = _who(body)
    row |= {column: words.one(noun, body.get(column)) for column, noun in ONE.items()}
    row |= {column: words.many(noun, body.get(column, [])) for column, noun in MANY.items()}
    row["phone"] = _read_back(phones.get(body["id"], ""), values.phone) or masked(str(body.get("phone", "")))
    row["email"] = masked_email(str(body.get("email", "")))
    row["household"] = kept(str(body.get("household") or ""))
    row["tags"] = listed(list(body.get("tags", ())))
    row["qualifications"] = _qualifications(body, words)
    row["nights"] = "是" if words.town.night_word() in body.get("opt_ins", ()) else "否"
    return row


def _qualifications(body: Body, words: Words) -> str:
    """组长(2027-06-30)、录入; nothing when one is held twice, or the brackets of a name would be taken for a date."""
    held = body.get("qualifications", [])
    named = [words.one("qualifications", h["id"]) for h in held]
    if not all(named) or len({h["id"] for h in held}) < len(held):
        return ""
    said = [(name, str(h.get("valid_until") or "")) for name, h in zip(named, held, strict=True)]
    whole = "、".join(f"{name}({until})" if until else name for name, until in said)
    return kept(whole) if values.dated(whole) == said else ""


def _availability(body: Body, town: Town) -> Iterator[Row]:
    """From one moment to another."""
    who = _who(body)
    for span in body.get("availability", ()):
        start, end = (datetime.fromisoformat(span[n].upper()).astimezone(town.zone) for n in ("start", "end"))
        if start.second or end.second or (end - start).days >= LONGEST_DAYS:
            continue
        times = {"start": f"{start:%Y-%m-%d %H:%M}", "end": f"{end:%Y-%m-%d %H:%M}"}
        yield who | times | {"status": STATUS[span["status"]]}


def _post(body: Body, words: Words) -> list[Row]:
    """One row a staffing; what is said of the post itself stands in the first."""
    who = {"name": kept(str(body["name"])), "id": kept(str(body["id"]))}
    first = who | {name: kept(str(body.get(name, ""))) for name in ("name_en", "type", "colour", "directions", "bring")}
    first |= {"area": words.one("areas", body.get("area")), "unit": words.one("units", body.get("unit"))}
    first |= {name: repr(float(body[name])) for name in ("latitude", "longitude") if body.get(name) is not None}
    entries = [_staffing(entry, words) for entry in body.get("staffing", ())]
    if not entries or not all(entries):
        return [first]
    return [(first if not i else who) | entry for i, entry in enumerate(entries)]


def _staffing(entry: Mapping[str, Any], words: Words) -> Row:
    """Empty when it could not be read back."""
    pattern, template = (
        words.one("shift_patterns", entry["pattern"]),
        words.one("staffing_templates", entry["template"]),
    )
    shifts = _shifts(words.town.patterns()[entry["pattern"]], entry.get("shifts", []))
    if not pattern or not template or shifts is None:
        return {}
    days = {name: str(entry[name]) for name in ("first_day", "last_day") if entry.get(name)}
    return {"pattern": pattern, "template": template, "shifts": shifts} | days


def _shifts(pattern: Body, ids: list[str]) -> str | None:
    if len(ids) >= len(pattern["shifts"]):
        return None
    texts = []
    for shift in (s for id_ in ids for s in pattern["shifts"] if s["id"] == id_):
        tried = (shift["name"], shift["id"])
        texts.append(next((t for t in tried if [s["id"] for s in shift_called([pattern], t)] == [shift["id"]]), ""))
    return listed(texts) if not texts or listed(texts) else None


def _read_back(text: str, reader: Callable[[str], str]) -> str:
    try:
        return text if text and reader(text) else ""
    except Unclear:
        return ""
