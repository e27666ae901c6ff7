"""One service for all stories; every story has a town of its own."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, ExitStack

import pytest
from playwright.sync_api import Browser

from .service import Service, running
from .visitor import Visitor, visiting


@pytest.fixture(scope="session")
def service(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Service]:
    with running(tmp_path_factory.mktemp("service")) as started:
        yield started


@pytest.fixture
def visit(browser: Browser, service: Service) -> Iterator[Callable[..., Visitor]]:
    """Opens windows: visit(), visit("phone"), visit("phone", "en-GB"), visit(scripts=False)."""
    with ExitStack() as windows:

        def opened(size: str = "desktop", language: str = "zh-CN", scripts: bool = True) -> Visitor:
            window: AbstractContextManager[Visitor] = visiting(browser, service.url, size, language, scripts)  # type: ignore[arg-type]
            return windows.enter_context(window)

        yield opened
