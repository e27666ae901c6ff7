"""The table of calls with an idempotency key."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import Text
from sqlalchemy.orm import Mapped, mapped_column

from .columns import Base


class KeptCallRow(Base):
    """One call: under way while `status` is empty, then with its answer until it expires."""

    __tablename__ = "kept_call"
    id: Mapped[str] = mapped_column(primary_key=True)
    """A hash of town, actor and key: the key itself is not kept."""
    town: Mapped[str | None]
    """The actor's; empty for who looks after all towns."""
    actor: Mapped[str]
    endpoint: Mapped[str]
    """Method and route, without ids."""
    digest: Mapped[str]
    """Of address, body and the caller's rights."""
    attempt: Mapped[int]
    held_until: Mapped[datetime]
    """Who asks again after that takes the call over."""
    expires_at: Mapped[datetime] = mapped_column(index=True)
    status: Mapped[int | None]
    headers: Mapped[dict[str, Any] | None]
    body: Mapped[str | None] = mapped_column(Text)
    """None: what was shown is shown once."""
