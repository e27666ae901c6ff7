"""Who may do what: the one table of roles and rights. `docs/permissions.md` and its test are made from it.

A right is a word. `may("publish")` (api/access.py) asks for it at an endpoint; a role holds a set of rights in its
town. An account may be limited to areas with all areas below them: then it holds only those of its role's rights
that can be scoped, and api/scope.py says what it sees. Rights `whole` of a town are for who is not limited.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal, get_args

from models.records import Role as AccountRole
from scheduler.text import Text

Right = Literal[
    "own_matters",
    "own_account",
    "see_roster",
    "see_people",
    "reveal_phones",
    "report_absences",
    "approve_exchanges",
    "repair",
    "edit_people",
    "issue_links",
    "edit_rosters",
    "edit_weeks",
    "edit_data",
    "solve",
    "publish",
    "override",
    "export",
    "tell",
    "edit_channels",
    "edit_rules",
    "edit_town",
    "manage_accounts",
    "see_audit",
    "erase",
    "manage_towns",
]
Role = AccountRole | Literal["volunteer"]


@dataclass(frozen=True, slots=True)
class Said:
    """A right in words; `whole` rights concern a town as a whole and are not held in some of its areas."""

    text: Text
    whole: bool = False


@dataclass(frozen=True, slots=True)
class RoleSaid:
    """A role in words, with what it may do."""

    name: Text
    text: Text
    rights: frozenset[Right]


RIGHTS: dict[Right, Said] = {
    "own_matters": Said(
        Text("查看本人的勤务，填写可用时间、请假和“收到”", "Their own duties, availability, drop-outs and 收到")
    ),
    "own_account": Said(
        Text(
            "更改自己的密码，管理自己的登录和 API 令牌",
            "Change their own password, end their sessions, keep API tokens",
        )
    ),
    "see_roster": Said(Text("查看点位、各周勤务和班表", "See posts, weeks, duties and rosters")),
    "see_people": Said(
        Text("查看人员名单、可用时间和请假（电话打码）", "See people, availability and drop-outs, phones masked")
    ),
    "reveal_phones": Said(
        Text("显示一个人的电话（每次留痕）", "Show one person's phone number; each time is recorded")
    ),
    "report_absences": Said(
        Text("为他人登记到岗和请假、撤回请假", "Record presence and drop-outs of others, withdraw them")
    ),
    "approve_exchanges": Said(
        Text("批准换班、转让和补位", "Approve what people take, offer and swap among themselves")
    ),
    "repair": Said(
        Text(
            "查找替补，生成调整方案并使其生效（不得违反硬性规则）",
            "Find substitutes, ask for a repair and put it in force, without breaking a hard rule",
        )
    ),
    "edit_people": Said(Text("增删改人员及其可用时间", "Add, change and remove people and their availability")),
    "issue_links": Said(Text("发放和撤销个人链接、在岗链接", "Issue and revoke personal links and duty links")),
    "edit_rosters": Said(Text("改动一周的勤务和草稿中的席位", "Edit a week's duties and the seats of its draft")),
    "edit_weeks": Said(
        Text("建立、删除一周，新建、替换、丢弃草稿", "Make and remove weeks and whole drafts"), whole=True
    ),
    "edit_data": Said(
        Text("改动点位、片区、班制、编组等基础资料", "Change posts, areas, patterns, templates and the other basics"),
        whole=True,
    ),
    "solve": Said(Text("排前检查，生成班表，停止求解", "Pre-flight check, generate rosters, stop a solve"), whole=True),
    "publish": Said(Text("发布班表", "Publish rosters"), whole=True),
    "override": Said(Text("写明理由后违规发布", "Publish what breaks a hard rule, with a reason"), whole=True),
    "export": Said(Text("导出整镇资料和班表", "Take out documents and sheets of the whole town"), whole=True),
    "tell": Said(
        Text("查看发件箱，重发和撤回消息", "See the outbox, send messages again, withdraw them")
    ),
    "edit_channels": Said(
        Text("设置通知渠道、静默时段和 Webhook", "Keep channels, quiet hours and webhooks"), whole=True
    ),
    "edit_rules": Said(Text("改动规则", "Change the town's rules"), whole=True),
    "edit_town": Said(Text("改动镇街名称和时区", "Change the town's names and time zone"), whole=True),
    "manage_accounts": Said(Text("管理账号", "Keep accounts"), whole=True),
    "see_audit": Said(Text("查看操作记录", "See the log of who changed what"), whole=True),
    "erase": Said(
        Text("交付或删除一个人的全部资料", "Hand out or delete everything that is kept about one person"), whole=True
    ),
    "manage_towns": Said(Text("新建和导入镇街", "Add and import towns"), whole=True),
}

_READS: frozenset[Right] = frozenset({"own_account", "see_roster", "see_people"})
_LEADS: frozenset[Right] = _READS | {"reveal_phones", "report_absences", "approve_exchanges"}
_DISPATCHES: frozenset[Right] = _LEADS | {"repair", "tell"}
_ORGANISES: frozenset[Right] = _DISPATCHES | {
    "edit_people", "issue_links", "edit_rosters", "edit_weeks", "edit_data", "solve", "publish", "override", "export",
}  # fmt: skip
_ADMINISTERS: frozenset[Right] = _ORGANISES | {
    "edit_rules", "edit_town", "edit_channels", "manage_accounts", "see_audit", "erase",
}  # fmt: skip

ROLES: dict[Role, RoleSaid] = {
    "platform_administrator": RoleSaid(
        Text("平台管理员", "Platform administrator"),
        Text("管理所有镇街及其账号", "Looks after all towns and their accounts"),
        _ADMINISTERS | {"manage_towns"},
    ),
    "town_administrator": RoleSaid(
        Text("镇街管理员", "Town administrator"),
        Text("组织者的全部权限，另管账号和规则", "Whatever an organiser does, and accounts and rules"),
        _ADMINISTERS,
    ),
    "organiser": RoleSaid(
        Text("组织者", "Organiser"),
        Text("生成、编辑、发布班表", "Generates, edits and publishes rosters"),
        _ORGANISES,
    ),
    "point_leader": RoleSaid(
        Text("点长", "Point leader"),
        Text("查看班表和人员，登记到岗和请假", "Reads the board and people, records presence and drop-outs"),
        _LEADS,
    ),
    "dispatcher": RoleSaid(
        Text("调度员", "Dispatcher"),
        Text("处理请假、调整和替补", "Handles drop-outs, repairs and substitutes"),
        _DISPATCHES,
    ),
    "inspector": RoleSaid(
        Text("督查员", "Inspector"), Text("只查看，另可看操作记录", "Only reads, the log too"), _READS | {"see_audit"}
    ),
    "volunteer": RoleSaid(
        Text("志愿者", "Volunteer"),
        Text("凭个人链接处理自己的事", "Comes by a personal link, for their own matters"),
        frozenset({"own_matters"}),
    ),
}
ACCOUNT_ROLES: tuple[AccountRole, ...] = get_args(AccountRole)
"""The roles that sign in with a password; a volunteer comes by a personal link."""


@dataclass(frozen=True, slots=True)
class Member:
    """Somebody with an account. `town` None is the whole platform."""

    account: str
    name: str
    role: AccountRole
    town: str | None
    areas: frozenset[str] | None = None
    """Limited to these areas and all below them; None is the whole town."""
    only: frozenset[Right] | None = None
    """Of an API token: of the account's rights no more than these."""

    @property
    def id(self) -> str:
        """Who did it, for the record."""
        return self.account


@dataclass(frozen=True, slots=True)
class Volunteer:
    """A person of a town who came by a personal link."""

    person: str
    name: str
    town: str

    @property
    def id(self) -> str:
        """Who did it, for the record."""
        return f"person:{self.person}"

    @property
    def role(self) -> Role:
        return "volunteer"


Actor = Member | Volunteer


def rights_of(actor: Actor) -> frozenset[Right]:
    """What somebody may do, in their own town and areas."""
    if isinstance(actor, Volunteer):
        return ROLES["volunteer"].rights
    held = held_by(actor.role, limited=actor.areas is not None)
    return held if actor.only is None else held & actor.only


def held_by(role: Role, *, limited: bool = False) -> frozenset[Right]:
    """The rights of a role; `limited` to areas it loses those that concern the whole town."""
    rights = ROLES[role].rights
    return frozenset(right for right in rights if not RIGHTS[right].whole) if limited else rights


def in_order(rights: Iterable[Right]) -> tuple[Right, ...]:
    """Rights in the order of the table."""
    held = set(rights)
    return tuple(right for right in RIGHTS if right in held)
