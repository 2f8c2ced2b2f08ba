"""When and of what people want to be reminded, and why a reminder did not leave

Revision: 0032
Follows: 0031
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0032"
down_revision = "0031"
branch_labels = None
depends_on = None

# Bodies that have their reminders get this kind; later ones are laid down with all kinds.
KIND, DAYS = "escalated", [1]
reminder_rule = sa.table(
    "reminder_rule",
    sa.column("body_id", sa.Integer),
    sa.column("kind", sa.String),
    sa.column("days", sa.JSON),
    sa.column("enabled", sa.Boolean),
    sa.column("version", sa.Integer),
)
reminder = sa.table("reminder", sa.column("withdrawn_at", sa.DateTime(timezone=True)))


def upgrade() -> None:
    """Add what people wish, and to the ledger what was withdrawn and the links."""
    op.add_column("reminder", sa.Column("withdrawn_at", sa.DateTime(timezone=True), nullable=True))
    op.add_column("reminder", sa.Column("why", sa.String(), nullable=False, server_default=""))
    op.add_column("reminder", sa.Column("token_hash", sa.String(), nullable=True))
    op.create_index("ix_reminder_letter_key", "reminder", ["letter_key"])
    op.create_index(op.f("ix_reminder_token_hash"), "reminder", ["token_hash"])
    op.create_table(
        "digest_wish",
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("hour", sa.Integer(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_digest_wish_person_id_person")),
        sa.PrimaryKeyConstraint("person_id", name=op.f("pk_digest_wish")),
    )
    op.create_table(
        "digest_leave",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("first_day", sa.Date(), nullable=False),
        sa.Column("last_day", sa.Date(), nullable=False),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_digest_leave_person_id_person")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_digest_leave")),
    )
    op.create_index(op.f("ix_digest_leave_person_id"), "digest_leave", ["person_id"])
    op.create_index(op.f("ix_digest_leave_last_day"), "digest_leave", ["last_day"])
    op.create_table(
        "reminder_resting",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("subject_kind", sa.String(), nullable=False),
        sa.Column("subject_id", sa.Integer(), nullable=False),
        sa.Column("until", sa.Date(), nullable=True),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["person_id"], ["person.id"], name=op.f("fk_reminder_resting_person_id_person")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_reminder_resting")),
        sa.UniqueConstraint(
            "person_id", "kind", "subject_kind", "subject_id", name=op.f("uq_reminder_resting_person_id")
        ),
    )
    op.create_table(
        "calendar_alarm",
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("minutes", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["person_id"], ["person.id"], name=op.f("fk_calendar_alarm_person_id_person")
        ),
        sa.PrimaryKeyConstraint("person_id", name=op.f("pk_calendar_alarm")),
    )
    _escalate()


def _escalate() -> None:
    bodies = op.get_bind().scalars(sa.select(reminder_rule.c.body_id).distinct()).all()
    rows = [{"body_id": body, "kind": KIND, "days": DAYS, "enabled": True, "version": 1} for body in bodies]
    if rows:
        op.bulk_insert(reminder_rule, rows)


def downgrade() -> None:
    """Take all of that away; what was withdrawn never went, so the ledger forgets it."""
    op.execute(sa.delete(reminder).where(reminder.c.withdrawn_at.is_not(None)))
    op.execute(sa.delete(reminder_rule).where(reminder_rule.c.kind == KIND))
    op.drop_table("calendar_alarm")
    op.drop_table("reminder_resting")
    op.drop_table("digest_leave")
    op.drop_table("digest_wish")
    op.drop_index(op.f("ix_reminder_token_hash"), "reminder")
    op.drop_index("ix_reminder_letter_key", "reminder")
    with op.batch_alter_table("reminder", schema=None) as batch_op:
        batch_op.drop_column("token_hash")
        batch_op.drop_column("why")
        batch_op.drop_column("withdrawn_at")
