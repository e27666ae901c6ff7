"""The table of settings: everything that is read is in it, and what production refuses to start with."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from models import environment
from models.environment import SETTINGS, SettingsError
from models.fitness import SHARES, file_system, refusals
from models.store import Store

ROOT = Path(__file__).resolve().parents[2]
READERS = ("api", "models", "jobs", "border", "worker.py", "wsgi.py", "gunicorn.conf.py", "scripts")
SPOKEN_OF = re.compile(r"\b(?:SANBAN_[A-Z]+(?:_[A-Z]+)*|DATABASE_URL|QUEUE_URL|SECRET_KEY)\b")
TOLD_TO_THE_SOLVER = {"SANBAN_SOLVE", "SANBAN_REQUEST_ID"}
"""What the worker writes into the solver's environment, nobody's setting."""
SECRET = "0f3a9c5e7b1d2846a0c4e8f1b3d5796e"


def texts() -> list[str]:
    found = [p for r in READERS for p in ([ROOT / r] if (ROOT / r).is_file() else (ROOT / r).rglob("*"))]
    return [p.read_text(encoding="utf-8") for p in found if p.suffix in (".py", ".sh")]


def test_every_setting_that_is_spoken_of_is_in_the_table() -> None:
    names = {name for text in texts() for name in SPOKEN_OF.findall(text)}
    families = {name for name in names if any(s.name.startswith(f"{name}_") for s in SETTINGS)}
    assert names - families - TOLD_TO_THE_SOLVER - set(environment.BY_NAME) == set()


def test_every_setting_is_said_once_in_both_languages_and_its_default_can_be_used() -> None:
    assert len(environment.BY_NAME) == len(SETTINGS)
    for setting in SETTINGS:
        assert setting.meaning.zh, setting.name
        assert setting.meaning.en, setting.name
        assert not setting.default or setting.fault(setting.default) is None, setting.name


@pytest.mark.parametrize("setting", [s for s in SETTINGS if s.secret], ids=lambda s: s.name)
def test_a_fault_never_repeats_a_secret(setting: environment.Setting) -> None:
    fault = setting.fault("very-private-word")
    assert fault is None or "very-private-word" not in fault.zh + fault.en


def test_an_empty_variable_counts_as_not_set() -> None:
    assert environment.whole({"SANBAN_SLOTS": ""}, "SANBAN_SLOTS") == 1
    assert environment.flag({"SANBAN_SECURE_COOKIES": ""}, "SANBAN_SECURE_COOKIES", True)


def test_a_number_that_is_none_is_refused_by_whoever_reads_it() -> None:
    with pytest.raises(SettingsError, match="SANBAN_CORES"):
        environment.whole({"SANBAN_CORES": "٣"}, "SANBAN_CORES", 2)


# --- production -----------------------------------------------------------------------------------------


def test_a_good_environment_with_tables_in_their_newest_form_may_start(store: Store) -> None:
    url = store.database.url.render_as_string(hide_password=False)
    assert refusals({"SECRET_KEY": SECRET, "DATABASE_URL": url}, store.database) == []


def test_a_worker_needs_a_key_for_channels_and_refuses_a_bad_one(store: Store) -> None:
    url = store.database.url.render_as_string(hide_password=False)
    keys = {"DATABASE_URL": url, "SANBAN_VAULT_KEYS": f"{SECRET}, {SECRET[::-1]}"}
    assert refusals(keys, store.database, signs=False) == []
    short = refusals(keys | {"SANBAN_VAULT_KEYS": f"{SECRET},short"}, store.database, signs=False)
    none = refusals({"DATABASE_URL": url}, store.database, signs=False)
    assert ["SANBAN_VAULT_KEYS" in text.zh and "SANBAN_VAULT_KEYS" in text.en for text in short + none] == [True, True]
    assert len(refusals({"DATABASE_URL": url, "SECRET_KEY": "changeme"}, store.database, signs=False)) == 1


def test_old_tables_are_refused_with_the_command_that_helps(empty_database_url: str) -> None:
    empty = Store(empty_database_url)
    found = refusals({"SECRET_KEY": SECRET, "DATABASE_URL": empty_database_url}, empty.database)
    empty.close()
    assert ["python -m models migrate" in text.en for text in found] == [True]


def test_a_database_that_does_not_answer_is_left_to_readiness() -> None:
    url = "postgresql://nobody@127.0.0.1:1/none"
    away = Store(url)
    assert refusals({"SECRET_KEY": SECRET, "DATABASE_URL": url}, away.database) == []
    assert away.unfit() is not None
    away.close()


def mounts(folder: Path, *lines: str) -> Path:
    file = folder / "mountinfo"
    file.write_text("".join(f"{line}\n" for line in lines), encoding="utf-8")
    return file


@pytest.mark.parametrize("kind", sorted(SHARES))
def test_sqlite_on_a_network_share_is_refused(kind: str, tmp_path: Path) -> None:
    listed = mounts(
        tmp_path,
        "21 1 8:1 / / rw,relatime shared:1 - ext4 /dev/sda1 rw",
        f"40 21 0:50 / /srv/town\\040data rw,relatime shared:2 - {kind} server:/export rw",
    )
    there = {"SECRET_KEY": SECRET, "DATABASE_URL": "sqlite:////srv/town data/sanban.sqlite"}
    here = {"SECRET_KEY": SECRET, "DATABASE_URL": "sqlite:////srv/sanban.sqlite"}
    server = {"SECRET_KEY": SECRET, "DATABASE_URL": "postgresql+psycopg://a@b/c"}
    assert [kind in text.zh and kind in text.en for text in refusals(there, mounts=listed)] == [True]
    assert refusals(here, mounts=listed) == []
    assert refusals(server, mounts=listed) == []


def test_the_innermost_mount_counts_and_this_machine_is_understood(tmp_path: Path) -> None:
    lines = ("1 0 0:1 / / rw - nfs4 a:/ rw", "2 1 8:2 / /var rw - xfs /dev/b rw", "3 2 0:3 / /variety rw - cifs c rw")
    listed = mounts(tmp_path, *lines)
    assert file_system(Path("/var/lib/x.sqlite"), listed) == "xfs"
    assert file_system(Path("/etc/x.sqlite"), listed) == "nfs4"
    assert file_system(tmp_path) is not None
    assert file_system(tmp_path, tmp_path / "none") is None
