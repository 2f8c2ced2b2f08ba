"""Packs of papers for one reader: what they hold and how far they are

Revision: 0025
Follows: 0024
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0025"
down_revision = "0024"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add what is kept of a pack to its paper."""
    with op.batch_alter_table("paper", schema=None) as batch_op:
        batch_op.add_column(sa.Column("limited", sa.Boolean(), nullable=False, server_default=sa.false()))
        batch_op.add_column(sa.Column("holds", sa.Text(), nullable=False, server_default=""))
        batch_op.add_column(sa.Column("left_out", sa.Integer(), nullable=False, server_default="0"))
        batch_op.add_column(sa.Column("parts_done", sa.Integer(), nullable=False, server_default="0"))
        batch_op.add_column(sa.Column("parts_total", sa.Integer(), nullable=False, server_default="0"))


def downgrade() -> None:
    """Take the packs away, and what was kept of them."""
    op.execute("DELETE FROM paper WHERE kind = 'pack'")
    with op.batch_alter_table("paper", schema=None) as batch_op:
        for name in ("parts_total", "parts_done", "left_out", "holds", "limited"):
            batch_op.drop_column(name)
