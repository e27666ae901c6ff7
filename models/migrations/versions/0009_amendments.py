"""A published roster is amended while somebody works on the week's draft."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None


def upgrade() -> None:
    _one_draft("state = 'draft' AND origin <> 'amendment'")


def downgrade() -> None:
    _one_draft("state = 'draft'")


def _one_draft(condition: str) -> None:
    op.drop_index("uq_roster_draft", "roster")
    where = sa.text(condition)
    op.create_index(
        "uq_roster_draft", "roster", ["town", "week"], unique=True, sqlite_where=where, postgresql_where=where
    )
