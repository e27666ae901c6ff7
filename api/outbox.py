"""The outbox as people see it: what waits, what was told, what failed and why; once more, or not at all."""

from __future__ import annotations

from typing import Any

from flask.views import MethodView

from models.outbox import Asked, Posted
from models.reminders import Unconfirmed

from .access import may, scope, store, town_or_404
from .body import Blueprint
from .channels import message_json
from .errors import ApiError
from .schemas.telling import MessageOut, MessagePage, MessagesAsked, MessagesQuery, UnconfirmedListOut
from .wire import instant

blueprint = Blueprint("outbox", __name__, url_prefix="/api/v1/towns/<town>", description="What people are told")


def asked(state: str | None = None, kind: str | None = None, person: str | None = None) -> Asked:
    """What the caller looks for, of what they may see: of some areas the messages to their people alone."""
    return Asked(state=state, kind=kind, person=person, people=None if scope().whole else scope().people)


def visible(town: str, message: str) -> Posted:
    """A message that the caller may see. Raises NotFound, ApiError (404)."""
    found = store().outbox.get(town, message)
    noun, _, person = found.to.partition(":")
    if not scope().whole and not (noun == "person" and scope().sees_person(person)):
        raise ApiError("not_found")
    return found


def unconfirmed(town: str) -> list[Unconfirmed]:
    """Who serves within a day and has not said 收到, as far as the caller sees them."""
    found = store().reminders.unconfirmed(town_or_404(town))
    return [u for u in found if scope().sees_person(u.person) or (scope().person is None and scope().sees_duty(u.duty))]


@blueprint.route("/messages")
class Messages(MethodView):
    @may("tell")
    @blueprint.arguments(MessagesQuery, location="query")
    @blueprint.response(200, MessagePage)
    def get(self, query: MessagesAsked, town: str) -> dict[str, Any]:
        """List messages, the latest first"""
        wanted = asked(query.state, query.kind, query.person)
        page = store().outbox.page(town, wanted, query.page, query.page_size)
        return {
            "items": [message_json(m) for m in page.items],
            "page": page.page,
            "page_size": page.page_size,
            "total": page.total,
            "counts": store().outbox.counts(town, wanted),
        }


@blueprint.route("/messages/<message>")
class OneMessage(MethodView):
    @may("tell")
    @blueprint.response(200, MessageOut)
    def get(self, town: str, message: str) -> dict[str, Any]:
        """Get a message"""
        return message_json(visible(town, message))


@blueprint.route("/messages/<message>/retry")
class Retry(MethodView):
    @may("tell")
    @blueprint.response(200, MessageOut)
    def post(self, town: str, message: str) -> dict[str, Any]:
        """Send a message that failed, was withdrawn or found no channel once more, now"""
        return message_json(store().outbox.retry(town, visible(town, message).id))


@blueprint.route("/messages/<message>/withdraw")
class Withdraw(MethodView):
    @may("tell")
    @blueprint.response(200, MessageOut)
    def post(self, town: str, message: str) -> dict[str, Any]:
        """Do not send a message that waits or failed"""
        return message_json(store().outbox.withdraw(town, visible(town, message).id))


@blueprint.route("/unconfirmed")
class NotConfirmed(MethodView):
    @may("tell")
    @blueprint.response(200, UnconfirmedListOut)
    def get(self, town: str) -> dict[str, Any]:
        """Who serves within a day and has not said 收到"""
        return {
            "items": [
                {"person": u.person, "duty": u.duty.id, "position": u.position, "start": instant(u.duty.start)}
                for u in unconfirmed(town)
            ]
        }
