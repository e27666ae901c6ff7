"""The wake-up: heard on the other side, never piled up, whatever carries it; a store that is lost comes back."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import psycopg
import pytest

from jobs.wakeup import QUEUE_FILE, Wakeup
from tests.patience import eventually
from tests.postgres import Server
from tests.redis import RedisServer


@pytest.fixture(scope="module")
def redis() -> Iterator[RedisServer]:
    server = RedisServer.started()
    yield server
    server.stop()


@pytest.fixture(params=["file", "redis", "postgresql"])
def url(request: pytest.FixtureRequest) -> Iterator[str]:
    """Where wake-ups go: "" is the file in the folder."""
    if request.param == "file":
        yield ""
    elif request.param == "redis":
        yield request.getfixturevalue("redis").url
    else:
        server: Server = request.getfixturevalue("postgres_server")
        name = server.create()
        yield server.url(name).replace("postgresql://", "postgresql+psycopg://")
        server.drop(name)


@pytest.fixture
def side(tmp_path: Path, url: str) -> Iterator[Callable[..., Wakeup]]:
    """Makes the service's or the worker's side of the queue."""
    made: list[Wakeup] = []

    def make(listener: Callable[[], None] = lambda: None) -> Wakeup:
        made.append(Wakeup(tmp_path, listener, url))
        return made[-1]

    yield make
    for one in made:
        one.huey.flush()
        one.close()


def test_a_message_of_the_service_is_heard_by_the_worker(side: Callable[..., Wakeup]) -> None:
    heard = threading.Event()
    sender = side()
    sender.wake()
    worker = side(heard.set)
    consumer = worker.consumer()
    consumer.start()
    try:
        assert heard.wait(10)
        heard.clear()
        sender.wake()
        assert heard.wait(10)
    finally:
        consumer.stop(graceful=True)


def test_messages_do_not_pile_up(side: Callable[..., Wakeup]) -> None:
    sender = side()
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


@pytest.mark.parametrize("address", ["redis://127.0.0.1:1/0", "postgresql://nobody@127.0.0.1:1/none"])
def test_a_server_that_is_away_stops_nobody_from_starting_and_is_told_at_the_first_wake(
    address: str, tmp_path: Path
) -> None:
    with pytest.raises(OSError, match="wake-up"):
        Wakeup(tmp_path, url=address).wake()


def test_a_store_that_was_lost_and_made_anew_carries_messages_again(
    side: Callable[..., Wakeup], url: str, tmp_path: Path
) -> None:
    sender = side()
    sender.wake()
    if not url:
        sender.huey.storage.close()
        (tmp_path / QUEUE_FILE).unlink()
        (tmp_path / QUEUE_FILE).touch()
    elif url.startswith("postgresql"):
        with psycopg.connect(url.replace("+psycopg", ""), autocommit=True) as connection:
            connection.execute("DROP TABLE huey_task, huey_schedule, huey_kv, huey_counter")
    else:
        sender.huey.flush()
    heard = threading.Event()
    sender.wake()
    worker = side(heard.set)
    task = eventually(worker.huey.dequeue, "the message")
    worker.huey.execute(task)
    assert heard.is_set()


def test_a_worker_that_begins_on_a_new_store_finds_it_empty(side: Callable[..., Wakeup]) -> None:
    worker = side()
    worker.consumer()
    assert worker.huey.dequeue() is None


@pytest.mark.parametrize("address", ["redis://127.0.0.1:1/0", "postgresql://nobody@127.0.0.1:1/none"])
def test_a_worker_begins_while_its_queue_is_away(address: str, tmp_path: Path) -> None:
    Wakeup(tmp_path, url=address).consumer()


def test_a_new_consumer_tells_of_its_queue_whatever_an_earlier_one_told(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    told = ""
    for lines in (1, 2):
        wakeup = Wakeup(tmp_path)
        wakeup.consumer()
        for _ in range(2):
            logging.getLogger("huey").error("it does not answer")
        held = capsys.readouterr()
        told += held.out + held.err
        wakeup.close()
        assert told.count("queue_does_not_answer") == lines


def test_a_redis_that_restarts_is_found_again_and_told_in_one_line(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    told: list[str] = []

    def said() -> str:
        held = capsys.readouterr()
        told.extend((held.out, held.err))
        return "".join(told)

    server = RedisServer.started()
    heard = threading.Event()
    worker = Wakeup(tmp_path, heard.set, server.url)
    sender = Wakeup(tmp_path, url=server.url)
    consumer = worker.consumer()
    consumer.start()
    try:
        sender.wake()
        assert heard.wait(10)
        heard.clear()
        server.stop()
        with pytest.raises(OSError, match="wake-up"):
            sender.wake()
        eventually(lambda: "queue_does_not_answer" in said(), "the line about it")
        server = RedisServer.started(server.port)
        sender.wake()
        assert heard.wait(10)
    finally:
        consumer.stop(graceful=True)
        server.stop()
        worker.close()
        sender.close()
    assert said().count("queue_does_not_answer") == 1
    assert "Traceback" not in said()


def test_an_address_of_another_kind_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="QUEUE_URL"):
        Wakeup(tmp_path, url="amqp://host")
