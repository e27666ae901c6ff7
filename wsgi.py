"""The web application for gunicorn: `gunicorn wsgi:app`."""

from pathlib import Path

from api import create_app
from jobs.wakeup import Wakeup

app = create_app()
app.config["WAKE"] = Wakeup(Path(app.config["SANBAN_DATA"])).wake
