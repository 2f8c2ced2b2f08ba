"""The days within which a body wants its agreements ratified

Revision: 0027
Follows: 0026
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0027"
down_revision = "0026"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Let bodies with terms of their own keep the six weeks that held for all."""
    with op.batch_alter_table("body_deadlines", schema=None) as batch_op:
        batch_op.add_column(
            sa.Column("ratification_days_after", sa.Integer(), nullable=False, server_default="42")
        )


def downgrade() -> None:
    """Forget the terms for ratification; six weeks hold for all again."""
    with op.batch_alter_table("body_deadlines", schema=None) as batch_op:
        batch_op.drop_column("ratification_days_after")
