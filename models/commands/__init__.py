"""The command line of what is stored: one module a command, each with `NAME`, `SAYS`, `arguments` and `run`.

Exit codes: 0 done; 1 looked at and found wrong; 2 refused, nothing was changed; 3 the database or the disk failed.
"""

from __future__ import annotations

import argparse
import os
from collections.abc import Sequence

from sqlalchemy.exc import ArgumentError, SQLAlchemyError

from ..environment import SettingsError
from ..errors import StoreFull, Unavailable
from ..transfer import TransferError
from ..vault import NoKey
from . import administrator, backup, check, migrate, move, purge, reseal, restore
from .frame import FAILED, REFUSED, Refusal, complain, reason

COMMANDS = (migrate, check, backup, restore, move, purge, reseal, administrator)


def parser() -> argparse.ArgumentParser:
    """The arguments of every command."""
    whole = argparse.ArgumentParser(prog="python -m models", description="三班的数据  The stored data of Sanban")
    commands = whole.add_subparsers(dest="command", required=True)
    for command in COMMANDS:
        said = f"{command.SAYS.zh}  {command.SAYS.en}"
        one = commands.add_parser(command.NAME, help=said, description=said)
        command.arguments(one)
        one.set_defaults(run=command.run)
    return whole


def main(arguments: Sequence[str]) -> int:
    """Runs one command; what it makes is readable by its owner only. Returns the exit code."""
    os.umask(0o077)
    asked = parser().parse_args(arguments)
    try:
        code: int = asked.run(asked)
    except Refusal as refusal:
        complain(refusal.text.zh, refusal.text.en)
        return REFUSED
    except SettingsError as error:
        for fault in error.faults:
            complain(fault.zh, fault.en)
        return REFUSED
    except NoKey as error:
        complain(f"{error.text.zh}没有改动任何数据。", f"{error.text.en} Nothing was changed.")
        return REFUSED
    except ArgumentError:
        complain(
            "数据库地址无法理解：应为 sqlite:///文件 或 postgresql://用户:口令@主机/库。",
            "The address of the database is not understood: sqlite:///FILE or postgresql://user:password@host/name.",
        )
        return REFUSED
    except TransferError as error:
        complain(
            f"不能照搬：{error.text.zh}。没有改动任何数据。",
            f"This cannot be carried over: {error.text.en}. Nothing was changed.",
        )
        return REFUSED
    except (SQLAlchemyError, Unavailable, StoreFull, OSError) as error:
        why = reason(error)
        complain(f"数据库或磁盘出错，没有完成：{why}", f"The database or the disk failed, nothing was completed: {why}")
        return FAILED
    return code
