"""Standard texts of a body

Revision: 0026
Follows: 0025
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0026"
down_revision = "0025"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the table of standard texts."""
    op.create_table(
        "standard_text",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("body_id", sa.Integer(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("places", sa.JSON(), nullable=False),
        sa.Column("position", sa.Integer(), nullable=False),
        sa.Column("removed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["body_id"], ["body.id"], name=op.f("fk_standard_text_body_id_body")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_standard_text")),
    )
    with op.batch_alter_table("standard_text", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_standard_text_body_id"), ["body_id"], unique=False)


def downgrade() -> None:
    """Take it away."""
    with op.batch_alter_table("standard_text", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_standard_text_body_id"))
    op.drop_table("standard_text")
