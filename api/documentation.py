"""The OpenAPI document and its page for people."""

from __future__ import annotations

from flask import Blueprint, Flask, Response, current_app, jsonify, render_template_string, url_for

from .access import public
from .idempotency import documented
from .language import HTML_LANG, language
from .openapi import Api

blueprint = Blueprint("documentation", __name__)
PAGE = """<!doctype html>
<html lang="{{ html_lang }}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>Sanban 三班 API</title>
<link rel="icon" href="data:,">
<link rel="stylesheet" href="{{ files('swagger-ui.css') }}">
</head>
<body>
<noscript><p><a href="{{ document }}">openapi.json</a></p></noscript>
<div id="swagger-ui"></div>
<script src="{{ files('swagger-ui-bundle.js') }}"></script>
<script nonce="{{ csp_nonce() }}">
SwaggerUIBundle({
  url: {{ document|tojson }},
  dom_id: "#swagger-ui",
  deepLinking: true,
  displayRequestDuration: true,
  validatorUrl: null,
  requestInterceptor: async (request) => {
    if (!["GET", "HEAD"].includes((request.method || "GET").toUpperCase())) {
      const session = await fetch({{ session|tojson }});
      if (session.ok) request.headers["X-CSRF-Token"] = (await session.json()).csrf_token;
    }
    return request;
  },
});
</script>
</body>
</html>
"""


def install(app: Flask, api: Api) -> None:
    """Serve the document of this API object."""
    app.extensions["sanban_openapi"] = api
    app.register_blueprint(blueprint)


@blueprint.get("/api/v1/openapi.json")
@public
def openapi() -> Response:
    """The OpenAPI document."""
    api: Api = current_app.extensions["sanban_openapi"]
    return jsonify(documented(api.spec.to_dict()))


@blueprint.get("/api/docs")
@public
def page() -> str:
    """The document for people, to read and to try; all its files are ours."""
    return render_template_string(
        PAGE,
        html_lang=HTML_LANG[language()],
        document=url_for("documentation.openapi"),
        session=url_for("session.SessionView"),
        files=lambda name: url_for("static", filename=f"vendor/swagger-ui/{name}"),
    )
