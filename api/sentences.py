"""Everything the service itself says: a code, the sentence in both languages, and its HTTP status.

Braces hold figures. What the scheduler says (faults of a document, breaches, reasons) comes from the scheduler.
"""

from __future__ import annotations

from scheduler.text import Text

from .import_sentences import STATUS as IMPORT_STATUS
from .import_sentences import TEXTS as IMPORT_TEXTS

STATUS: dict[str, int] = {
    "bad_json": 400,
    "bad_request": 400,
    "sign_in_needed": 401,
    "wrong_password": 401,
    "bad_link": 401,
    "bad_token": 401,
    "code_needed": 401,
    "wrong_code": 401,
    "elsewhere_failed": 401,
    "code_missing": 403,
    "whole_town": 403,
    "no_roster_yet": 404,
    "no_account_here": 403,
    "csrf": 403,
    "not_allowed": 403,
    "outside_areas": 403,
    "not_found": 404,
    "method_not_allowed": 405,
    "not_acceptable": 406,
    "conflict": 409,
    "already_exists": 409,
    **IMPORT_STATUS,
    "already_joined": 409,
    "in_use": 409,
    "call_in_flight": 409,
    "already_done": 409,
    "already_finished": 409,
    "illegal_presence": 409,
    "outside_presence_window": 409,
    "last_administrator": 409,
    "published_meanwhile": 409,
    "no_result": 409,
    "seat_taken": 409,
    "not_there_any_more": 409,
    "seat_pinned": 409,
    "already_asked": 409,
    "exchange_over": 409,
    "exchanges_off": 409,
    "callout_over": 409,
    "offer_over": 409,
    "not_published": 409,
    "not_ready": 409,
    "gone": 410,
    "length_required": 411,
    "changed_meanwhile": 412,
    "too_large": 413,
    "query_too_long": 414,
    "compressed": 415,
    "unsupported_media_type": 415,
    "invalid": 422,
    "rules_broken": 422,
    "wrong_post_code": 422,
    "not_by_the_rules": 422,
    "key_reused": 422,
    "nothing_to_do": 422,
    "revision_needed": 428,
    "too_many_attempts": 429,
    "bug": 500,
    "unavailable": 503,
    "store_unavailable": 503,
    "store_full": 507,
}

