"""Names for the ids on pages of presence: people, positions, and who said something (account, person, duty link)."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from flask_babel import gettext as _

from api.access import store
from api.language import language
from models.records import Named


@dataclass
class Sayers:
    """Looked up together, once; an id that is gone stands for itself."""

    town: str
    found: dict[tuple[str, str], Named] = field(default_factory=dict)
    links: dict[str, str] = field(default_factory=dict)
    accounts: dict[str, str] = field(default_factory=dict)

    @classmethod
    def of(cls, town: str, people: Iterable[str], positions: Iterable[str], by: Iterable[str] = ()) -> Sayers:
        said = {one for one in by if one}
        own = {one.removeprefix("person:") for one in said if one.startswith("person:")}
        links = {one.removeprefix("link:") for one in said if one.startswith("link:")}
        accounts = {one for one in said if ":" not in one}
        named = {a.id: a.name for a in map(store().accounts.get, sorted(accounts)) if a is not None}
        return cls(
            town,
            store().things.named(town, {"people": {*people, *own}, "positions": set(positions)}),
            store().duty_links.names(town, links) if links else {},
            named,
        )

    def person(self, id_: str) -> str:
        return self._name("people", id_)

    def position(self, id_: str) -> str:
        return self._name("positions", id_)

    def phone(self, id_: str) -> str:
        """The whole number, empty when there is none: whoever asks knows whether it may be shown."""
        held = self.found.get(("people", id_))
        return held.phone if held else ""

    def who(self, by: str) -> str:
        """Who said something."""
        if by.startswith("person:"):
            return self.person(by.removeprefix("person:"))
        if by.startswith("link:"):
            return self.links.get(by.removeprefix("link:")) or _("在岗链接")
        return self.accounts.get(by, by)

    def _name(self, noun: str, id_: str) -> str:
        held = self.found.get((noun, id_))
        if held is None:
            return id_
        return held.name_en if held.name_en and language() == "en" else held.name
