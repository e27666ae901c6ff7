"""A town's day with channels and webhooks: each method of theirs that the log of changes tells."""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import replace
from typing import Any

from models.channels import NewChannel, TellingPolicy
from models.store import Store
from models.vault import Vault, listed_keys
from models.webhooks import NewWebhook

from .towns import TOWN

CHANNEL = NewChannel(name="群", kind="wecom_robot", reach="group", about=(), fields={"key": "key-of-a-robot"})
WEBHOOK = NewWebhook(name="钩", url="https://hook.invalid/", events=())


def steps(store: Store, made: dict[str, Any]) -> dict[str, Callable[[], Any]]:
    """In order; what is made is kept in `made`."""

    def add_channel() -> None:
        made["channel"] = store.channels.add(TOWN, CHANNEL).value.id

    def add_webhook() -> None:
        made["webhook"] = store.webhooks.add(TOWN, WEBHOOK)[0].value.id

    def reorder() -> None:
        made["second"] = store.channels.add(TOWN, CHANNEL).value.id
        store.channels.reorder(TOWN, [made["second"], made["channel"]])

    def another_key() -> None:
        store.database._vault = Vault(["the-newest-key-of-the-office-1234", *listed_keys(os.environ)])
        store.channels.reseal(TOWN)

    return {
        "webhooks.add": add_webhook,
        "channels.add": add_channel,
        "channels.change": lambda: store.channels.change(TOWN, made["channel"], replace(CHANNEL, name="新"), 1),
        "channels.reorder": reorder,
        "channels.reseal": another_key,
        "channels.remove": lambda: store.channels.remove(TOWN, made["channel"], 2),
        "channels.set_policy": lambda: store.channels.set_policy(TOWN, TellingPolicy(quiet_from=0), 1),
        "webhooks.change": lambda: store.webhooks.change(TOWN, made["webhook"], replace(WEBHOOK, name="新"), 1),
        "webhooks.reseal": lambda: store.webhooks.reseal(TOWN),
        "webhooks.renew": lambda: store.webhooks.renew(TOWN, made["webhook"], 2),
        "webhooks.remove": lambda: store.webhooks.remove(TOWN, made["webhook"], 3),
    }
