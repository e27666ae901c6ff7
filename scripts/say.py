"""What the set-up scripts say: each sentence in both languages, and the way to stop with one."""

from __future__ import annotations

import sys
from typing import NoReturn


class Stop(Exception):
    """The reason why the product cannot start here, in one sentence of each language."""

    def __init__(self, zh: str, en: str) -> None:
        super().__init__(en)
        self.zh, self.en = zh, en


def tell(zh: str, en: str) -> None:
    """One step that is under way."""
    print(f"· {zh}  {en}", flush=True)


def end_with(stop: Stop) -> NoReturn:
    """Say why and leave with a non-zero code."""
    print(stop.zh, stop.en, sep="\n", file=sys.stderr, flush=True)
    raise SystemExit(1)
