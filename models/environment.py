"""The settings of service and worker, each said once: how it is read, its default, and what it means.

The table of docs/operations.md is made from it (`make docs`), and a test looks for settings that are read elsewhere.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from scheduler.text import Text

Kind = Literal["text", "whole", "flag", "choice", "address"]
ENVIRONMENTS = ("production", "development", "test")
DATABASES = ("sqlite", "postgresql+psycopg", "postgresql", "postgres")
QUEUES = ("redis", "rediss", "postgresql+psycopg", "postgresql", "postgres")
TRUE, FALSE = ("1", "true", "yes"), ("0", "false", "no")


class SettingsError(RuntimeError):
    """The environment is not fit to start with; `faults` says everything that has to be put right, at once."""

    def __init__(self, faults: Sequence[Text]) -> None:
        self.faults = tuple(faults)
        super().__init__("\n".join(f"{fault.zh}\n{fault.en}" for fault in faults))


@dataclass(frozen=True, kw_only=True)
class Setting:
    """One variable. An empty one counts as not set."""

    name: str
    meaning: Text
    default: str = ""
    """As somebody would write it; empty when it is left open or worked out."""
    worked_out: str = ""
    """How the table says a default that is worked out."""
    kind: Kind = "text"
    least: int = 1
    choices: tuple[str, ...] = ()
    """Of a choice; of an address, what it may begin with."""
    secret: bool = False

    def fault(self, written: str) -> Text | None:
        """What is wrong with a value; a secret is never repeated."""
        if self.kind == "whole" and not (written.isascii() and written.isdigit() and int(written) >= self.least):
            return Text(
                f"{self.name} 是 {written!r}，应为不小于 {self.least} 的整数。",
                f"{self.name} is {written!r}; it must be a whole number of at least {self.least}.",
            )
        if self.kind == "flag" and written.lower() not in (*TRUE, *FALSE):
            return Text(f"{self.name} 是 {written!r}，应为 1 或 0。", f"{self.name} is {written!r}; it must be 1 or 0.")
        if self.kind == "choice" and written not in self.choices:
            listed = ", ".join(self.choices)
            return Text(
                f"{self.name} 是 {written!r}，应为 {listed} 之一。",
                f"{self.name} is {written!r}; it must be one of {listed}.",
            )
        if self.kind == "address" and written.partition("://")[0] not in self.choices:
            listed = ", ".join(f"{choice}://" for choice in self.choices)
            return Text(f"{self.name} 应以 {listed} 之一开头。", f"{self.name} must begin with one of {listed}.")
        return None


def _text(name: str, zh: str, en: str, default: str = "", **more: str | bool) -> Setting:
    return Setting(name=name, meaning=Text(zh, en), default=default, **more)  # type: ignore[arg-type]


def _whole(name: str, zh: str, en: str, default: str = "", least: int = 1, worked_out: str = "") -> Setting:
    return Setting(
        name=name, meaning=Text(zh, en), default=default, kind="whole", least=least, worked_out=worked_out
    )  # fmt: skip


SETTINGS: tuple[Setting, ...] = (
    Setting(name="SANBAN_ENV", kind="choice", choices=ENVIRONMENTS, default="development", meaning=Text(
        "production 拒绝以不安全的配置启动，Cookie 只经 HTTPS 发送",
        "`production` refuses to start when something is unsafe (below) and sends cookies over HTTPS only",
    )),
    _text("SECRET_KEY", "签名会话用，没有 SANBAN_VAULT_KEYS 时也用来加密渠道密钥；至少 32 个随机字符",
          "signs sessions and, without `SANBAN_VAULT_KEYS`, seals what channels keep: at least 32 random characters",
          secret=True, worked_out="kept in `SANBAN_DATA/secret-key`; none in production"),
    _text("SANBAN_VAULT_KEYS", "加密渠道和 Webhook 的密钥、口令用：至少 32 个随机字符；更换时新的写在前面，以逗号分隔",
          "seals keys and passwords of channels and secrets of webhooks: at least 32 random characters; to replace it, "
          "write the new one before it, with a comma between", secret=True, worked_out="made from `SECRET_KEY`"),
    Setting(name="DATABASE_URL", kind="address", choices=DATABASES, secret=True, worked_out="SQLite in `SANBAN_DATA`",
            meaning=Text(
        "数据库地址：sqlite:///文件 或 postgresql+psycopg://用户:口令@主机/库",
        "`sqlite:///FILE` or `postgresql+psycopg://user:password@host/name` (`postgresql://` means the same)",
    )),
    Setting(name="QUEUE_URL", kind="address", choices=QUEUES, secret=True, worked_out="SQLite in `SANBAN_DATA`",
            meaning=Text(
        "唤醒消息的去处：redis://… 或 postgresql://…，多台机器时使用；丢失一条只多等 SANBAN_LOOK_SECONDS",
        "where wake-ups go: `redis://…`, `rediss://…` or `postgresql://…`, for several machines; a lost one costs "
        "`SANBAN_LOOK_SECONDS`",
    )),
    _text("SANBAN_DATA", "数据文件夹：数据库、密钥、队列、运行目录",
          "folder of the database, the secret, the wake-ups and the runs", "var"),
    _text("HOST", "make run 监听的地址", "where `make run` listens", "127.0.0.1"),
    _whole("PORT", "监听的端口", "the port on which the service listens", "8000"),
    _text("SANBAN_BIND", "gunicorn 监听的地址", "where gunicorn listens, such as `0.0.0.0:8000`",
          worked_out="`127.0.0.1:PORT`"),
    _whole("SANBAN_WEB_PROCESSES", "网页进程数", "web processes of one machine", "1"),
    _whole("SANBAN_WEB_THREADS", "每个网页进程的线程数", "threads of each, for pages and open event streams", "64"),
    _whole("SANBAN_REQUEST_SECONDS", "网页进程多久没有动静即被替换",
           "a web process that shows no sign of life for so long is replaced", "120"),
    _whole("SANBAN_DRAIN_SECONDS", "收到 SIGTERM 后等待未完请求的时间",
           "how long requests under way may take after SIGTERM", "5"),
    _whole("SANBAN_STREAM_SECONDS", "事件流的时长",
           "length of an event stream; the browser comes back by itself", "60"),
    _whole("SANBAN_TRUSTED_PROXIES", "前面有几层可信反向代理",
           "how many reverse proxies set X-Forwarded-For, -Proto and -Host", "0", least=0),
    Setting(name="SANBAN_SECURE_COOKIES", kind="flag", worked_out="1 in production", meaning=Text(
        "生产环境不用 HTTPS 时设为 0", "0 where production is served without HTTPS")),
    _text("SANBAN_SIGN_IN_LIMIT", "登录尝试的上限", "attempts to sign in with one login from one network",
          "10 per minute; 60 per hour"),
    _text("OIDC_ISSUER", "统一登录（OpenID Connect）的签发者地址；不设则只用密码",
          "the issuer of another service to sign in with (OpenID Connect, `requirements-oidc.txt`)",
          worked_out="none: passwords only"),
    _text("OIDC_CLIENT_ID", "在统一登录处登记的客户端编号", "what the service is called there"),
    _text("OIDC_CLIENT_SECRET", "客户端密钥；公开客户端不设", "its secret there; none for a public client",
          secret=True),
    _text("OIDC_NAME", "登录按钮上的名称", "what the button of that service says", "统一登录"),
    _text("OIDC_NEW_ACCOUNTS", "没有账号的人成为什么：角色@镇街编号；不设则拒绝",
          "what somebody without an account becomes, `ROLE@TOWN`, such as `inspector@east`",
          worked_out="none: they are refused"),
    _whole("SANBAN_MAX_DOCUMENT_MB", "问题文件与整份班表的上限", "largest problem document or whole roster", "32"),
    _whole("SANBAN_MAX_BODY_MB", "其他请求正文的上限", "largest body of any other request", "1"),
    _whole("SANBAN_WORKERS", "make run 启动的工作进程数", "worker processes that `make run` starts", "1"),
    _whole("SANBAN_SLOTS", "一个工作进程同时进行的求解数；另有一道只做调整",
           "solves that one worker runs at a time, beside one lane for repairs alone", "1"),
    _whole("SANBAN_CORES", "各求解平分的核数",
           "cores that the solves of one worker share; each gets its part and no more",
           worked_out="all that the machine gives"),
    _whole("SANBAN_MEMORY_MB", "一次求解的内存上限（MB）：到八成时求解自行收尾，超过即被终止",
           "memory of one solve with all its processes, in MB: at four fifths it ends by itself with its best roster, "
           "above it it is ended", least=64, worked_out="three quarters of the machine's, shared by the slots"),
    _whole("SANBAN_MAX_SOLVE_SECONDS", "一次求解最长时间；要求更长的按此执行",
           "longest time of one solve; one that asks for more gets this much", "3600"),
    _whole("SANBAN_LEASE_SECONDS", "租约：停机的工作进程的求解多久后由别人接手",
           "after so long without a sign of life another worker takes up the solve", "20", least=2),
    _whole("SANBAN_LOOK_SECONDS", "没有唤醒时多久查看一次队列",
           "how often a worker looks for work that nobody told it of", "5"),
    _text("SANBAN_METRICS_TOKEN", "GET /metrics 所需的令牌；未设则没有此页",
          "the bearer token of `GET /metrics`; without it there is no such page", secret=True),
    _whole("SANBAN_WORKER_PORT", "工作进程的 /healthz、/readyz、/metrics 所在端口；每个工作进程各用一个",
           "port of the worker's own `/healthz`, `/readyz` and `/metrics`: one of its own for each worker",
           worked_out="none: it does not listen"),
    _text("SANBAN_WORKER_HOST", "上述端口监听的地址",
          "where that port listens; keep it inside your network", "127.0.0.1"),
    _whole("SANBAN_KEEP_STATELESS_DAYS", "不属于任何一周的求解结束后保留的天数（purge 命令清除）",
           "how long `purge` leaves solves of no stored week after their end, in days", "30"),
    _whole("SANBAN_KEEP_PAPERS_DAYS", "一周的求解结束后，其文件保留的天数",
           "days after the end of a week's solve until its documents go; solve and roster stay", "180"),
    _whole("SANBAN_KEEP_LINKS_DAYS", "个人链接和令牌过期或撤销后保留的天数",
           "days after a personal link or API token expired or was revoked", "30"),
    _whole("SANBAN_KEEP_ABSENCES_DAYS", "请假结束后、收到所在周开始后保留的天数",
           "days after the end of a drop-out, or the start of the week of an acknowledgement", "400"),
    _whole("SANBAN_KEEP_HISTORY_DAYS", "人员的旧勤务经历和可用时间保留的天数（规则最多回看 28 天）",
           "days after the end of a person's single past duties and spans of availability; rules look back 28", "90",
           least=35),
    _whole("SANBAN_KEEP_MESSAGES_DAYS", "发件箱的消息和 Webhook 调用保留的天数",
           "days that messages of the outbox and calls of webhooks are kept", "90"),
    _text("SANBAN_OUTBOUND_ALLOW", "允许访问的内部地址（网段、主机名或 主机名:端口，以逗号分隔）",
          "internal addresses that notifications may call: networks, names, or name:port, with commas between"),
    Setting(name="SANBAN_LOG_LEVEL", kind="choice", choices=("debug", "info", "warning", "error"), default="info",
            meaning=Text("日志级别；开发环境的 debug 会写出错误的原文，可能含个人信息",
                         "in development `debug` writes errors in their own words, which may hold personal data")),
    _text("PYTHON", "make 用来建立 .venv 的解释器", "the interpreter that makes `.venv`", "python3.11"),
)  # fmt: skip
BY_NAME: dict[str, Setting] = {setting.name: setting for setting in SETTINGS}


def faults(environ: Mapping[str, str]) -> list[Text]:
    """Everything that is wrong with the values of the environment, setting by setting."""
    written = ((setting, text(environ, setting.name)) for setting in SETTINGS)
    found = (setting.fault(value) for setting, value in written if value)
    return [fault for fault in found if fault is not None]


def refuse_faults(environ: Mapping[str, str]) -> None:
    """Raises SettingsError with all faults."""
    found = faults(environ)
    if found:
        raise SettingsError(found)


def text(environ: Mapping[str, str], name: str) -> str:
    """The value of a setting of the table, else its default."""
    return environ.get(name) or BY_NAME[name].default


def whole(environ: Mapping[str, str], name: str, otherwise: int | None = None) -> int:
    """A whole number; `otherwise` where the default is worked out. Raises SettingsError."""
    value = text(environ, name)
    if not value and otherwise is not None:
        return otherwise
    fault = BY_NAME[name].fault(value)
    if fault is not None:
        raise SettingsError([fault])
    return int(value)


def flag(environ: Mapping[str, str], name: str, otherwise: bool) -> bool:
    """Yes or no. Raises SettingsError."""
    value = text(environ, name)
    fault = BY_NAME[name].fault(value) if value else None
    if fault is not None:
        raise SettingsError([fault])
    return value.lower() in TRUE if value else otherwise


def as_markdown() -> str:
    """The table for people."""
    rows = ["| variable | default | meaning | 含义 |", "|---|---|---|---|"]
    for setting in SETTINGS:
        default = setting.worked_out or (f"`{setting.default}`" if setting.default else "–")
        rows.append(f"| `{setting.name}` | {default} | {setting.meaning.en} | {setting.meaning.zh} |")
    return "\n".join(rows) + "\n"
