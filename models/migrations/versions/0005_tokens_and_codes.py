"""Sessions that can be ended, API tokens, other sign-ins, codes of personal links, counted attempts."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

WORD = sa.String().with_variant(sa.String(collation="C"), "postgresql")
INSTANT = sa.DateTime(timezone=True)
PERSON = ["person.town", "person.id"]


def word(name: str) -> sa.Column:
    return sa.Column(name, WORD, nullable=False)


def whole(name: str) -> sa.Column:
    return sa.Column(name, sa.Integer(), nullable=False)


def instant(name: str, null: bool = False) -> sa.Column:
    return sa.Column(name, INSTANT, nullable=null)


def key(table: str, *columns: str) -> sa.PrimaryKeyConstraint:
    return sa.PrimaryKeyConstraint(*columns, name=f"pk_{table}")


def of_account(table: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(["account"], ["account.id"], name=f"fk_{table}_account_account", ondelete="CASCADE")


def upgrade() -> None:
    op.create_table(
        "open_session", word("token_hash"), word("account"), whole("epoch"), instant("created_at"),
        instant("expires_at"), of_account("open_session"), key("open_session", "token_hash"),
    )  # fmt: skip
    op.create_index("ix_open_session_account", "open_session", ["account"])
    op.create_index("ix_open_session_expires_at", "open_session", ["expires_at"])
    op.create_table(
        "api_token", word("id"), word("token_hash"), word("hint"), word("account"), word("name"),
        sa.Column("scopes", sa.JSON(none_as_null=True), nullable=False), instant("created_at"), instant("expires_at"),
        instant("last_used_at", null=True), instant("revoked_at", null=True), of_account("api_token"),
        key("api_token", "id"), sa.UniqueConstraint("token_hash", name="uq_api_token_token_hash"),
    )  # fmt: skip
    op.create_index("ix_api_token_account", "api_token", ["account"])
    op.create_table(
        "identity", word("issuer"), word("subject"), word("account"), instant("created_at"), of_account("identity"),
        key("identity", "issuer", "subject"),
    )  # fmt: skip
    op.create_index("ix_identity_account", "identity", ["account"])
    op.create_table(
        "link_policy", word("town"), whole("revision"), whole("days"),
        sa.Column("code_needed", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(["town"], ["town.id"], name="fk_link_policy_town_town"),
        sa.CheckConstraint("days BETWEEN 1 AND 366", name=op.f("ck_link_policy_days")), key("link_policy", "town"),
    )  # fmt: skip
    op.create_table(
        "link_code", word("town"), word("person"), word("id"), word("code_hash"), instant("created_at"),
        sa.ForeignKeyConstraint(["town", "person"], PERSON, name="fk_link_code_town_person_person", ondelete="CASCADE"),
        key("link_code", "town", "person"),
    )  # fmt: skip
    op.create_table("attempt", word("key"), whole("count"), instant("ends_at"), key("attempt", "key"))
    op.create_index("ix_attempt_ends_at", "attempt", ["ends_at"])


def downgrade() -> None:
    for table in ("attempt", "link_code", "link_policy", "identity", "api_token", "open_session"):
        op.drop_table(table)
