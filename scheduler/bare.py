"""What goes to another process is what was said, not what has been worked out about it since."""

from __future__ import annotations

from dataclasses import fields
from typing import Any


class Bare:
    """A dataclass whose copies hold its fields alone.

    Cached properties stay behind: another thread may be adding one at the very moment in which this is pickled.
    """

    def __getstate__(self) -> dict[str, Any]:
        return {field.name: getattr(self, field.name) for field in fields(self)}  # type: ignore[arg-type]
