"""The command line: the border of the solver process. Exit codes: 0 fine, 1 rules broken, 2 bad input,
3 nothing legal found, 4 a bug."""

from __future__ import annotations

import os
import sys
import traceback
from collections.abc import Sequence

from ..document import DocumentError
from ..text import Text
from . import instances, looking, routing, solving
from .arguments import parse
from .output import BUG, FINE, InputError, Teller

COMMANDS = {
    "solve": solving.solve,
    "repair": solving.repair,
    "check": looking.check,
    "explain": looking.explain,
    "preflight": looking.preflight,
    "town": looking.town,
    "rules": looking.rules,
    "schema": looking.schema,
    "inrc2": instances.inrc2,
    "curtois": instances.curtois,
    "lilim": routing.lilim,
}


def main(argv: Sequence[str], parent: int | None = None) -> int:
    """Runs one command and returns its exit code; every error is a sentence on standard error.

    `parent` is the process that started this one, as seen at its very start.
    """
    teller = Teller.of(argv)
    try:
        options = parse(argv, teller)
        options.parent = os.getppid() if parent is None else parent
        return COMMANDS[options.command](options, teller)
    except DocumentError as error:
        teller.faults(error.faults)
        return InputError.code
    except InputError as error:
        teller.error(error.text)
        return error.code
    except BrokenPipeError:  # the reader of our output has seen enough
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return FINE
    except Exception as error:  # noqa: BLE001 - the last line: a bug is told as one, with its trace
        teller.trace("".join(traceback.format_exception(error)))
        teller.error(
            Text(
                f"程序出错（{type(error).__name__}），请把以上内容报告给开发者。",
                f"This is a bug ({type(error).__name__}): please report the lines above.",
            )
        )
        return BUG
