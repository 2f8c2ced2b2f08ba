"""Searches may use new dates and open topics; accepting may make meetings

Revision: 0010
Follows: 0009
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add what a search may use besides, and which meetings were made."""
    with op.batch_alter_table("planning_run", schema=None) as batch_op:
        batch_op.add_column(sa.Column("new_dates", sa.JSON(), nullable=False, server_default="[]"))
        batch_op.add_column(sa.Column("open_topics", sa.Boolean(), nullable=False, server_default=sa.false()))
    with op.batch_alter_table("accepted_change", schema=None) as batch_op:
        batch_op.add_column(sa.Column("made", sa.JSON(), nullable=False, server_default="[]"))


def downgrade() -> None:
    """Take them away again."""
    with op.batch_alter_table("accepted_change", schema=None) as batch_op:
        batch_op.drop_column("made")
    with op.batch_alter_table("planning_run", schema=None) as batch_op:
        batch_op.drop_column("open_topics")
        batch_op.drop_column("new_dates")
