"""The command for errands with time windows in the format of Li and Lim."""

from __future__ import annotations

from argparse import Namespace
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

from ..text import Text
from .output import FINE, NOTHING_LEGAL, InputError, Teller, read, writable, write_bytes, write_text
from .solving import Stop

if TYPE_CHECKING:
    from ..routing.solver import Progress


def lilim(options: Namespace, teller: Teller) -> int:
    """Routes as text: to a file, or to standard output."""
    from ..routing.read import parse
    from ..routing.write import as_text

    writable(options.out)
    instance = parse(Path(options.file).name, read(options.file))
    if not instance.pairs:
        raise InputError(f"{instance.name} 中没有跑腿单。", f"There are no errands in {instance.name}.")
    from ..routing.solver import Options, solve

    with Stop() as stop:
        effort = Options(options.seconds, options.seed, options.iterations)
        result = solve(instance, effort, _telling(options, teller), stop)
    if result.routes is None or result.worth is None:
        teller.say(
            Text("没有找到合法路线。", "No legal routes were found.") if result.reason is None else result.reason
        )
        return NOTHING_LEGAL
    words = as_text(instance, result.routes, result.worth)
    if options.out is None or options.out == "-":
        write_text(words)
    else:
        write_bytes(options.out, words.encode())
    if options.progress == "text":
        proven = Text(f"（至少 {result.bound} 辆）", f" (at least {result.bound})")
        if result.worth.vehicles == result.bound:
            proven = Text("（已证明不能更少）", " (proven fewest)")
        teller.say(
            Text(
                f"{result.worth.vehicles} 辆车{proven.zh}，"
                f"路程 {result.worth.distance:.2f}，用时 {result.seconds:.1f} 秒，{result.iterations} 步。",
                f"{result.worth.vehicles} vehicle(s){proven.en}, distance {result.worth.distance:.2f}, "
                f"{result.seconds:.1f} s, {result.iterations} steps.",
            )
        )
    return FINE


def _telling(options: Namespace, teller: Teller) -> Callable[[Progress], None]:
    def jsonl(progress: Progress) -> None:
        teller.record(progress.as_json())

    def text(p: Progress) -> None:
        teller.say(
            Text(
                f"{p.seconds:6.1f} 秒  {p.vehicles} 辆车  路程 {p.distance:.2f}",
                f"{p.seconds:6.1f} s  {p.vehicles} vehicle(s)  distance {p.distance:.2f}",
            )
        )

    def nothing(_: Progress) -> None:
        """Asked for silence."""

    return {"jsonl": jsonl, "text": text, "none": nothing}[options.progress]
