"""What channels keep: sealed wherever it lies, opened by its key alone, and never lost with anything else."""

from __future__ import annotations

import stat
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import text

from models import schema
from models.channels import Channel, NewChannel
from models.commands import main
from models.commands.frame import DONE, REFUSED, WRONG
from models.outbox import MESSAGE_KINDS
from models.place import kept_secret
from models.store import Store
from models.vault import PREFIX, NoKey, Vault, is_sealed
from models.webhooks import NewWebhook
from scheduler.document import DocumentError

from .towns import TOWN

ONE, TWO = "the-first-key-of-a-town-0001abcd", "another-key-of-the-town-0002efgh"
MAIL = NewChannel(
    name="邮件", kind="email", reach="personal", about=MESSAGE_KINDS,
    fields={"host": "smtp.example.org", "port": "465", "security": "ssl", "sender": "a@example.org", "user": "a",
            "password": "open-sesame-17"},
)  # fmt: skip
HOOK = NewWebhook(name="大屏", url="https://hook.example.org/", events=("roster.published",))


def reopened(store: Store, *keys: str) -> Store:
    return Store(store.database.url.render_as_string(hide_password=False), vault=Vault(keys))


def one(store: Store) -> Channel:
    return store.channels.list(TOWN)[0].value


@given(st.text(max_size=300))
def test_only_its_key_opens_what_is_sealed_and_nothing_of_it_can_be_read(secret: str) -> None:
    sealed = Vault([ONE]).seal(secret)
    assert is_sealed(sealed)
    assert len(secret) < 4 or secret not in sealed
    assert Vault([ONE]).open(sealed) == Vault([TWO, ONE]).open(sealed) == secret
    assert Vault([TWO]).open(sealed) is None
    assert Vault([ONE]).open(sealed[:-5] + "AAAA=") is None, "what was changed is not opened"
    assert Vault([ONE]).open(secret) is None, "what was never sealed is not taken"


def test_without_a_key_nothing_is_sealed() -> None:
    with pytest.raises(NoKey, match="SANBAN_VAULT_KEYS"):
        Vault([]).seal("x")
    assert Vault([]).open(Vault([ONE]).seal("x")) is None


def test_the_keys_are_those_of_the_environment_and_the_service_s_secret_behind_them(tmp_path: Path) -> None:
    production = {"SANBAN_ENV": "production", "SECRET_KEY": ONE}
    plain = Vault.of_environment(production).seal("x")
    both = Vault.of_environment(production | {"SANBAN_VAULT_KEYS": TWO})
    assert (both.open(plain), both.newest(plain)) == ("x", False)
    assert Vault([TWO]).open(both.seal("y")) == "y"
    beside = {"SANBAN_ENV": "development", "SANBAN_DATA": str(tmp_path / "data")}
    assert Vault.of_environment(beside).open(Vault.of_environment(beside).seal("z")) == "z"
    kept = tmp_path / "data" / "secret-key"
    assert (stat.S_IMODE(kept.stat().st_mode), len(kept_secret(kept.parent))) == (0o600, 64)
    assert [file.name for file in kept.parent.iterdir()] == ["secret-key"]


def test_no_table_holds_a_secret_that_can_be_read(town: Store) -> None:
    town.channels.add(TOWN, MAIL)
    _, secret = town.webhooks.add(TOWN, HOOK)
    with town.database.engine.connect() as connection:
        everything = ("SELECT * FROM channel", "SELECT * FROM webhook", "SELECT * FROM audit")
        kept = [str(row) for wanted in everything for row in connection.execute(text(wanted))]
    assert not any("open-sesame-17" in row or secret in row or secret.removeprefix("whsec_") in row for row in kept)
    assert sum(PREFIX in row for row in kept) == 2
    assert one(town).secrets == {"password": "open-sesame-17"}


