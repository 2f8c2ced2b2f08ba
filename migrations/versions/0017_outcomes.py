"""Decisions are searched, reservations are guarded, and a meeting knows when its outcomes left

Revision: 0017
Follows: 0016
"""

from __future__ import annotations

import unicodedata

import sqlalchemy as sa
from alembic import op

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None

decision = sa.table(
    "decision", sa.column("id", sa.Integer), sa.column("text", sa.Text), sa.column("searchable", sa.Text)
)


def upgrade() -> None:
    """Add the columns, and fold the decisions there are."""
    # In place: other tables point at these, and a copy could not take their name.
    op.add_column("decision", sa.Column("searchable", sa.Text(), nullable=False, server_default=""))
    op.create_index(op.f("ix_decision_agenda_item_id"), "decision", ["agenda_item_id"], unique=False)
    op.add_column("reservation", sa.Column("version", sa.Integer(), nullable=False, server_default="1"))
    op.add_column("meeting", sa.Column("outcomes_left_at", sa.DateTime(timezone=True), nullable=True))
    connection = op.get_bind()
    for key, text in connection.execute(sa.select(decision.c.id, decision.c.text)).all():
        connection.execute(decision.update().where(decision.c.id == key).values(searchable=_folded(text)))


def downgrade() -> None:
    """Take them away again."""
    op.drop_column("meeting", "outcomes_left_at")
    op.drop_column("reservation", "version")
    op.drop_index(op.f("ix_decision_agenda_item_id"), "decision")
    op.drop_column("decision", "searchable")


def _folded(text: str) -> str:
    apart = unicodedata.normalize("NFKD", text)
    return "".join(sign for sign in apart if not unicodedata.combining(sign)).casefold()
