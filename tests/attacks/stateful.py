"""Schemathesis walks from call to call: what one answer names (ids, addresses) is what the next call asks for."""

from __future__ import annotations

import shutil
from collections import Counter
from pathlib import Path
from typing import Any

import hypothesis
import schemathesis
from flask import Flask
from hypothesis import HealthCheck, Phase
from schemathesis.checks import not_a_server_error
from schemathesis.generation.stateful import run_state_machine_as_test

from models.store import Store
from tests.api.conftest import Filled
from tests.api.towns import MONDAY

REAL = {"town": "east", "week": MONDAY}
WITHOUT = r"/(events|session)$"
"""A stream lasts, and signing out would end the walk."""


class Walk:
    """Calls by the administrator of everything, on a fresh copy of the filled database for every batch."""

    def __init__(self, filled: Filled, folder: Path) -> None:
        self.filled, self.folder = filled, folder
        self.statuses: Counter[int] = Counter()
        self.operations: Counter[str] = Counter()
        self.machine = self._machine(filled.app)

    def batch(self, examples: int, steps: int, seed: int) -> None:
        """So many walks of so many steps; raises on an answer of 500 and above."""
        store = self._store(seed)
        try:
            machine = hypothesis.seed(seed)(self.machine)
            bounds = hypothesis.settings(
                max_examples=examples,
                stateful_step_count=steps,
                deadline=None,
                database=None,
                phases=[Phase.generate],
                suppress_health_check=list(HealthCheck),
            )
            run_state_machine_as_test(machine, settings=bounds)
        finally:
            store.close()

    def _store(self, seed: int) -> Store:
        for file in self.filled.path.parent.glob("filled.sqlite*"):
            shutil.copy(file, self.folder / file.name.replace("filled", f"walk-{seed}"))
        store = Store(f"sqlite:///{self.folder / f'walk-{seed}.sqlite'}")
        self.filled.app.extensions["sanban_store"] = store
        self.filled.app.config["WAKE"] = lambda: None
        return store

    def _machine(self, app: Flask) -> type[Any]:
        schema = schemathesis.openapi.from_wsgi("/api/v1/openapi.json", app).exclude(path_regex=WITHOUT)
        cookie, token = self.filled.sessions["admin"]
        walk = self

        @schema.hook
        def map_path_parameters(_: Any, path_parameters: dict[str, Any] | None) -> dict[str, Any] | None:
            return path_parameters and {k: REAL.get(k, v) for k, v in path_parameters.items()}

        class Machine(schema.as_state_machine()):  # type: ignore[misc]
            def before_call(self, case: Any) -> None:
                case.headers.pop("Authorization", None)  # a made-up link, which would count in place of the cookie

            def get_call_kwargs(self, case: Any) -> dict[str, Any]:
                return {"headers": {"X-CSRF-Token": token}, "cookies": {"sanban": cookie}}

            def validate_response(self, response: Any, case: Any, **kwargs: Any) -> None:
                walk.statuses[response.status_code] += 1
                walk.operations[case.operation.label] += 1
                case.validate_response(response, checks=[not_a_server_error])

        return Machine