TEXTS: dict[str, Text] = {
    # --- the request as a whole -------------------------------------------------------------------------
    "bad_json": Text("请求正文不是有效的 JSON。", "The body is not valid JSON."),
    "bad_request": Text("无法理解这个请求。", "The request cannot be understood."),
    "sign_in_needed": Text("请先登录。", "Sign in first."),
    "wrong_password": Text("用户名或密码不正确。", "The name or the password is wrong."),
    "bad_team_link": Text(
        "队伍链接无效、已过期或已被撤销，请向组织者要新的。",
        "The team's link is invalid, expired or revoked; ask the organiser for a new one.",
    ),
    "bad_link": Text("个人链接无效、已过期或已被撤销。", "The personal link is invalid, expired or revoked."),
    "bad_feed": Text(
        "日历订阅的地址无效或已被撤销，请在个人页面重新生成，或请组织者重新发放。",
        "The address of the calendar feed is invalid or revoked; make a new one on your page, or ask the organiser.",
    ),
    "bad_token": Text(
        "请求头 Authorization 无效、已过期或已被撤销：应为 Bearer 加 API 令牌（sanban_…）或个人链接的令牌。",
        "The header Authorization is invalid, expired or revoked: send Bearer and an API token (sanban_…), or the "
        "token of a personal link.",
    ),
    "code_needed": Text(
        "这个链接还需要 6 位验证码：打开链接的页面输入，或用请求头 X-Link-Code 提交。",
        "This link also needs its six-digit code: enter it on the link's page, or send it as the header X-Link-Code.",
    ),
    "wrong_code": Text("验证码不正确。", "The code is wrong."),
    "code_missing": Text(
        "本镇街的链接需要验证码，但您还没有。请向您的组织者要一个。",
        "Links of this town need a code and you have none yet; ask your organiser for one.",
    ),
    "elsewhere_failed": Text(
        "统一登录没有完成，请重新登录。", "Signing in with the other service did not succeed; sign in again."
    ),
    "no_account_here": Text(
        "统一登录成功，但它还没有与这里的账号关联。请先用密码登录，在“我的账号”中关联，或请管理员开通。",
        "You signed in with the other service, but no account here is joined with it. Sign in with your password and "
        "join it under “My account”, or ask an administrator.",
    ),
    "csrf": Text(
        "缺少或不符的防伪令牌，请刷新页面后重试。", "The CSRF token is missing or wrong; reload and try again."
    ),
    "not_allowed": Text("您没有进行此操作的权限。", "You may not do this."),
    "outside_areas": Text("这不在您负责的片区内。", "This is outside the areas that you look after."),
    "not_found": Text("没有找到所请求的内容。", "What was asked for does not exist."),
    "method_not_allowed": Text("此地址不支持该请求方法。", "This address does not know that method."),
    "not_acceptable": Text("无法按所要求的格式答复。", "No answer can be given in the formats asked for."),
    "conflict": Text("与当前状态冲突，未作任何改动。", "This conflicts with the present state; nothing was changed."),
    "already_joined": Text(
        "这个统一登录身份已与另一个账号关联。", "That identity of the other service is joined with another account."
    ),
    "already_exists": Text("编号 {id} 已存在。", "The id {id} exists already."),
    "in_use": Text("{id} 正被使用，不能删除。", "{id} is in use and cannot be deleted."),
    "already_finished": Text("求解已结束，未作任何改动。", "The solve has finished; nothing was changed."),
    "last_administrator": Text(
        "这是最后一位平台管理员，不能停用或改换角色；请先另设一位。",
        "This is the last administrator of the platform; make another one first.",
    ),
    "published_meanwhile": Text(
        "别人已发布第 {number} 版，请先查看再决定。", "Somebody published version {number} meanwhile; look at it first."
    ),
    "seat_taken": Text(
        "这个席位刚刚有人了，班表没有改动。请看看别的席位。",
        "Somebody has just taken this seat; the roster is unchanged. Please look at other seats.",
    ),
    "not_there_any_more": Text(
        "班表已有变动，这个席位不再是您看到的样子；没有作任何改动。请刷新后再看。",
        "The roster has changed and this seat is no longer as you saw it; nothing was changed. Please reload and look "
        "again.",
    ),
    "callout_over": Text(
        "补位已经结束，不用来了，谢谢。", "The call-out is over; nobody is needed any more. Thank you."
    ),
    "offer_over": Text(
        "提供已截止或已关闭，没有作任何改动。要改请联系组织者。",
        "The offer has ended or was closed; nothing was changed. Ask the organiser.",
    ),
    "not_published": Text(
        "这一周还没有发布的班表；先发布，再提供给队伍。",
        "This week has no published roster yet; publish it before offering its gaps.",
    ),
    "seat_pinned": Text(
        "这个班由组织者锁定，不能自己换人；请直接找组织者。",
        "Your organiser has pinned this duty: you cannot hand it on yourselves. Please ask your organiser.",
    ),
    "already_asked": Text(
        "这一班已经有一个没有结束的请求，请先等答复或收回它。",
        "There is a request about this duty already; wait for its answer or take it back first.",
    ),
    "exchange_over": Text(
        "这个请求已经结束，没有作任何改动。请刷新后看最新的样子。",
        "This request is over; nothing was changed. Reload to see how things stand.",
    ),
    "exchanges_off": Text(
        "本镇街不让自己换班，请直接找组织者。",
        "In this town people do not exchange duties by themselves; please ask your organiser.",
    ),
    "not_by_the_rules": Text(
        "按规则不能这样换，班表没有改动。请另找一位或另选一班。",
        "By the rules this exchange is not allowed; nothing was changed. Please choose somebody or something else.",
    ),
    "no_result": Text("求解没有得到可用的结果。", "The solve has no result to give."),
    "not_ready": Text("求解尚未结束。", "The solve has not finished yet."),
    "gone": Text("内容已不存在。", "This exists no more."),
    "changed_meanwhile": Text(
        "内容已被他人修改（当前版本 {revision}），请刷新后重试。",
        "Somebody changed this meanwhile (it is at revision {revision} now); reload and try again.",
    ),
    "too_large": Text("请求正文过大，上限为 {limit} 字节。", "The body is too large; at most {limit} bytes are taken."),
    "length_required": Text(
        "请以 Content-Length 标明正文长度，不接受分块传输。",
        "Say the length of the body with Content-Length; bodies in chunks are not taken.",
    ),
    "compressed": Text(
        "不接受压缩的正文，请原样提交（不要带 Content-Encoding）。",
        "Compressed bodies are not taken; send it as it is, without Content-Encoding.",
    ),
    "query_too_long": Text(
        "查询串过长：最多 {most} 字节、{parameters} 个参数。",
        "The query is too long: at most {most} bytes and {parameters} parameters are taken.",
    ),
    "unsupported_media_type": Text(
        "请以 Content-Type: application/json 提交。", "Send the body with Content-Type: application/json."
    ),
    "invalid": Text("提交的内容有 {count} 处错误，未保存。", "There are {count} faults; nothing was stored."),
    "rules_broken": Text(
        "班表违反 {count} 条硬性规则；如需强制发布，请写明理由。",
        "The roster breaks hard rules {count} times; to publish it all the same, give a reason.",
    ),
    "nothing_to_do": Text("没有可做的事。", "There is nothing to do."),
    "revision_needed": Text(
        "请用 If-Match 标明您所依据的版本。", "Say with If-Match which revision your change is based on."
    ),
    "too_many_attempts": Text("尝试次数过多，请稍后再试。", "Too many attempts; try again later."),
    "bug": Text(
        "服务出现内部错误，已记录（编号 {request_id}）。", "The service failed; it was recorded as {request_id}."
    ),
    "unavailable": Text("服务暂时不可用。", "The service is not available at the moment."),
    "store_unavailable": Text(
        "数据库暂时没有响应。请几秒后刷新，查看是否已保存，再决定是否重试。",
        "The database does not answer at the moment. Reload in a few seconds, see whether it was stored, "
        "and only then try again.",
    ),
    "store_full": Text(
        "服务器磁盘已满，本次操作未保存。请联系管理员清理空间后重试。",
        "The server's disk is full and nothing was stored. Ask the administrator to make room, then try again.",
    ),
    "call_in_flight": Text(
        "使用同一 Idempotency-Key 的请求仍在处理，请几秒后重试。",
        "A call with the same Idempotency-Key is still being carried out; try again in a few seconds.",
    ),
    "already_done": Text(
        "此请求已执行过；其中的密钥只显示一次，不再重复显示。如未收到，请重新生成。",
        "This call was carried out already, and what it showed is shown only once; make a new one if you missed it.",
    ),
    "key_reused": Text(
        "此 Idempotency-Key 已用于另一个请求；请换一个新的。",
        "This Idempotency-Key stands for another call; take a new one.",
    ),
    # --- presence ---------------------------------------------------------------------------------------
    "illegal_presence": Text(
        "这样改动不合规定，未作记录。如果先前记错了，请用“更正”。",
        "This change is not one that the table of states knows; nothing was recorded. Correct what is wrong.",
    ),
    "outside_presence_window": Text(
        "现在不在可以登记的时间内，未作记录。", "This is not the time to record it; nothing was recorded."
    ),
    "wrong_post_code": Text(
        "数字不对，或已经换新：请看点位屏幕上现在的 6 位数字，再输入一次。",
        "These digits are wrong, or have changed: look at the six on the post's screen now and enter them again.",
    ),
    "bad_duty_link": Text(
        "在岗链接无效、已过期或已被撤销，请向组织者要新的。",
        "The duty link is invalid, expired or revoked; ask the organiser for a new one.",
    ),
    **IMPORT_TEXTS,
    # --- one's own account ------------------------------------------------------------------------------
    "wrong_old_password": Text("原密码不正确。", "The old password is wrong."),
    "same_password": Text(
        "新密码不能与原密码或用户名相同。", "The new password must differ from the old one and from the login."
    ),
    "not_your_right": Text("您自己没有“{right}”这项权限。", "You do not hold the right “{right}” yourself."),
    # --- one field ----------------------------------------------------------------------------------------
    "required": Text("必填。", "This is required."),
    "null": Text("不能为空值。", "This may not be null."),
    "unknown_field": Text("未知字段。", "This field is not known."),
    "unknown_id": Text("编号 {id} 不存在。", "The id {id} does not exist."),
    "not_an_object": Text("应为对象。", "An object is expected."),
    "not_a_list": Text("应为列表。", "A list is expected."),
    "not_a_string": Text("应为文本。", "A text is expected."),
    "not_an_integer": Text("应为整数。", "A whole number is expected."),
    "not_a_number": Text("应为有限的数值。", "A finite number is expected."),
    "not_a_boolean": Text("应为 true 或 false。", "Either true or false is expected."),
    "not_a_date": Text("应为日期，例如 2026-03-02。", "A date such as 2026-03-02 is expected."),
    "not_a_clock_time": Text("应为时刻，例如 22:00。", "A clock time such as 22:00 is expected."),
    "said_twice": Text("同一时段说了两次。", "The same times are said twice."),
    "not_an_instant": Text(
        "应为带时区的时刻，例如 2026-03-02T08:00:00+08:00。",
        "An instant with its offset such as 2026-03-02T08:00:00+08:00 is expected.",
    ),
    "too_small": Text("不能小于 {least}。", "This may not be below {least}."),
    "too_big": Text("不能大于 {most}。", "This may not be above {most}."),
    "too_short": Text("至少要有 {least} 个字符或项目。", "At least {least} characters or entries are needed."),
    "too_long": Text("最多 {most} 个字符或项目。", "At most {most} characters or entries are taken."),
    "not_one_of": Text("应为以下之一：{choices}。", "One of these is expected: {choices}."),
    "bad_key": Text(
        "Idempotency-Key 应为 1 至 200 个可见的 ASCII 字符。", "1 to 200 visible ASCII characters are expected."
    ),
    "bad_id": Text("编号的格式不对。", "This is not the form of an id."),
    "nested_too_deeply": Text(
        "嵌套过深，最多 {most} 层。", "This is nested too deeply; at most {most} levels are taken."
    ),
    "bad_value": Text("取值无效。", "This value is not valid."),
    "masked_phone": Text(
        "电话已打码，无法保存：请填写完整号码，或原样交回本人的打码号码以保留原号。",
        "The number is masked and cannot be stored: give the whole number, or send this person's masked one unchanged "
        "to keep what is stored.",
    ),
    "masked_email": Text(
        "邮箱已打码，无法保存：请填写完整地址，或原样交回本人的打码地址以保留原地址。",
        "The address is masked and cannot be stored: give the whole one, or send this person's masked one unchanged "
        "to keep what is stored.",
    ),
    "needs_https": Text("网址须以 https:// 开头。", "The address must begin with https://."),
    "bad_address": Text(
        "请填写收测试消息的邮箱或手机号。", "Say which e-mail address or number is to get the test message."
    ),
    "unstorable_text": Text(
        "文本含有无法保存的字符（NUL 或不成对的代理码）。",
        "The text holds characters that cannot be stored (NUL or half a surrogate pair).",
    ),
    "in_the_past": Text("这个时间已经过去。", "This moment has passed."),
    "no_gap": Text("这个席位不缺人，或者不存在。", "This seat is not short of anybody, or does not exist."),
    "end_before_start": Text("结束时间不晚于开始时间。", "The end is not after the start."),
    "unknown_zone": Text("未知的时区。", "This time zone is not known."),
    "id_mismatch": Text("编号与地址中的编号 {id} 不一致。", "The id is not {id}, the one in the address."),
    "beyond_your_rights": Text(
        "不能授予或改动高于您自己权限的角色。", "You cannot give or change a role that may do more than you."
    ),
    "needs_no_town": Text("平台管理员不属于任何镇街。", "An administrator of the platform belongs to no town."),
    "not_in_areas": Text(
        "这个角色管整个镇街，不能限于片区。", "This role looks after a whole town and cannot be limited to areas."
    ),
    "not_in_roster": Text("班表中没有这个派班。", "The roster does not hold this assignment."),
    "already_serves": Text("此人已在这次勤务中。", "This person is on this duty already."),
    "needs_previous": Text("只有从上一周复制时才能带上班表。", "A roster can be copied only from the previous week."),
}


def sentence(code: str, **figures: object) -> Text:
    """The sentence of a code with its figures filled in."""
    text = TEXTS[code]
    return Text(text.zh.format(**figures), text.en.format(**figures)) if figures else text
