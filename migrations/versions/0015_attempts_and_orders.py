"""How often a search was begun, and how agendas stood before they were changed at once

Revision: 0015
Follows: 0014
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Count the attempts, and keep the orders, so that undoing brings them back."""
    with op.batch_alter_table("planning_run", schema=None) as batch_op:
        batch_op.add_column(sa.Column("attempts", sa.Integer(), nullable=False, server_default="0"))
    with op.batch_alter_table("accepted_change", schema=None) as batch_op:
        batch_op.add_column(sa.Column("orders", sa.JSON(), nullable=False, server_default="{}"))


def downgrade() -> None:
    """Take them away again."""
    with op.batch_alter_table("accepted_change", schema=None) as batch_op:
        batch_op.drop_column("orders")
    with op.batch_alter_table("planning_run", schema=None) as batch_op:
        batch_op.drop_column("attempts")
