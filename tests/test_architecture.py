"""The table of docs/architecture.md, held by walking the import statements."""

from __future__ import annotations

import ast
import re
import subprocess
import sys
from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
SOURCES = ("scheduler", "models", "api", "jobs", "border", "tests", "benchmarks", "scripts", "wsgi.py", "worker.py")
LONGEST_MODULE = 350

SCIENCE = {"numpy", "scipy", "numba", "jsonschema", "referencing", "scheduler"}
STORAGE = {"sqlalchemy", "alembic", "argon2", "cryptography", "psycopg", "models", "scheduler"}
OPTIMISER = {"ortools", "pybind11_abseil"}
"""OR-Tools and the package in which it ships its exceptions."""
SOLVING = ("scheduler.engines", "scheduler.search", "scheduler.solver", "scheduler.repair", "scheduler.routing")
WEB_SCIENCE = (
    "problem", "document", "roster", "text", "check", "explain", "preflight", "substitutes", "rules", "diff", "towns",
    "travel", "quality", "activation",
)  # fmt: skip
NOT_IN_THE_WEB = {"sqlalchemy", "alembic", "ortools", "numba", "scipy", "huey", "worker"}
CDN_HOSTS = (
    "jsdelivr", "unpkg.com", "cdnjs", "bootcdn", "bootcss", "staticfile", "googleapis", "gstatic", "jquery.com",
    "cloudflare", "esm.sh", "skypack", "tailwindcss.com", "fontawesome", "typekit", "openstreetmap", "amap.com",
)  # fmt: skip
PAGE_SUFFIXES = (".html", ".jinja", ".j2", ".css", ".js", ".mjs", ".svg", ".json", ".webmanifest", ".txt", ".xml")
LOADED_FROM_AFAR = re.compile(
    r"""<(?:script|link|img|iframe|source|video|audio|use|object|embed)\b[^>]*\b(?:src|href|srcset|data)\s*=\s*["']?\s*(?:https?:)?//"""
    r"""|url\(\s*["']?\s*(?:https?:)?//|@import\s+["'](?:https?:)?//|\bimport\s*\(?\s*["'](?:https?:)?//"""
    r"""|\bfetch\(\s*["'](?:https?:)?//""",
    re.IGNORECASE,
)


def sources(*rooms: str) -> list[Path]:
    """Every Python file of some rooms, generated ones left out."""
    found: list[Path] = []
    for room in rooms:
        path = ROOT / room
        found += [path] if path.is_file() else sorted(path.rglob("*.py"))
    return [p for p in found if "__pycache__" not in p.parts]


@cache
def imports(path: Path) -> tuple[str, ...]:
    """Dotted names of all that a module imports, however late; `from a import b` counts as both a and a.b."""
    return tuple(_walked(path))


def _walked(path: Path) -> Iterator[str]:
    package = list(path.relative_to(ROOT).parts[:-1])
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            base = package[: len(package) - node.level + 1] if node.level else []
            whole = ".".join([*base, *([node.module] if node.module else [])])
            yield whole
            yield from (f"{whole}.{alias.name}" for alias in node.names)


def foreign(path: Path) -> set[str]:
    """Top-level names of what is imported from outside the standard library."""
    tops = {name.split(".")[0] for name in imports(path)}
    return tops - set(sys.stdlib_module_names) - {"__future__"}


def within(name: str, packages: tuple[str, ...]) -> bool:
    return any(name == p or name.startswith(p + ".") for p in packages)


def shown(path: Path) -> str:
    return str(path.relative_to(ROOT))


def test_the_scheduler_knows_numbers_and_nothing_of_web_or_storage() -> None:
    strangers = {
        shown(p): foreign(p) - SCIENCE
        for p in sources("scheduler")
        if "engines" not in p.parts and foreign(p) - SCIENCE
    }
    assert strangers == {}


def test_only_the_engines_know_the_optimiser() -> None:
    """And two peers of the benchmark, which are there to show what it does without us."""
    elsewhere = {shown(p) for p in sources(*SOURCES) if OPTIMISER & foreign(p) and "engines" not in p.parts}
    assert elsewhere == {"benchmarks/peers/flat_cp_sat.py", "benchmarks/peers/whole_highs.py"}
    assert {t for p in sources("scheduler/engines") for t in foreign(p)} <= SCIENCE | OPTIMISER


def test_the_product_knows_nothing_of_the_benchmarks() -> None:
    product = sources("scheduler", "models", "api", "jobs", "wsgi.py", "worker.py")
    assert [shown(p) for p in product for name in imports(p) if within(name, ("benchmarks",))] == []


def test_nobody_imports_a_second_optimiser_beside_it() -> None:
    assert [shown(p) for p in sources(*SOURCES) if "highspy" in foreign(p)] == []


def test_storage_knows_the_domain_and_no_web() -> None:
    strangers = {shown(p): foreign(p) - STORAGE for p in sources("models") if foreign(p) - STORAGE}
    assert strangers == {}
    assert [shown(p) for p in sources("models") for name in imports(p) if within(name, SOLVING)] == []


def test_the_worker_speaks_to_the_solver_as_a_process_and_knows_no_web() -> None:
    names = {n for p in sources("jobs") for n in imports(p)}
    assert {n for n in names if within(n, (*SOLVING, "ortools", "flask", "api"))} == set()


