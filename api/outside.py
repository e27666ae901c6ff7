"""Addresses of other services that somebody of a town enters, judged when they are entered and again at every call."""

from __future__ import annotations

from collections.abc import Mapping
from ipaddress import ip_address
from urllib.parse import urlsplit

from flask import current_app

from border.outbound import SETTING, Allowed, Refused, allowed_by, checked_mail_host, checked_url
from scheduler.document import Fault

from .errors import ApiError, fault, invalid


def allowed() -> Allowed:
    """What the operator lets us call although it is not public."""
    return allowed_by({SETTING: str(current_app.config["OUTBOUND_ALLOW"])})


def refuse_address(path: str, url: str) -> None:
    """Raises ApiError (422) for an address that would not be called, or that is not encrypted on its way."""
    try:
        found = checked_url(url, allowed())
    except Refused as refused:
        raise _not_called(path, refused) from None
    inside = allowed().host(found.host, found.port) or _listed(found.address)
    if urlsplit(url).scheme != "https" and not inside:
        raise invalid([fault(path, "needs_https")])


def refuse_channel(kind: str, fields: Mapping[str, str]) -> None:
    """The same for what a channel of this kind would call."""
    url, host, port = (fields.get(name, "").strip() for name in ("url", "host", "port"))
    if kind == "webhook" and url:
        refuse_address("fields.url", url)
    if kind == "email" and host and port.isascii() and port.isdigit():
        try:
            checked_mail_host(host, int(port), allowed())
        except Refused as refused:
            raise _not_called("fields.host", refused) from None


def _listed(address: str) -> bool:
    """Whether an address lies in the operator's own networks."""
    return allowed().address(ip_address(address))


def _not_called(path: str, refused: Refused) -> ApiError:
    return invalid([Fault(path, refused.code, refused.text)])
