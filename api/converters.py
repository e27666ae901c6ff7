"""Pieces of addresses: a date, and which version of a roster."""

from __future__ import annotations

from datetime import date

from flask import Flask
from werkzeug.routing import BaseConverter, ValidationError


class DayConverter(BaseConverter):
    """A local date: the first day of a week."""

    regex = r"[0-9]{4}-[0-9]{2}-[0-9]{2}"

    def to_python(self, value: str) -> date:
        try:
            day = date.fromisoformat(value)
        except ValueError:
            raise ValidationError from None
        if not 1970 <= day.year <= 2100:
            raise ValidationError
        return day

    def to_url(self, value: date | str) -> str:
        return str(value)


def install(app: Flask) -> None:
    app.url_map.converters["day"] = DayConverter
