"""Deadlines of a body, moved promises, and reminders of actions and decision lists

Revision: 0021
Follows: 0020
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0021"
down_revision = "0020"
branch_labels = None
depends_on = None

# Bodies that have their reminders get these kinds; later ones are laid down with all kinds.
KINDS = {"action_given": [1], "action_due": [-3, 0, 7], "decision_list_due": [-3, 0, 3]}
reminder_rule = sa.table(
    "reminder_rule",
    sa.column("body_id", sa.Integer),
    sa.column("kind", sa.String),
    sa.column("days", sa.JSON),
    sa.column("enabled", sa.Boolean),
    sa.column("version", sa.Integer),
)


def upgrade() -> None:
    """Add the table of deadlines, what is kept of a promise, and the reminders."""
    op.create_table(
        "body_deadlines",
        sa.Column("body_id", sa.Integer(), nullable=False),
        sa.Column("agenda_days_before", sa.Integer(), nullable=False),
        sa.Column("outcomes_days_after", sa.Integer(), nullable=False),
        sa.Column("decision_list_days_after", sa.Integer(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["body_id"], ["body.id"], name=op.f("fk_body_deadlines_body_id_body")),
        sa.PrimaryKeyConstraint("body_id", name=op.f("pk_body_deadlines")),
    )
    op.create_table(
        "commitment_move",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("commitment_id", sa.Integer(), nullable=False),
        sa.Column("moved_from", sa.Date(), nullable=False),
        sa.Column("moved_to", sa.Date(), nullable=False),
        sa.Column("why", sa.Text(), nullable=False),
        sa.Column("moved_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("moved_by", sa.Text(), nullable=False),
        sa.ForeignKeyConstraint(
            ["commitment_id"], ["commitment.id"], name=op.f("fk_commitment_move_commitment_id_commitment")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_commitment_move")),
    )
    with op.batch_alter_table("commitment_move", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_commitment_move_commitment_id"), ["commitment_id"], unique=False)
    with op.batch_alter_table("commitment", schema=None) as batch_op:
        batch_op.add_column(sa.Column("kept_on", sa.Date(), nullable=True))
        batch_op.add_column(sa.Column("kept_how", sa.Text(), nullable=False, server_default=""))
    with op.batch_alter_table("action_item", schema=None) as batch_op:
        batch_op.add_column(sa.Column("given_at", sa.DateTime(timezone=True), nullable=True))
    _remind()


def _remind() -> None:
    bodies = op.get_bind().scalars(sa.select(reminder_rule.c.body_id).distinct()).all()
    rows = [
        {"body_id": body, "kind": kind, "days": days, "enabled": True, "version": 1}
        for body in bodies
        for kind, days in KINDS.items()
    ]
    if rows:
        op.bulk_insert(reminder_rule, rows)


def downgrade() -> None:
    """Take all of that away."""
    op.execute(sa.delete(reminder_rule).where(reminder_rule.c.kind.in_(tuple(KINDS))))
    with op.batch_alter_table("action_item", schema=None) as batch_op:
        batch_op.drop_column("given_at")
    with op.batch_alter_table("commitment", schema=None) as batch_op:
        batch_op.drop_column("kept_how")
        batch_op.drop_column("kept_on")
    with op.batch_alter_table("commitment_move", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_commitment_move_commitment_id"))
    op.drop_table("commitment_move")
    op.drop_table("body_deadlines")
