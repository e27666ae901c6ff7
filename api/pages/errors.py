"""The page on which an error is shown to people."""

from __future__ import annotations

from urllib.parse import urlsplit

from flask import Response, make_response, render_template, request
from flask_babel import gettext as _

from api.errors import ApiError
from api.language import language
from api.logs import request_id


def error_page(error: ApiError) -> Response:
    """The error in the look of the pages; who has not signed in gets the form to do so."""
    sentence = error.sentence().in_language(language())
    if error.code == "sign_in_needed":
        wanted = request.full_path.rstrip("?") if request.method == "GET" else ""
        return make_response(render_template("sign_in.html", next=wanted, problem=None, login=None))
    return make_response(
        render_template(
            "error.html",
            error=error,
            heading=heading(error),
            sentence=sentence,
            advice=advice(error),
            back=_back(),
            for_volunteer=request.path.startswith("/v/"),
            request_id=request_id(),
        )
    )


def heading(error: ApiError) -> str:
    """A few words for what happened."""
    if error.code == "conflict":
        return _("别人刚刚改过")
    by_status = {
        401: _("需要登录"),
        403: _("没有权限"),
        404: _("找不到这个页面"),
        409: _("有冲突"),
        410: _("链接已失效"),
        412: _("别人刚刚改过"),
        413: _("内容太大"),
        422: _("填写有误"),
        429: _("请稍等"),
        503: _("服务暂时不可用"),
    }
    return by_status.get(error.status, _("出了点问题") if error.status >= 500 else _("无法完成"))


def advice(error: ApiError) -> str:
    """What to do about it; empty when the sentence says it all."""
    if error.status in (409, 412):
        return _("没有丢失任何内容：请返回，看看最新的样子，再决定是否要改。")
    if error.status == 410 and request.path.startswith(("/now/", "/at/")):
        return _("请联系组织者，重新发一个在岗链接。")
    if error.status == 410:
        return _("请联系您的组织者，重新发一个个人链接。")
    if error.status >= 500:
        return _("已经记录。请稍后再试；若一直如此，请把下方编号告诉管理员。")
    if error.status == 404:
        return _("地址可能写错了，或者内容已经被移走。")
    return ""


def _back() -> str | None:
    """The page of ours that the reader came from, None when there was none."""
    came = urlsplit(request.referrer or "")
    if not request.referrer or came.netloc != request.host or came.path == request.path == "/":
        return None
    return came.path + (f"?{came.query}" if came.query else "")
