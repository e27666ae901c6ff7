"""How messages become texts that a channel takes: its language, its length; for a group one text out of many."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from scheduler.text import Text

from .channel_kinds import KINDS
from .channels import Channel
from .outbox import Posted

BETWEEN = "\n\n"
SEVERAL = Text("通知（{count} 条）", "Notices ({count})")


@dataclass(frozen=True, slots=True, kw_only=True)
class Post:
    """One thing to hand over: to whom, in which pieces (mostly one), and which messages have been told with it."""

    channel: Channel
    to: str
    """An e-mail address, a telephone number; empty for a group."""
    person: str | None
    phone: str
    subject: str
    pieces: tuple[str, ...]
    messages: tuple[Posted, ...]

    @property
    def held(self) -> list[tuple[str, int]]:
        """(id, attempt) of its messages."""
        return [(message.id, message.attempts) for message in self.messages]


def in_language(text: Text, channel: Channel, between: str = "\n") -> str:
    """A text as this channel wants it."""
    if channel.language == "both":
        return f"{text.zh}{between}{text.en}"
    return text.in_language(channel.language)


def packed(channel: Channel, messages: Sequence[Posted]) -> Iterator[tuple[str, tuple[str, ...], tuple[Posted, ...]]]:
    """(subject, pieces, messages): as many whole messages in one text as the channel takes, in their order.

    Only a message that is longer by itself is cut into pieces, between its lines where that is possible.
    """
    most = KINDS[channel.kind].most_bytes
    held: list[Posted] = []
    for message in messages:
        if held and _bytes(_text(channel, [*held, message])) > most:
            yield _subject(channel, held), tuple(cut(_text(channel, held), most)), tuple(held)
            held = []
        held.append(message)
    if held:
        yield _subject(channel, held), tuple(cut(_text(channel, held), most)), tuple(held)


def cut(text: str, most: int) -> Iterator[str]:
    """Pieces of at most `most` bytes in UTF-8: whole lines, else whole characters; none of them empty."""
    return (bare for piece in _pieces(text, most) if (bare := piece.strip("\n")))


def _pieces(text: str, most: int) -> Iterator[str]:
    piece = ""
    for line in text.splitlines(keepends=True):
        for part in _short(line, most):
            if piece and _bytes(piece + part) > most:
                yield piece
                piece = ""
            piece += part
    yield piece


def _short(line: str, most: int) -> Iterator[str]:
    if _bytes(line) <= most:
        yield line
        return
    part, size = "", 0
    for character in line:
        width = _bytes(character)
        if size + width > most:
            yield part
            part, size = "", 0
        part, size = part + character, size + width
    yield part


def _text(channel: Channel, messages: Sequence[Posted]) -> str:
    if len(messages) == 1 and channel.kind == "email":
        return in_language(messages[0].text, channel, BETWEEN)
    return BETWEEN.join(text for message in messages for text in _languages(channel, message))


def _languages(channel: Channel, message: Posted) -> list[str]:
    """Subject and text, in each language of the channel."""
    wanted = ("zh", "en") if channel.language == "both" else (channel.language,)
    return [
        f"【{message.subject.in_language(lang)}】\n{message.text.in_language(lang)}"
        if lang == "zh"
        else f"[{message.subject.in_language(lang)}]\n{message.text.in_language(lang)}"
        for lang in wanted
    ]


def _subject(channel: Channel, messages: Sequence[Posted]) -> str:
    if len(messages) == 1:
        return in_language(messages[0].subject, channel, " · ")
    count = len(messages)
    return in_language(Text(SEVERAL.zh.format(count=count), SEVERAL.en.format(count=count)), channel, " · ")


def _bytes(text: str) -> int:
    return len(text.encode("utf-8", "surrogatepass"))
