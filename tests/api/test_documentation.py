"""The page of documentation in a real browser, behind its content security policy."""

from __future__ import annotations

from threading import Thread

from playwright.sync_api import Browser, ViewportSize, expect
from werkzeug.serving import WSGIRequestHandler, make_server

from .conftest import Service

ALL_IN_SIGHT: ViewportSize = {"width": 1280, "height": 16_000}
"""Of a long list Swagger draws only what is in the window, and what one scrolls to."""


class Quiet(WSGIRequestHandler):
    def log(self, type: str, message: str, *args: object) -> None:
        """Nothing: the application logs by itself."""


def test_the_documentation_shows_every_operation_and_loads_nothing_from_elsewhere(
    service: Service, browser: Browser
) -> None:
    document = service.caller().get("/api/v1/openapi.json").get_json()
    operations = sum(
        m in path for path in document["paths"].values() for m in ("get", "post", "put", "patch", "delete")
    )
    server = make_server("127.0.0.1", 0, service.app, threaded=True, request_handler=Quiet)
    Thread(target=server.serve_forever, daemon=True).start()
    troubles: list[str] = []
    here = f"http://127.0.0.1:{server.server_port}"
    page = browser.new_page(viewport=ALL_IN_SIGHT)
    try:
        page.on("console", lambda message: troubles.append(message.text))
        page.on("pageerror", lambda error: troubles.append(str(error)))
        page.on("request", lambda r: troubles.append(r.url) if not r.url.startswith((here, "data:")) else None)
        page.goto(f"{here}/api/docs")
        expect(page.locator(".opblock")).to_have_count(operations, timeout=30_000)
    finally:
        page.close()
        server.shutdown()
        server.server_close()
    assert troubles == []