def test_the_border_knows_the_network_and_nothing_of_what_is_behind_it() -> None:
    names = {n for p in sources("border") for n in imports(p)}
    tops = {n.split(".")[0] for n in names} - set(sys.stdlib_module_names)
    assert tops <= {"__future__", "border", "gunicorn", "scheduler"}
    assert {n for n in names if n.startswith("scheduler.")} <= {"scheduler.text", "scheduler.text.Text"}


def test_a_web_thread_does_not_solve() -> None:
    """Neither by its own imports …"""
    solving = {shown(p): [n for n in imports(p) if within(n, SOLVING)] for p in sources("api")}
    assert {where: names for where, names in solving.items() if names} == {}


def test_the_web_takes_only_the_domain_from_the_scheduler() -> None:
    allowed = (*(f"scheduler.{room}" for room in WEB_SCIENCE), "scheduler.__version__", "scheduler.version")
    taken = {n for p in sources("api") for n in imports(p) if n.startswith("scheduler.")}
    assert {n for n in taken if not within(n, allowed)} == set()
    assert {top for p in sources("api") for top in foreign(p)} & NOT_IN_THE_WEB == set()


def test_a_web_process_never_loads_the_solver() -> None:
    """… nor through what it imports from others."""
    heavy = ("ortools", "scheduler.solver", "scheduler.search", "scheduler.engines", "scheduler.routing")
    code = f"import sys, api; print([m for m in {heavy!r} if m in sys.modules])"
    found = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    assert found.stdout.strip() == "[]"


def test_instances_know_the_domain_and_no_solver() -> None:
    names = {n for p in sources("scheduler/instances") for n in imports(p)}
    assert {n for n in names if within(n, (*SOLVING, "scheduler.limits", "scheduler.program"))} == set()


def test_evaluators_of_instances_know_their_own_family_alone() -> None:
    """What confirms our costs has never seen our rules."""
    for family in ("inrc2", "curtois"):
        room = ROOT / "scheduler" / "instances" / family
        names = {n for page in ("model.py", "cost.py") for n in imports(room / page)}
        ours = {n for n in names if n.split(".")[0] not in {*sys.stdlib_module_names, "__future__"}}
        assert all(within(n, (f"scheduler.instances.{family}.model",)) for n in ours), ours


def test_routing_knows_numbers_and_little_of_rosters() -> None:
    allowed = (
        "scheduler.routing", "scheduler.text", "scheduler.native", "scheduler.search.kernels",
        "scheduler.document", "scheduler.document.DocumentError", "scheduler.document.Fault", "scheduler.roster.Status",
    )  # fmt: skip
    bare = {"scheduler", "scheduler.search", "scheduler.roster"}
    names = {n for p in sources("scheduler/routing") for n in imports(p) if n.startswith("scheduler")}
    assert {n for n in names - bare if not within(n, allowed)} == set()
    assert {top for p in sources("scheduler/routing") for top in foreign(p)} <= {"numpy", "scheduler"}


def test_the_evaluator_of_routes_has_never_seen_the_search() -> None:
    allowed = ("scheduler.routing.instance", "scheduler.routing.evaluate", "scheduler.text")
    for page in ("instance.py", "evaluate.py", "write.py"):
        names = {n for n in imports(ROOT / "scheduler" / "routing" / page) if n.split(".")[0] == "scheduler"}
        assert all(within(n, allowed) for n in names), names
        assert foreign(ROOT / "scheduler" / "routing" / page) <= {"scheduler"}


def test_the_oracle_knows_the_problem_alone() -> None:
    pages = ("oracle", "oracle_series", "oracle_town", "oracle_view")
    names = {n for page in pages for n in imports(ROOT / "tests" / f"{page}.py")}
    ours = {n for n in names if n.split(".")[0] not in sys.stdlib_module_names}
    assert all(within(n, ("scheduler.problem", *(f"tests.{page}" for page in pages))) for n in ours), ours


@pytest.mark.parametrize("path", sources(*SOURCES), ids=shown)
def test_no_module_is_too_long_to_read(path: Path) -> None:
    if "versions" in path.parts:
        return
    lines = path.read_bytes().count(b"\n")
    assert lines <= LONGEST_MODULE


def test_pages_load_nothing_from_elsewhere() -> None:
    pages = [
        p
        for room in ("templates", "static")
        for p in sorted((ROOT / "api").rglob(f"{room}/**/*"))
        if p.suffix
        in (".html", ".jinja", ".j2", ".css", ".js", ".mjs", ".svg", ".json", ".webmanifest", ".txt", ".xml")
    ]
    loaded, hosts = [], []
    for page in pages:
        text = page.read_text(encoding="utf-8")
        loaded += [f"{shown(page)}: {found.group(0)[:80]}" for found in LOADED_FROM_AFAR.finditer(text)]
        if "vendor" not in page.parts:
            hosts += [f"{shown(page)}: {host}" for host in CDN_HOSTS if host in text.lower()]
    assert loaded == []
    assert hosts == []


def test_every_import_of_the_tests_own_kind_is_found() -> None:
    """The walk itself: late, relative and aliased imports all count."""
    names = set(imports(ROOT / "tests" / "oracle.py"))
    assert {"scheduler.problem", "tests.oracle_view", "tests.oracle_view.view"} <= names
