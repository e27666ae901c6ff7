"""`migrate`: bring the tables to the newest form."""

from __future__ import annotations

import argparse

from scheduler.text import Text

from .. import schema
from .frame import DONE, Refusal, opened, shown, tell, with_database

NAME = "migrate"
SAYS = Text("把表升级到最新（先备份）", "bring the tables to the newest form (back up first)")


def arguments(parser: argparse.ArgumentParser) -> None:
    with_database(parser)


def run(asked: argparse.Namespace) -> int:
    """Makes the tables of an empty database, too. Refuses tables that are newer than the program."""
    with opened(asked.url, exists=False) as database:
        before, newest = schema.current(database), schema.newest()
        if before is not None and before not in schema.all_forms():
            raise Refusal(
                f"{shown(database)} 的表是 {before}，比本程序（{newest}）新：请先升级程序。",
                f"The tables of {shown(database)} are at {before}, newer than this program ({newest}): "
                "upgrade the program first.",
            )
        schema.upgrade(database)
        if before == newest:
            tell(f"表已经是最新的 {newest} 。", f"The tables are at {newest}, the newest form, already.")
        else:
            tell(
                f"表从 {before or '无'} 升级到 {newest} 。", f"The tables went from {before or 'nothing'} to {newest}."
            )
    return DONE
