"""Fairness between towns; request ids of solves; of one town and week one solve runs, whatever its kind."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None

WORD = sa.String().with_variant(sa.String(collation="C"), "postgresql")
RUNNING = sa.text("state = 'running'")


def upgrade() -> None:
    op.add_column("solve", sa.Column("request_id", WORD, nullable=True))
    op.create_table(
        "solve_turn",
        sa.Column("town", WORD, sa.ForeignKey("town.id", name="fk_solve_turn_town_town"), nullable=False),
        sa.Column("served_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("town", name="pk_solve_turn"),
    )
    op.drop_index("uq_solve_running", "solve")
    # What a week's own solve was doing beside a repair goes back into the queue, with its best roster so far.
    op.execute(
        "UPDATE solve SET state = 'queued', worker = NULL, lease_until = NULL "
        "WHERE state = 'running' AND kind = 'solve' AND EXISTS (SELECT 1 FROM solve other "
        "WHERE other.town = solve.town AND other.week = solve.week "
        "AND other.state = 'running' AND other.kind = 'repair')"
    )
    _only_one_running("town", "week")


def downgrade() -> None:
    op.drop_index("uq_solve_running", "solve")
    _only_one_running("town", "week", "kind")
    op.drop_table("solve_turn")
    op.drop_column("solve", "request_id")


def _only_one_running(*columns: str) -> None:
    op.create_index(
        "uq_solve_running", "solve", list(columns), unique=True, sqlite_where=RUNNING, postgresql_where=RUNNING
    )
