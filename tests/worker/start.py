"""The worker as a process of its own: `python start.py URL FOLDER LEASE_SECONDS COMMAND…`."""

from __future__ import annotations

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from jobs.runner import Pace
from jobs.service import Worker
from models.store import Store

url, folder, lease, *command = sys.argv[1:]
store = Store(url)
Worker(store, Path(folder), solver_command=command, pace=Pace(lease=float(lease), beat=0.05, incumbent=0.1)).run()
store.close()
