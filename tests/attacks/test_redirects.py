"""Open redirects and headers that somebody else writes."""

from __future__ import annotations

from urllib.parse import urljoin, urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st

from api.pages.sign_in import safe_path
from tests.api.conftest import V1, Caller, Service
from tests.api.towns import MONDAY

from .walking import query_names

AWAY = [
    "//evil.example", "///evil.example", "////evil.example/x", "/\\evil.example", "\\\\evil.example",
    "/\t/evil.example",
    "/\n/evil.example", "/\r\n/evil.example", "\t//evil.example", " //evil.example", "https://evil.example",
    "https:evil.example", "http:/\\evil.example", "javascript:alert(1)", "data:text/html,x", "evil.example",
    "@evil.example",
    "/\u2028/evil.example", "/\x00/evil.example", "/\x0b/evil.example", "/\u200b\r\nSet-Cookie: a=b",
    "/\r\nLocation: //evil",
]  # fmt: skip
HERE = "https://sanban.example/sign-in"


def leads_away(path: str) -> bool:
    """As a browser takes a Location: tabs and line ends fall away, a backslash is a slash."""
    taken = path.translate({9: None, 10: None, 13: None}).strip(" \x00").replace("\\", "/")
    return urlsplit(urljoin(HERE, taken)).netloc != "sanban.example" or urlsplit(urljoin(HERE, taken)).scheme != "https"


@pytest.mark.parametrize("path", AWAY)
def test_known_tricks_lead_nowhere_else(path: str) -> None:
    assert not leads_away(safe_path(path))
    assert "\r" not in safe_path(path)


@given(st.text(st.sampled_from("/\\.:@\t\r\n evil%?#\u2028\x00")))
def test_no_path_that_is_taken_leads_elsewhere(path: str) -> None:
    assert not leads_away(safe_path(path))
    assert not leads_away(safe_path("/" + path))


@pytest.mark.parametrize("path", AWAY)
def test_no_parameter_of_any_page_redirects_elsewhere(path: str, service: Service) -> None:
    """Every parameter that a page reads, asked and posted, signed in and not."""
    for login in (None, "organiser"):
        caller = service.caller(login)
        given_ = dict.fromkeys(query_names(), path)
        for page in ("/", "/sign-in", f"/towns/east/weeks/{MONDAY}", "/towns/east/people"):
            for answer in (
                caller.client.get(page, query_string=given_, headers={"Accept": "text/html"}),
                caller.client.post(page, data=given_ | {"csrf_token": "x"}, headers={"Accept": "text/html"}),
            ):
                assert answer.status_code < 500, page
                assert not leads_away(answer.headers.get("Location", "/")), (page, answer.headers["Location"])


@pytest.mark.parametrize(
    "value", ["abcdefgh\r\nSet-Cookie: x=1", "abcdefgh\nX: y", "abcdefgh\x00", "<script>alert(1)</script>", "a" * 9000]
)
def test_what_a_request_says_of_itself_comes_back_only_when_well_formed(value: str, service: Service) -> None:
    environ = {"HTTP_X_REQUEST_ID": value, "HTTP_ACCEPT_LANGUAGE": value, "HTTP_COOKIE": f"lang={value}"}
    answer = service.caller().client.get(f"{V1}/session", environ_overrides=environ)
    assert answer.status_code == 401
    assert all("\n" not in held and "<script" not in held and len(held) < 1000 for held in answer.headers.values())


def test_a_made_up_host_is_in_no_redirect(organiser: Caller) -> None:
    for path in ("/", "/towns/east", "/towns/east/people/"):
        answer = organiser.client.get(path, headers={"Host": "evil.example", "Accept": "text/html"})
        assert "evil.example" not in answer.headers.get("Location", "")
