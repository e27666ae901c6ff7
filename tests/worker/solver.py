"""A solver that does as its problem says: the scheduler's command line without the science.

The problem's "act" holds: `seconds` to run, `found` (assignments), `answer` (False: no result), `code` to end with,
`keep` (False: no best roster so far), `error` to tell, any other line to `tell`, `crash` ("always", or "first" for the
run without a head start), `deaf` to SIGTERM, `hoard` (MB of memory, after the first roster), `ended` (said in the
answer), `helper` (starts a process of its own), `log` (a file with one line a run).
"""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path


def main() -> int:
    parent = os.getppid()
    words = sys.argv[1:]
    problem = json.loads(Path(words[1]).read_text(encoding="utf-8"))
    act = problem["act"]
    option = {word: words[i + 1] for i, word in enumerate(words[:-1]) if word.startswith("--")}
    stop: list[int] = []  # an event could not be set in the midst of its own wait
    signal.signal(signal.SIGTERM, signal.SIG_IGN if act.get("deaf") else lambda number, _: stop.append(number))
    if "--while-parent-lives" in words:
        threading.Thread(target=end_with, args=(parent,), daemon=True).start()
    helper = subprocess.Popen(["sleep", "600"]).pid if act.get("helper") else None
    note(act, {"pid": os.getpid(), "helper": helper, "kind": words[0], "start": "--start" in words, "argv": words})
    run(act, option, stop)
    if "tell" in act:
        tell(act["tell"])
    if "error" in act:
        tell({"error": act["error"]})
    if act.get("crash") == "always" or (act.get("crash") == "first" and "--start" not in words):
        os.kill(os.getpid(), signal.SIGKILL)
    if act.get("answer", True):
        result = {"status": "feasible", "objective": 5, "assignments": act.get("found", []), "stopped": bool(stop)}
        result |= {"ended": act["ended"]} if "ended" in act else {}
        write(option["--out"], result)
    return int(act.get("code", 0))


def run(act: dict[str, object], option: dict[str, str], stop: list[int]) -> None:
    """Tells progress and keeps the best roster while it runs."""
    began = time.monotonic()
    if act.get("keep", True):
        write(option["--incumbent"], {"assignments": act.get("found", [])})
    hoard = b"x" * (int(str(act.get("hoard", 0))) * 2**20)
    while True:
        seconds = time.monotonic() - began
        progress = {"seconds": seconds, "objective": 5, "bound": 4.0, "gap": 0.2, "vacancies": 1, "phase": "search"}
        tell(progress)
        if seconds > float(str(act.get("seconds", 0))) or stop:
            del hoard
            return
        time.sleep(0.05)


def tell(line: object) -> None:
    sys.stderr.write(json.dumps(line) + "\n")
    sys.stderr.flush()


def write(path: str, body: object) -> None:
    aside = Path(path + ".part")
    aside.write_text(json.dumps(body), encoding="utf-8")
    aside.rename(path)


def note(act: dict[str, object], line: dict[str, object]) -> None:
    with open(str(act["log"]), "a", encoding="utf-8") as log:
        log.write(json.dumps(line) + "\n")


def end_with(parent: int) -> None:
    while os.getppid() == parent:
        time.sleep(0.05)
    os._exit(0)


if __name__ == "__main__":
    sys.exit(main())
