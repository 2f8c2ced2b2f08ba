"""The necessity gate: why meetings were planned

Revision: 0007
Follows: 0006
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the reasons."""
    op.create_table(
        "planning_reason",
        sa.Column("meeting_id", sa.Integer(), nullable=False),
        sa.Column(
            "ground",
            sa.Enum(
                "deadline",
                "no_room",
                "other_people",
                "cadence",
                "other",
                name="ground",
                native_enum=False,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("given_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("given_by", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["meeting_id"], ["meeting.id"], name=op.f("fk_planning_reason_meeting_id_meeting")
        ),
        sa.PrimaryKeyConstraint("meeting_id", name=op.f("pk_planning_reason")),
    )
    with op.batch_alter_table("planning_reason", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_planning_reason_given_at"), ["given_at"], unique=False)


def downgrade() -> None:
    """Take them away again."""
    op.drop_table("planning_reason")
