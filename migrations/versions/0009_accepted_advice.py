"""What was accepted at once, so that it can be undone

Revision: 0009
Follows: 0008
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the accepted changes."""
    op.create_table(
        "accepted_change",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("run_id", sa.Integer(), nullable=True),
        sa.Column("accepted_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("actor_name", sa.Text(), nullable=False),
        sa.Column("why", sa.Text(), nullable=False),
        sa.Column("moves", sa.JSON(), nullable=False),
        sa.Column("cancelled", sa.JSON(), nullable=False),
        sa.Column("left", sa.JSON(), nullable=False),
        sa.Column("undone_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("undone_by", sa.Text(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["run_id"],
            ["planning_run.id"],
            name=op.f("fk_accepted_change_run_id_planning_run"),
            ondelete="SET NULL",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_accepted_change")),
    )
    with op.batch_alter_table("accepted_change", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_accepted_change_accepted_at"), ["accepted_at"], unique=False)
        batch_op.create_index(batch_op.f("ix_accepted_change_run_id"), ["run_id"], unique=False)


def downgrade() -> None:
    """Take them away again."""
    op.drop_table("accepted_change")
