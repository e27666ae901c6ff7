"""Configuration from the environment, security headers, health, the page of documentation."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
import structlog

from api import create_app
from api.settings import SettingsError, from_environment
from models.store import Store

from .conftest import EAST, V1, Caller, Service


@pytest.fixture(autouse=True)
def logs_as_they_were() -> Iterator[None]:
    """Every application sets up the logs; the next test wants those of the shared one."""
    held = structlog.get_config()
    yield
    structlog.configure(**held)


GOOD = "0f3a9c5e7b1d2846a0c4e8f1b3d5796e"


@pytest.mark.parametrize("secret", [None, "", "dev", "secret", GOOD[:31], "x" * 40, "please-change-me-" + GOOD])
def test_production_refuses_a_missing_or_known_secret(
    secret: str | None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("SECRET_KEY", raising=False)
    config = {"SANBAN_ENV": "production", "SANBAN_DATA": str(tmp_path), "DATABASE_URL": f"sqlite:///{tmp_path}/x.db"}
    with pytest.raises(SettingsError, match="SECRET_KEY"):
        create_app(config if secret is None else config | {"SECRET_KEY": secret})


def test_production_cookies_are_sent_over_https_only(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path}/x.db"
    Store(url).migrate()
    app = create_app(
        {"SANBAN_ENV": "production", "SANBAN_DATA": str(tmp_path), "DATABASE_URL": url, "SECRET_KEY": GOOD}
    )
    assert app.config["SESSION_COOKIE_SECURE"]
    answer = app.test_client().get("/api/v1/rules")
    assert "max-age" in answer.headers["Strict-Transport-Security"]
    app.extensions["sanban_store"].close()


def test_development_keeps_its_secret_beside_the_data(tmp_path: Path) -> None:
    environ = {"SANBAN_DATA": str(tmp_path / "var")}
    first, second = from_environment(environ), from_environment(environ)
    assert len(first["SECRET_KEY"]) == 64
    assert first["SECRET_KEY"] == second["SECRET_KEY"]
    assert (tmp_path / "var" / "secret-key").stat().st_mode & 0o077 == 0


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("SANBAN_ENV", "prod"),
        ("SANBAN_MAX_BODY_MB", "0"),
        ("SANBAN_MAX_DOCUMENT_MB", "many"),
        ("SANBAN_SECURE_COOKIES", "perhaps"),
        ("SANBAN_TRUSTED_PROXIES", "-1"),
    ],
)
def test_a_wrong_setting_is_told_by_its_name(name: str, value: str, tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match=name):
        from_environment({"SANBAN_DATA": str(tmp_path), name: value})


def test_production_says_at_once_everything_that_keeps_it_from_starting(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("SECRET_KEY", raising=False)
    monkeypatch.setenv("FLASK_DEBUG", "1")
    url = f"sqlite:///{tmp_path}/x.db"
    with pytest.raises(SettingsError) as refused:
        create_app({"SANBAN_ENV": "production", "SANBAN_DATA": str(tmp_path), "DATABASE_URL": url})
    said = str(refused.value)
    assert len(refused.value.faults) == 3
    for word in ("SECRET_KEY", "FLASK_DEBUG", "python -m models migrate"):
        assert word in said
    assert all(fault.zh and fault.en for fault in refused.value.faults)


def test_every_setting_that_cannot_be_used_is_told_at_once(tmp_path: Path) -> None:
    wrong = {"SANBAN_DATA": str(tmp_path), "PORT": "http", "SANBAN_SLOTS": "0", "QUEUE_URL": "amqp://u:a-password@h"}
    with pytest.raises(SettingsError) as refused:
        from_environment(wrong)
    assert len(refused.value.faults) == 3
    assert "a-password" not in str(refused.value)


def test_the_service_lives_without_its_database_but_is_not_ready(service: Service, tmp_path: Path) -> None:
    caller = service.caller()
    assert (caller.get("/healthz").status_code, caller.get("/healthz").get_json()) == (200, {"status": "ok"})
    assert (caller.get("/readyz").status_code, caller.get("/readyz").get_json()) == (200, {"status": "ok"})
    for url, words in (
        (f"sqlite:///{tmp_path / 'empty.sqlite'}", "python -m models migrate"),
        ("postgresql://nobody@127.0.0.1:1/none", "does not answer"),
    ):
        other = Store(url)
        service.app.extensions["sanban_store"] = other
        assert caller.get("/healthz").status_code == 200
        answer = caller.get("/readyz")
        assert answer.status_code == 503
        assert words in answer.get_json()["messages"]["en"]
        assert answer.get_json()["messages"]["zh"]
        other.close()


@pytest.mark.parametrize("path", [f"{V1}/rules", f"{V1}/nothing", "/nothing", "/api/docs", "/healthz"])
def test_every_answer_carries_the_security_headers(path: str, service: Service) -> None:
    headers = service.caller().get(path).headers
    policy = headers["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "unsafe-inline" not in policy
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["X-Frame-Options"] == "DENY"
    assert headers["Referrer-Policy"] == "same-origin"
    assert headers["X-Request-Id"]


def test_what_belongs_to_somebody_is_not_kept_by_caches(organiser: Caller) -> None:
    assert "private" in organiser.get(f"{EAST}/people").headers["Cache-Control"]
    assert organiser.get(f"{EAST}/units/ghost").headers["Cache-Control"] == "no-store"


def test_the_page_of_documentation_needs_nothing_from_elsewhere(service: Service) -> None:
    caller = service.caller()
    answer = caller.get("/api/docs")
    page = answer.get_data(as_text=True)
    nonces = re.findall(r"'nonce-([^']+)'", answer.headers["Content-Security-Policy"])
    assert len(set(nonces)) == 1
    assert re.findall(r"<script>|<style>", page) == []
    assert f'<script nonce="{nonces[0]}">' in page
    assert "://" not in page
    for path in re.findall(r'(?:src|href)="(/[^"]+)"', page):
        with caller.get(path) as file:
            assert file.status_code == 200, path
    assert caller.get("/api/docs").headers["Content-Security-Policy"] != answer.headers["Content-Security-Policy"]


def test_logs_hold_a_request_id_and_no_personal_data(service: Service, capsys: pytest.CaptureFixture[str]) -> None:
    app = create_app(
        {"SANBAN_ENV": "test", "DATABASE_URL": str(service.store.database.url), "SANBAN_LOG_LEVEL": "info"}
    )
    token = service.store.links.issue("east", "p00")
    client = app.test_client()
    client.get(f"{EAST}/people/p00/availability?lang=zh", headers={"Authorization": f"Bearer {token}"})
    client.get(f"/v/{token}")
    client.post(f"{V1}/session", json={"login": "somebody", "password": "a secret word"})
    logged = capsys.readouterr().out
    app.extensions["sanban_store"].close()
    assert '"route": "/api/v1/towns/<town>/people/<person>/availability"' in logged
    assert "request_id" in logged
    for private in (token, "p00", "somebody", "a secret word", "人员"):
        assert private not in logged


def test_of_an_error_the_log_has_the_place_and_not_the_words(
    service: Service, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    url = str(service.store.database.url)
    for name, level in (("test", "debug"), ("production", "debug"), ("development", "info")):
        monkeypatch.setenv("SECRET_KEY", GOOD)
        app = create_app({"SANBAN_ENV": name, "DATABASE_URL": url, "SANBAN_LOG_LEVEL": level, "SECRET_KEY": GOOD})

        def broken() -> str:
            try:
                raise KeyError("王小明")
            except KeyError as error:
                raise ValueError("15400000000 of 王小明") from error

        app.add_url_rule("/broken", "broken", broken)
        assert app.test_client().get("/broken").status_code == 500
        said = capsys.readouterr()
        app.extensions["sanban_store"].close()
        assert "broken" in said.out
        assert "KeyError" in said.out
        assert "ValueError" in said.out
        for private in ("王小明", "15400000000"):
            assert private not in said.out + said.err, name


def test_a_choice_of_language_is_remembered_by_pages(service: Service) -> None:
    client = service.app.test_client()
    answer = client.get("/api/docs?lang=en")
    assert 'lang="en"' in answer.get_data(as_text=True)
    assert "sanban_lang=en" in answer.headers["Set-Cookie"]
    assert client.get("/api/docs").headers["Content-Language"] == "en"
    assert client.get("/api/docs", headers={"Accept-Language": "zh"}).headers["Content-Language"] == "en"
