"""What the log of changes says of each table. A table that is not named here is logged with every text hidden.

What a row of the log says can never be taken back, so it holds nothing that a person may ask to be forgotten:
names are shortened, numbers masked, secrets and what people say about their health or their past hidden.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from .privacy import HIDDEN, everywhere, masked, public_name, without_mobiles
from .rows import THINGS

Clean = Callable[[Any], Any]


def hidden(value: Any) -> Any:
    """Only that there is something."""
    return None if value in (None, "", [], {}) else HIDDEN


def short_name(value: Any) -> Any:
    return public_name(value) if isinstance(value, str) else hidden(value)


def short_number(value: Any) -> Any:
    return masked(value) if isinstance(value, str) else hidden(value)


def plain(value: Any) -> Any:
    """As it is, without any mobile number that somebody typed into it."""
    return everywhere(value, without_mobiles)


@dataclass(frozen=True, slots=True)
class Logged:
    """How the rows of one table stand in the log."""

    noun: str
    thing: tuple[str, ...] = ("id",)
    """The columns that name the row."""
    town: str | None = "town"
    """The column with the town; None where the account of the row says it."""
    person: str | None = None
    """The column with the person whom it is about."""
    silent: frozenset[str] = frozenset()
    """Columns whose change alone is no news: counters, and what follows from others."""
    clean: Mapping[str, Clean] = field(default_factory=dict)
    """Column, or key of the body, → how it is written."""
    names: frozenset[str] = frozenset()
    """Columns with free text, in which the names of the town's people are shortened."""
    parts_of: tuple[str, tuple[str, ...], str] | None = None
    """(noun, columns, field) of the whole under which many rows at once are counted instead of listed."""
    rest: Clean = plain
    """How everything else is written."""


_THING = frozenset({"revision", "seq", "find"})
_PERSON: dict[str, Clean] = {"name": short_name, "phone": short_number, "email": hidden, "history": hidden}
_SECRET: dict[str, Clean] = {"password": hidden, "code_hash": hidden}
_TOKEN = frozenset({"token_hash"})

LOGGED: dict[str, Logged] = {
    **{
        table.__tablename__: Logged(table.__tablename__, silent=_THING)
        for noun, table in THINGS.items()
        if noun != "people"
    },
    "person": Logged("person", person="id", silent=_THING, clean=_PERSON),
    "town": Logged("town", town="id", silent=frozenset({"revision", "rules_revision"})),
    "week": Logged("week", ("start",), silent=frozenset({"revision", "next_roster"})),
    "duty": Logged(
        "duty",
        ("week", "id"),
        silent=frozenset({"revision", "starts_at", "ends_at"}),
        parts_of=("week", ("week",), "duties"),
    ),
    "roster": Logged(
        "roster",
        ("week", "number"),
        silent=frozenset({"revision", "duties", "summary", "created_at", "created_by", "published_at", "published_by"}),
        names=frozenset({"override_reason"}),
    ),
    "assignment": Logged(
        "assignment",
        ("week", "number", "duty"),
        person="person",
        parts_of=("roster", ("week", "number"), "assignments"),
    ),
    "account": Logged("account", silent=frozenset({"login_key", "epoch"}), clean=_SECRET | {"name": short_name}),
    "account_area": Logged("account", ("account",)),
    "api_token": Logged("token", town=None, silent=_TOKEN | {"last_used_at"}),
    "identity": Logged("account", ("account",), town=None, clean={"subject": hidden}),
    "link": Logged("link", ("person",), person="person", silent=_TOKEN),
    "link_code": Logged("link", ("person",), person="person", clean=_SECRET | {"id": hidden}),
    "link_policy": Logged("link_policy", ("town",)),
    "channel": Logged("channel", clean={"secrets": hidden}),
    "telling_policy": Logged("telling_policy", ("town",), silent=frozenset({"revision"})),
    "webhook": Logged("webhook", clean={"secret": hidden, "url": hidden}),
    "absence": Logged("absence", person="person", clean={"reason": hidden}),
    "person_feed": Logged("feed", ("person",), person="person", silent=frozenset({"key_hash"})),
    "post_feed": Logged("feed", ("post",), silent=frozenset({"key_hash"})),
    "usual_week": Logged("usual_week", ("person",), person="person", silent=frozenset({"revision"})),
    "duty_link": Logged("duty_link", ("kind", "post"), silent=_TOKEN, names=frozenset({"name"})),
    "reserve_policy": Logged("reserve_policy", ("town",)),
    "callout": Logged("callout", silent=frozenset({"wave", "wave_at", "next_at", "said", "until"})),
    "gap_offer": Logged("gap_offer", ("week", "unit")),
    "gap_claim": Logged("gap_claim", ("duty",), person="person"),
    "team_link": Logged("team_link", ("unit",), silent=_TOKEN),
    "exchange": Logged(
        "exchange",
        person="person",
        silent=frozenset({"about", "partner_about", "ended_at", "decided_by", "created_at"}),
        clean={"reason": hidden},
    ),
    "exchange_policy": Logged("exchange_policy", ("town",)),
}
"""Table → how it is logged."""

SILENT: dict[str, str] = {
    "solve": "a run: the row itself keeps who asked for it and when, and what came of it is a roster",
    "solve_turn": "whose turn it is in the queue",
    "solve_paper": "documents of a run",
    "acknowledgement": "what a person says about their own duty; the row keeps who and when",
    "audit": "the log itself",
    "kept_call": "an answer that is kept for a day",
    "erased_person": "its entry is written with the erasure",
    "open_session": "who is signed in changes nothing",
    "message": "what is told follows from what the log has; the row keeps who asked for it and what came of it",
    "attempt": "counters of sign-ins",
    "channel_pace": "counters of what a channel took in this minute",
    "webhook_delivery": "what was called follows from what the log has; the row keeps what came of it",
    "presence": "its own history: each change is a row of its own with who, when and why",
    "handover_note": "a note is only ever added; the row keeps who and when",
    "waiting_import": "what somebody means to import; what is confirmed is logged thing by thing",
    "callout_ask": "whom a call-out asks and what they say; the row keeps when, the roster who came of it",
    "gap_slot": "seats of an offer; what comes of them are claims",
}
"""Table → why the log does not speak of it."""


def rule_of(table: str) -> Logged | None:
    """How a table is logged; None for a silent one. An unknown one tells that it changed and hides what."""
    if table in SILENT:
        return None
    return LOGGED.get(table) or Logged(table, (), town=None, rest=hidden)
