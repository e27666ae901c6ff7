"""The kinds of channel: what each is called, what it asks for and where that is found, how much and how often it takes.

Said once, for the form, the API and the worker, which makes the address for Apprise out of the fields.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Literal, get_args

from scheduler.document import DocumentError, Fault
from scheduler.text import Text

ChannelKind = Literal["wecom_robot", "dingtalk_robot", "feishu_robot", "email", "webhook", "sms"]
Reach = Literal["group", "staff", "personal"]
Language = Literal["zh", "en", "both"]
LONGEST = 2000
_KEY = r"[A-Za-z0-9_-]{8,200}"
_DIGITS = r"[A-Za-z0-9]{8,200}"
_HOST = r"[A-Za-z0-9]([A-Za-z0-9.-]{0,251}[A-Za-z0-9])?"
_ADDRESS = r"[^@\s,;<>\"]{1,64}@[A-Za-z0-9]([A-Za-z0-9.-]{0,251}[A-Za-z0-9])?"
EMAIL = re.compile(_ADDRESS)


@dataclass(frozen=True, slots=True)
class Asked:
    """One field of a channel's form."""

    name: str
    label: Text
    hint: Text
    secret: bool = False
    """Never shown again; left empty in a change, the stored one stays."""
    required: bool = True
    pattern: str = r".{1,2000}"
    choices: tuple[str, ...] = ()
    example: str = ""

    def fits(self, value: str) -> bool:
        """Whether a value has the form that is asked for."""
        if self.choices:
            return value in self.choices
        return len(value) <= LONGEST and re.fullmatch(self.pattern, value) is not None


@dataclass(frozen=True, slots=True)
class KindSaid:
    """A kind of channel in words, with its fields and limits."""

    name: Text
    help: Text
    reaches: tuple[Reach, ...]
    fields: tuple[Asked, ...]
    most_bytes: int
    """Of one text, in UTF-8; longer ones are told in several."""
    per_minute: int
    """Texts that the other side takes."""


_ROBOT = Text(
    "机器人 Webhook 地址中的密钥",
    "The key in the robot's webhook address",
)

