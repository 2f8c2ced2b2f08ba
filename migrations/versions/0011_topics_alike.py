"""What is decided about topics that are alike, and into which topic one was merged

Revision: 0011
Follows: 0010
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None

VERDICT = sa.Enum("different", "linked", "merged", name="verdict", native_enum=False, length=40)


def upgrade() -> None:
    """Add the pairs, and where a topic goes on."""
    # In place, not by copying: other tables point to topics, and SQLite would object.
    op.add_column(
        "topic",
        sa.Column(
            "merged_into_id",
            sa.Integer(),
            sa.ForeignKey("topic.id", name=op.f("fk_topic_merged_into_id_topic")),
            nullable=True,
        ),
        inline_references=True,
    )
    op.create_index(op.f("ix_topic_merged_into_id"), "topic", ["merged_into_id"])
    op.create_table(
        "topic_pair",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("low_id", sa.Integer(), nullable=False),
        sa.Column("high_id", sa.Integer(), nullable=False),
        sa.Column("verdict", VERDICT, nullable=True),
        sa.Column("decided_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("decided_by", sa.Text(), nullable=False),
        sa.Column("decided_by_id", sa.Integer(), nullable=True),
        sa.Column("wording", sa.JSON(), nullable=False),
        sa.Column("kept_id", sa.Integer(), nullable=True),
        sa.Column("before", sa.JSON(), nullable=True),
        sa.Column("left", sa.JSON(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["high_id"], ["topic.id"], name=op.f("fk_topic_pair_high_id_topic")),
        sa.ForeignKeyConstraint(["low_id"], ["topic.id"], name=op.f("fk_topic_pair_low_id_topic")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_topic_pair")),
        sa.UniqueConstraint("low_id", "high_id", name=op.f("uq_topic_pair_low_id")),
    )
    op.create_index(op.f("ix_topic_pair_high_id"), "topic_pair", ["high_id"])


def downgrade() -> None:
    """Take them away again; a topic that was merged into another is withdrawn from then on."""
    op.execute(
        "UPDATE topic SET withdrawn_at = created_at, withdrawn_why = 'Samengevoegd' "
        "WHERE merged_into_id IS NOT NULL AND withdrawn_at IS NULL"
    )
    op.drop_table("topic_pair")
    op.drop_index(op.f("ix_topic_merged_into_id"), "topic")
    op.drop_column("topic", "merged_into_id")
