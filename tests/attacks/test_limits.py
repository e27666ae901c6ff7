"""How much one request may say: query, page, ids, depth, compression, form fields."""

from __future__ import annotations

import gzip
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import text

from api.body import DEEPEST, LONGEST_QUERY, MOST_PARAMETERS, deeper_than
from models.errors import Unavailable
from models.store import Store
from tests.api.conftest import EAST, V1, WEEK, Caller, Service, fault_paths

UNITS = f"{EAST}/units"
HTML = {"Accept": "text/html"}


def nested(depth: int, key: str | None = None) -> str:
    before, after = ("[", "]") if key is None else (f'{{"{key}":', "}")
    return before * depth + "1" + after * depth


@pytest.mark.parametrize("path", [UNITS, f"{V1}/session", "/sign-in", "/"])
def test_a_query_without_end_is_refused(path: str, service: Service) -> None:
    caller = service.caller("organiser")
    for query in ("search=" + "a" * LONGEST_QUERY, "&".join(["a=1"] * (MOST_PARAMETERS + 1))):
        answer = caller.client.get(f"{path}?{query}", headers=HTML)
        assert answer.status_code == 414
        assert len(answer.data) < 10_000


@pytest.mark.parametrize(
    "query", ["page_size=501", "page_size=99999999999999999999", "page_size=-1", "page=0", "page=1e9"]
)
def test_a_page_has_a_largest_size(query: str, organiser: Caller) -> None:
    answer = organiser.get(f"{EAST}/people?{query}")
    assert answer.status_code == 422
    assert next(iter(fault_paths(answer))).startswith("query.page")


@pytest.mark.parametrize("key", ["remove", "add", "pin", "unpin"])
def test_a_call_names_a_bounded_number_of_things(key: str, organiser: Caller) -> None:
    entry = {"person": "p00", "duty": "x", "position": "verify"}
    answer = organiser.patch(f"{WEEK}/rosters/draft", {key: [entry] * 1001}, match=1)
    assert fault_paths(answer) == {key: "too_long"}


@pytest.mark.parametrize("encoding", ["gzip", "deflate", "br", "zstd", "gzip, gzip", "x"])
def test_a_compressed_body_is_refused_unread(encoding: str, organiser: Caller) -> None:
    """So there is no body that is small on the way and large in memory."""
    bomb = gzip.compress(b" " * 50_000_000)
    assert len(bomb) < 1024 * 1024
    headers = organiser.headers | {"Content-Encoding": encoding}
    answer = organiser.client.post(UNITS, data=bomb, content_type="application/json", headers=headers)
    assert (answer.status_code, answer.get_json()["code"]) == (415, "compressed")
    assert answer.headers["Accept-Encoding"] == "identity"


def test_a_body_in_chunks_is_refused(organiser: Caller) -> None:
    headers = organiser.headers | {"Transfer-Encoding": "chunked"}
    answer = organiser.client.post(UNITS, data=b"x", content_type="application/json", headers=headers)
    assert (answer.status_code, answer.get_json()["code"]) == (411, "length_required")
    assert answer.headers["Connection"] == "close"


@pytest.mark.parametrize("depth", [DEEPEST + 1, 300, 900, 990])
@pytest.mark.parametrize("key", [None, "a"])
def test_what_is_nested_too_deeply_is_refused(depth: int, key: str | None, organiser: Caller) -> None:
    for path, body in (
        (UNITS, nested(depth, key)),
        (f"{V1}/solves", f'{{"people":{nested(depth, key)}}}'),
        (f"{V1}/check", f'{{"problem":{nested(depth, key)}}}'),
    ):
        answer = organiser.client.post(path, data=body, content_type="application/json", headers=organiser.headers)
        assert (answer.status_code, answer.get_json()["code"]) == (400, "bad_json"), path


@given(
    st.recursive(
        st.integers(), lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3)
    )
)
def test_depth_is_counted_as_it_is(value: Any) -> None:
    def depth(held: Any) -> int:
        if not isinstance(held, dict | list):
            return 0
        return 1 + max((depth(v) for v in (held.values() if isinstance(held, dict) else held)), default=0)

    assert all(deeper_than(most, value) == (depth(value) > most) for most in range(1, 8))


def test_a_form_with_too_much_is_refused(service: Service) -> None:
    caller = service.caller("organiser")
    many = {f"f{i}": "x" for i in range(5000)}
    for data in ({"login": "a" * 2_000_000}, many):
        answer = caller.client.post("/sign-in", data=data, headers=HTML)
        assert answer.status_code in (403, 413), answer.status_code


def test_a_gigabyte_as_a_file_is_refused_unread(service: Service) -> None:
    environ = {"CONTENT_LENGTH": str(10**9), "CONTENT_TYPE": "multipart/form-data; boundary=x"}
    answer = service.caller("organiser").client.post("/sign-in", headers=HTML, environ_overrides=environ)
    assert answer.status_code == 413


@pytest.mark.parametrize("tag", ['""', 'W/""', 'W/"", ""', '"', "W/", ",", '"1", "2"', "1" * 400, '"\u00e9"', "*, 1"])
def test_a_tag_that_is_none_matches_nothing(tag: str, organiser: Caller) -> None:
    for header in ("If-Match", "If-None-Match"):
        for method, path in (("PUT", f"{UNITS}/school"), ("DELETE", f"{UNITS}/school"), ("GET", f"{UNITS}/school")):
            body = {"id": "school", "name": "x"} if method == "PUT" else None
            status = organiser(method, path, body, headers={header: tag}).status_code
            assert status in ((200, 304, 412) if method == "GET" else (412, 428)), (header, method)


def test_a_statement_that_does_not_end_is_ended(postgres_database: str) -> None:
    store = Store(postgres_database)
    with store.database.read() as session:
        assert session.scalar(text("SHOW statement_timeout")) == "30s"
        assert session.scalar(text("SHOW idle_in_transaction_session_timeout")) == "2min"
    with pytest.raises(Unavailable):
        dawdle(store)
    store.close()


def dawdle(store: Store) -> None:
    with store.database.read() as session:
        session.execute(text("SET LOCAL statement_timeout = '50ms'"))
        session.execute(text("SELECT pg_sleep(20)"))
