"""Single duties beside the posts' staffing: standby and tasks, as document piece and as slot."""

from __future__ import annotations

from datetime import date

from .draft import Slot, instant
from .town import needs_of
from .words import Piece


def single(
    id_: str,
    kind: str,
    start: date,
    minutes: tuple[int, int],
    post: Piece,
    seats: list[Piece],
    *,
    shift: tuple[str, str],
    night: bool = False,
    vehicle: str | None = None,
) -> tuple[Piece, Slot]:
    """A duty of any kind at a post; `minutes` from the window's start, `shift` the part of the day (id, name)."""
    begins, ends = minutes
    piece: Piece = {
        "id": id_, "kind": kind, "post": post["id"], "start": instant(start, begins), "end": instant(start, ends),
        "shift_name": shift[1], "night": night, "seats": seats,
    }  # fmt: skip
    if vehicle is not None:
        piece["vehicle"] = vehicle
    slot = Slot(
        begins, ends, needs_of(seats), post["id"], post.get("area"), shift[0], night,
        run=id_ if kind == "errand_run" else None, standby=kind == "standby", duty=id_,
    )  # fmt: skip
    return piece, slot
