"""How often a search was begun

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
    """Count it, so that a search that ends its worker is not begun without end."""
    with op.batch_alter_table("planning_run", schema=None) as batch_op:
        batch_op.add_column(sa.Column("attempts", sa.Integer(), nullable=False, server_default="0"))


def downgrade() -> None:
    """Take it away again."""
    with op.batch_alter_table("planning_run", schema=None) as batch_op:
        batch_op.drop_column("attempts")
