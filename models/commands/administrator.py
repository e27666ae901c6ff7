"""`administrator`: the first account of a new installation, or a new password for who has lost it."""

from __future__ import annotations

import argparse
import os
import secrets
import sys
from contextlib import closing
from typing import Final

from scheduler.text import Text

from ..place import database_url
from ..store import Store
from .frame import DONE, Refusal, at_newest, opened, shown, with_database

NAME = "administrator"
SAYS = Text(
    "新建平台管理员，或为其重设口令；口令只显示一次",
    "make an administrator of the platform, or give one a new password; the password is shown once",
)
PASSWORD_BYTES = 15
ROLE: Final = "platform_administrator"


def arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("login", metavar="LOGIN", help="登录名  the login")
    with_database(parser)


def run(asked: argparse.Namespace) -> int:
    """Only the password goes to standard output, so that it can be piped to where it is kept."""
    with opened(asked.url, exists=True) as database, database.read() as session:
        at_newest(session.connection(), shown(database))
    password = secrets.token_urlsafe(PASSWORD_BYTES)
    with closing(Store(asked.url or database_url(os.environ))) as store:
        known = next((a for a in store.accounts.list() if a.login.casefold() == asked.login.casefold()), None)
        if known is None:
            store.accounts.create(asked.login, asked.login, password, ROLE)
        elif known.role != ROLE:
            raise Refusal(
                f"登录名 {asked.login} 已有，但不是平台管理员：请换一个登录名。",
                f"The login {asked.login} exists and is no administrator of the platform: take another one.",
            )
        else:
            store.accounts.set_password(known.id, password)
            store.accounts.set_active(known.id, True)
    sys.stderr.write(
        f"平台管理员 {asked.login} 的口令如下，只显示这一次，登录后请修改。\n"
        f"The password of the administrator {asked.login} follows; it is shown only now. Change it after signing in.\n"
    )
    sys.stdout.write(f"{password}\n")
    return DONE
