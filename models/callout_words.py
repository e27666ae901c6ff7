"""What people are told about a call-out: by the rows alone, so that the worker can say it without the roster."""

from __future__ import annotations

from scheduler.text import Text

from .callout_rows import CalloutRow
from .outbox import Message


def asked(row: CalloutRow, person: str, *, standby: bool) -> Message:
    """Somebody may have the seat, if they are the first to say so."""
    seat, town = _text(row, "seat"), _text(row, "town")
    why_zh = "您正在待命。" if standby else ""
    why_en = " You are on standby." if standby else ""
    return Message(
        key=f"callout/{row.id}/asked/{person}",
        kind="call_out",
        to=f"person:{person}",
        subject=Text("急需补位，您能来吗？", "Somebody is needed now: can you come?"),
        text=Text(
            f"【{town.zh}值班】急需补位：{seat.zh}。{why_zh}能来请打开您的个人页面点“我能来”，先应先得；来不了也请点一下“来不了”。",
            f"[{town.en}] Somebody is needed now: {seat.en}.{why_en} Open your personal page and tap “I can come”: "
            "the first answer has the seat. Tap “I cannot” otherwise.",
        ),
        emergency=True,
        expires=row.until,
    )


def taken(row: CalloutRow, person: str) -> Message:
    """Somebody else was faster."""
    end = Text("已有人补上，您不用来了，谢谢！", "it is taken, you need not come. Thank you!")
    return _over(row, person, "taken", end)


def not_needed(row: CalloutRow, person: str) -> Message:
    """The dispatcher called it off."""
    return _over(row, person, "off", Text("补位已取消，您不用来了，谢谢！", "nobody is needed any more. Thank you!"))


def filled(row: CalloutRow) -> Message:
    """For the dispatcher, without a name: the page of call-outs has it."""
    seat = _text(row, "seat")
    return Message(
        key=f"callout/{row.id}/filled",
        kind="call_out",
        to="role:dispatcher",
        subject=Text("补位成功", "A call-out found somebody"),
        text=Text(
            f"已有人补上：{seat.zh}。详情见“紧急补位”页。", f"Taken: {seat.en}. The page of call-outs says by whom."
        ),
        emergency=True,
        expires=row.ends_at,
    )


def escalated(row: CalloutRow, *, over: bool) -> Message:
    """For the dispatcher: nobody has taken it so far, or (`over`) nobody did."""
    seat = _text(row, "seat")
    goes_on = Text("补位还在继续", "The call-out goes on") if not over else Text("补位已过时", "The call-out is over")
    return Message(
        key=f"callout/{row.id}/escalated",
        kind="call_out",
        to="role:dispatcher",
        subject=Text("补位还没有人应", "Nobody has answered a call-out"),
        text=Text(
            f"还没有人补上：{seat.zh}。{goes_on.zh}，请打电话找人，或在“紧急补位”页处理。",
            f"Nobody has taken this yet: {seat.en}. {goes_on.en}: please telephone, or see the page of call-outs.",
        ),
        emergency=True,
        expires=row.ends_at,
    )


def _over(row: CalloutRow, person: str, word: str, end: Text) -> Message:
    seat, town = _text(row, "seat"), _text(row, "town")
    return Message(
        key=f"callout/{row.id}/{word}/{person}",
        kind="call_out",
        to=f"person:{person}",
        subject=Text("补位不用来了", "You need not come"),
        text=Text(f"【{town.zh}值班】{seat.zh}：{end.zh}", f"[{town.en}] {seat.en}: {end.en}"),
        emergency=True,
        expires=row.ends_at,
    )


def _text(row: CalloutRow, name: str) -> Text:
    return Text(row.said[name]["zh"], row.said[name]["en"])
