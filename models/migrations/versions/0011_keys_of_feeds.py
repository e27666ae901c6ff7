"""Keys of calendar feeds; what people say about every week."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None

WORD = sa.String().with_variant(sa.String(collation="C"), "postgresql")
INSTANT = sa.DateTime(timezone=True)


def upgrade() -> None:
    for noun in ("person", "post"):
        table = f"{noun}_feed"
        op.create_table(
            table,
            *_whose(noun),
            sa.Column("key_hash", WORD, nullable=False),
            sa.Column("created_at", INSTANT, nullable=False),
            *_of(table, noun),
            sa.UniqueConstraint("key_hash", name=f"uq_{table}_key_hash"),
        )
    op.create_table(
        "usual_week",
        *_whose("person"),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("times", sa.JSON(none_as_null=True), nullable=False),
        *_of("usual_week", "person"),
    )


def downgrade() -> None:
    for table in ("usual_week", "post_feed", "person_feed"):
        op.drop_table(table)


def _whose(noun: str) -> list[sa.Column]:
    return [sa.Column("town", WORD, nullable=False), sa.Column(noun, WORD, nullable=False)]


def _of(table: str, noun: str) -> list[sa.Constraint]:
    return [
        sa.PrimaryKeyConstraint("town", noun, name=f"pk_{table}"),
        sa.ForeignKeyConstraint(
            ["town", noun], [f"{noun}.town", f"{noun}.id"], name=f"fk_{table}_town_{noun}_{noun}", ondelete="CASCADE"
        ),
    ]
