"""Drop-outs are found by person: a volunteer's page asks for theirs alone, however many the town has had."""

from __future__ import annotations

from alembic import op

revision = "0020"
down_revision = "0019"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_index("ix_absence_town_person_ends_at", "absence", ["town", "person", "ends_at"])


def downgrade() -> None:
    op.drop_index("ix_absence_town_person_ends_at", "absence")
