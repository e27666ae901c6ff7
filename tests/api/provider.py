"""A small OpenID provider on loopback, strict where a real one is, and wrong where a test wants it to be."""

from __future__ import annotations

import base64
import hashlib
import secrets
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from threading import Thread
from typing import Any
from urllib.parse import urlencode

from flask import Flask, Response, abort, jsonify, redirect, request
from joserfc import jwt
from joserfc.jwk import RSAKey
from werkzeug.serving import WSGIRequestHandler, make_server

CLIENT_ID, CLIENT_SECRET = "sanban-test", "a secret of the test"
KEY, OTHER_KEY = RSAKey.generate_key(2048, {"kid": "1"}), RSAKey.generate_key(2048, {"kid": "1"})


class Quiet(WSGIRequestHandler):
    def log(self, type: str, message: str, *args: object) -> None:
        """Nothing."""


@dataclass
class Provider:
    """`subject` is who signs in there; `claims` and `key` are what a test makes wrong about the next ID token."""

    issuer: str = ""
    subject: str = "subject-1"
    claims: dict[str, Any] = field(default_factory=dict)
    key: RSAKey = field(default_factory=lambda: KEY)
    down: bool = False
    announced: str = ""
    asked: dict[str, str] = field(default_factory=dict)
    """The last authorisation request."""
    codes: dict[str, dict[str, str]] = field(default_factory=dict)

    def discovery(self) -> Response:
        if self.down:
            abort(503)
        here = self.issuer
        return jsonify(
            issuer=self.announced or here,
            authorization_endpoint=f"{here}/authorize",
            token_endpoint=f"{here}/token",
            jwks_uri=f"{here}/jwks",
            response_types_supported=["code"],
            subject_types_supported=["public"],
            id_token_signing_alg_values_supported=["RS256"],
            code_challenge_methods_supported=["S256"],
        )

    def jwks(self) -> Response:
        return jsonify(keys=[KEY.as_dict(private=False)])

    def authorize(self) -> Any:
        self.asked = asked = request.args.to_dict()
        if asked.get("client_id") != CLIENT_ID or asked.get("response_type") != "code":
            abort(400)
        if asked.get("code_challenge_method") != "S256" or not asked.get("nonce") or not asked.get("state"):
            abort(400)
        code = secrets.token_urlsafe(16)
        self.codes[code] = asked
        return redirect(asked["redirect_uri"] + "?" + urlencode({"code": code, "state": asked["state"]}))

    def token(self) -> Any:
        credentials = request.authorization
        asked = self.codes.pop(request.form.get("code", ""), None)
        if credentials is None or (credentials.username, credentials.password) != (CLIENT_ID, CLIENT_SECRET):
            return jsonify(error="invalid_client"), 401
        if asked is None or asked["redirect_uri"] != request.form.get("redirect_uri"):
            return jsonify(error="invalid_grant"), 400
        digest = hashlib.sha256(request.form.get("code_verifier", "").encode()).digest()
        if base64.urlsafe_b64encode(digest).rstrip(b"=").decode() != asked["code_challenge"]:
            return jsonify(error="invalid_grant"), 400
        return jsonify(access_token="x", token_type="Bearer", expires_in=60, id_token=self.id_token(asked["nonce"]))

    def id_token(self, nonce: str) -> str:
        now = int(time.time())
        usual = {"iss": self.issuer, "aud": CLIENT_ID, "sub": self.subject, "iat": now, "exp": now + 300}
        claims = {k: v for k, v in (usual | {"nonce": nonce} | self.claims).items() if v is not None}
        return jwt.encode({"alg": "RS256", "kid": "1"}, claims, self.key)


@contextmanager
def running() -> Iterator[Provider]:
    """The provider on a free port until the block ends."""
    provider, app = Provider(), Flask("provider")
    app.get("/.well-known/openid-configuration")(provider.discovery)
    app.get("/jwks")(provider.jwks)
    app.get("/authorize")(provider.authorize)
    app.post("/token")(provider.token)
    server = make_server("127.0.0.1", 0, app, threaded=True, request_handler=Quiet)
    provider.issuer = f"http://127.0.0.1:{server.server_port}"
    thread = Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield provider
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
