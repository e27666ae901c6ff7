"""The log of who changed what, which can only grow."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

WORD = sa.String().with_variant(sa.String(collation="C"), "postgresql")
INSTANT = sa.DateTime(timezone=True)
NUMBER = sa.BigInteger().with_variant(sa.Integer(), "sqlite")
KEPT = "the log of changes only grows"


def upgrade() -> None:
    op.create_table(
        "audit",
        sa.Column("id", NUMBER, nullable=False),
        sa.Column("at", INSTANT, nullable=False),
        sa.Column("town", WORD, nullable=True),
        *(sa.Column(name, WORD, nullable=False) for name in ("actor", "action", "noun", "thing")),
        sa.Column("person", WORD, nullable=True),
        sa.Column("changes", sa.JSON(none_as_null=True), nullable=False),
        sa.Column("reason", WORD, nullable=True),
        sa.Column("request", WORD, nullable=True),
        sa.PrimaryKeyConstraint("id", name="pk_audit"),
    )
    op.create_index("ix_audit_town_at", "audit", ["town", "at"])
    op.create_index("ix_audit_town_person", "audit", ["town", "person"])
    op.create_index("ix_audit_town_thing", "audit", ["town", "noun", "thing"])
    op.create_index("ix_audit_at", "audit", ["at"])
    op.create_table(
        "erased_person",
        sa.Column("town", WORD, nullable=False),
        sa.Column("person", WORD, nullable=False),
        sa.Column("at", INSTANT, nullable=False),
        sa.PrimaryKeyConstraint("town", "person", name="pk_erased_person"),
    )
    if op.get_bind().dialect.name == "sqlite":
        for verb in ("UPDATE", "DELETE"):
            op.execute(
                f"CREATE TRIGGER audit_{verb.lower()} BEFORE {verb} ON audit BEGIN SELECT RAISE(ABORT, '{KEPT}'); END"
            )
        return
    op.execute(
        f"""CREATE FUNCTION audit_kept() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN RAISE EXCEPTION '{KEPT}'; END $$"""
    )
    op.execute("CREATE TRIGGER audit_kept BEFORE UPDATE OR DELETE ON audit FOR EACH ROW EXECUTE FUNCTION audit_kept()")
    op.execute("CREATE TRIGGER audit_whole BEFORE TRUNCATE ON audit FOR EACH STATEMENT EXECUTE FUNCTION audit_kept()")


def downgrade() -> None:
    """The log goes with its table: what was written is lost."""
    op.drop_table("erased_person")
    op.drop_table("audit")
    if op.get_bind().dialect.name != "sqlite":
        op.execute("DROP FUNCTION audit_kept()")
