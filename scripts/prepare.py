"""What a first start puts into the database, and a later start leaves alone."""

from __future__ import annotations

import json
import os
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any
from urllib.parse import quote

from models.errors import AlreadyExists, NotFound
from models.store import Store
from say import tell
from scheduler import towns

SEED = 1
FIRST_TOWN = "shouchang"
SOLVE_SECONDS = 60
LINK_DAYS = 90
DEMO_LOGINS = {"organiser": FIRST_TOWN, "organiser-xincheng": "xincheng", "organiser-anguolu": "anguolu", "admin": None}


@dataclass(frozen=True)
class SignIns:
    """How to get in: (login, password) of the demo accounts, and the volunteer's personal link."""

    organiser: tuple[str, str]
    administrator: tuple[str, str]
    volunteer_path: str
    volunteer_name: str


def prepare(store: Store, folder: Path) -> SignIns:
    """Tables, demo towns, accounts, and the solve of the coming week when it has no roster yet."""
    tell("更新数据库", "Bringing the database up to date")
    store.migrate()
    known = {town.id for town in store.towns.list()}
    monday = towns.coming_monday()
    for key in towns.DEMO_KEYS:
        if key not in known:
            tell(f"载入示例镇街 {key}", "Loading a demo town")
            store.load_town(towns.make(key, SEED, monday))
        else:
            _coming_week(store, key, monday)
    _solve_once(store, monday)
    return _sign_ins(store, folder)


def _coming_week(store: Store, town: str, monday: date) -> None:
    """A town that was loaded in an earlier week gets the coming week, with the duties of its latest one."""
    with suppress(AlreadyExists):  # that Monday, or another window that reaches into its days
        try:
            store.weeks.make(town, monday, source="previous")
        except NotFound:
            store.weeks.make(town, monday)


def _solve_once(store: Store, monday: date) -> None:
    """Queue the first town's coming week unless it has a roster or a run already."""
    week = store.weeks.on(FIRST_TOWN, monday)
    if week is None or store.rosters.versions(FIRST_TOWN, week.start):
        return
    if store.solves.list(FIRST_TOWN, week.start).total:
        return
    tell("排下周的寿昌镇班表（在后台进行）", "Queueing the coming week of Shouchang (it runs in the background)")
    problem = store.weeks.problem_document(FIRST_TOWN, week.start)
    store.solves.create(FIRST_TOWN, "solve", problem, week=week.start, seconds=SOLVE_SECONDS, seed=SEED)


# --- sign-ins -------------------------------------------------------------------------------------------
def _sign_ins(store: Store, folder: Path) -> SignIns:
    """Make the demo accounts once per installation; their passwords stay in a file that only its owner reads."""
    kept = folder / "demo-sign-ins.json"
    held: dict[str, Any] = json.loads(kept.read_text()) if kept.exists() else {}
    passwords: dict[str, str] = {login: held.get("passwords", {}).get(login, "") for login in DEMO_LOGINS}
    for login, town in DEMO_LOGINS.items():
        passwords[login] = passwords[login] or _new_password()
        _account(store, login, passwords[login], town, known=login in held.get("passwords", {}))
    token = held.get("volunteer_token", "")
    owner = store.links.person_of(token) if token else None
    if owner is None:
        person = _volunteer()
        token = store.links.issue(FIRST_TOWN, person, LINK_DAYS)
        owner = store.links.person_of(token)
    assert owner is not None
    _keep(kept, {"passwords": passwords, "volunteer_token": token})
    return SignIns(
        ("organiser", passwords["organiser"]),
        ("admin", passwords["admin"]),
        f"/v/{quote(token)}",
        owner[1].name,
    )


def _new_password() -> str:
    """Easy to type, and different in every installation."""
    letters = "abcdefghjkmnpqrstuvwxyz23456789"
    return "-".join("".join(letters[b % len(letters)] for b in os.urandom(4)) for _ in range(3))


def _account(store: Store, login: str, password: str, town: str | None, known: bool) -> None:
    """Create the account; one whose password file was lost gets a new password."""
    try:
        store.accounts.create(login, login, password, "organiser" if town else "platform_administrator", town)
    except AlreadyExists:
        if not known:
            lost = next(a for a in store.accounts.list() if a.login == login)
            store.accounts.set_password(lost.id, password)


def _volunteer() -> str:
    """A volunteer of the first town whose page is worth a look."""
    people: Iterable[Any] = towns.make(FIRST_TOWN, SEED)["people"]
    return next(p["id"] for p in people if p["category"] == "volunteer" and p["contract"] == "volunteer")


def _keep(path: Path, body: dict[str, Any]) -> None:
    aside = path.with_suffix(".new")
    aside.unlink(missing_ok=True)
    with os.fdopen(os.open(aside, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
        json.dump(body, file, ensure_ascii=False, indent=1)
    aside.replace(path)
