"""Tiny hand-made files of both families."""

from __future__ import annotations

from pathlib import Path

SCENARIO = """SCENARIO = tiny

WEEKS = 2

SKILLS = 2
Head
Care

SHIFT_TYPES = 2
Early (2,3)
Night (1,2)

FORBIDDEN_SHIFT_TYPES_SUCCESSIONS
Early 0
Night 1 Early

CONTRACTS = 2
Full (4,8) (2,4) (2,3) 1 1
Half (2,6) (1,3) (2,4) 1 0

NURSES = 3
Ann Full 2 Head Care
Bao Full 1 Care
Chen Half 1 Care
"""
HISTORY = """HISTORY
0 tiny

NURSE_HISTORY
Ann 0 0 Night 1 3 0
Bao 0 0 None 0 0 1
Chen 0 0 Early 2 2 0
"""
WEEK = """WEEK_DATA
tiny

REQUIREMENTS
Early Head (0,1) (0,0) (0,1) (0,0) (0,0) (0,0) (0,0)
Early Care (1,1) (1,1) (0,1) (0,1) (0,1) (0,1) (0,1)
Night Care (0,0) (0,1) (0,1) (0,0) (0,1) (0,0) (0,0)

SHIFT_OFF_REQUESTS = 2
Ann Any Tue
Bao Early Sat
"""
CURTOIS = """# made by hand
SECTION_HORIZON
# days
14

SECTION_SHIFTS
# id, minutes, what may not follow
D,480,
N,600,D

SECTION_STAFF
a,D=14|N=2,4800,960,5,2,2,1
b,D=14|N=0,4800,0,4,2,2,2

SECTION_DAYS_OFF
a,3
b,0,5

SECTION_SHIFT_ON_REQUESTS
a,1,D,2

SECTION_SHIFT_OFF_REQUESTS
b,8,D,3

SECTION_COVER
""" + "".join(f"{day},D,1,100,1\n{day},N,0,100,1\n" for day in range(14))


def saved(folder: Path) -> dict[str, Path]:
    """Both families' files in a folder: scenario, history, week, curtois."""
    texts = {"scenario": SCENARIO, "history": HISTORY, "week": WEEK, "curtois": CURTOIS}
    paths = {name: folder / f"{name}.txt" for name in texts}
    for name, text in texts.items():
        paths[name].write_text(text, encoding="utf-8")
    return paths
