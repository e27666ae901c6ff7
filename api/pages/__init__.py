"""The pages: an organiser's week, a volunteer's phone, a repair; server-rendered, zh-CN first."""

from . import home, people, publishing, repair, seat, sign_in, volunteer, week, week_actions
from .routes import blueprint

__all__ = [
    "blueprint",
    "home",
    "people",
    "publishing",
    "repair",
    "seat",
    "sign_in",
    "volunteer",
    "week",
    "week_actions",
]
