"""A name server that answers one thing when it is judged and another when it is called: nobody is led elsewhere."""

from __future__ import annotations

import socket
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
import requests
from apprise.plugins.twilio import NotifyTwilio

from border.outbound import Allowed, Refused, checked_mail_host, checked_pins
from border.pinning import only

from .conftest import Place

NAME, ELSEWHERE = "mail.taohua.example", "127.0.0.66"


class Turncoat:
    """Says 127.0.0.1 of its name once, and another address ever after."""

    def __init__(self, first: str = "127.0.0.1") -> None:
        self.asked, self._first, self._real = 0, first, socket.getaddrinfo

    def __call__(self, host: Any, *more: Any, **named: Any) -> Any:
        if host == NAME:
            self.asked += 1
            host = self._first if self.asked == 1 else ELSEWHERE
        return self._real(host, *more, **named)


@pytest.fixture
def turncoat(monkeypatch: pytest.MonkeyPatch) -> Turncoat:
    made = Turncoat()
    monkeypatch.setattr(socket, "getaddrinfo", made)
    return made


@pytest.mark.parametrize("filled_url", ["sqlite"], indirect=True)
def test_mail_goes_to_the_address_that_was_judged(place: Place, turncoat: Turncoat) -> None:
    port = str(place.mail.port)
    place.channel("email", "personal", host=NAME, port=port, security="insecure", sender="a@taohua.example")
    place.person("p1", email="one@taohua.example")
    place.put("a")
    place.round()
    assert (place.states(), len(place.mail.mails), turncoat.asked) == ({"a": "sent"}, 1, 1)
    place.put("b")
    place.round()
    assert place.states()["b"] == "waiting", "judged again, and what was judged does not answer"
    assert len(place.mail.mails) == 1


@pytest.mark.parametrize("filled_url", ["sqlite"], indirect=True)
def test_a_provider_of_text_messages_is_called_where_it_was_judged_and_through_no_proxy(
    place: Place, turncoat: Turncoat, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(NotifyTwilio, "notify_sms_url", f"http://{NAME}:{place.web.port}/sms/{{sid}}")
    monkeypatch.setenv("HTTP_PROXY", f"http://{ELSEWHERE}:1")
    account = {"provider": "twilio", "account": "AC00000000", "token": "TokenOfTheProvider"}
    place.channel("sms", "personal", **account, sender="+8615400000001")
    place.person("p1", phone="15400000002")
    place.put("a")
    place.round()
    assert turncoat.asked == 1
    assert place.states() == {"a": "waiting"}, "a proxy was not judged, so that nothing goes through it"
    assert place.web.heard == []
    monkeypatch.setenv("NO_PROXY", "*")  # as the worker has it
    turncoat.asked = 0
    place.clock.advance(minutes=2)
    place.round()
    assert (place.states(), [heard.path for heard in place.web.heard]) == ({"a": "sent"}, ["/sms/AC00000000"])
    assert turncoat.asked == 1


def test_within_its_pins_a_thread_finds_nothing_else_and_other_threads_are_free(place: Place) -> None:
    def reached(host: str) -> bool:
        try:
            socket.create_connection((host, place.web.port), timeout=2).close()
        except OSError:
            return False
        return True

    with only({"Hook.Taohua.example": ["127.0.0.1"]}):
        assert reached("hook.taohua.example")
        assert reached("hook.taohua.example.")
        assert not reached("127.0.0.1"), "not even an address that was never judged under this name"
        assert not reached("localhost")
        with pytest.raises(requests.ConnectionError):
            requests.get(place.web.url(), timeout=2)
        with ThreadPoolExecutor(1) as other:
            assert other.submit(reached, "127.0.0.1").result()
    assert reached("127.0.0.1")


@pytest.mark.parametrize(
    "judge", [lambda: checked_mail_host(NAME, 25, Allowed()), lambda: checked_pins(f"https://{NAME}/sms", Allowed())]
)
def test_an_inside_address_is_refused_whatever_the_name(judge: Callable[[], Any], turncoat: Turncoat) -> None:
    with pytest.raises(Refused) as refused:
        judge()
    assert refused.value.code == "private_address"
