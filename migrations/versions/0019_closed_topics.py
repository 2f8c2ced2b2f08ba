"""Topics that are treated behind closed doors or with discretion, and items withdrawn from a final agenda

Revision: 0019
Follows: 0018
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0019"
down_revision = "0018"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Let a topic say that it is closed or confidential, and keep when an item was withdrawn."""
    # In place, not by copying: other tables point to topics and items, and SQLite would object.
    for name in ("closed", "confidential"):
        op.add_column("topic", sa.Column(name, sa.Boolean(), nullable=False, server_default=sa.false()))
    op.add_column("topic", sa.Column("neutral_title", sa.Text(), nullable=False, server_default=""))
    op.add_column("agenda_item", sa.Column("withdrawn_at", sa.DateTime(timezone=True), nullable=True))


def downgrade() -> None:
    """Take them away again."""
    op.drop_column("agenda_item", "withdrawn_at")
    for name in ("neutral_title", "confidential", "closed"):
        op.drop_column("topic", name)
