"""One file with everything in it, made while the service writes, and put back into either kind of database."""

from __future__ import annotations

import gzip
import json
from collections.abc import Callable, Iterator
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import inspect

from models import dump, schema
from models.commands import main
from models.commands.backup import name_at
from models.commands.frame import DONE, FAILED, REFUSED, WRONG
from models.store import Store
from models.transfer import Live, Shape
from scheduler.document import entity_from_json

from . import towns
from .places import Places
from .test_move import BOTH_WAYS, KINDS, execute, figures, rows

Lines = list[Any]


@pytest.fixture
def file(places: Places, tmp_path: Path) -> Path:
    """A backup of everything."""
    path = tmp_path / "town.sanban.gz"
    assert main(["backup", str(path), "--database", places.full("sqlite")]) == DONE
    return path


@pytest.mark.parametrize(("here", "there"), BOTH_WAYS)
def test_a_backup_comes_back_whole(here: str, there: str, places: Places, tmp_path: Path) -> None:
    """Into empty tables, and into a database that has none."""
    source, path = places.full(here), tmp_path / "backup.sanban.gz"
    target = places.blank(there) if here == there else places.bare(there)
    assert main(["backup", str(path), "--database", source]) == DONE
    assert main(["check", str(path)]) == DONE
    assert main(["restore", str(path), "--database", target]) == DONE
    assert figures(target) == figures(source)
    assert main(["check", "--database", target]) == DONE


def test_a_backup_is_for_its_owner_only_and_never_overwritten(file: Path, places: Places) -> None:
    assert file.stat().st_mode & 0o077 == 0
    before = file.read_bytes()
    assert main(["backup", str(file), "--database", places.full("postgresql")]) == REFUSED
    assert file.read_bytes() == before
    assert [path.name for path in file.parent.iterdir()] == [file.name]


def test_a_folder_keeps_the_newest(places: Places, tmp_path: Path) -> None:
    old = [tmp_path / name_at(datetime(2026, 11, day, tzinfo=UTC)) for day in (1, 2, 3)]
    other = tmp_path / "letter.txt"
    for path in (*old, other):
        path.write_text("kept")
    assert main(["backup", str(tmp_path), "--keep", "2", "--database", places.full("sqlite")]) == DONE
    there = sorted(path for path in tmp_path.iterdir() if path != other)
    assert len(there) == 2
    assert there[0] == old[2]
    assert main(["check", str(there[1])]) == DONE
    assert other.exists()


def test_keeping_needs_a_folder(places: Places, tmp_path: Path) -> None:
    assert main(["backup", str(tmp_path / "one"), "--keep", "2", "--database", places.full("sqlite")]) == REFUSED


def test_a_backup_that_fails_leaves_no_file(places: Places, tmp_path: Path) -> None:
    assert main(["backup", str(tmp_path / "no" / "folder"), "--database", places.full("sqlite")]) == FAILED
    assert main(["backup", str(tmp_path / "x"), "--database", f"sqlite:///{tmp_path / 'none.sqlite'}"]) == REFUSED
    assert list(tmp_path.iterdir()) == []


class Busy:
    """A source whose database is written to while it is read."""

    def __init__(self, live: Live, write: Callable[[], None]) -> None:
        self.shapes, self.counters = live.shapes, live.counters
        self._live, self._write = live, write

    def rows(self, shape: Shape) -> Iterator[list[dict[str, Any]]]:
        self._write()
        yield from self._live.rows(shape)


@pytest.mark.parametrize("kind", KINDS)
def test_a_backup_is_one_moment_while_others_write(kind: str, places: Places, tmp_path: Path) -> None:
    source, target, path = places.copy(kind), places.blank("sqlite"), tmp_path / "backup"
    before, number = figures(source), iter(range(1000))
    with closing(Store(source)) as store, closing(Store(source)) as other:

        def write() -> None:
            unit = entity_from_json("units", {"id": f"u{next(number)}", "name": "新来的"}, towns.ZONE)
            other.things.add(towns.TOWN, "units", unit)

        with store.database.read() as session:
            dump.write(Busy(Live(session.connection()), write), path, schema.newest(), datetime.now(UTC))
    assert next(number) == len(before)
    assert figures(source) != before
    assert main(["restore", str(path), "--database", target]) == DONE
    assert figures(target) == before


