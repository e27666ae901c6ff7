"""What people are told about exchanges: everybody concerned, once for each state that a wish comes to."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import timedelta

from scheduler.text import Text

from .exchange_kinds import Exchange
from .outbox import Message

NameOf = Callable[[str], str]
ORGANISERS = "role:organiser"
TOLD_AFTERWARDS = timedelta(days=1)
"""So long after its duty has begun somebody may still want to hear that nobody took it."""

SUBJECTS: dict[str, Text] = {
    "claim": Text("补位", "A seat taken"),
    "offer": Text("转让值班", "A duty offered"),
    "swap": Text("换班", "A swap of duties"),
}
GONE = Text(
    "班表已有变动，原来的席位不再是当时的样子。", "The roster has changed, and the seats are no longer as they were."
)
FORBIDDEN = Text("按现在的班表和规则，已经不能这样换。", "By the roster and the rules of now it is no longer allowed.")


def messages(exchange: Exchange, name: NameOf) -> Iterator[Message]:
    """What those concerned are told now that a wish has come to its present state."""
    told = {f"person:{exchange.person}": _to_asker(exchange, name)}
    if exchange.partner is not None:
        told[f"person:{exchange.partner}"] = _to_partner(exchange, name)
    if exchange.state == "accepted":
        told[ORGANISERS] = _to_organisers(exchange, name)
    for recipient, text in told.items():
        if text is not None:
            yield Message(
                key=f"exchange/{exchange.id}/{exchange.state}/{recipient}",
                kind="exchange",
                to=recipient,
                subject=SUBJECTS[exchange.kind],
                text=text,
                expires=exchange.expires_at + TOLD_AFTERWARDS,
            )


def _to_asker(e: Exchange, name: NameOf) -> Text | None:
    mine, other = e.about, name(e.partner) if e.partner else ""
    why = e.reason or Text("", "")
    match e.state, e.kind:
        case "accepted", "claim":
            return Text(f"您要补的班「{mine.zh}」等组织者同意。", f"Your organiser has yet to agree to {mine.en}.")
        case "accepted", _:
            return Text(
                f"{other} 同意了，等组织者批准；批准之前「{mine.zh}」仍由您值。",
                f"{other} agrees; until your organiser has approved it, {mine.en} remains yours.",
            )
        case "done", "claim":
            return Text(f"您已补位：{mine.zh}。", f"You now serve {mine.en}.")
        case "done", "offer":
            return Text(
                f"{other} 接了您的班「{mine.zh}」，您不用来了。",
                f"{other} has taken {mine.en}; you need not come.",
            )
        case "done", "swap":
            return _swapped(mine, e.partner_about or mine, other)
        case "declined", _:
            return Text(
                f"{other} 没有同意，「{mine.zh}」仍由您值。", f"{other} did not agree; {mine.en} remains yours."
            )
        case "refused", "claim":
            return Text(
                f"组织者没有同意您补「{mine.zh}」：{why.zh}", f"Your organiser did not agree to {mine.en}: {why.en}"
            )
        case "refused", _:
            return Text(
                f"组织者没有批准，「{mine.zh}」仍由您值：{why.zh}",
                f"Your organiser did not approve it; {mine.en} remains yours: {why.en}",
            )
        case "expired", "claim":
            return Text(
                f"您要补的班「{mine.zh}」已经开始，没有排上您。", f"{mine.en} has begun, and you were not put on it."
            )
        case "expired", _:
            return Text(
                f"「{mine.zh}」到开始时还没有人接，仍由您值。",
                f"Nobody had taken {mine.en} when it began: it is yours.",
            )
        case "failed", "claim":
            return Text(f"没能补上「{mine.zh}」：{why.zh}", f"You could not be put on {mine.en}: {why.en}")
        case "failed", _:
            return Text(
                f"「{mine.zh}」没能换成：{why.zh}请看班表，以班表为准。",
                f"{mine.en} was not exchanged: {why.en} Please look at your page: what it says counts.",
            )
    return None


def _to_partner(e: Exchange, name: NameOf) -> Text | None:
    mine, given, asker = e.partner_about, e.about, name(e.person)
    why = e.reason or Text("", "")
    match e.state, e.kind:
        case "requested", "offer":
            return Text(
                f"{asker} 想把「{given.zh}」转给您，请在您的页面上答复。",
                f"{asker} would like to hand {given.en} on to you; please answer on your page.",
            )
        case "requested", "swap":
            there = mine or given
            return Text(
                f"{asker} 想用「{given.zh}」换您的「{there.zh}」，请在您的页面上答复。",
                f"{asker} would like to swap {given.en} for your {there.en}; please answer on your page.",
            )
        case "accepted", _:
            return Text(
                f"您和 {asker} 的「{given.zh}」等组织者批准；批准之前班表不变。",
                f"Your organiser has yet to approve what you and {asker} agreed on about {given.en}.",
            )
        case "done", "offer":
            return Text(f"您接了 {asker} 的班：{given.zh}。", f"You have taken {asker}'s duty: {given.en}.")
        case "done", "swap":
            return _swapped(mine or given, given, asker)
        case "withdrawn", _:
            return Text(
                f"{asker} 收回了「{given.zh}」的请求，您不用再答复。",
                f"{asker} no longer asks you about {given.en}; nothing is left to answer.",
            )
        case "refused", _:
            return Text(
                f"组织者没有批准您和 {asker} 的「{given.zh}」：{why.zh}",
                f"Your organiser did not approve {given.en} between you and {asker}: {why.en}",
            )
        case (("expired" | "failed"), _):
            return Text(
                f"您和 {asker} 的「{given.zh}」没有换成，请以班表为准。",
                f"{given.en} was not exchanged between you and {asker}; the roster counts.",
            )
    return None


def _to_organisers(e: Exchange, name: NameOf) -> Text:
    asker, other, given = name(e.person), name(e.partner) if e.partner else "", e.about
    match e.kind:
        case "claim":
            return Text(
                f"{asker} 想补「{given.zh}」，待您批准。", f"{asker} would like to take {given.en}; please decide."
            )
        case "offer":
            return Text(
                f"{asker} 的「{given.zh}」由 {other} 接，待您批准。",
                f"{other} would take {given.en} from {asker}; please decide.",
            )
    there = e.partner_about or given
    return Text(
        f"{asker} 的「{given.zh}」与 {other} 的「{there.zh}」对换，待您批准。",
        f"{asker} would swap {given.en} for {other}'s {there.en}; please decide.",
    )


def _swapped(lost: Text, gained: Text, other: str) -> Text:
    return Text(
        f"换班成了：您值「{gained.zh}」，「{lost.zh}」由 {other} 值。",
        f"The swap is made: you serve {gained.en}, {other} serves {lost.en}.",
    )
