"""A county's administrator behind the proxy: what every installation has to be able to do."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

import requests

from scheduler import towns

PATIENCE = 240.0
"""Seconds: a worker's first start compiles the search."""
TOWN = "anguolu"
TEXT = "text/event-stream"


def eventually(condition: Callable[[], Any], what: str, seconds: float = PATIENCE) -> Any:
    """What `condition` gives as soon as it is true; a server that cannot be reached counts as not yet."""
    ends, why = time.monotonic() + seconds, ""
    while True:
        try:
            if value := condition():
                return value
        except (requests.ConnectionError, requests.Timeout) as error:
            if "CERTIFICATE" in (why := repr(error)):
                raise
        assert time.monotonic() < ends, f"{what} did not happen within {seconds} s; {why}"
        time.sleep(0.5)


@dataclass
class County:
    """An administrator of the platform, signed in through the proxy."""

    address: str
    certificate: Path
    password: str
    login: str = "ada"
    week: date = field(default_factory=towns.coming_monday)

    def __post_init__(self) -> None:
        self.browser = requests.Session()
        self.browser.trust_env = False  # a bundle named in the environment would go before the certificate
        self.browser.verify = str(self.certificate)

    def sign_in(self) -> None:
        signed = self.call("POST", "/session", json={"login": self.login, "password": self.password})
        self.browser.headers["X-CSRF-Token"] = signed.json()["csrf_token"]

    def call(self, method: str, path: str, **more: Any) -> requests.Response:
        """A call of the API that is answered well. Raises requests.ConnectionError while it says "in a moment"."""
        answer = self.browser.request(method, f"{self.address}/api/v1{path}", timeout=60, **more)
        if answer.status_code == 503:
            raise requests.ConnectionError(answer.text[:500])
        assert answer.ok, f"{method} {path}: {answer.status_code} {answer.text[:500]}"
        return answer

    def ready(self) -> bool:
        """Whether the service answers through the proxy and finds its database."""
        answer = self.browser.get(f"{self.address}/readyz", timeout=10)
        return answer.status_code == 200 and answer.json() == {"status": "ok"}

    # --- a week from nothing ---------------------------------------------------------------------------
    def brings(self) -> None:
        """A town with its people, posts and the coming week."""
        self.call("POST", "/towns/import", json=towns.make(TOWN, 1, self.week))

    def name(self) -> str:
        named: str = self.call("GET", f"/towns/{TOWN}").json()["name"]
        return named

    def renames(self, name: str) -> None:
        """Give the town another name."""
        held = self.call("GET", f"/towns/{TOWN}")
        self.call(
            "PUT", f"/towns/{TOWN}", json=held.json() | {"name": name}, headers={"If-Match": held.headers["ETag"]}
        )

    def asks(self, seconds: int) -> str:
        """Queue a solve of the week; its id."""
        path = f"/towns/{TOWN}/weeks/{self.week}/solves"
        solve: str = self.call("POST", path, json={"seconds": seconds, "seed": 1, "gap": 0.0}).json()["id"]
        return solve

    def state(self, solve: str) -> dict[str, Any]:
        told: dict[str, Any] = self.call("GET", f"/solves/{solve}").json()
        return told

    def running(self, solve: str) -> None:
        """Wait until a worker has found a first roster and is still at it."""
        eventually(lambda: self.state(solve)["state"] == "running", "a worker taking the solve up")

    def finished(self, solve: str) -> dict[str, Any]:
        """Wait for the end of a solve, which is a good one."""
        told = eventually(lambda: (s := self.state(solve))["state"] not in ("queued", "running") and s, "the end")
        assert told["state"] == "finished", told
        return dict(told)

    def publishes(self) -> int:
        """Publish the draft; the version's number."""
        rosters = f"/towns/{TOWN}/weeks/{self.week}/rosters"
        draft = self.call("GET", f"{rosters}/draft")
        shown = {"published": self.published(), "emergency": True}
        told = self.call("POST", f"{rosters}/draft/publish", json=shown, headers={"If-Match": draft.headers["ETag"]})
        assert told.json()["state"] == "published"
        number: int = told.json()["number"]
        return number

    def published(self) -> int | None:
        """The number of the published version."""
        versions = self.call("GET", f"/towns/{TOWN}/weeks/{self.week}/rosters").json()["items"]
        return next((v["number"] for v in versions if v["state"] == "published"), None)

    def roster(self) -> list[Any]:
        """The published assignments."""
        found: list[Any] = self.call("GET", f"/towns/{TOWN}/weeks/{self.week}/rosters/published").json()["assignments"]
        return found

    def volunteer(self) -> tuple[str, str]:
        """Somebody on the published roster: the name, and the address of the own page."""
        person = self.roster()[0]["person"]
        token = self.call("POST", f"/towns/{TOWN}/people/{person}/links", json={}).json()["token"]
        name = self.call("GET", f"/towns/{TOWN}/people/{person}").json()["name"]
        return name, f"{self.address}/v/{token}"

    def follows(self, solve: str) -> float:
        """Seconds until the first event of a solve has come through the proxy."""
        began = time.monotonic()
        headers = {"Accept": TEXT}
        stream = self.browser.get(
            f"{self.address}/api/v1/solves/{solve}/events", headers=headers, stream=True, timeout=30
        )
        with stream:
            assert stream.headers["Content-Type"].startswith(TEXT)
            assert next(stream.iter_lines())
        return time.monotonic() - began


def has_a_week(county: County) -> None:
    """Everything from signing in to a volunteer's own page, as it goes in every installation."""
    eventually(county.ready, "the service")
    county.sign_in()
    county.brings()
    solve = county.asks(seconds=10)
    assert county.follows(solve) < 5
    told = county.finished(solve)
    assert told["progress"]["vacancies"] == 0, told
    assert county.publishes() == 1
    name, page = county.volunteer()
    shown = requests.get(page, verify=str(county.certificate), timeout=30)
    assert shown.status_code == 200
    assert name in shown.text
    hidden = requests.get(f"{county.address}/metrics", verify=str(county.certificate), timeout=30)
    assert hidden.status_code == 404
