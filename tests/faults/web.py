"""The service as gunicorn runs it, with a way to kill it in the middle of a request and a slow page."""

from __future__ import annotations

import os
import time

from flask import request
from flask.typing import ResponseReturnValue

from tests.faults.deadly import Deadly, listen
from tests.quick import quick_passwords
from wsgi import app

app.config["CALL_SECONDS"] = float(os.environ.get("FAULTS_CALL_SECONDS", "0"))
store = quick_passwords(app.extensions["sanban_store"])
listen(store.database.engine)


@app.get("/slow")
def slow() -> ResponseReturnValue:
    """Answers after `seconds`; with `held` it is the database that is slow."""
    seconds = float(request.args["seconds"])
    if "held" not in request.args:
        time.sleep(seconds)
        return {"slept": seconds}
    with store.database.read() as session:
        session.connection().exec_driver_sql(f"SELECT pg_sleep({seconds})")
    return {"slept": seconds}


application = Deadly(app)
