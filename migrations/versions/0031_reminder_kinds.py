"""More kinds of reminders, the share below which an agenda is thin, and the ledger found by its day

Revision: 0031
Follows: 0030
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0031"
down_revision = "0030"
branch_labels = None
depends_on = None

# Bodies that have their reminders get these kinds; later ones are laid down with all kinds.
KINDS = {
    "agenda_due": [-2, 0],
    "thin_agenda": [-10],
    "lead_unprepared": [1, 4],
    "quorum_at_risk": [-7, -3],
    "ratification_due": [-14, -3, 1],
    "topic_untouched": [90, 180],
    "body_review": [-30, -7],
    "burden_over": [-30, 0],
}
SHARE = 50
reminder_rule = sa.table(
    "reminder_rule",
    sa.column("body_id", sa.Integer),
    sa.column("kind", sa.String),
    sa.column("days", sa.JSON),
    sa.column("enabled", sa.Boolean),
    sa.column("version", sa.Integer),
    sa.column("share", sa.Integer),
)


def upgrade() -> None:
    """Add the share and the index, and the new rules where a body has its rules already."""
    with op.batch_alter_table("reminder_rule", schema=None) as batch_op:
        batch_op.add_column(sa.Column("share", sa.Integer(), nullable=True))
    with op.batch_alter_table("reminder", schema=None) as batch_op:
        batch_op.create_index("ix_reminder_sent_at", ["sent_at"], unique=False)
    bodies = op.get_bind().scalars(sa.select(reminder_rule.c.body_id).distinct()).all()
    rows = [
        {
            "body_id": body,
            "kind": kind,
            "days": days,
            "enabled": True,
            "version": 1,
            "share": SHARE if kind == "thin_agenda" else None,
        }
        for body in bodies
        for kind, days in KINDS.items()
    ]
    if rows:
        op.bulk_insert(reminder_rule, rows)


def downgrade() -> None:
    """Take all of that away."""
    op.execute(sa.delete(reminder_rule).where(reminder_rule.c.kind.in_(tuple(KINDS))))
    with op.batch_alter_table("reminder", schema=None) as batch_op:
        batch_op.drop_index("ix_reminder_sent_at")
    with op.batch_alter_table("reminder_rule", schema=None) as batch_op:
        batch_op.drop_column("share")
