"""How values are kept: text, instants and JSON, the same on SQLite and PostgreSQL."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import JSON, DateTime, Dialect, MetaData, String, TypeDecorator
from sqlalchemy.orm import DeclarativeBase
from sqlalchemy.types import TypeEngine

UNKEEPABLE = re.compile("[\x00\ud800-\udfff]")
Json = JSON(none_as_null=True)
"""None is the database's own NULL, not a JSON null."""


class Word(TypeDecorator[str]):
    """Text that sorts by code point on both databases.

    What neither can keep (NUL on a server, lone surrogates anywhere) becomes U+FFFD: nothing is found by it.
    """

    impl = String
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[str]:
        return dialect.type_descriptor(String(collation="C") if dialect.name == "postgresql" else String())

    def process_bind_param(self, value: str | None, _dialect: Dialect) -> str | None:
        return value if value is None else UNKEEPABLE.sub("\ufffd", value)


class Instant(TypeDecorator[datetime]):
    """An aware datetime, kept in UTC: SQLite has no zone to keep."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("a stored instant needs a zone")
        try:
            value = value.astimezone(UTC)
        except OverflowError:  # the first and the last hours of the calendar
            value = value.replace(tzinfo=UTC)
        return value.replace(tzinfo=None) if dialect.name == "sqlite" else value

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


class Base(DeclarativeBase):
    metadata = MetaData(
        naming_convention={
            "ix": "ix_%(table_name)s_%(column_0_N_name)s",
            "uq": "uq_%(table_name)s_%(column_0_N_name)s",
            "ck": "ck_%(table_name)s_%(constraint_name)s",
            "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
            "pk": "pk_%(table_name)s",
        }
    )
    type_annotation_map = {str: Word, datetime: Instant, dict[str, Any]: Json, list[Any]: Json}
