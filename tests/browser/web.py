"""The service as gunicorn runs it, with passwords that cost no time: dozens of people sign in here."""

from __future__ import annotations

from tests.quick import quick_passwords
from wsgi import app

quick_passwords(app.extensions["sanban_store"])
