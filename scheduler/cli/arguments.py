"""The arguments of the command line, in both languages."""

from __future__ import annotations

import argparse
import math
from collections.abc import Callable, Sequence
from datetime import date
from typing import NoReturn

from .. import __version__
from .output import InputError, Teller


class _Parser(argparse.ArgumentParser):
    """Tells a mistake as an InputError instead of ending the process."""

    def error(self, message: str) -> NoReturn:
        usage = " ".join(self.format_usage().split())
        raise InputError(f"参数有误：{message}。{usage}", f"The arguments are wrong: {message}. {usage}")


def parse(argv: Sequence[str], teller: Teller) -> argparse.Namespace:
    """The options of one command; InputError for what cannot be used."""

    def said(zh: str, en: str) -> str:
        return en if teller.language.startswith("en") else zh

    parser = _Parser(
        prog="python -m scheduler",
        description=said(
            "三班：一周班表的求解、检查与说明。", "Sanban: solve, check and explain the roster of a week."
        ),
        epilog=said(
            "退出码：0 正常，1 违反规则，2 输入有误，3 没有合法班表，4 程序错误。文件名 - 表示标准输入。",
            "Exit codes: 0 fine, 1 rules broken, 2 bad input, 3 nothing legal found, 4 a bug. "
            "The file name - is standard input.",
        ),
    )
    parser.add_argument("--version", action="version", version=__version__)
    commands = parser.add_subparsers(dest="command", required=True, metavar="COMMAND", parser_class=_Parser)

    def command(name: str, zh: str, en: str, *files: str, out: bool = True) -> argparse.ArgumentParser:
        made = commands.add_parser(name, help=said(zh, en), description=said(zh, en), allow_abbrev=False)
        for file in files:
            made.add_argument(file, metavar=f"{file.upper()}.json")
        made.add_argument("--lang", choices=("zh", "en"), default="zh", help=said("语言", "language of sentences"))
        if out:
            made.add_argument("--out", metavar="FILE", help=said("写入文件", "write the result to this file"))
        return made

    _solving(command("solve", "排出班表", "make a roster", "problem"), said)
    mending = ("请假或新开勤务后调整班表", "repair a roster after drop-outs, or for new duties")
    _solving(command("repair", *mending, "problem", "absences"), said)
    command("check", "按规则检查班表", "check a roster against the rules", "problem", "roster")
    command("explain", "说明每个缺口的原因", "say why each vacancy is there", "problem", "roster")
    command("preflight", "求解前指出行不通之处", "say before solving what cannot work", "problem")
    town = command("town", "生成示范镇街", "make a demo town")
    town.add_argument("key", metavar="KEY", help=said("镇街代号", "which town"))
    town.add_argument("--seed", type=_whole(0, 2**31 - 1), default=1)
    town.add_argument("--people", type=_whole(1, 10**6), help=said("人数（仅可缩放的镇街）", "size, where it can vary"))
    town.add_argument("--start", type=_date, metavar="2026-11-23", help=said("第一天", "first day of the window"))
    rules = command("rules", "列出全部规则", "list all rules")
    rules.add_argument("--json", action="store_true", help=said("输出 JSON", "as JSON"))
    command("schema", "输出问题文档的 JSON Schema", "print the JSON Schema of the problem document")
    _instances(command, said)
    _routing(command("lilim", "求解 Li 与 Lim 的取送件实例", "solve a pick-up and delivery instance"), said)
    return parser.parse_args(list(argv))


