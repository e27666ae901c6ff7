"""The web application for gunicorn: `gunicorn wsgi:app`."""

import sys
from pathlib import Path

from api import create_app
from jobs.wakeup import Wakeup
from models.environment import SettingsError

CANNOT_START = 3
"""gunicorn's own code for a process that cannot start: it stops instead of trying again for ever."""

try:
    app = create_app()
    app.config["WAKE"] = Wakeup(Path(app.config["SANBAN_DATA"]), url=app.config["QUEUE_URL"]).wake
except (SettingsError, ValueError) as error:
    sys.stderr.write(f"三班没有启动。Sanban did not start.\n{error}\n")
    sys.exit(CANNOT_START)
