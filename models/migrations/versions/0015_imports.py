"""Imports that wait to be confirmed."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None

WORD = sa.String().with_variant(sa.String(collation="C"), "postgresql")
INSTANT = sa.DateTime(timezone=True)
DOCUMENT = sa.JSON(none_as_null=True)


def upgrade() -> None:
    op.create_table(
        "waiting_import",
        sa.Column("id", WORD, nullable=False),
        sa.Column("town", WORD, sa.ForeignKey("town.id", name="fk_waiting_import_town_town"), nullable=False),
        sa.Column("kind", WORD, nullable=False),
        sa.Column("name", WORD, nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("created_by", WORD, nullable=False),
        sa.Column("created_at", INSTANT, nullable=False),
        sa.Column("expires_at", INSTANT, nullable=False),
        sa.Column("mark", WORD, nullable=False),
        sa.Column("source", DOCUMENT, nullable=False),
        sa.Column("answers", DOCUMENT, nullable=False),
        sa.Column("plan", DOCUMENT, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_waiting_import"),
        sa.CheckConstraint("kind IN ('people', 'availability', 'posts', 'signups')", name="ck_waiting_import_kind"),
    )
    op.create_index("ix_waiting_import_expires_at", "waiting_import", ["expires_at"])


def downgrade() -> None:
    op.drop_table("waiting_import")