def _solving(parser: argparse.ArgumentParser, said: Callable[[str, str], str]) -> None:
    add = parser.add_argument
    add("--seconds", type=_number(0.1, 86_400), default=60.0, help=said("时间上限（秒）", "time limit in seconds"))
    add("--seed", type=_whole(0, 2**31 - 1), default=1, help=said("随机种子", "seed"))
    add("--gap", type=_number(0, 1), default=0.0, help=said("达到此差距即停", "stop at this relative gap, 0.001"))
    add("--cores", type=_whole(1, 1024), default=2, help=said("使用的核数", "cores to use"))
    add("--memory", type=_whole(1, 10**7), metavar="MB", help=said(
        "各进程内存合计上限（MB），超过即以当前最好班表结束", "end with the best roster above this much memory in MB"
    ))  # fmt: skip
    add("--reproducible", action="store_true", help=said("结果可重现", "same input and seed, same roster"))
    add("--start", metavar="ROSTER.json", help=said("从此班表开始", "start from this roster"))
    add("--incumbent", metavar="FILE", help=said("随时保存当前最好班表", "keep the best roster so far here"))
    add("--progress", choices=("text", "jsonl", "none"), default="text", help=said("进度形式", "progress on stderr"))
    add("--while-parent-lives", action="store_true", help=said("父进程结束则结束", "end when the parent is gone"))


def _instances(command: Callable[..., argparse.ArgumentParser], said: Callable[[str, str], str]) -> None:
    """The commands for files in the formats of research; their results are files in the same formats."""
    inrc2 = command("inrc2", "求解护士排班竞赛 INRC-II 的实例", "solve an instance of the nurse rostering competition")
    add = inrc2.add_argument
    add("--scenario", required=True, metavar="FILE", help=said("场景文件", "the scenario"))
    add("--history", required=True, metavar="FILE", help=said("起始历史文件", "the history it starts from"))
    add("--weeks", required=True, nargs="+", metavar="FILE", help=said("按顺序的各周文件", "the weeks in order"))
    add("--dynamic", action="store_true", help=said(
        "逐周求解，不看以后各周；--seconds 是每周的时间", "week by week without the next; --seconds is for each"
    ))  # fmt: skip
    curtois = command("curtois", "求解 Curtois 与 Qu 的班次实例", "solve a shift scheduling instance of Curtois and Qu")
    curtois.add_argument("instance", metavar="INSTANCE")
    for parser in (inrc2, curtois):
        add = parser.add_argument
        add("--seconds", type=_number(0.1, 86_400), default=60.0, help=said("时间上限（秒）", "time limit in seconds"))
        add("--seed", type=_whole(0, 2**31 - 1), default=1, help=said("随机种子", "seed"))
        add("--cores", type=_whole(1, 1024), default=2, help=said("使用的核数", "cores to use"))
        add("--progress", choices=("text", "jsonl", "none"), default="text", help=said("进度形式", "kind of progress"))


def _routing(parser: argparse.ArgumentParser, said: Callable[[str, str], str]) -> None:
    add = parser.add_argument
    add("file", metavar="INSTANCE")
    add("--seconds", type=_number(0.1, 86_400), default=60.0, help=said("时间上限（秒）", "time limit in seconds"))
    add("--seed", type=_whole(0, 2**31 - 1), default=1, help=said("随机种子", "seed"))
    add("--iterations", type=_whole(1, 10**9), help=said(
        "以步数代替时间，结果可重现", "so many steps instead of seconds: the same routes every time"
    ))  # fmt: skip
    add("--progress", choices=("text", "jsonl", "none"), default="text", help=said("进度形式", "kind of progress"))


def _number(least: float, most: float) -> Callable[[str], float]:
    def number(written: str) -> float:
        try:
            value = float(written)
        except ValueError:
            value = math.nan
        if not least <= value <= most:
            raise argparse.ArgumentTypeError(f"{written!r} ({least:g} … {most:g})")
        return value

    return number


def _whole(least: int, most: int) -> Callable[[str], int]:
    def whole(written: str) -> int:
        if not written.isascii() or not written.isdigit() or len(written) > 12 or not least <= int(written) <= most:
            raise argparse.ArgumentTypeError(f"{written!r} ({least} … {most})")
        return int(written)

    return whole


def _date(written: str) -> date:
    try:
        return date.fromisoformat(written)
    except ValueError:
        raise argparse.ArgumentTypeError(f"{written!r} (2026-11-23)") from None
