"""Why a message was not taken, and what to do about it, in words: made out from codes, never from what was sent."""

from __future__ import annotations

import re

from scheduler.text import Text


class NotTaken(Exception):
    """The other side said no, or nothing; `lasting` when trying again cannot help."""

    def __init__(self, text: Text, *, lasting: bool = False, status: int | None = None) -> None:
        super().__init__(text.en)
        self.text, self.lasting, self.status = text, lasting, status


_SMTP = re.compile(r"Socket Exception: (?:\{.*?: )?\((\d{3}), |was refused: (\d{3}) ")
_HTTP = re.compile(r"error=(\d{3,6})")
_UNREACHABLE = re.compile(r"\[Errno -?\d+\]|timed out|unexpectedly closed|Connection refused", re.IGNORECASE)
_TLS = re.compile(r"\[SSL|certificate|STARTTLS", re.IGNORECASE)

NOT_REACHED = Text(
    "连不上邮件服务器：请核对服务器和端口，或稍后再发。",
    "The mail server cannot be reached: look at server and port, or send again later.",
)
NOT_SECURE = Text(
    "和邮件服务器加密不成：465 端口用 ssl，587 用 starttls；也可能是对方的证书过期。",
    "No encrypted connection with the mail server: ssl at port 465, starttls at 587; or its certificate has expired.",
)
NO_PROVIDER = Text(
    "连不上短信服务商，请稍后再发。", "The provider of text messages cannot be reached; send again later."
)
MAIL: dict[str, Text] = {
    "auth": Text(
        "邮件服务器没有接受登录名或授权码（{code}）：请到“通知渠道”重新填写授权码。",
        "The mail server has not taken login or password ({code}): enter the password anew under “Channels”.",
    ),
    "address": Text(
        "邮件服务器没有接受收件地址（{code}）：请核对这个人的邮箱。",
        "The mail server has not taken the recipient's address ({code}): look at it.",
    ),
    "later": Text(
        "邮件服务器现在不收（{code}）：多为发得太快或信箱已满，请稍后再发。",
        "The mail server does not take it now ({code}): mostly too many at once, or a full mailbox; send again later.",
    ),
    "no": Text(
        "邮件服务器没有接受（{code}）：请核对发件地址，或问邮箱的管理员。",
        "The mail server has not taken it ({code}): look at the sender's address, or ask who runs the server.",
    ),
}
STATUSES: dict[int, Text] = {
    401: Text("请到“通知渠道”重新填写密钥。", "Enter the key anew under “Channels”."),
    403: Text("请到“通知渠道”重新填写密钥，或请对方放行。", "Enter the key anew, or ask to be let in."),
    404: Text("请核对网址。", "Look at the address."),
    410: Text("这个网址已停用，请换新的。", "This address is no longer in use; enter the new one."),
    413: Text("对方嫌内容太长。", "It is too long for the other side."),
    429: Text("发得太快，请稍后再发。", "Too many at once; send again later."),
}
THEIRS = Text("对方系统有故障，请联系其管理员。", "Something is wrong over there; call who runs it.")
OTHER = Text("请核对网址和对方的设置。", "Look at the address and at the settings over there.")
ROBOTS: dict[int, Text] = {
    93000: Text(
        "机器人已被移出群或密钥不对，请重新填写密钥。",
        "The robot has left the group or the key is wrong; enter it anew.",
    ),
    45009: Text("发得太快，请稍后再发。", "Too many at once; send again later."),
    40035: Text("令牌不对，请重新填写。", "The token is wrong; enter it anew."),
    300005: Text("令牌不对，请重新填写。", "The token is wrong; enter it anew."),
    310000: Text(
        "安全设置不符：请核对加签密钥，或去掉关键词和 IP 限制。",
        "Its safety settings refuse it: look at the signing secret, or take keywords and addresses out.",
    ),
    130101: Text("发得太快，请稍后再发。", "Too many at once; send again later."),
    19001: Text("令牌不对，请重新填写。", "The token is wrong; enter it anew."),
    19021: Text("请关掉机器人的“签名校验”。", "Switch the robot's signature verification off."),
    19022: Text("请去掉机器人的 IP 白名单。", "Take the robot's list of addresses out."),
    19024: Text("请去掉机器人的关键词。", "Take the robot's keywords out."),
    11232: Text("发得太快，请稍后再发。", "Too many at once; send again later."),
}  # fmt: skip
GONE = (93000, 40035, 300005, 19001)
"""The key is wrong: trying again cannot help."""
ROBOT_OTHER = Text("请看群里机器人的设置。", "Look at the robot's settings in the group.")


def why_no_mail(said: str) -> NotTaken:
    """The reason, made out from what was said about an e-mail."""
    found = _SMTP.search(said)
    if found is None:
        if _TLS.search(said):
            return NotTaken(NOT_SECURE)
        return NotTaken(NOT_REACHED if _UNREACHABLE.search(said) else _with(MAIL["no"], "–"))
    code = found[1] or found[2]
    if code in ("530", "534", "535", "538"):
        return NotTaken(_with(MAIL["auth"], code), lasting=True)
    if code in ("550", "551", "553"):
        return NotTaken(_with(MAIL["address"], code))
    return NotTaken(_with(MAIL["later" if code.startswith("4") else "no"], code))


def why_no_text_message(said: str) -> NotTaken:
    """The same of a provider of text messages."""
    found = _HTTP.search(said)
    if found is None:
        return NotTaken(NO_PROVIDER)
    advice = Text(
        "请核对账号、密钥、发送号码和余额。", "Look at account, secret, sending number and what is left to pay with."
    )
    return NotTaken(
        Text(
            f"短信服务商没有接受（{found[1]}）：{advice.zh}",
            f"The provider of text messages has not taken it ({found[1]}): {advice.en}",
        )
    )


def answered(status: int) -> NotTaken:
    """A web server said no."""
    advice = STATUSES.get(status, THEIRS if status >= 500 else OTHER)
    said = Text(f"对方回答了状态 {status}：{advice.zh}", f"The other side answered with status {status}. {advice.en}")
    return NotTaken(said, status=status)


def robot_said(code: object, words: str) -> NotTaken:
    """A robot said no: its code, its own words, and what helps."""
    advice = ROBOTS.get(code, ROBOT_OTHER) if isinstance(code, int) else ROBOT_OTHER
    zh, en = (f"{code}，“{words}”", f"{code}, “{words}”") if words else (f"{code}", f"{code}")
    return NotTaken(
        Text(f"机器人没有接受（{zh}）：{advice.zh}", f"The robot has not taken it ({en}). {advice.en}"),
        lasting=code in GONE,
    )


def _with(text: Text, code: str) -> Text:
    return Text(text.zh.format(code=code), text.en.format(code=code))
