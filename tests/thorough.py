"""How much the property tests try: a little every time, and much more now and then (`make test-thorough`)."""

from __future__ import annotations

import os

TIMES = float(os.environ.get("TEST_TIMES", "1"))


def examples(usual: int) -> int:
    """How many examples to try where `make test` tries so many: TEST_TIMES as many, and never none."""
    return max(1, round(usual * TIMES))
