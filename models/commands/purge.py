"""`purge`: take away what is older than the periods of the SANBAN_KEEP_… settings."""

from __future__ import annotations

import argparse
import os
import sys

from scheduler.text import Text

from ..retention import from_environment, purge
from .frame import DONE, at_newest, opened, shown, tell, with_database

NAME = "purge"
SAYS = Text("清除超过保存期限的数据", "take away what is older than its retention period")
WORDS: dict[str, Text] = {
    "solve": Text("不属于任何一周的求解", "solves of no week"),
    "solve_paper": Text("求解的文件", "documents of solves"),
    "link": Text("个人链接", "personal links"),
    "api_token": Text("接口令牌", "API tokens"),
    "open_session": Text("过期的登录", "sessions that are over"),
    "attempt": Text("登录尝试的计数", "counted attempts to sign in"),
    "kept_call": Text("保留的答复", "kept answers"),
    "absence": Text("请假", "drop-outs"),
    "exchange": Text("换班与补位", "exchanges"),
    "presence": Text("到岗记录", "presence on duties"),
    "handover_note": Text("交接留言", "hand-over notes"),
    "duty_link": Text("在岗链接", "duty links"),
    "acknowledgement": Text("收到", "acknowledgements"),
    "callout": Text("紧急补位", "call-outs"),
    "gap_offer": Text("提供给队伍的席位", "offers to teams"),
    "waiting_import": Text("等待确认的导入", "imports waiting to be confirmed"),
    "team_link": Text("队伍链接", "links of teams"),
    "message": Text("发件箱的消息", "messages of the outbox"),
    "webhook_delivery": Text("Webhook 调用", "calls of webhooks"),
    "person": Text("清除了旧经历的人员", "people who lost old history"),
}


def arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--dry-run", action="store_true", help="只数不删  count only, change nothing")
    with_database(parser)


def run(asked: argparse.Namespace) -> int:
    """Everything in one transaction; may run while the service does, such as every night."""
    periods = from_environment(os.environ)
    with opened(asked.url, exists=True) as database:
        with database.read() as session:
            at_newest(session.connection(), shown(database))
        done = purge(database, periods, dry=asked.dry_run)
    for name, count in done.items():
        sys.stdout.write(f"{count:>8}  {WORDS[name].zh}  {WORDS[name].en}\n")
    if asked.dry_run:
        tell("只是试算，什么也没有删除。", "Only counted: nothing was deleted.")
    else:
        tell("以上数据已删除。", "This was deleted.")
    return DONE
