"""Keys of calendar feeds: whoever has one may subscribe to a person's duties or to a post's."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKeyConstraint
from sqlalchemy.orm import Mapped, mapped_column

from .columns import Base


class PersonFeedRow(Base):
    """The one key of a person's feed; another one takes its place."""

    __tablename__ = "person_feed"
    town: Mapped[str] = mapped_column(primary_key=True)
    person: Mapped[str] = mapped_column(primary_key=True)
    key_hash: Mapped[str] = mapped_column(unique=True)
    created_at: Mapped[datetime]
    __table_args__ = (ForeignKeyConstraint(["town", "person"], ["person.town", "person.id"], ondelete="CASCADE"),)


class PostFeedRow(Base):
    """The one key of a post's feed."""

    __tablename__ = "post_feed"
    town: Mapped[str] = mapped_column(primary_key=True)
    post: Mapped[str] = mapped_column(primary_key=True)
    key_hash: Mapped[str] = mapped_column(unique=True)
    created_at: Mapped[datetime]
    __table_args__ = (ForeignKeyConstraint(["town", "post"], ["post.town", "post.id"], ondelete="CASCADE"),)
