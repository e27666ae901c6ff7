"""RFC 5545 said a second time, naively: lines, folding, what each component must have. Raises AssertionError."""

from __future__ import annotations

import re

LINE = re.compile(
    r"[A-Za-z0-9-]+(;[A-Za-z0-9-]+=(\"[^\"\x00-\x08\x0a-\x1f]*\"|[^\";:,\x00-\x08\x0a-\x1f]*))*:[^\x00-\x08\x0a-\x1f]*"
)
LOCAL, UTC = re.compile(r"\d{8}T\d{6}"), re.compile(r"\d{8}T\d{6}Z")
ONCE = {"UID", "DTSTAMP", "DTSTART", "DTEND", "SUMMARY", "STATUS", "SEQUENCE", "LOCATION", "DESCRIPTION", "GEO"}
NEEDED = {"UID", "DTSTAMP", "DTSTART", "DTEND", "SUMMARY", "STATUS", "SEQUENCE"}


def unfolded(body: bytes) -> list[str]:
    """The content lines of a stream whose every line is at most 75 octets and ends in CRLF, as 3.1 wants it."""
    assert body.endswith(b"\r\n")
    assert b"\n" not in body.replace(b"\r\n", b"")
    assert b"\r" not in body.replace(b"\r\n", b"")
    folded = body[:-2].split(b"\r\n")
    lines: list[str] = []
    for part in folded:
        assert 0 < len(part) <= 75, part
        text = part.decode("utf-8")  # a fold must not cut a character
        if text[0] in " \t":
            lines[-1] += text[1:]
        else:
            lines.append(text)
    return lines


def check(body: bytes) -> list[dict[str, str]]:
    """The events of a calendar, each as name → value as it is written; everything that must hold is asserted."""
    lines, stack, events, zones = unfolded(body), list[str](), list[dict[str, str]](), set[str]()
    assert (lines[0], lines[-1]) == ("BEGIN:VCALENDAR", "END:VCALENDAR")
    named: set[str] = set()
    for line in lines:
        assert LINE.fullmatch(line), line
        head, _, value = line.partition(":")
        name, *parameters = head.split(";")
        if name == "BEGIN":
            stack.append(value)
            if value == "VEVENT":
                events.append({})
        elif name == "END":
            assert stack.pop() == value
        elif stack[-1] == "VTIMEZONE" and name == "TZID":
            zones.add(value)
        elif stack[-1] == "VALARM":
            assert name in ("ACTION", "DESCRIPTION", "TRIGGER"), line
        elif stack[-1] == "VEVENT":
            assert not (name in ONCE and name in events[-1]), line
            events[-1][name] = value
            zone = next((p.partition("=")[2] for p in parameters if p.startswith("TZID=")), None)
            if name in ("DTSTART", "DTEND"):
                assert (LOCAL if zone else UTC).fullmatch(value), line
                named |= {zone} if zone else set()
            if name in ("DTSTAMP", "LAST-MODIFIED"):
                assert UTC.fullmatch(value), line
            if name in ("SUMMARY", "LOCATION", "DESCRIPTION"):
                assert re.fullmatch(r"(\\[\\;,nN]|[^\\;,])*", value), line
    assert not stack
    assert named <= zones, "every zone that is named is described"
    for event in events:
        assert event.keys() >= NEEDED
        assert event["SEQUENCE"].isdigit()
        assert event["STATUS"] in ("CONFIRMED", "CANCELLED", "TENTATIVE")
    assert len({event["UID"] for event in events}) == len(events)
    return events