def rewritten(file: Path, change: Callable[[Lines], object]) -> Path:
    """The same backup with its lines changed, well compressed again."""
    with gzip.open(file, "rt", encoding="utf-8") as lines:
        said = [json.loads(line) for line in lines]
    change(said)
    other = file.with_name("changed")
    with gzip.open(other, "wt", encoding="utf-8") as lines:
        lines.writelines(json.dumps(line) + "\n" for line in said)
    return other


def _another_name(said: Lines) -> None:
    row = next(line for line in said if isinstance(line, list) and "学校" in line)
    row[row.index("学校")] = "别的"


def _one_row_less(said: Lines) -> None:
    said.remove(next(line for line in reversed(said) if isinstance(line, list)))


def _one_row_twice(said: Lines) -> None:
    said.insert(1, next(line for line in said if isinstance(line, list)))


def _no_end(said: Lines) -> None:
    del said[-1]


def _one_table_less(said: Lines) -> None:
    gone = said[0]["tables"].pop()
    place = next(i for i, line in enumerate(said) if isinstance(line, dict) and line.get("table") == gone["name"])
    del said[place - said[place]["rows"] : place + 1]


def _another_version(said: Lines) -> None:
    said[0]["version"] = 2


def _another_thing(said: Lines) -> None:
    said[0] = {"format": "letter"}


@pytest.mark.parametrize(
    "change",
    [_another_name, _one_row_less, _one_row_twice, _no_end, _one_table_less, _another_version, _another_thing],
)
def test_a_changed_backup_is_not_restored(
    change: Callable[[Lines], None], file: Path, places: Places, capsys: pytest.CaptureFixture[str]
) -> None:
    target = places.blank("sqlite")
    changed = rewritten(file, change)
    assert main(["restore", str(changed), "--database", target]) == WRONG
    assert "damaged" in capsys.readouterr().err
    assert rows(target) == 0
    if change is not _one_table_less:  # what a whole backup holds is known to the database alone
        assert main(["check", str(changed)]) == WRONG


@pytest.mark.parametrize("part", [0.0, 0.3, 0.99])
def test_half_a_file_is_not_restored(part: float, file: Path, places: Places) -> None:
    target = places.blank("sqlite")
    whole = file.read_bytes()
    file.write_bytes(whole[: int(len(whole) * part)])
    assert main(["restore", str(file), "--database", target]) == WRONG
    assert main(["check", str(file)]) == WRONG
    assert rows(target) == 0


