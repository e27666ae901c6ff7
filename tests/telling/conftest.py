"""A small town at a fixed hour, with receivers on this machine and a sender that goes round when told."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import pytest
import structlog

from border.outbound import Allowed, allowed_by
from jobs.telling import Teller
from models.channels import Channel, NewChannel
from models.outbox import MESSAGE_KINDS, Asked, Message, Posted
from models.store import Store
from scheduler import document
from scheduler.text import Text
from tests.conftest import Clock
from tests.models import towns
from tests.models.towns import TOWN

from . import receivers

INSIDE = allowed_by({"SANBAN_OUTBOUND_ALLOW": "127.0.0.0/8"})


@dataclass
class Place:
    """The town, its clock, and the two servers."""

    store: Store
    clock: Clock
    web: receivers.Web
    mail: receivers.Post

    def at(self, written: str) -> None:
        """Make it this local time."""
        self.clock.ahead = datetime.fromisoformat(f"{written}+08:00").astimezone(UTC) - datetime.now(UTC)

    def round(self, allowed: Allowed = INSIDE, plan: bool = False, **more: Any) -> int:
        """One round of a sender, with or without the planner."""
        teller = Teller(self.store, allowed, **more)
        return teller.round() if plan else teller.tell() + teller.call()

    def put(self, key: str, to: str = "person:p1", **more: Any) -> None:
        text = Text(f"消息 {key}", f"message {key}")
        made = Message(**({"key": key, "kind": "reminder", "to": to, "subject": text, "text": text} | more))
        self.store.outbox.put(TOWN, [made])

    def posted(self, **asked: Any) -> list[Posted]:
        return list(self.store.outbox.page(TOWN, Asked(**asked), 1, 500).items)

    def states(self) -> dict[str, str]:
        return {message.key: message.state for message in self.posted()}

    def states_of(self, kind: str) -> list[str]:
        """The states of a kind's messages, the first put first."""
        return [message.state for message in reversed(self.posted(kind=kind))]

    def channel(
        self,
        kind: str,
        reach: str,
        about: tuple[str, ...] = MESSAGE_KINDS,
        instead_of: Channel | None = None,
        **fields: str,
    ) -> Channel:
        instead = instead_of.id if instead_of else None
        wanted = NewChannel(
            name=f"{kind} {reach}", kind=kind, reach=reach, about=about, instead_of=instead, fields=fields  # type: ignore[arg-type]
        )  # fmt: skip
        return self.store.channels.add(TOWN, wanted).value

    def mails(self, reach: str = "personal", **more: str) -> Channel:
        given = {"host": "127.0.0.1", "port": str(self.mail.port), "security": "insecure"}
        return self.channel("email", reach, **given, sender="duty@taohua.example", **more)

    def group(self, path: str = "/group", **more: Any) -> Channel:
        return self.channel("webhook", "group", url=self.web.url(path), **more)

    def person(self, id_: str, **more: Any) -> None:
        """Give somebody an address or a number."""
        held = self.store.things.get(TOWN, "people", id_)
        body = document.entity_to_json("people", held.value) | more
        self.store.things.change(TOWN, "people", document.entity_from_json("people", body, towns.ZONE), held.revision)


@pytest.fixture(autouse=True)
def logs() -> Iterator[None]:
    held = structlog.get_config()
    structlog.reset_defaults()
    yield
    structlog.configure(**held)


@pytest.fixture(scope="session")
def _servers() -> Iterator[tuple[receivers.Web, receivers.Post]]:
    with receivers.web() as web, receivers.mail() as mail:
        yield web, mail


@pytest.fixture
def place(town: Store, clock: Clock, _servers: tuple[receivers.Web, receivers.Post]) -> Place:
    web, mail = _servers
    for listed in (web.heard, web.answers, mail.mails):
        listed.clear()
    mail.says, mail.passwords = "451 Not now", ()
    mail.refusals, web.gate, web.said = 0, None, b'{"errcode": 0}'
    made = Place(town, clock, web, mail)
    made.at("2026-11-22T12:00")
    return made