KINDS: dict[ChannelKind, KindSaid] = {
    "wecom_robot": KindSaid(
        Text("企业微信群机器人", "WeCom group robot"),
        Text(
            "在企业微信群里：右上角“…” → 群机器人 → 添加。Webhook 地址里 key= 后面的一串就是密钥。",
            "In the WeCom group: “…” at the top right → group robots → add. The key is what follows key= in the "
            "webhook address.",
        ),
        ("group", "staff"),
        (Asked("key", Text("机器人密钥（key）", "Robot key"), _ROBOT, True, pattern=_KEY),),
        2000,
        20,
    ),
    "dingtalk_robot": KindSaid(
        Text("钉钉群机器人", "DingTalk group robot"),
        Text(
            "在钉钉群里：群设置 → 机器人 → 添加自定义机器人，安全设置选“加签”。令牌是 access_token= 后面的一串，"
            "加签密钥以 SEC 开头。",
            "In the DingTalk group: settings → robots → add a custom robot, with “signature” as its safety. The "
            "token is what follows access_token=; the signing secret begins with SEC.",
        ),
        ("group", "staff"),
        (
            Asked("token", Text("令牌（access_token）", "Token (access_token)"), _ROBOT, True, pattern=_DIGITS),
            Asked(
                "sign",
                Text("加签密钥（SEC…）", "Signing secret (SEC…)"),
                Text("没有选“加签”就留空", "Empty without “signature”"),
                True,
                required=False,
                pattern=_DIGITS,
            ),
        ),
        18_000,
        20,
    ),
    "feishu_robot": KindSaid(
        Text("飞书群机器人", "Feishu group robot"),
        Text(
            "在飞书群里：设置 → 群机器人 → 添加自定义机器人。令牌是 Webhook 地址中 /hook/ 后面的一串；"
            "不要开“签名校验”。",
            "In the Feishu group: settings → group robots → add a custom robot. The token is what follows /hook/ in "
            "the webhook address; leave “signature verification” off.",
        ),
        ("group", "staff"),
        (Asked("token", Text("令牌", "Token"), _ROBOT, True, pattern=_KEY),),
        18_000,
        20,
    ),
    "email": KindSaid(
        Text("电子邮件", "E-mail"),
        Text(
            "用一个发信邮箱：服务器、端口和授权码在邮箱的“设置 → SMTP”里。发给个人时用人员资料里的邮箱；"
            "发给值班人员时写收件人。",
            "One mailbox that sends: server, port and its password for programs are in the mailbox under “Settings → "
            "SMTP”. Personal messages go to the address kept with the person; messages for staff to the recipients.",
        ),
        ("personal", "staff"),
        (
            Asked("host", Text("SMTP 服务器", "SMTP server"), Text("例如 smtp.qq.com", "Such as smtp.qq.com"),
                  pattern=_HOST, example="smtp.qq.com"),
            Asked("port", Text("端口", "Port"), Text("加密用 465 或 587", "465 or 587 with encryption"),
                  pattern=r"[1-9][0-9]{0,4}", example="465"),
            Asked("security", Text("加密方式", "Encryption"),
                  Text("465 用 ssl，587 用 starttls", "ssl at 465, starttls at 587"),
                  choices=("ssl", "starttls", "insecure")),
            Asked("sender", Text("发件地址", "Sender"), Text("收件人看到的地址", "What recipients see"),
                  pattern=_ADDRESS, example="duty@example.org"),
            Asked("user", Text("登录名", "Login"), Text("多为发件地址本身", "Mostly the sender's address"),
                  required=False, pattern=r"[^\s]{1,200}"),
            Asked("password", Text("授权码", "Password"),
                  Text("邮箱给程序用的授权码，不是登录密码", "The mailbox's password for programs"), True,
                  required=False),
            Asked("to", Text("收件人", "Recipients"),
                  Text("发给值班人员时必填，以逗号分隔", "For staff; commas between"),
                  required=False, pattern=rf"{_ADDRESS}(\s*,\s*{_ADDRESS}){{0,19}}"),
        ),
        200_000,
        60,
    ),
    "webhook": KindSaid(
        Text("自有系统（Webhook）", "A system of your own (webhook)"),
        Text(
            "把消息以 JSON 发到您给的网址，例如镇街自己的短信网关。发给个人时含其电话和邮箱。",
            "Messages go as JSON to an address of yours, such as the town's own SMS gateway. Personal ones carry the "
            "person's number and e-mail address.",
        ),
        ("group", "staff", "personal"),
        (
            Asked("url", Text("网址", "Address"), Text("https:// 开头", "Begins with https://"), True,
                  pattern=r"https?://\S{1,1900}"),
        ),
        100_000,
        60,
    ),
    "sms": KindSaid(
        Text("短信", "Text messages"),
        Text(
            "通过短信服务商发到人员的手机。账号和密钥在服务商的控制台里。国内服务商请用“自有系统”接其网关。",
            "By a provider to people's phones; account and key are in the provider's console. For a provider that is "
            "not listed, use “a system of your own” with its gateway.",
        ),
        ("personal",),
        (
            Asked("provider", Text("服务商", "Provider"), Text("", ""), choices=("twilio", "vonage")),
            Asked("account", Text("账号", "Account"), Text("Account SID 或 API key", "Account SID or API key"),
                  pattern=r"[A-Za-z0-9]{6,64}"),
            Asked("token", Text("密钥", "Secret"), Text("Auth token 或 API secret", "Auth token or API secret"), True,
                  pattern=r"[A-Za-z0-9]{6,64}"),
            Asked("sender", Text("发送号码", "Sending number"), Text("带国家码", "With the country's code"),
                  pattern=r"\+?[0-9]{11,14}"),
        ),
        600,
        60,
    ),
}  # fmt: skip
CHANNEL_KINDS: tuple[ChannelKind, ...] = get_args(ChannelKind)
REACHES: dict[Reach, Text] = {
    "group": Text("志愿者群：合成一条摘要", "A group of volunteers: one digest"),
    "staff": Text("值班调度人员", "Dispatchers and other staff"),
    "personal": Text("每人一条，发到本人", "Each person, at their own address"),
}
LANGUAGES: dict[Language, Text] = {
    "zh": Text("中文", "Chinese"),
    "en": Text("英文", "English"),
    "both": Text("先中文后英文", "Chinese, then English"),
}
NOT_FITTING = Text("格式不对：{hint}", "This has not the right form: {hint}")
MISSING = Text("必填。", "This is required.")
LOCKED = Text(
    "原来保存的读不出来（加密用的密钥换过），请重新填写。",
    "What was kept cannot be read (the key that sealed it was replaced); enter it anew.",
)
UNKNOWN = Text("这种渠道没有这一项。", "This kind of channel has no such field.")
NO_RECIPIENT = Text("发给值班人员的邮件要写收件人。", "E-mail for staff needs its recipients.")
NOT_THIS_WAY = Text("这种渠道不能这样用。", "This kind of channel cannot be used so.")


def checked(
    kind: ChannelKind, reach: Reach, given: Mapping[str, str], held: Mapping[str, str], locked: Collection[str] = ()
) -> dict[str, str]:
    """All fields of a channel; secrets that are left empty stay as they are held, `locked` ones cannot.

    Raises DocumentError, all faults.
    """
    said, faults, made = KINDS[kind], [], dict[str, str]()
    if reach not in said.reaches:
        faults.append(Fault("reach", "not_this_way", NOT_THIS_WAY))
    known = {asked.name for asked in said.fields}
    faults += [Fault(f"fields.{name}", "unknown_field", UNKNOWN) for name in given if name not in known]
    for asked in said.fields:
        value = given.get(asked.name, "").strip() or (held.get(asked.name, "") if asked.secret else "")
        if value and asked.fits(value):
            made[asked.name] = value
        elif value:
            hint = asked.hint
            text = Text(NOT_FITTING.zh.format(hint=hint.zh), NOT_FITTING.en.format(hint=hint.en))
            faults.append(Fault(f"fields.{asked.name}", "bad_form", text))
        elif asked.name in locked:
            faults.append(Fault(f"fields.{asked.name}", "locked", LOCKED))
        elif asked.required:
            faults.append(Fault(f"fields.{asked.name}", "required", MISSING))
    if kind == "email" and reach == "staff" and "to" not in made and not faults:
        faults.append(Fault("fields.to", "required", NO_RECIPIENT))
    if faults:
        raise DocumentError(faults)
    return made


def parted(kind: ChannelKind, made: Mapping[str, str]) -> tuple[dict[str, str], dict[str, str]]:
    """(what may be shown, what may not)."""
    hidden = {asked.name for asked in KINDS[kind].fields if asked.secret}
    return {k: v for k, v in made.items() if k not in hidden}, {k: v for k, v in made.items() if k in hidden}