def test_one_bit_of_the_file_is_not_restored(file: Path, places: Places) -> None:
    target, whole = places.blank("sqlite"), bytearray(file.read_bytes())
    whole[len(whole) // 2] ^= 4
    file.write_bytes(whole)
    assert main(["restore", str(file), "--database", target]) == WRONG
    assert rows(target) == 0


def test_unchanged_lines_are_restored(file: Path, places: Places) -> None:
    """So that the changes above are what is refused."""
    target = places.blank("sqlite")
    assert main(["restore", str(rewritten(file, lambda _: None)), "--database", target]) == DONE
    assert figures(target) == figures(places.full("sqlite"))


@pytest.mark.parametrize("kind", KINDS)
def test_a_database_with_anything_in_it_is_refused(kind: str, file: Path, places: Places) -> None:
    target = places.copy(kind)
    before = figures(target)
    assert main(["restore", str(file), "--database", target]) == REFUSED
    assert figures(target) == before


def test_a_file_that_is_not_there_is_refused(places: Places, tmp_path: Path) -> None:
    assert main(["restore", str(tmp_path / "none"), "--database", places.blank("sqlite")]) == REFUSED
    assert main(["check", str(tmp_path / "none")]) == REFUSED


def test_a_backup_of_a_newer_program_is_refused(file: Path, places: Places, capsys: pytest.CaptureFixture[str]) -> None:
    newer = rewritten(file, lambda said: said[0].update(revision="9999"))
    assert main(["restore", str(newer), "--database", places.bare("sqlite")]) == REFUSED
    assert "upgrade the program" in capsys.readouterr().err


@pytest.mark.parametrize("kind", KINDS)
def test_an_old_backup_grows_with_the_migrations(kind: str, places: Places, tmp_path: Path) -> None:
    path, target = tmp_path / "old.sanban.gz", places.bare(kind)
    with closing(Store(places.copy("sqlite"))) as store:
        people = store.things.all(towns.TOWN, "people")
        schema.downgrade(store.database, "0003")
        with store.database.read() as session:
            connection = session.connection()
            names = set(inspect(connection).get_table_names()) - {"alembic_version"}
            dump.write(Live(connection, names), path, "0003", datetime.now(UTC))
    assert main(["restore", str(path), "--database", places.blank(kind)]) == REFUSED
    assert main(["restore", str(path), "--database", target]) == DONE
    with closing(Store(target)) as store:
        assert store.ready()
        assert store.things.all(towns.TOWN, "people") == people
        assert store.rosters.get(towns.TOWN, towns.MONDAY, "published").number == 1


@pytest.mark.parametrize("kind", KINDS)
def test_migrating_makes_the_tables_once_and_refuses_newer_ones(
    kind: str, places: Places, capsys: pytest.CaptureFixture[str]
) -> None:
    target = places.bare(kind)
    assert main(["check", "--database", target]) == REFUSED
    assert main(["migrate", "--database", target]) == DONE
    assert "nothing" in capsys.readouterr().out
    assert main(["migrate", "--database", target]) == DONE
    assert "already" in capsys.readouterr().out
    assert rows(target) == 0
    execute(target, "UPDATE alembic_version SET version_num = '9999'")
    assert main(["migrate", "--database", target]) == REFUSED


def test_the_database_of_the_environment_is_meant(
    places: Places, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("DATABASE_URL", places.full("postgresql"))
    assert main(["check"]) == DONE
    assert "postgresql" in capsys.readouterr().out


def test_a_check_finds_guards_that_are_switched_off(places: Places, capsys: pytest.CaptureFixture[str]) -> None:
    target = places.copy("postgresql")
    execute(target, "ALTER TABLE roster DISABLE TRIGGER roster_frozen")
    assert main(["check", "--database", target]) == WRONG
    assert "ENABLE TRIGGER roster_frozen" in capsys.readouterr().err


def test_a_check_finds_what_points_to_nothing(places: Places, capsys: pytest.CaptureFixture[str]) -> None:
    target = places.copy("sqlite")
    with closing(Store(target)) as store, store.database.engine.connect() as connection:
        connection.exec_driver_sql("ROLLBACK")
        connection.exec_driver_sql("PRAGMA foreign_keys = OFF")
        connection.exec_driver_sql("UPDATE unit SET town = 'ghost' WHERE id = 'school'")
        connection.exec_driver_sql("PRAGMA foreign_keys = ON")
        connection.exec_driver_sql("BEGIN")
    assert main(["check", "--database", target]) == WRONG
    assert "unit" in capsys.readouterr().err


@pytest.mark.parametrize("kind", KINDS)
def test_the_first_administrator_of_a_new_installation_can_sign_in(
    kind: str, places: Places, capsys: pytest.CaptureFixture[str]
) -> None:
    target = places.blank(kind)
    assert main(["administrator", "Ada", "--database", target]) == DONE
    first = capsys.readouterr().out.strip()
    with closing(Store(target)) as store:
        account = store.accounts.verify("ada", first)
        assert account is not None
        assert (account.role, account.town) == ("platform_administrator", None)
    assert main(["administrator", "ada", "--database", target]) == DONE
    second = capsys.readouterr().out.strip()
    with closing(Store(target)) as store:
        assert store.accounts.verify("ada", first) is None
        again = store.accounts.verify("ada", second)
        assert again is not None
        assert again.id == account.id
        store.accounts.create("omar", "omar", "a long enough word", "organiser")
    assert main(["administrator", "omar", "--database", target]) == REFUSED
    assert main(["administrator", "eve", "--database", places.bare(kind)]) == REFUSED
