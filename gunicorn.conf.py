"""gunicorn for one machine: one process with 64 threads holds 50 event streams and still answers at once."""

import os

bind = os.environ.get("SANBAN_BIND", f"127.0.0.1:{os.environ.get('PORT', '8000')}")
worker_class = "gthread"
workers = 1  # attempts to sign in are counted in this process's memory
threads = 64
timeout = 120
graceful_timeout = 3  # an open event stream is taken up again by the browser
keepalive = 5
max_requests = 0
limit_request_line = 8190
limit_request_field_size = 16380
accesslog = None  # paths hold personal tokens; the application writes its own line without them
errorlog = "-"
