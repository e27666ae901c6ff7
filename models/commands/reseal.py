"""`reseal`: what is kept sealed, sealed anew with the newest key; says what no key opens."""

from __future__ import annotations

import argparse

from scheduler.text import Text

from ..channels import Channels
from ..database import Database
from ..towns import Towns
from ..webhooks import Webhooks
from .frame import DONE, WRONG, at_newest, complain, opened, shown, tell, with_database

NAME = "reseal"
SAYS = Text("用最新的密钥重新加密渠道密钥", "seal secrets of channels and webhooks with the newest key")


def arguments(parser: argparse.ArgumentParser) -> None:
    with_database(parser)


def run(asked: argparse.Namespace) -> int:
    """May run while the service does. Wrong when something has to be entered anew. Raises Refusal (old tables)."""
    with opened(asked.url, exists=True) as database:
        with database.read() as session:
            at_newest(session.connection(), shown(database))
        channels, webhooks = Channels(database), Webhooks(database)
        count = sum(channels.reseal(town.id) + webhooks.reseal(town.id) for town in Towns(database).list())
        tell(f"{count} 个渠道和 Webhook 已改用最新的密钥。", f"{count} channels and webhooks now use the newest key.")
        return WRONG if tell_locked(database) else DONE


def tell_locked(database: Database) -> bool:
    """Says which channels and webhooks no key of this environment opens; whether there are any."""
    channels, webhooks = Channels(database), Webhooks(database)
    listed: list[str] = []
    for town in Towns(database).list():
        listed += [f"{town.name} {stored.value.name}" for stored in channels.list(town.id) if stored.value.locked]
        listed += [f"{town.name} {stored.value.name}" for stored in webhooks.list(town.id) if stored.value.locked]
    if listed:
        complain(
            f"下列渠道的密钥用现在的 SANBAN_VAULT_KEYS、SECRET_KEY 读不出来，其余都在：{'、'.join(listed)}。"
            "请设置原来的密钥，或在“通知渠道”里重新填写。",
            f"With the present SANBAN_VAULT_KEYS and SECRET_KEY the secrets of these channels cannot be read, all else "
            f"is there: {', '.join(listed)}. Set the keys that sealed them, or enter them anew under “Channels”.",
        )
    return bool(listed)
