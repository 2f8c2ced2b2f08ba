"""Regional days, and meetings that moved when one was accepted

Revision: 0012
Follows: 0011
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the days, and to what was accepted the meetings that moved."""
    op.create_table(
        "regional_day",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("made_by", sa.Text(), nullable=False),
        sa.Column("bodies", sa.JSON(), nullable=False),
        sa.Column("day", sa.Date(), nullable=False),
        sa.Column("time_zone", sa.Text(), nullable=False),
        sa.Column("host_id", sa.Integer(), nullable=True),
        sa.Column("place", sa.Text(), nullable=False),
        sa.Column("rooms", sa.JSON(), nullable=False),
        sa.Column("opens", sa.Time(), nullable=False),
        sa.Column("closes", sa.Time(), nullable=False),
        sa.Column("pause_begins", sa.Time(), nullable=True),
        sa.Column("pause_ends", sa.Time(), nullable=True),
        sa.Column("change_over", sa.Integer(), nullable=False),
        sa.Column("meetings", sa.JSON(), nullable=False),
        sa.Column("people", sa.JSON(), nullable=False),
        sa.Column("result", sa.JSON(), nullable=True),
        sa.Column("reckoned_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("accepted_id", sa.Integer(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["host_id"], ["organisation.id"], name=op.f("fk_regional_day_host_id_organisation")
        ),
        sa.ForeignKeyConstraint(
            ["accepted_id"],
            ["accepted_change.id"],
            name=op.f("fk_regional_day_accepted_id_accepted_change"),
            ondelete="SET NULL",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_regional_day")),
    )
    with op.batch_alter_table("regional_day", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_regional_day_host_id"), ["host_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_regional_day_accepted_id"), ["accepted_id"], unique=False)
    with op.batch_alter_table("accepted_change", schema=None) as batch_op:
        batch_op.add_column(sa.Column("moved", sa.JSON(), nullable=False, server_default="[]"))


def downgrade() -> None:
    """Take them away again."""
    with op.batch_alter_table("accepted_change", schema=None) as batch_op:
        batch_op.drop_column("moved")
    op.drop_table("regional_day")
