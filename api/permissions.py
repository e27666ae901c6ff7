"""Every endpoint with whom it lets in, read from the application itself, and the page that is made of it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Literal, cast

from flask import Flask

from .access import lets_in
from .rights import RIGHTS, ROLES, Right, Role, held_by

Whom = tuple[Right, ...] | Literal["public", "signed_in"]
FILES = "static"
"""Flask's own endpoint for the files that everybody may have."""
INTRODUCTION = """# Who may do what 权限表

Made from the code by `make docs`: the roles and rights from `api/rights.py`, the addresses from the application. The
same table is tried, address by address and role by role, by `tests/api/test_permissions.py`.

A role holds in its own town, and only an administrator of the platform in all of them; **another town's things answer
404**. An account may be limited to areas with all areas below them: it then keeps the rights marked ◐, in these areas
alone, and loses the others (●), which concern a whole town. What an area holds:

| thing | belongs to an area when |
|---|---|
| post, area | it lies in the area or below it |
| duty | its own area, else its post's, does |
| person | their own area does, or a post or area that they are bound to |
| assignment in a roster | its duty or its person does; the board shows whole teams of the duties inside |
| drop-out | its person does; of others as long as they serve nowhere but here |
| repair | all its drop-outs do; only alternatives that move nobody and nothing outside are shown and can be taken |

What lies outside answers 404, and moving something out 403 `outside_areas`. An API token holds its scopes out of the
rights of its account. Nobody gives a role, or changes an account, that may do more than they; the last administrator of
the platform stays.
"""


@dataclass(frozen=True, slots=True)
class Endpoint:
    """One method of one address; `rights` are those of which one suffices."""

    name: str
    method: str
    rule: str
    whom: Whom | None
    """None: it does not say."""

    @property
    def address(self) -> str:
        return f"{self.method} {self.rule}"

    def open_to(self, role: Role, *, limited: bool = False) -> bool:
        """Whether somebody of this role may call it."""
        if self.whom is None:
            return False
        return isinstance(self.whom, str) or not held_by(role, limited=limited).isdisjoint(self.whom)


def endpoints(app: Flask) -> list[Endpoint]:
    """Everything that answers, by address."""
    return sorted(_endpoints(app), key=lambda e: (e.rule, e.method))


def _endpoints(app: Flask) -> Iterator[Endpoint]:
    for rule in app.url_map.iter_rules():
        if rule.endpoint == FILES:
            continue
        view: Any = app.view_functions[rule.endpoint]
        for method in (rule.methods or set()) - {"HEAD", "OPTIONS"}:
            asked = getattr(view.view_class, method.lower()) if hasattr(view, "view_class") else view
            yield Endpoint(rule.endpoint, method, rule.rule, cast("Whom | None", lets_in(asked)))


def as_markdown(app: Flask) -> str:
    """docs/permissions.md."""
    return "\n".join([INTRODUCTION, *_roles(), *_rights(), *_addresses(app)]) + "\n"


def _roles() -> Iterator[str]:
    yield "## Roles\n\n| role | | |\n|---|---|---|"
    for role, said in ROLES.items():
        yield f"| `{role}` {said.name.zh} | {said.text.zh} | {said.text.en} |"


def _rights() -> Iterator[str]:
    names = " | ".join(f"{said.name.zh} {said.name.en}" for said in ROLES.values())
    yield f"\n## Rights\n\n| right | | {names} |\n|---|---|{':-:|' * len(ROLES)}"
    for right, said in RIGHTS.items():
        mark = "●" if said.whole else "◐"
        cells = " | ".join(mark if right in held_by(role) else "" for role in ROLES)
        yield f"| `{right}` | {said.text.zh}<br>{said.text.en} | {cells} |"


def _addresses(app: Flask) -> Iterator[str]:
    names = " | ".join(said.name.zh for said in ROLES.values())
    yield "\n## Addresses\n\n“anybody” needs no sign-in; such a page asks for a password or a link itself.\n"
    yield f"| address | right | {names} |\n|---|---|{':-:|' * len(ROLES)}"
    for endpoint in endpoints(app):
        cells = " | ".join(_cell(endpoint, role) for role in ROLES)
        yield f"| `{endpoint.address}` | {_whom(endpoint)} | {cells} |"


def _whom(endpoint: Endpoint) -> str:
    if endpoint.whom == "public":
        return "anybody"
    if endpoint.whom == "signed_in":
        return "whoever has signed in"
    return " or ".join(f"`{right}`" for right in endpoint.whom or ())


def _cell(endpoint: Endpoint, role: Role) -> str:
    if not endpoint.open_to(role):
        return ""
    return "◐" if endpoint.open_to(role, limited=True) else "●"
