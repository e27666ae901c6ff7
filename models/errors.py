"""What can go wrong with stored things.

    StoreError
    ├─ NotFound            no such thing in this town
    ├─ AlreadyExists       an id, login or overlapping week that is taken
    ├─ InUse               something else still refers to it
    ├─ Conflict            the caller's revision is stale; `.current` is the one in force
    │  └─ AlreadyEnded     a solve that is over cannot be stopped
    ├─ LastAdministrator   somebody has to look after the platform
    ├─ BrokenRules         a roster that breaks hard rules was not published; `.report` says which
    ├─ Unavailable         the database does not answer, or not in time; trying again may help
    ├─ StoreFull           there is no room on the disk
    ├─ CallInFlight        a call with the same idempotency key has not ended yet
    ├─ CallFenced          another call with the same key has taken this one's place
    └─ KeyReused           the key stands for another request

Faults of shape and reference are `scheduler.document.DocumentError`, the same as for a whole document.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy.exc import SQLAlchemyError

if TYPE_CHECKING:
    from scheduler.roster import Report


class StoreError(Exception):
    """Any refusal of the store."""


class NotFound(StoreError):
    def __init__(self, noun: str, id_: object) -> None:
        super().__init__(f"{noun} {id_}: not found")
        self.noun, self.id = noun, str(id_)


class AlreadyExists(StoreError):
    def __init__(self, noun: str, id_: object) -> None:
        super().__init__(f"{noun} {id_}: already exists")
        self.noun, self.id = noun, str(id_)


class InUse(StoreError):
    """`used_by` names up to ten users as (noun, id); `count` is how many there are."""

    def __init__(self, noun: str, id_: str, used_by: tuple[tuple[str, str], ...], count: int) -> None:
        super().__init__(f"{noun} {id_}: used by {count}")
        self.noun, self.id, self.used_by, self.count = noun, id_, used_by, count


class Conflict(StoreError):
    """Somebody else was faster. `current` is the revision in force, None when the thing is gone."""

    def __init__(self, noun: str, id_: object, current: int | None) -> None:
        super().__init__(f"{noun} {id_}: stale revision, current is {current}")
        self.noun, self.id, self.current = noun, str(id_), current


class AlreadyEnded(Conflict):
    """The solve is finished, failed or stopped; `state` says which."""

    def __init__(self, id_: str, state: str) -> None:
        super().__init__("solve", id_, None)
        self.state = state


class LastAdministrator(StoreError):
    """The last active administrator of the platform cannot be taken away."""


class BrokenRules(StoreError):
    def __init__(self, report: Report) -> None:
        super().__init__(f"{len(report.violations)} hard rules broken")
        self.report = report


class Unavailable(StoreError, SQLAlchemyError):
    """The database is away, busy for too long or going down. Also a SQLAlchemyError, as the workers know it."""


class StoreFull(StoreError, SQLAlchemyError):
    """The disk that holds the database is full; nothing was stored."""


class CallInFlight(StoreError):
    """The first call with this key has not ended yet."""


class CallFenced(StoreError):
    """A later call with the same key took over: what this one wrote is taken back."""


class KeyReused(StoreError):
    """The same key came with another address, body, or rights."""
