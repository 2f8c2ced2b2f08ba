"""Letters to the councils, with a copy for each municipality, and the letterheads

Revision: 0022
Follows: 0021
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0022"
down_revision = "0021"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the letters, what they tell, their copies and the letterheads."""
    op.create_table(
        "letterhead",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("organisation_id", sa.Integer(), nullable=False),
        sa.Column("sender", sa.Text(), nullable=False),
        sa.Column("address", sa.Text(), nullable=False),
        sa.Column("contact", sa.Text(), nullable=False),
        sa.Column("place", sa.Text(), nullable=False),
        sa.Column("reference_pattern", sa.Text(), nullable=False),
        sa.Column("council_mailbox", sa.Text(), nullable=False),
        sa.Column("secretary", sa.Text(), nullable=False),
        sa.Column("mayor", sa.Text(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisation.id"], name=op.f("fk_letterhead_organisation_id_organisation")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_letterhead")),
        sa.UniqueConstraint("organisation_id", name=op.f("uq_letterhead_organisation_id")),
    )
    op.create_table(
        "council_letter",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("body_id", sa.Integer(), nullable=False),
        sa.Column("meeting_id", sa.Integer(), nullable=False),
        sa.Column("language", sa.String(), nullable=False),
        sa.Column("subject", sa.Text(), nullable=False),
        sa.Column("dated_on", sa.Date(), nullable=False),
        sa.Column("tells_next_meeting", sa.Boolean(), nullable=False),
        sa.Column("tells_promised_days", sa.Boolean(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("created_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("created_by", sa.Text(), nullable=False),
        sa.Column("agreed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("agreed_by", sa.Text(), nullable=False),
        sa.Column("agreed_parts", sa.JSON(), nullable=True),
        sa.Column("sent_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("sent_by", sa.Text(), nullable=False),
        sa.Column("sent_way", sa.String(length=40), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["body_id"], ["body.id"], name=op.f("fk_council_letter_body_id_body")),
        sa.ForeignKeyConstraint(
            ["meeting_id"], ["meeting.id"], name=op.f("fk_council_letter_meeting_id_meeting")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_council_letter")),
    )
    with op.batch_alter_table("council_letter", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_council_letter_body_id"), ["body_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_council_letter_meeting_id"), ["meeting_id"], unique=False)

    op.create_table(
        "council_letter_copy",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("letter_id", sa.Integer(), nullable=False),
        sa.Column("organisation_id", sa.Integer(), nullable=False),
        sa.Column("reference", sa.Text(), nullable=False),
        sa.Column("secretary", sa.Text(), nullable=False),
        sa.Column("mayor", sa.Text(), nullable=False),
        sa.Column("sent_head", sa.JSON(), nullable=True),
        sa.Column("sent_to", sa.Text(), nullable=False),
        sa.Column("mail_key", sa.String(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["letter_id"], ["council_letter.id"], name=op.f("fk_council_letter_copy_letter_id_council_letter")
        ),
        sa.ForeignKeyConstraint(
            ["organisation_id"],
            ["organisation.id"],
            name=op.f("fk_council_letter_copy_organisation_id_organisation"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_council_letter_copy")),
        sa.UniqueConstraint("letter_id", "organisation_id", name=op.f("uq_council_letter_copy_letter_id")),
    )
    with op.batch_alter_table("council_letter_copy", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_council_letter_copy_organisation_id"), ["organisation_id"], unique=False
        )

    op.create_table(
        "council_letter_focus_area",
        sa.Column("letter_id", sa.Integer(), nullable=False),
        sa.Column("focus_area_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["focus_area_id"],
            ["focus_area.id"],
            name=op.f("fk_council_letter_focus_area_focus_area_id_focus_area"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["letter_id"],
            ["council_letter.id"],
            name=op.f("fk_council_letter_focus_area_letter_id_council_letter"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("letter_id", "focus_area_id", name=op.f("pk_council_letter_focus_area")),
    )
    op.create_table(
        "council_letter_words",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("letter_id", sa.Integer(), nullable=False),
        sa.Column("section", sa.String(length=40), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("replaces", sa.String(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["letter_id"],
            ["council_letter.id"],
            name=op.f("fk_council_letter_words_letter_id_council_letter"),
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_council_letter_words")),
        sa.UniqueConstraint("letter_id", "section", name=op.f("uq_council_letter_words_letter_id")),
    )
    op.create_table(
        "council_letter_commitment",
        sa.Column("letter_id", sa.Integer(), nullable=False),
        sa.Column("commitment_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["commitment_id"],
            ["commitment.id"],
            name=op.f("fk_council_letter_commitment_commitment_id_commitment"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["letter_id"],
            ["council_letter.id"],
            name=op.f("fk_council_letter_commitment_letter_id_council_letter"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("letter_id", "commitment_id", name=op.f("pk_council_letter_commitment")),
    )
    with op.batch_alter_table("council_letter_commitment", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_council_letter_commitment_commitment_id"), ["commitment_id"], unique=False
        )

    op.create_table(
        "council_letter_decision",
        sa.Column("letter_id", sa.Integer(), nullable=False),
        sa.Column("decision_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["decision_id"],
            ["decision.id"],
            name=op.f("fk_council_letter_decision_decision_id_decision"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["letter_id"],
            ["council_letter.id"],
            name=op.f("fk_council_letter_decision_letter_id_council_letter"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("letter_id", "decision_id", name=op.f("pk_council_letter_decision")),
    )
    with op.batch_alter_table("council_letter_decision", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_council_letter_decision_decision_id"), ["decision_id"], unique=False
        )


def downgrade() -> None:
    """Take them away again."""

    with op.batch_alter_table("council_letter_decision", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_council_letter_decision_decision_id"))

    op.drop_table("council_letter_decision")
    with op.batch_alter_table("council_letter_commitment", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_council_letter_commitment_commitment_id"))

    op.drop_table("council_letter_commitment")
    op.drop_table("council_letter_words")
    op.drop_table("council_letter_focus_area")
    with op.batch_alter_table("council_letter_copy", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_council_letter_copy_organisation_id"))

    op.drop_table("council_letter_copy")
    with op.batch_alter_table("council_letter", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_council_letter_meeting_id"))
        batch_op.drop_index(batch_op.f("ix_council_letter_body_id"))

    op.drop_table("council_letter")
    op.drop_table("letterhead")
