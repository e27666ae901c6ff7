"""A town of which every id and name begins with far, with something of every kind in it."""

from __future__ import annotations

import base64
import json
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

from sqlalchemy import select

from models.callout_records import Asked, NewCallout
from models.channels import NewChannel
from models.exchange_kinds import Wish
from models.outbox import Asked as Wanted
from models.outbox import Message
from models.rows import Base
from models.store import Store
from models.webhooks import NewWebhook
from scheduler.problem import Assignment
from scheduler.text import Text

from .conftest import PASSWORD, V1, Caller, Service
from .towns import document, roster

FAR_MONDAY = "2026-03-09"


@dataclass
class Far:
    """A town of which every id and name begins with far, with something of every kind in it."""

    store: Store
    ids: dict[str, str] = field(default_factory=dict)
    """What stands in an address → the id of far's."""
    keys: dict[str, str] = field(default_factory=dict)
    """Noun → the id of one of far's things."""

    def rows(self) -> dict[str, list[str]]:
        """Everything of far, table by table."""
        found = {}
        with self.store.database.read() as session:
            for table in Base.metadata.sorted_tables:
                if "town" in table.c:
                    rows = session.execute(select(table).where(table.c.town == "far"))
                    found[table.name] = sorted(str(tuple(row)) for row in rows)
        return found


def far_document() -> dict[str, Any]:
    """The small town under other ids and names."""
    made = document("far", "远镇") | {"start": FAR_MONDAY}
    ids = {e["id"] for noun in made.values() if isinstance(noun, list) for e in noun if "id" in e}
    text = json.dumps(made)
    for id_ in ids:
        text = text.replace(f'"{id_}"', f'"far-{id_}"')
    named: dict[str, Any] = json.loads(text)
    for noun in named.values():
        for entry in noun if isinstance(noun, list) else ():
            if "name" in entry:
                entry["name"] = f"far {entry['name']}"
    return named


def made_far(service: Service) -> Far:
    store = service.store
    made = far_document()
    store.load_town(made)
    found = Far(
        store,
        keys={
            noun: entries[0]["id"]
            for noun, entries in made.items()
            if isinstance(entries, list) and entries and "id" in entries[0]
        },
    )
    account = store.accounts.create("far", "far", PASSWORD, "town_administrator", "far", None)
    caller = service.caller().sign_in("far")
    base, week = f"{V1}/towns/far", f"{V1}/towns/far/weeks/{FAR_MONDAY}"
    duties = caller.get(f"{week}/duties?page_size=500").get_json()["items"]
    seats = [a | {"person": f"far-{a['person']}", "position": "far-verify"} for a in roster(duties)]
    draft = caller.put(f"{week}/rosters/draft", {"assignments": seats}, headers={"If-None-Match": "*"})
    published = caller.post(f"{week}/rosters/draft/publish", {"published": None}, match=draft.headers["ETag"])
    assert published.status_code == 200, published.get_json()
    assert caller.post(f"{week}/rosters", {"based_on": 1}).status_code == 201
    span = {"person": "far-p00", "start": "2026-03-09T00:00:00Z", "end": "2026-03-14T00:00:00Z"}
    absence = caller.post(f"{base}/absences", span).get_json()["id"]
    repair = caller.post(f"{week}/repairs", {}).get_json()["id"]
    caller.post(f"{base}/people/far-p00/links", {})
    token, _secret = store.tokens.issue(account.id, "far", ["see_roster"], 30)
    found.keys["duties"] = duties[0]["id"]
    found.ids = {
        "week": FAR_MONDAY,
        "start": FAR_MONDAY,
        "person": "far-p00",
        "post": "far-bridge",
        "which": "1",
        "absence": absence,
        "solve": repair,
        "account": account.id,
        "token": token.id,
        "number": "1",
        "kind": "email",
        "noun": "positions",
        "ending": "xlsx",
        **gaps_of(store, seats[0]),
        **told_of(store),
        **wished_of(store, seats[1]),
        **imported_of(caller, base),
        "link": store.links.list("far", "far-p00")[0].id,
    }
    return found


def gaps_of(store: Store, seat: dict[str, Any]) -> dict[str, str]:
    """Somebody of far is being called out, and a team of far has an offer."""
    now, week = store.database.now(), date.fromisoformat(FAR_MONDAY)
    words, until = Text("far 席位", "far seat"), now + timedelta(hours=1)
    new = NewCallout(
        week=week, duty=seat["duty"], position=seat["position"], instead=seat["person"], start=now, end=until,
        until=until, seat=words, town_name=words, asked=[Asked("far-p00")],
    )  # fmt: skip
    (offer,) = store.gaps.offer("far", week, ["far-school"], [(seat["duty"], seat["position"])], until, "far")
    store.team_links.issue("far", "far-school", 7)
    return {"callout": store.callouts.open("far", new, "far").id, "offer": offer.id, "unit": "far-school"}


def told_of(store: Store) -> dict[str, str]:
    """A channel, a webhook and a message."""
    about, fields = ("exchange",), {"url": "https://far.invalid/hook"}
    channel = store.channels.add(
        "far", NewChannel(name="far 群", kind="webhook", reach="group", about=about, fields=fields)
    )
    hook, _secret = store.webhooks.add(
        "far", NewWebhook(name="far 程序", url="https://far.invalid/", events=("absence.reported",))
    )
    said = Text("far 消息", "far message")
    store.outbox.put("far", [Message(key="far", kind="exchange", to="person:far-p00", subject=said, text=said)])
    message = store.outbox.page("far", Wanted()).items[0]
    return {"channel": channel.value.id, "webhook": hook.value.id, "message": message.id}


def wished_of(store: Store, seat: dict[str, Any]) -> dict[str, str]:
    """Somebody of far offers a duty."""
    given = Assignment(seat["person"], seat["duty"], seat["position"])
    wish = Wish(
        kind="offer",
        week=date.fromisoformat(FAR_MONDAY),
        given=given,
        about=Text("far 席位", "far seat"),
        expires_at=store.database.now() + timedelta(hours=1),
    )
    return {"exchange": store.exchanges.add("far", wish).id}


def imported_of(caller: Caller, base: str) -> dict[str, str]:
    """A file of far's that waits to be confirmed."""
    content = base64.b64encode("姓名\nfar 新人\n".encode()).decode()
    made = caller.post(f"{base}/imports", {"kind": "people", "name": "far.csv", "content": content})
    assert made.status_code == 201, made.get_json()
    return dict.fromkeys(("id_", "import_"), made.get_json()["id"])
