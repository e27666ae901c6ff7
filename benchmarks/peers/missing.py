"""What a peer says when it cannot run here."""

from __future__ import annotations

from scheduler.text import Text


class Missing(Exception):
    """A peer lacks something on this machine; `text` is one sentence of each language."""

    def __init__(self, text: Text) -> None:
        super().__init__(text.en)
        self.text = text
