"""A mouse and a finger on the week board, and where they go."""

from __future__ import annotations

from playwright.sync_api import Locator, Page

SAID = "#hint"


def cell(page: Page, post: str, day: int, kind: str) -> Locator:
    """The band of a post on the `day`-th day."""
    row = page.locator(".week tbody tr", has=page.locator("th", has_text=post))
    return row.locator("td").nth(day).locator(f".band.{kind}")


def name_in(band: Locator) -> str:
    return band.locator(".who").inner_text()


def hold_over(page: Page, band: Locator) -> None:
    box = band.bounding_box()
    assert box is not None
    page.mouse.move(box["x"] + 40, box["y"] + box["height"] / 2, steps=3)


class Finger:
    """One finger on the glass, as the browser itself tells of it."""

    def __init__(self, page: Page) -> None:
        self._cdp, self.x, self.y = page.context.new_cdp_session(page), 0.0, 0.0

    def down(self, place: Locator) -> None:
        place.scroll_into_view_if_needed()
        self.x, self.y = self.on(place)
        self._send("touchStart")

    def move(self, x: float, y: float, steps: int = 8) -> None:
        across, down = (x - self.x) / steps, (y - self.y) / steps
        for _ in range(steps):
            self.x, self.y = self.x + across, self.y + down
            self._send("touchMove")

    def up(self) -> None:
        self._cdp.send("Input.dispatchTouchEvent", {"type": "touchEnd", "touchPoints": []})

    @staticmethod
    def on(place: Locator) -> tuple[float, float]:
        box = place.bounding_box()
        assert box is not None
        return box["x"] + 30, box["y"] + box["height"] / 2

    def _send(self, kind: str) -> None:
        self._cdp.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": [{"x": self.x, "y": self.y}]})
