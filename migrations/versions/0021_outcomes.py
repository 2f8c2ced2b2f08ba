"""Decisions are searched, reservations are guarded, and a meeting knows when its outcomes left

Revision: 0021
Follows: 0016
"""

from __future__ import annotations

import unicodedata

import sqlalchemy as sa
from alembic import op

revision = "0021"
down_revision = "0016"
branch_labels = None
depends_on = None

decision = sa.table(
    "decision", sa.column("id", sa.Integer), sa.column("text", sa.Text), sa.column("searchable", sa.Text)
)


def upgrade() -> None:
    """Add the columns, and fold the decisions there are."""
    with op.batch_alter_table("decision", schema=None) as batch_op:
        batch_op.add_column(sa.Column("searchable", sa.Text(), nullable=False, server_default=""))
        batch_op.create_index(batch_op.f("ix_decision_agenda_item_id"), ["agenda_item_id"], unique=False)
    with op.batch_alter_table("reservation", schema=None) as batch_op:
        batch_op.add_column(sa.Column("version", sa.Integer(), nullable=False, server_default="1"))
    with op.batch_alter_table("meeting", schema=None) as batch_op:
        batch_op.add_column(sa.Column("outcomes_left_at", sa.DateTime(timezone=True), nullable=True))
    connection = op.get_bind()
    for key, text in connection.execute(sa.select(decision.c.id, decision.c.text)).all():
        connection.execute(decision.update().where(decision.c.id == key).values(searchable=_folded(text)))


def downgrade() -> None:
    """Take them away again."""
    with op.batch_alter_table("meeting", schema=None) as batch_op:
        batch_op.drop_column("outcomes_left_at")
    with op.batch_alter_table("reservation", schema=None) as batch_op:
        batch_op.drop_column("version")
    with op.batch_alter_table("decision", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_decision_agenda_item_id"))
        batch_op.drop_column("searchable")


def _folded(text: str) -> str:
    apart = unicodedata.normalize("NFKD", text)
    return "".join(sign for sign in apart if not unicodedata.combining(sign)).casefold()
