"""Somebody with a browser. Whatever goes wrong unseen is noted: console errors, failed requests, foreign addresses."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal
from urllib.parse import urlsplit

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page, Playwright, Request, Response

from .service import PASSWORD

CHROMIUM_NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
QUIET = [
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--disable-default-apps",
    "--no-first-run",
    "--no-default-browser-check",
    "--disable-features=OptimizationHints,MediaRouter,Translate",
]
Size = Literal["desktop", "phone"]
SIZES: dict[Size, tuple[int, int]] = {"desktop": (1440, 900), "phone": (390, 844)}
PICTURES = Path(__file__).resolve().parent.parent.parent / "artefacts" / "screenshots"


def launch(playwright: Playwright) -> Browser:
    """The system's own browser, found by its path."""
    path = next((found for name in CHROMIUM_NAMES if (found := shutil.which(name))), None)
    assert path, "no chromium: apt-get install chromium"
    sandbox = ["--no-sandbox"] if os.geteuid() == 0 else []
    return playwright.chromium.launch(executable_path=path, args=[*QUIET, *sandbox])


@dataclass
class Visitor:
    """One browser window of its own; `expected` holds the statuses of 400 and above that a test provokes."""

    context: BrowserContext
    page: Page
    url: str
    size: Size
    language: str
    expected: set[int] = field(default_factory=set)
    problems: list[str] = field(default_factory=list)
    loaded_bytes: int = 0

    def go(self, path: str) -> None:
        self.page.goto(self.url + path)
        self.page.wait_for_load_state()

    def sign_in(self, login: str, then: str = "/") -> None:
        """Signed in, on the page `then`: without the form, which is a page to draw and a story of its own."""
        answer = self.context.request.post(f"{self.url}/api/v1/session", data={"login": login, "password": PASSWORD})
        assert answer.ok, answer.text()
        self.go(then)

    def sign_in_by_form(self, login: str) -> None:
        """As a person does."""
        self.go("/sign-in")
        self.page.fill("#login", login)
        self.page.fill("#password", PASSWORD)
        self.page.click("button.primary")
        self.page.wait_for_url(lambda url: "/sign-in" not in url)

    def resize(self, size: Size) -> None:
        """The same page in a window of another size."""
        width, height = SIZES[size]
        self.size = size
        self.page.set_viewport_size({"width": width, "height": height})

    def picture(self, name: str, *, full: bool = False) -> None:
        """Keep a picture of the page as a test artefact."""
        PICTURES.mkdir(parents=True, exist_ok=True)
        self.page.screenshot(path=PICTURES / f"{name}-{self.size}-{self.language[:2]}.png", full_page=full)

    def nothing_sticks_out(self) -> None:
        """The page is no wider than its window."""
        wide, window = self.page.evaluate("[document.documentElement.scrollWidth, window.innerWidth]")
        assert wide <= window, f"{self.page.url} is {wide} px wide in a window of {window} px"

    def violations(self) -> list[tuple[str, list[tuple[str, str]]]]:
        """What axe finds wrong: which rule, where, and what to do about it."""
        found = Axe().run(self.page).response["violations"]
        return [(v["id"], [(str(n["target"]), n["failureSummary"]) for n in v["nodes"]]) for v in found]

    def no_violations(self) -> None:
        """The page is accessible, as far as axe can tell."""
        assert self.violations() == []

    def watch(self) -> None:
        self.page.on("console", self._console)
        self.page.on("pageerror", lambda error: self.problems.append(f"script: {error}"))
        self.page.on("request", self._request)
        self.page.on("response", self._response)
        self.page.on("requestfailed", self._failed)

    def _console(self, message: ConsoleMessage) -> None:
        if message.type in ("error", "warning"):
            said = any(f"status of {status}" in message.text for status in self.expected)
            if not said:
                self.problems.append(f"console: {message.text}")

    def _request(self, request: Request) -> None:
        if request.url.startswith(("data:", "blob:")):
            return
        if f"{urlsplit(request.url).scheme}://{urlsplit(request.url).netloc}" != self.url:
            self.problems.append(f"foreign address: {request.url}")

    def _response(self, response: Response) -> None:
        if response.status >= 400 and response.status not in self.expected:
            self.problems.append(f"{response.status}: {response.request.method} {response.url}")

    def _failed(self, request: Request) -> None:
        # A stream of events or a fetch that the browser drops because the page goes away has not failed.
        if request.failure != "net::ERR_ABORTED":
            self.problems.append(f"failed: {request.url}: {request.failure}")


@contextmanager
def visiting(
    browser: Browser, url: str, size: Size = "desktop", language: str = "zh-CN", scripts: bool = True
) -> Iterator[Visitor]:
    """A visitor until the block ends; fails when anything went wrong unseen."""
    width, height = SIZES[size]
    context = browser.new_context(
        viewport={"width": width, "height": height},
        locale=language,
        timezone_id="Asia/Shanghai",
        java_script_enabled=scripts,
        is_mobile=size == "phone",
        has_touch=size == "phone",
    )
    context.set_default_timeout(30_000)
    visitor = Visitor(context, context.new_page(), url, size, language)
    visitor.watch()
    try:
        yield visitor
    finally:
        context.close()
    assert not visitor.problems, "\n".join(visitor.problems)
