"""Members join and leave a written round while it runs

Revision: 0013
Follows: 0012
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Keep since when a voter is asked no longer, and why."""
    with op.batch_alter_table("round_voter", schema=None) as batch_op:
        batch_op.add_column(sa.Column("removed_at", sa.DateTime(timezone=True), nullable=True))
        batch_op.add_column(sa.Column("removed_why", sa.Text(), nullable=False, server_default=""))


def downgrade() -> None:
    """Take them away again."""
    with op.batch_alter_table("round_voter", schema=None) as batch_op:
        batch_op.drop_column("removed_why")
        batch_op.drop_column("removed_at")