def test_another_key_names_what_is_to_be_entered_anew_and_loses_nothing_else(town: Store) -> None:
    made = town.channels.add(TOWN, MAIL)
    hook, _ = town.webhooks.add(TOWN, HOOK)
    with closing(reopened(town, TWO)) as other:
        held = one(other)
        assert (held.name, held.fields["user"], held.secrets, held.locked) == ("邮件", "a", {}, {"password"})
        assert [stored.value.locked for stored in other.webhooks.list(TOWN)] == [True]
        without = replace(MAIL, fields={**MAIL.fields, "password": ""})
        with pytest.raises(DocumentError) as refused:
            other.channels.change(TOWN, made.value.id, without, 1)
        assert [(fault.path, fault.code) for fault in refused.value.faults] == [("fields.password", "locked")]
        assert one(town).secrets == {"password": "open-sesame-17"}, "the right key opens it still"
        other.channels.change(TOWN, made.value.id, replace(MAIL, fields={**MAIL.fields, "password": "new-17"}), 1)
        assert one(other).secrets == {"password": "new-17"}
        _, fresh = other.webhooks.renew(TOWN, hook.value.id, 1)
        assert fresh.startswith("whsec_")
        assert [stored.value.locked for stored in other.webhooks.list(TOWN)] == [False]


def test_the_form_before_had_them_plain_and_both_ways_keep_them(town: Store) -> None:
    town.channels.add(TOWN, MAIL)
    _, secret = town.webhooks.add(TOWN, HOOK)
    schema.downgrade(town.database, "0017")
    with town.database.engine.connect() as connection:
        plain = str(connection.execute(text("SELECT secrets FROM channel")).scalar())
        assert "open-sesame-17" in plain
        assert connection.execute(text("SELECT secret FROM webhook")).scalar() == secret
    schema.upgrade(town.database)
    assert one(town).secrets == {"password": "open-sesame-17"}
    with town.database.engine.connect() as connection:
        assert is_sealed(connection.execute(text("SELECT secret FROM webhook")).scalar())


@pytest.mark.parametrize("filled_url", ["sqlite"], indirect=True)
def test_a_key_is_replaced_while_everything_goes_on(
    town: Store, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    url = town.database.url.render_as_string(hide_password=False)
    with closing(reopened(town, ONE)) as before:
        before.channels.add(TOWN, MAIL)
        before.webhooks.add(TOWN, HOOK)
    monkeypatch.setenv("SANBAN_VAULT_KEYS", f"{TWO}, {ONE}")
    assert main(["reseal", "--database", url]) == DONE
    with closing(reopened(town, TWO)) as after:
        assert one(after).secrets == {"password": "open-sesame-17"}
        assert not after.webhooks.list(TOWN)[0].value.locked
    assert "2 个渠道和 Webhook" in capsys.readouterr().out
    assert main(["reseal", "--database", url]) == DONE
    assert "0 个" in capsys.readouterr().out
    monkeypatch.setenv("SANBAN_VAULT_KEYS", ONE)
    assert main(["reseal", "--database", url]) == WRONG
    assert "邮件、" in (said := capsys.readouterr().err), said


@pytest.mark.parametrize("filled_url", ["sqlite"], indirect=True)
def test_what_was_plain_is_not_migrated_without_a_key(
    town: Store, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    town.channels.add(TOWN, MAIL)
    schema.downgrade(town.database, "0017")
    url = town.database.url.render_as_string(hide_password=False)
    for name in ("SANBAN_VAULT_KEYS", "SECRET_KEY"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("SANBAN_ENV", "production")
    assert main(["migrate", "--database", url]) == REFUSED
    assert "SANBAN_VAULT_KEYS" in capsys.readouterr().err
    assert schema.current(town.database) == "0017"
    monkeypatch.setenv("SECRET_KEY", ONE)
    assert main(["migrate", "--database", url]) == DONE
    with closing(reopened(town, ONE)) as after:
        assert one(after).secrets == {"password": "open-sesame-17"}


@pytest.mark.parametrize("filled_url", ["sqlite"], indirect=True)
def test_a_backup_and_a_move_carry_what_is_sealed_and_say_when_the_key_is_another(
    town: Store,
    empty_database_url: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    town.channels.add(TOWN, MAIL)
    url, file = town.database.url.render_as_string(hide_password=False), tmp_path / "town.sanban.gz"
    assert main(["move", "--from", url, "--to", empty_database_url, "--migrate"]) == DONE
    assert "邮件" not in capsys.readouterr().err
    with closing(Store(empty_database_url)) as moved:
        assert one(moved).secrets == {"password": "open-sesame-17"}
    assert main(["backup", str(file), "--database", url]) == DONE
    assert b"open-sesame-17" not in file.read_bytes()
    monkeypatch.setenv("SANBAN_VAULT_KEYS", TWO)
    assert main(["restore", str(file), "--database", f"sqlite:///{tmp_path / 'again.sqlite'}"]) == DONE
    assert "邮件" in capsys.readouterr().err
