"""The reverse proxy as it is shipped, run for real in front of a service that does one thing at a time."""

from __future__ import annotations

import json
import os
import shutil
import ssl
import subprocess
import threading
from collections.abc import Iterator
from http.client import HTTPConnection, HTTPResponse, HTTPSConnection
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import pytest

from tests.ports import free_port, until_it_listens

from .sources import certificate

ROOT = Path(__file__).resolve().parent.parent.parent
NGINX = shutil.which("nginx") or "/usr/sbin/nginx"
LARGE = 8_000_000
SLOW = 20


class OneAtATime(BaseHTTPRequestHandler):
    """Tells what it was told; whoever waits for it, waits for all before."""

    def do_GET(self) -> None:
        large = self.path == "/large"
        body = b"x" * LARGE if large else json.dumps(dict(self.headers)).encode()
        self._answer(body)

    def do_POST(self) -> None:
        self._answer(str(len(self.rfile.read(int(self.headers["Content-Length"])))).encode())

    def _answer(self, body: bytes) -> None:
        self.send_response(200)
        self.send_header("Content-Type", "application/octet-stream")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        """The test says what matters."""


def configured(folder: Path, where: str, plain: int, secure: int, web: int) -> Path:
    """The shipped files with this machine's ports and folders in place of the real ones."""
    for name in ("sanban.conf", f"web.{where}.conf"):
        text = (ROOT / "deploy" / "nginx" / name).read_text(encoding="utf-8")
        for old, new in (
            ("listen 80 ", f"listen 127.0.0.1:{plain} "), ("listen 443 ", f"listen 127.0.0.1:{secure} "),
            ("    listen [::]:80 default_server;\n", ""), ("    listen [::]:443 ssl default_server;\n", ""),
            ("/etc/sanban/tls", str(folder)), ("/var/log/nginx", str(folder)), ("127.0.0.1:8000", f"127.0.0.1:{web}"),
        ):  # fmt: skip
            text = text.replace(old, new)
        (folder / name).write_text(text, encoding="utf-8")
    kinds = ("client_body", "proxy", "fastcgi", "uwsgi", "scgi")
    temporary = "".join(f"{kind}_temp_path {folder}/{kind};\n" for kind in kinds)
    user = "user root;\n" if os.geteuid() == 0 else ""  # the folder is its owner's alone
    main = folder / "nginx.conf"
    main.write_text(
        f"{user}pid {folder}/pid;\ndaemon off;\nworker_processes 1;\nevents {{}}\nhttp {{\n{temporary}"
        f"include {folder}/sanban.conf;\ninclude {folder}/web.{where}.conf;\n}}\n",
        encoding="utf-8",
    )
    return main


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    made = tmp_path_factory.mktemp("proxy")
    certificate(made)
    return made


@pytest.fixture(scope="module")
def ports(folder: Path) -> Iterator[tuple[int, int]]:
    """A proxy that runs: its plain and its secure port."""
    service = HTTPServer(("127.0.0.1", 0), OneAtATime)
    thread = threading.Thread(target=service.serve_forever, kwargs={"poll_interval": 0.05})
    thread.start()
    plain, secure = free_port(), free_port()
    configuration = configured(folder, "host", plain, secure, service.server_port)
    proxy = subprocess.Popen([NGINX, "-e", folder / "error.log", "-c", configuration])
    try:
        for port in (plain, secure):
            until_it_listens(port, proxy)
        yield plain, secure
    finally:
        proxy.terminate()
        proxy.wait(10)
        service.shutdown()
        thread.join()
        service.server_close()


def connected(port: int) -> HTTPSConnection:
    trusting = ssl.create_default_context()
    trusting.check_hostname, trusting.verify_mode = False, ssl.CERT_NONE
    return HTTPSConnection("127.0.0.1", port, timeout=10, context=trusting)


def asked(port: int, path: str, headers: dict[str, str] | None = None) -> tuple[HTTPResponse, bytes]:
    connection = connected(port)
    connection.request("GET", path, headers=headers or {})
    with connection.getresponse() as answer:
        body = answer.read()
    connection.close()
    return answer, body


@pytest.mark.parametrize("where", ["host", "compose"])
def test_nginx_understands_the_files(where: str, folder: Path, tmp_path: Path) -> None:
    for name in ("privkey.pem", "fullchain.pem"):
        shutil.copy(folder / name, tmp_path)
    configuration = configured(tmp_path, where, free_port(), free_port(), free_port())
    command = [NGINX, "-t", "-e", tmp_path / "error.log", "-c", configuration]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert "[warn]" not in done.stderr


def test_plain_http_leads_to_https(ports: tuple[int, int]) -> None:
    connection = HTTPConnection("127.0.0.1", ports[0], timeout=10)
    connection.request("GET", "/v/x?lang=en", headers={"Host": "town.example"})
    with connection.getresponse() as answer:
        assert (answer.status, answer.headers["Location"]) == (301, "https://town.example/v/x?lang=en")
    connection.close()


def test_what_a_client_claims_about_itself_ends_here(ports: tuple[int, int]) -> None:
    claims = {"X-Forwarded-For": "10.9.8.7", "X-Forwarded-Proto": "gopher", "X-Forwarded-Host": "evil.example"}
    _, body = asked(ports[1], "/", claims | {"Forwarded": "for=10.9.8.7", "X-Forwarded-Prefix": "/evil"})
    told = {name.lower(): value for name, value in json.loads(body).items()}
    assert told["x-forwarded-for"] == "127.0.0.1"
    assert told["x-forwarded-proto"] == "https"
    assert told["x-forwarded-host"] == told["host"] == "127.0.0.1"
    assert {"forwarded", "x-forwarded-prefix"} & set(told) == set()


def test_figures_are_not_for_the_world(ports: tuple[int, int]) -> None:
    assert asked(ports[1], "/metrics")[0].status == 404


def test_slow_clients_hold_the_proxy_and_not_the_service(ports: tuple[int, int]) -> None:
    """Half a body each, and large answers that nobody reads: the one who asks properly is answered at once."""
    slow = []
    for number in range(SLOW):
        connection = connected(ports[1])
        if number % 2:
            connection.putrequest("POST", "/")
            connection.putheader("Content-Length", "100000")
            connection.endheaders(b"half")
        else:
            connection.request("GET", "/large")
        slow.append(connection)
    answer, _ = asked(ports[1], "/")
    assert answer.status == 200
    for connection in slow:
        connection.close()


def test_a_service_that_is_away_is_said_in_both_languages(folder: Path, tmp_path: Path) -> None:
    for name in ("privkey.pem", "fullchain.pem"):
        shutil.copy(folder / name, tmp_path)
    plain, secure = free_port(), free_port()
    configuration = configured(tmp_path, "host", plain, secure, free_port())
    proxy = subprocess.Popen([NGINX, "-e", tmp_path / "error.log", "-c", configuration])
    try:
        until_it_listens(secure, proxy)
        answer, body = asked(secure, "/")
        assert (answer.status, answer.headers["Retry-After"]) == (503, "10")
        assert "服务正在重启" in body.decode()
        assert "restarting" in body.decode()
        answer, body = asked(secure, "/api/v1/rules")
        assert (answer.status, answer.headers["Content-Type"]) == (503, "application/json")
        assert json.loads(body)["code"] == "unavailable"
    finally:
        proxy.terminate()
        proxy.wait(10)
