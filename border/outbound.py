"""Calls to addresses that somebody of a town entered: webhooks and notifications (server-side request forgery).

A name is resolved once, every address that it has must be a public one, and the connection is made to the address
that was checked: a name that means something else a moment later (DNS rebinding) leads nowhere else. Redirects are
not followed, no proxy of the environment is used, answers are short and bounded in time. What the operator lists in
SANBAN_OUTBOUND_ALLOW (networks, names, or name:port) is called wherever it lies.
"""

from __future__ import annotations

import ipaddress
import re
import socket
import ssl
from collections.abc import Mapping
from dataclasses import dataclass
from http.client import HTTPConnection, HTTPException
from threading import Timer
from urllib.parse import SplitResult, urlsplit

from scheduler.text import Text

Address = ipaddress.IPv4Address | ipaddress.IPv6Address
Network = ipaddress.IPv4Network | ipaddress.IPv6Network
SETTING = "SANBAN_OUTBOUND_ALLOW"
PORTS = frozenset({80, 443, 8080, 8443})
MAIL_PORTS = frozenset({25, 465, 587, 2525})
LONGEST_URL = 2048
LARGEST_ANSWER = 64 * 1024
"""Bytes; more is cut off."""
SECONDS = 10.0
CARRIERS = (ipaddress.ip_network("64:ff9b::/96"), ipaddress.ip_network("64:ff9b:1::/48"))
"""NAT64: the last four bytes are an IPv4 address."""
NEVER = tuple(ipaddress.ip_network(n) for n in ("168.63.129.16/32", "192.0.0.0/24", "192.88.99.0/24"))
"""Called public by the address plan, but clouds answer their own machines there, or they lead into tunnels."""
_NAME = re.compile(r"(?=.{1,253}$)[a-z0-9_]([a-z0-9_-]{0,61}[a-z0-9_])?(\.[a-z0-9_]([a-z0-9_-]{0,61}[a-z0-9_])?)*\.?")

TEXTS = {
    "bad_url": Text(
        "网址无效：应为 http:// 或 https:// 开头、不含用户名和密码的完整网址。",
        "This is not a web address: http:// or https://, a host, and neither user nor password.",
    ),
    "bad_port": Text("只能使用 80、443、8080、8443 端口。", "Only the ports 80, 443, 8080 and 8443 may be called."),
    "bad_host": Text("主机名无效。", "This is not a host name."),
    "bad_mail_port": Text(
        "发信服务器只能使用 25、465、587、2525 端口。", "Mail servers may be called at 25, 465, 587 and 2525 only."
    ),
    "unknown_host": Text(
        "找不到这个主机名：请核对拼写，或稍后再试。",
        "This host name cannot be found: look at how it is spelt, or try again later.",
    ),
    "private_address": Text(
        "此网址指向内部网络，不允许访问；如确需访问，请运维人员将其加入 SANBAN_OUTBOUND_ALLOW。",
        "This address leads into an internal network; the operator can allow it in SANBAN_OUTBOUND_ALLOW.",
    ),
    "redirected": Text(
        "对方要求跳转到别处，未予跟随：请填写最后的网址。",
        "The other side redirects elsewhere, which is not followed: enter the address where it ends.",
    ),
    "unreachable": Text(
        "无法连接对方，或对方没有及时答复：请核对网址，或稍后再试。",
        "The other side cannot be reached or does not answer: look at its address, or try again later.",
    ),
}


class Refused(ValueError):
    """An address that is not called, or a call that came to nothing: a code of TEXTS and its sentence."""

    def __init__(self, code: str) -> None:
        super().__init__(TEXTS[code].en)
        self.code, self.text = code, TEXTS[code]


@dataclass(frozen=True, slots=True)
class Allowed:
    """What the operator lets us call although it is not public."""

    networks: tuple[Network, ...] = ()
    hosts: frozenset[str] = frozenset()
    """Names, or name:port."""

    def host(self, name: str, port: int) -> bool:
        return name in self.hosts or f"{name}:{port}" in self.hosts

    def address(self, address: Address) -> bool:
        return any(address in network for network in self.networks)


@dataclass(frozen=True, slots=True)
class Destination:
    """A checked address: whom to connect to, and what to say there."""

    tls: bool
    host: str
    port: int
    address: str
    target: str
    """Path and query."""


@dataclass(frozen=True, slots=True)
class Answer:
    status: int
    body: bytes


def allowed_by(environ: Mapping[str, str]) -> Allowed:
    """The operator's list, separated by commas; raises ValueError for an entry that is neither network nor name."""
    networks: list[Network] = []
    hosts = set()
    for entry in filter(None, (part.strip().lower() for part in environ.get(SETTING, "").split(","))):
        name, _, port = entry.rpartition(":")
        try:
            networks.append(ipaddress.ip_network(entry))
        except ValueError:
            if not _NAME.fullmatch(entry) and not (_NAME.fullmatch(name) and port.isdigit()):
                raise ValueError(f"{SETTING} holds {entry!r}, which is neither a network nor a host name.") from None
            hosts.add(entry)
    return Allowed(tuple(networks), frozenset(hosts))


