"""Where something went wrong, without its words: those may hold somebody's name."""

from __future__ import annotations

import re
import traceback
from pathlib import Path

KEPT_PLACES = 5
_PLACE = re.compile(r'File "(.+?)", line (\d+), in (\S+)')


def where(trace: str) -> list[str]:
    """The last places of a trace and the kind of exception."""
    places = [f"{Path(file).name}:{line} {function}" for file, line, function in _PLACE.findall(trace)]
    kinds = [line.split(":")[0] for line in trace.splitlines() if line and not line[0].isspace()]
    return [*places[-KEPT_PLACES:], *kinds[-1:]]


def places(error: BaseException) -> list[str]:
    """The same of an exception in hand, with the exceptions that led to it before it."""
    earlier = error.__cause__ or (None if error.__suppress_context__ else error.__context__)
    frames = traceback.extract_tb(error.__traceback__)[-KEPT_PLACES:]
    own = [f"{Path(frame.filename).name}:{frame.lineno} {frame.name}" for frame in frames]
    return [*(places(earlier) if earlier is not None else []), *own, type(error).__name__]
