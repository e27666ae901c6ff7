"""The figures as tables for people, and as JSON beside the others."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

RESULTS = Path(__file__).parents[1] / "results"


def write(found: dict[str, Any], name: str) -> Path:
    """benchmarks/results/NAME-DATE.json."""
    path = RESULTS / f"{name}-{found['about']['date'].replace(':', '').replace('+0000', 'Z')}.json"
    path.write_text(json.dumps(found, indent=1, ensure_ascii=False, allow_nan=False) + "\n", encoding="utf-8")
    print(path)
    return path


def table(*rows: tuple[Any, ...]) -> None:
    """Columns as wide as they need; the first row is the head."""
    cells = [["–" if cell is None else str(cell) for cell in row] for row in rows]
    widths = [max(len(row[i]) for row in cells) for i in range(len(cells[0]))]
    for n, row in enumerate(cells):
        print("  " + "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip())
        if n == 0:
            print("  " + "  ".join("-" * width for width in widths))


def volunteers(found: list[dict[str, Any]]) -> None:
    """Rates, and who used the two cores meanwhile (a share of one core)."""
    print("\nvolunteers open their page, milliseconds from the planned moment")
    head = ("a second", "answered", "lost", "p50", "p95", "p99", "worst", "web", "database", "generator")
    table(head, *(_volley(v) for v in found))


def _volley(v: dict[str, Any]) -> tuple[Any, ...]:
    cores = (f"{v[k] / v['seconds']:.2f}" for k in ("web_seconds", "database_seconds", "generator_seconds"))
    return (v["rate"], v["answered"], v["lost"], v["p50"], v["p95"], v["p99"], v["worst"], *cores)


def streams(found: dict[str, Any]) -> None:
    print(
        f"\n{found['streams']} event streams: {found['opened']} opened, {found['alive_at_the_end']} alive at the end, "
        f"{found['cores_of_streams_alone']} cores for them alone"
    )
    head = ("pages", "a second", "answered", "lost", "p50", "p95", "p99", "worst", "web", "database", "generator")
    table(head, ("without", *_volley(found["without"])), ("with", *_volley(found["with"])))


def board(found: dict[str, dict[str, Any]]) -> None:
    print("\nan organiser looks at the week, seconds and kilobytes")
    head = ("", "first", "median", "worst", "KB", "KB packed")
    rows = [
        (
            *(name, f["first_seconds"], f["median_seconds"], f["worst_seconds"]),
            *(f["bytes"] // 1000, f["packed_bytes"] // 1000),
        )
        for name, f in found.items()
    ]
    table(head, *rows)


def imported(f: dict[str, Any]) -> None:
    print(f"\nimport of {f['people']} people ({f['document_bytes'] // 1000} KB): {f['seconds']} s")


def towns(f: dict[str, Any]) -> None:
    print(f"\n{f['towns']} towns, {f['workers']} workers: {f['seconds']} s, exactly once: {f['exactly_once']}")
    print(f"  {f['ends']}")


def plans(found: dict[str, list[dict[str, Any]]]) -> None:
    print("\nhow the database answers")
    rows = [
        (name, p["cost"], " ".join(p["indexes"]), " ".join(p["without_index"]))
        for name, of_call in found.items()
        for p in of_call
    ]
    table(("call", "cost", "indexes that there are for it", "tables without one"), *rows)


def soak(f: dict[str, Any]) -> None:
    print(
        f"\n{f['minutes']} minutes, {f['pages']['answered']} pages (lost {f['pages']['lost']}, "
        f"p95 {f['pages']['p95']} ms), {f['boards']} boards, {f['solves_finished']} of {f['solves']} solves"
    )
    first, middle, last = f["samples"][0], f["samples"][len(f["samples"]) // 2], f["samples"][-1]
    rows = [
        (f"{part} {kind}", *(sample[part][kind] for sample in (first, middle, last)), f["slopes"][part][kind])
        for part in f["slopes"]
        for kind in ("pss_mb", "rss_mb")
    ]
    table(("", *(f"{s['minutes']} min" for s in (first, middle, last)), "MB an hour, second half"), *rows)
