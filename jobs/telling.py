"""The worker's sender: plans reminders, hands over what is due, calls webhooks. Any number of workers may do so."""

from __future__ import annotations

import hashlib
import hmac
import json
import threading
import time
from collections.abc import Callable, Mapping

import structlog
from sqlalchemy.exc import SQLAlchemyError

from border.outbound import Allowed, Refused
from models.audit_context import SYSTEM, acting
from models.digests import Post
from models.store import Store
from models.traces import places
from models.webhooks import Call
from scheduler.text import Text

from . import metrics
from .delivery import deliver
from .reasons import NotTaken
from .robots import answer_of

log = structlog.get_logger("jobs")
LOOK_SECONDS = 1.0
PLAN_SECONDS = 60.0
LASTING = frozenset({"bad_url", "bad_port", "private_address", "redirected"})
Deliver = Callable[[Post, str, Allowed], None]
LOCKED = Text(
    "签名密钥读不出来（加密用的密钥换过）：请在这个 Webhook 的页面上换新密钥。",
    "The signing secret cannot be read (the key that sealed it was replaced): make a new one on the webhook's page.",
)
BROKEN = Text("发送时出现内部错误，已记录。", "Sending failed by a fault of ours; it was recorded.")


class Teller(threading.Thread):
    """Goes round until it is closed; what is at hand is handed over first."""

    def __init__(
        self,
        store: Store,
        allowed: Allowed,
        *,
        look: float = LOOK_SECONDS,
        plan: float = PLAN_SECONDS,
        deliver: Deliver = deliver,
        clock: Callable[[], float] = time.time,
    ) -> None:
        super().__init__(name="teller")
        self._store, self._allowed, self._look, self._pause = store, allowed, look, plan
        self._deliver, self._clock = deliver, clock
        self._closing = threading.Event()
        self._planned = float("-inf")

    def close(self) -> None:
        self._closing.set()

    def run(self) -> None:
        while not self._closing.wait(self._look):
            for part in (self.plan, self.tell, self.call):
                try:
                    with acting(SYSTEM, "telling"):
                        part()
                except Exception as error:  # noqa: BLE001 - what one part cannot do must not keep the others from it
                    log.error("telling_interrupted", part=part.__name__, where=places(error))

    def round(self) -> int:
        """Everything that is due now; how many posts and calls were tried."""
        self.plan()
        return self.tell() + self.call()

    def plan(self) -> None:
        """Put reminders that are near into the outbox, once a minute."""
        if time.monotonic() - self._planned >= self._pause:
            self._planned = time.monotonic()
            self._store.reminders.plan()

    def tell(self) -> int:
        """Hand over what is due in the outbox; how many posts were tried."""
        self._store.posting.sweep()
        tried = 0
        for town in self._store.posting.towns():
            while not self._closing.is_set():
                posts = self._store.posting.claim(town)
                for post in posts:
                    if self._closing.is_set():
                        self._store.posting.release(post)
                    else:
                        self._one(post)
                tried += len(posts)
                if not posts:
                    break
        return tried

    def _one(self, post: Post) -> None:
        kind = post.channel.kind
        if not self._store.posting.holds(post):  # somebody who was thought dead has told it meanwhile
            self._store.posting.release(post)
            return
        try:
            for piece in post.pieces:
                self._deliver(post, piece, self._allowed)
        except NotTaken as no:
            self._failed(post, no.text, no.lasting)
        except SQLAlchemyError:
            raise
        except Exception as error:  # noqa: BLE001 - one message that cannot be sent must not end the sender
            log.error("message_broke", channel=post.channel.id, where=places(error))
            self._failed(post, BROKEN, lasting=False)
        else:
            self._store.posting.told(post)
            log.info("messages_told", channel=post.channel.id, kind=kind, count=len(post.messages))

    def _failed(self, post: Post, text: Text, lasting: bool) -> None:
        lost = self._store.posting.failed(post, text, lasting=lasting)
        log.warning("messages_not_told", channel=post.channel.id, count=len(post.messages), given_up=lost)
        metrics.NOTIFICATION_FAILURES.labels(post.channel.kind).inc()

    # --- webhooks -------------------------------------------------------------------------------------------

    def call(self) -> int:
        """Make the calls whose turn it is; how many."""
        calls = self._store.webhooks.claim()
        for one in calls:
            self._call(one)
        return len(calls)

    def _call(self, call: Call) -> None:
        if call.secret is None:
            self._refused(call, LOCKED, None, lasting=True)
            return
        body = json.dumps(call.body, ensure_ascii=False, separators=(",", ":")).encode()
        headers = signed(call.secret, str(call.body["id"]), int(self._clock()), body)
        try:
            answer_of(call.url, body, headers, self._allowed)
        except NotTaken as no:
            self._refused(call, no.text, no.status)
        except Refused as refused:
            self._refused(call, refused.text, None, lasting=refused.code in LASTING)
        else:
            self._store.webhooks.answered(call, 200)

    def _refused(self, call: Call, text: Text, status: int | None, *, lasting: bool = False) -> None:
        lost = self._store.webhooks.refused(call, status, text, lasting=lasting)
        log.warning("webhook_not_taken", delivery=call.id, status=status, given_up=lost)
        metrics.NOTIFICATION_FAILURES.labels("event").inc()


def signed(secret: str, id_: str, timestamp: int, body: bytes) -> Mapping[str, str]:
    """The headers of a call: the signature is HMAC-SHA256 over `timestamp.body`, in hexadecimal."""
    mark = hmac.new(secret.encode(), f"{timestamp}.".encode() + body, hashlib.sha256).hexdigest()
    return {"Sanban-Id": id_, "Sanban-Timestamp": str(timestamp), "Sanban-Signature": f"v1={mark}"}