def checked_url(url: str, allowed: Allowed = Allowed()) -> Destination:
    """Where this address leads, resolved now; raises Refused."""
    parts = _parts(url)
    tls = parts.scheme == "https"
    host = _host(parts)
    port = parts.port or (443 if tls else 80)
    target = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    return Destination(tls, host, port, resolved(host, port, allowed)[0], target)


def checked_mail_host(host: str, port: int, allowed: Allowed = Allowed()) -> tuple[str, ...]:
    """The addresses of a server that sends e-mail, resolved now; raises Refused."""
    if not _NAME.fullmatch(host.lower()):
        raise Refused("bad_host")
    return resolved(host.lower(), port, allowed, MAIL_PORTS, "bad_mail_port")


def checked_pins(url: str, allowed: Allowed = Allowed()) -> dict[str, tuple[str, ...]]:
    """Host → addresses of what a library will call by itself, for `pinning.only`; raises Refused."""
    parts = _parts(url)
    host, port = _host(parts), parts.port or (443 if parts.scheme == "https" else 80)
    return {host: resolved(host, port, allowed)}


def resolved(
    host: str, port: int, allowed: Allowed, ports: frozenset[int] = PORTS, bad_port: str = "bad_port"
) -> tuple[str, ...]:
    """The addresses of a host, all of which may be called at this port; raises Refused."""
    trusted = allowed.host(host, port)
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError):
        raise Refused("unknown_host") from None
    addresses = [ipaddress.ip_address(str(entry[4][0]).partition("%")[0]) for entry in found]
    inside = [allowed.address(address) for address in addresses]
    if not trusted and not all(ok or public(address) for ok, address in zip(inside, addresses)):
        raise Refused("private_address")
    if not trusted and not all(inside) and port not in ports:
        raise Refused(bad_port)
    return tuple(dict.fromkeys(map(str, addresses)))


def public(address: Address) -> bool:
    """Whether an address belongs to the internet; one that carries another is as public as the other."""
    if isinstance(address, ipaddress.IPv6Address):
        if any(address in carrier for carrier in CARRIERS):
            return public(ipaddress.IPv4Address(int(address) & 0xFFFFFFFF))
        teredo = address.teredo
        carried = address.ipv4_mapped or address.sixtofour or (teredo[1] if teredo else None)
        if carried is not None:
            return public(carried)
        if int(address) >> 32 == 0:
            return False  # "IPv4-compatible", as ::127.0.0.1
    special = address.is_multicast or address.is_reserved or any(address in network for network in NEVER)
    return address.is_global and not special


def post(
    url: str,
    body: bytes,
    headers: Mapping[str, str],
    *,
    allowed: Allowed = Allowed(),
    seconds: float = SECONDS,
    trust: ssl.SSLContext | None = None,
) -> Answer:
    """POST to a checked address within so many seconds; raises Refused. `trust`: a town's own authority."""
    destination = checked_url(url, allowed)
    connection = _Pinned(destination, seconds, trust)
    hurry = Timer(seconds, connection.cut)
    hurry.daemon = True
    hurry.start()
    try:
        connection.request("POST", destination.target, body, dict(headers))
        with connection.getresponse() as answer:
            if 300 <= answer.status < 400:
                raise Refused("redirected")
            return Answer(answer.status, answer.read(LARGEST_ANSWER))
    except (OSError, HTTPException, ValueError) as error:
        if isinstance(error, Refused):
            raise
        raise Refused("unreachable") from error
    finally:
        hurry.cancel()
        connection.close()


class _Pinned(HTTPConnection):
    """Speaks to the host that was asked for, at the address that was checked."""

    def __init__(self, destination: Destination, seconds: float, trust: ssl.SSLContext | None) -> None:
        super().__init__(destination.host, destination.port, timeout=seconds)
        self.default_port = 443 if destination.tls else 80  # no port in the Host header where none is needed
        self._to = destination
        self._trust = trust
        self._wire: socket.socket | None = None

    def connect(self) -> None:
        self.sock = self._wire = socket.create_connection((self._to.address, self._to.port), self.timeout)
        if self._to.tls:
            trust = self._trust or ssl.create_default_context()
            self.sock = self._wire = trust.wrap_socket(self._wire, server_hostname=self._to.host)

    def cut(self) -> None:
        """End the call, whatever it waits for."""
        if self._wire is not None:
            try:
                self._wire.shutdown(socket.SHUT_RDWR)
            except OSError:
                return  # it has ended by itself


def _parts(url: str) -> SplitResult:
    if len(url) > LONGEST_URL or not url.isascii() or any(c <= " " or c in '\\"<>^`{|}\x7f' for c in url):
        raise Refused("bad_url")
    try:
        parts = urlsplit(url)
        named = parts.port is None or parts.port > 0
    except ValueError:
        raise Refused("bad_url") from None
    if parts.scheme not in ("http", "https") or not parts.hostname or "@" in parts.netloc or not named:
        raise Refused("bad_url")
    return parts


def _host(parts: SplitResult) -> str:
    host = (parts.hostname or "").lower()
    if ":" in host:
        try:
            return str(ipaddress.IPv6Address(host.partition("%")[0]))
        except ValueError:
            raise Refused("bad_url") from None
    if not _NAME.fullmatch(host):
        raise Refused("bad_url")
    return host
