"""The pages: an organiser's week, a volunteer's phone, a repair; server-rendered, zh-CN first."""

from . import (
    account,
    accounts,
    audit,
    home,
    link_code,
    links,
    people,
    person,
    publishing,
    repair,
    seat,
    sign_in,
    volunteer,
    week,
    week_actions,
)
from .routes import blueprint

__all__ = [
    "account",
    "accounts",
    "audit",
    "blueprint",
    "home",
    "link_code",
    "links",
    "people",
    "person",
    "publishing",
    "repair",
    "seat",
    "sign_in",
    "volunteer",
    "week",
    "week_actions",
]
