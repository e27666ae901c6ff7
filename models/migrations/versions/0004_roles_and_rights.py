"""Roles, rights in areas, sessions that end with their password."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None

WORD = sa.String().with_variant(sa.String(collation="C"), "postgresql")
ACCOUNT = sa.table(
    "account", sa.column("role", WORD), sa.column("town", WORD), sa.column("active", sa.Boolean()),
    sa.column("limited", sa.Boolean()),
)  # fmt: skip


def upgrade() -> None:
    op.add_column("account", sa.Column("limited", sa.Boolean(), nullable=False, server_default=sa.false()))
    op.add_column("account", sa.Column("epoch", sa.Integer(), nullable=False, server_default="1"))
    op.create_table(
        "account_area",
        sa.Column("account", WORD, nullable=False),
        sa.Column("town", WORD, nullable=False),
        sa.Column("area", WORD, nullable=False),
        sa.PrimaryKeyConstraint("account", "town", "area", name="pk_account_area"),
        sa.ForeignKeyConstraint(
            ["account"], ["account.id"], name="fk_account_area_account_account", ondelete="CASCADE"
        ),
        sa.ForeignKeyConstraint(
            ["town", "area"], ["area.town", "area.id"], name="fk_account_area_town_area_area", ondelete="CASCADE"
        ),
    )
    role = ACCOUNT.c.role
    administrators = ACCOUNT.update().where(role == "administrator")
    op.execute(administrators.where(ACCOUNT.c.town.is_(None)).values(role="platform_administrator"))
    op.execute(administrators.values(role="town_administrator"))


def downgrade() -> None:
    role = ACCOUNT.c.role
    administers = role.in_(("platform_administrator", "town_administrator"))
    # The earlier form knows neither the lesser roles nor areas: nobody may gain a right by going back.
    lesser = sa.or_(sa.and_(sa.not_(administers), role != "organiser"), ACCOUNT.c.limited)
    op.execute(ACCOUNT.update().where(lesser).values(active=False))
    op.execute(ACCOUNT.update().values(role=sa.case((administers, "administrator"), else_="organiser")))
    op.drop_table("account_area")
    op.drop_column("account", "epoch")
    op.drop_column("account", "limited")
