"""The same service on a real PostgreSQL: one story from a document to an acknowledged, repaired week."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from api import create_app
from tests.postgres import emptied

from .conftest import EAST, PASSWORD, SETTINGS, V1, WEEK, Caller, Service, duties_of, fault_paths
from .test_solves import finished
from .towns import document


@pytest.fixture
def on_postgres(postgres_database: str) -> Iterator[Service]:
    """The service on an empty database with an administrator of the platform."""
    emptied(postgres_database)
    app = create_app(SETTINGS | {"DATABASE_URL": postgres_database})
    store = app.extensions["sanban_store"]
    store.accounts.create("admin", "管理员", PASSWORD, "platform_administrator")
    yield Service(app, store, [], {})
    store.close()


def test_a_week_goes_from_document_to_acknowledgement(on_postgres: Service) -> None:
    admin = Caller(on_postgres.app.test_client()).sign_in("admin")
    assert admin.post(f"{V1}/towns/import", document()).status_code == 201
    solve = finished(on_postgres, admin)
    assert admin.get(f"{V1}/solves/{solve}").get_json()["roster_number"] == 1
    draft = admin.get(f"{WEEK}/rosters/draft")
    published = admin.post(f"{WEEK}/rosters/draft/publish", {"published": None}, match=draft.headers["ETag"])
    assert published.status_code == 200, published.get_json()
    volunteer = on_postgres.volunteer()
    duty = next(a["duty"] for a in draft.get_json()["assignments"] if a["person"] == "p00")
    assert volunteer.post(f"{WEEK}/acknowledgements", {"duty": duty}).status_code == 200
    absence = {"person": "p00", "start": "2026-03-02T00:00:00Z", "end": "2026-03-09T00:00:00Z"}
    assert volunteer.post(f"{EAST}/absences", absence).status_code == 201
    repair = admin.post(f"{WEEK}/repairs", {"now": "2026-03-01T00:00:00Z"})
    assert (repair.status_code, repair.get_json()["kind"]) == (202, "repair")
    assert len(duties_of(admin)) == 42


def test_strange_ids_are_not_found_there_either(on_postgres: Service) -> None:
    admin = Caller(on_postgres.app.test_client()).sign_in("admin")
    admin.post(f"{V1}/towns/import", document())
    for path in ("/solves/x", "/solves/%00", "/accounts/x", "/towns/east/absences/x", "/towns/%F0%9F%98%80"):
        assert admin.get(V1 + path).status_code in (400, 404), path
    assert fault_paths(admin.get(f"{EAST}/people?search=%25_%5C'&page=0")) == {"query.page": "too_small"}
    assert admin.get(f"{EAST}/people?search=%25_%5C'").get_json()["total"] == 0
