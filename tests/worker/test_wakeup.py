"""The wake-up: heard on the other side, never piled up."""

from __future__ import annotations

from pathlib import Path

import pytest

from jobs.wakeup import QUEUE_FILE, Wakeup


def test_a_message_of_the_service_is_heard_by_the_worker(tmp_path: Path) -> None:
    heard: list[bool] = []
    worker = Wakeup(tmp_path, lambda: heard.append(True))
    Wakeup(tmp_path).wake()
    task = worker.huey.dequeue()
    assert task is not None
    worker.huey.execute(task)
    assert heard == [True]


def test_messages_do_not_pile_up(tmp_path: Path) -> None:
    sender = Wakeup(tmp_path)
    for _ in range(5):
        sender.wake()
    assert sender.huey.pending_count() == 1


def test_a_queue_that_cannot_be_written_is_told(tmp_path: Path) -> None:
    sender = Wakeup(tmp_path)
    sender.huey.storage.close()
    for file in tmp_path.glob(f"{QUEUE_FILE}*"):
        file.unlink()
    (tmp_path / QUEUE_FILE).mkdir()
    with pytest.raises(OSError, match="wake-up"):
        sender.wake()
