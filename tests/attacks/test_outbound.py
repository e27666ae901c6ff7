"""Webhook and notification addresses: nothing inside is called unless allowed, with a real receiver on this machine."""

from __future__ import annotations

import ipaddress
import socket
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread

import pytest
from hypothesis import given
from hypothesis import strategies as st

from border.outbound import LARGEST_ANSWER, SETTING, Refused, allowed_by, checked_url, post, public
from scheduler.text import Text


@dataclass
class Receiver:
    """A web server of the inside: what it was asked, and how it answers."""

    port: int = 0
    received: list[tuple[str, str, bytes]] = field(default_factory=list)


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    kept = Receiver()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            kept.received.append((self.path, self.headers["Host"], body))
            if self.path == "/away":
                self.send_response(302)
                self.send_header("Location", f"http://127.0.0.1:{kept.port}/secret")
                self.end_headers()
                return
            self.send_response(200)
            self.end_headers()
            if self.path == "/endless":
                self.wfile.write(b"x" * (LARGEST_ANSWER * 4))
            elif self.path == "/trickle":
                self.wfile.flush()
                for _ in range(100):
                    try:
                        self.wfile.write(b"x")
                    except OSError:
                        return
                    time.sleep(0.1)
            else:
                self.wfile.write(b"ok")

        def log_message(self, *_: object) -> None:
            """Quiet."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    kept.port = server.server_address[1]
    thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    yield kept
    server.shutdown()
    server.server_close()
    thread.join()


def refusal(url: str) -> str:
    with pytest.raises(Refused) as caught:
        checked_url(url)
    return caught.value.code


@pytest.mark.parametrize(
    "host",
    [
        "127.0.0.1", "127.1", "2130706433", "0x7f000001", "0177.0.0.1", "0", "0.0.0.0", "localhost", "LOCALHOST.",
        "10.0.0.1", "172.16.5.4", "192.168.1.1", "100.64.0.1", "100.100.100.200", "169.254.169.254", "168.63.129.16",
        "192.0.0.192", "198.18.0.1", "224.0.0.1", "255.255.255.255", "240.0.0.1",
        "[::1]", "[::]", "[fe80::1]", "[fe80::1%25lo]", "[fd00:ec2::254]", "[ff02::1]", "[::ffff:127.0.0.1]",
        "[::ffff:7f00:1]", "[::127.0.0.1]", "[64:ff9b::7f00:1]", "[64:ff9b:1::a00:1]", "[2002:7f00:1::]",
        "[2001:0:4136:e378:8000:63bf:80ff:fffe]",
    ],
)  # fmt: skip
def test_nothing_inside_is_called(host: str) -> None:
    assert refusal(f"http://{host}/hook") in ("private_address", "unknown_host", "bad_url")


@pytest.mark.parametrize(
    "url",
    [
        "", "x", "//8.8.8.8/", "ftp://8.8.8.8/", "file:///etc/passwd", "gopher://8.8.8.8/_x", "http://", "http:///x",
        "http://user@8.8.8.8/", "http://8.8.8.8@127.0.0.1/", "http://8.8.8.8:99999/", "http://8.8.8.8:0/",
        "http://8.8.8.8\\@127.0.0.1/", "http://8.8.8.8/\r\nX: y", "http://8.8.8.8 /", "http://8.8.8.8\t/",
        "http://[8.8.8.8]/", "http://[::1/", "http://a_b..c/", "http://①②⑦.0.0.1/", "http://-a.example/",
        "http://8.8.8.8/" + "a" * 3000, "dict://8.8.8.8:11211/", "http://8.8.8.8:80:80/", "javascript:alert(1)",
    ],
)  # fmt: skip
def test_what_is_no_web_address_is_refused(url: str) -> None:
    assert refusal(url) == "bad_url"


def test_public_addresses_at_the_usual_ports_are_let_through() -> None:
    found = checked_url("https://8.8.8.8/a/b?c=d#e")
    assert (found.address, found.port, found.tls, found.target) == ("8.8.8.8", 443, True, "/a/b?c=d")
    assert checked_url("http://[2001:4860:4860::8888]:8080").port == 8080
    assert refusal("http://8.8.8.8:25/") == "bad_port"


@given(st.ip_addresses(v=4))
def test_an_address_in_another_s_clothes_is_as_public_as_itself(address: ipaddress.IPv4Address) -> None:
    number = int(address)
    dressed = (f"::ffff:{address}", f"64:ff9b::{address}", f"2002:{number >> 16:x}:{number & 0xFFFF:x}::1")
    for text in dressed:
        assert public(ipaddress.ip_address(text)) == public(address), text
    assert not (public(address) and (address.is_private or address.is_loopback or address.is_link_local))


def test_a_real_receiver_inside_hears_nothing_unless_the_operator_allows_it(receiver: Receiver) -> None:
    for host in ("127.0.0.1", "localhost", "[::ffff:127.0.0.1]"):
        with pytest.raises(Refused) as caught:
            post(f"http://{host}:{receiver.port}/hook", b"{}", {})
        assert caught.value.code == "private_address"
    assert receiver.received == []
    for entry in ("127.0.0.0/8", "127.0.0.1", "localhost", f"localhost:{receiver.port}"):
        host = "localhost" if "localhost" in entry else "127.0.0.1"
        url = f"http://{host}:{receiver.port}/hook"
        answer = post(url, b'{"a":1}', {"Content-Type": "application/json"}, allowed=allowed_by({SETTING: entry}))
        assert (answer.status, answer.body) == (200, b"ok")
        assert receiver.received.pop() == ("/hook", f"{host}:{receiver.port}", b'{"a":1}')


def test_a_redirect_is_not_followed(receiver: Receiver) -> None:
    with pytest.raises(Refused) as caught:
        post(f"http://127.0.0.1:{receiver.port}/away", b"", {}, allowed=allowed_by({SETTING: "127.0.0.1"}))
    assert caught.value.code == "redirected"
    assert [path for path, _, _ in receiver.received] == ["/away"]


def test_a_name_that_means_something_else_a_moment_later_leads_nowhere_else(
    receiver: Receiver, monkeypatch: pytest.MonkeyPatch
) -> None:
    """DNS rebinding: the first question is answered with a public address, every later one with this machine."""
    asked: list[str] = []
    connected: list[tuple[str, int]] = []

    def rebinding(host: str, port: int, **_: object) -> list[tuple[object, ...]]:
        asked.append(host)
        address = "8.8.8.8" if len(asked) == 1 else "127.0.0.1"
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (address, port))]

    def unconnected(address: tuple[str, int], *_: object) -> socket.socket:
        connected.append(address)
        raise OSError("not really called")

    monkeypatch.setattr("border.outbound.socket.getaddrinfo", rebinding)
    monkeypatch.setattr("border.outbound.socket.create_connection", unconnected)
    with pytest.raises(Refused):
        post("http://rebinding.example/hook", b"", {})
    assert (asked, connected) == (["rebinding.example"], [("8.8.8.8", 80)])
    assert receiver.received == []


def test_one_private_address_among_public_ones_is_enough_to_refuse(monkeypatch: pytest.MonkeyPatch) -> None:
    def both(_: str, port: int, **__: object) -> list[tuple[object, ...]]:
        kind = (socket.AF_INET, socket.SOCK_STREAM, 6, "")
        return [(*kind, ("8.8.8.8", port)), (*kind, ("10.0.0.1", port))]

    monkeypatch.setattr("border.outbound.socket.getaddrinfo", both)
    assert refusal("https://two-faced.example/") == "private_address"


def test_answers_are_short_and_bounded_in_time(receiver: Receiver) -> None:
    allowed = allowed_by({SETTING: "127.0.0.1"})
    assert len(post(f"http://127.0.0.1:{receiver.port}/endless", b"", {}, allowed=allowed).body) == LARGEST_ANSWER
    answer = post(f"http://127.0.0.1:{receiver.port}/trickle", b"", {}, allowed=allowed, seconds=0.6)
    assert 0 < len(answer.body) < 20, "of a hundred that would take ten seconds"


def test_headers_cannot_be_injected(receiver: Receiver) -> None:
    allowed = allowed_by({SETTING: "127.0.0.1"})
    with pytest.raises(Refused):
        post(f"http://127.0.0.1:{receiver.port}/hook", b"", {"X-Reason": "a\r\nHost: evil"}, allowed=allowed)
    assert receiver.received == []


def test_a_silent_port_is_unreachable() -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        url = f"http://127.0.0.1:{free.getsockname()[1]}/"
        with pytest.raises(Refused) as caught:
            post(url, b"", {}, allowed=allowed_by({SETTING: "127.0.0.1"}), seconds=1)
    assert caught.value.code == "unreachable"


@pytest.mark.parametrize("entry", ["a b", "http://x", "10.0.0.0/33", "x:y", "*"])
def test_an_entry_of_the_allow_list_that_means_nothing_is_told(entry: str) -> None:
    with pytest.raises(ValueError, match=SETTING):
        allowed_by({SETTING: f"10.0.0.0/8, {entry}"})


@given(st.text(max_size=60))
def test_any_text_is_an_address_or_a_sentence(text: str) -> None:
    """Names in it end in a zone that does not exist, so that no resolver outside is asked."""
    for url in (text, f"http://{text}", f"http://{text}.invalid/"):
        said = told(url)
        assert said is None or (said.zh and said.en)


def told(url: str) -> Text | None:
    """What is said about an address that is refused; None when it is called."""
    try:
        checked_url(url)
    except Refused as error:
        return error.text
    return None
