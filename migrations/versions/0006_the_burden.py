"""The burden: its baseline, its budget, and when bodies are reviewed

Revision: 0006
Follows: 0005
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add baselines and terms."""
    op.create_table(
        "burden_baseline",
        sa.Column("body_id", sa.Integer(), nullable=False),
        sa.Column("quarter", sa.Text(), nullable=False),
        sa.Column("frozen_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("frozen_by", sa.Text(), nullable=False),
        sa.Column("figures", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(["body_id"], ["body.id"], name=op.f("fk_burden_baseline_body_id_body")),
        sa.PrimaryKeyConstraint("body_id", name=op.f("pk_burden_baseline")),
    )
    op.create_table(
        "body_term",
        sa.Column("body_id", sa.Integer(), nullable=False),
        sa.Column("most_meetings", sa.Integer(), nullable=True),
        sa.Column("review_on", sa.Date(), nullable=True),
        sa.Column("instead_of_id", sa.Integer(), nullable=True),
        sa.Column("why_none_ended", sa.Text(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["body_id"], ["body.id"], name=op.f("fk_body_term_body_id_body")),
        sa.ForeignKeyConstraint(["instead_of_id"], ["body.id"], name=op.f("fk_body_term_instead_of_id_body")),
        sa.PrimaryKeyConstraint("body_id", name=op.f("pk_body_term")),
    )


def downgrade() -> None:
    """Take them away again."""
    op.drop_table("body_term")
    op.drop_table("burden_baseline")
