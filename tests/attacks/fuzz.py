"""`make fuzz MINUTES=10`: chains of made-up calls against the service, and damaged input for every importer.

Half of the time goes to each. Nothing may answer with 500 or above, and no reader may end in anything but a value or
a list of faults. The last line says how much was tried; a finding ends the run with its smallest example.
"""

from __future__ import annotations

import argparse
import random
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable
from pathlib import Path

import hypothesis
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from api import create_app
from models.store import Store
from tests.api.conftest import ACCOUNTS, PASSWORD, SETTINGS, Caller, Filled
from tests.api.towns import document

from .importers import IMPORTERS
from .stateful import Walk

EXAMPLES = 300
WALKS, STEPS = 10, 12


def importer(name: str, tried: Counter[str]) -> Callable[[int], None]:
    """A batch of one importer, by seed."""
    read, strategies = IMPORTERS[name]

    def batch(seed: int) -> None:
        @hypothesis.seed(seed)
        @given(st.tuples(*strategies))
        @settings(max_examples=EXAMPLES, deadline=None, database=None, suppress_health_check=list(HealthCheck))
        def share(held: tuple[object, ...]) -> None:
            tried[f"{name}, {'read' if read(*held) else 'refused'}"] += 1

        share()

    return batch


def service(folder: Path) -> Filled:
    """The two towns of the tests and somebody of every role, on a database of its own."""
    path = folder / "filled.sqlite"
    app = create_app(SETTINGS | {"DATABASE_URL": f"sqlite:///{path}"})
    store: Store = app.extensions["sanban_store"]
    store.migrate()
    for town in (document(), document("west", "西镇")):
        store.load_town(town)
    sessions = {}
    for login, (role, town_id) in ACCOUNTS.items():
        store.accounts.create(login, f"名{login}", PASSWORD, role, town_id)
        caller = Caller(app.test_client()).sign_in(login)
        cookie = caller.client.get_cookie("sanban")
        assert cookie is not None
        sessions[login] = (cookie.value, caller.headers["X-CSRF-Token"])
    store.close()
    return Filled(path, app, sessions)


def run(seconds: float, seed: int) -> str:
    """Fuzz for so long; what was tried, in words. Raises on the first finding."""
    dice = random.Random(seed)
    tried: Counter[str] = Counter()
    spent = Counter[str]()
    began = time.monotonic()
    with tempfile.TemporaryDirectory() as folder:
        walk = Walk(service(Path(folder)), Path(folder))
        importers = [importer(name, tried) for name in IMPORTERS]
        turn = 0
        while time.monotonic() - began < seconds:
            started = time.monotonic()
            kind = min(("calls", "importers"), key=lambda k: spent[k])
            if kind == "calls":
                walk.batch(WALKS, STEPS, dice.randrange(2**32))
            else:
                importers[turn % len(importers)](dice.randrange(2**32))
                turn += 1
            spent[kind] += round((time.monotonic() - started) * 1000)
    calls = f"{walk.statuses.total()} calls of {len(walk.operations)} operations {dict(sorted(walk.statuses.items()))}"
    return f"{calls}; {tried.total()} imports {dict(sorted(tried.items()))}; seed {seed}; nothing found"


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--minutes", type=float, default=10)
    parser.add_argument("--seed", type=int, default=None)
    given_ = parser.parse_args()
    chosen = given_.seed if given_.seed is not None else random.SystemRandom().randrange(2**32)
    sys.stdout.write(run(given_.minutes * 60, chosen) + "\n")
