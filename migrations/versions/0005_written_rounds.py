"""The written round: topics settled without a meeting

Revision: 0005
Follows: 0004
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None

# Bodies that have their reminders get one more kind; later ones are laid down with all kinds.
ROUND_UNANSWERED, DAYS = "round_unanswered", [-3, -1]
reminder_rule = sa.table(
    "reminder_rule",
    sa.column("body_id", sa.Integer),
    sa.column("kind", sa.String),
    sa.column("days", sa.JSON),
    sa.column("enabled", sa.Boolean),
    sa.column("version", sa.Integer),
)
SILENCE = sa.Enum("consent", "discuss", "abstain", name="silence", native_enum=False, length=40)


def upgrade() -> None:
    """Add the tables of the written round, and its reminder to bodies that have reminders."""
    with op.batch_alter_table("topic", schema=None) as batch_op:
        batch_op.add_column(sa.Column("in_writing_since", sa.DateTime(timezone=True), nullable=True))
    op.create_table(
        "round_rule",
        sa.Column("body_id", sa.Integer(), nullable=False),
        sa.Column("silence", SILENCE, nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["body_id"], ["body.id"], name=op.f("fk_round_rule_body_id_body")),
        sa.PrimaryKeyConstraint("body_id", name=op.f("pk_round_rule")),
    )
    _add_rounds()
    _add_voters()
    _remind_of_rounds()


def _add_rounds() -> None:
    op.create_table(
        "written_round",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("topic_id", sa.Integer(), nullable=False),
        sa.Column("title", sa.Text(), nullable=False),
        sa.Column("proposal", sa.Text(), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("papers", sa.JSON(), nullable=False),
        sa.Column("silence", SILENCE, nullable=False),
        sa.Column("opened_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("last_day", sa.Date(), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column(
            "ending",
            sa.Enum(
                "settled",
                "to_discuss",
                "no_quorum",
                "withdrawn",
                name="ending",
                native_enum=False,
                length=40,
            ),
            nullable=True,
        ),
        sa.Column("ended_why", sa.Text(), nullable=False),
        sa.Column("told_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["topic_id"], ["topic.id"], name=op.f("fk_written_round_topic_id_topic")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_written_round")),
    )
    with op.batch_alter_table("written_round", schema=None) as batch_op:
        batch_op.create_index("ix_written_round_topic", ["topic_id"], unique=False)
        batch_op.create_index(
            "uq_written_round_open",
            ["topic_id"],
            unique=True,
            sqlite_where=sa.text("ended_at IS NULL"),
            postgresql_where=sa.text("ended_at IS NULL"),
        )
    op.create_table(
        "round_college",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("round_id", sa.Integer(), nullable=False),
        sa.Column("organisation_id", sa.Integer(), nullable=False),
        sa.Column("needed", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["organisation_id"],
            ["organisation.id"],
            name=op.f("fk_round_college_organisation_id_organisation"),
        ),
        sa.ForeignKeyConstraint(
            ["round_id"], ["written_round.id"], name=op.f("fk_round_college_round_id_written_round")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_round_college")),
        sa.UniqueConstraint("round_id", "organisation_id", name=op.f("uq_round_college_round_id")),
    )


def _add_voters() -> None:
    op.create_table(
        "round_voter",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("round_id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("organisation_id", sa.Integer(), nullable=False),
        sa.Column("serial", sa.Integer(), nullable=False),
        sa.Column("token_hash", sa.String(), nullable=True),
        sa.Column(
            "said",
            sa.Enum("consent", "discuss", "abstain", name="said", native_enum=False, length=40),
            nullable=True,
        ),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("answered_by", sa.Text(), nullable=False),
        sa.Column("told", sa.JSON(), nullable=True),
        sa.Column("told_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["organisation_id"],
            ["organisation.id"],
            name=op.f("fk_round_voter_organisation_id_organisation"),
        ),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_round_voter_person_id_person")),
        sa.ForeignKeyConstraint(
            ["round_id"], ["written_round.id"], name=op.f("fk_round_voter_round_id_written_round")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_round_voter")),
        sa.UniqueConstraint("round_id", "person_id", name=op.f("uq_round_voter_round_id")),
        sa.UniqueConstraint("token_hash", name=op.f("uq_round_voter_token_hash")),
    )
    with op.batch_alter_table("round_voter", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_round_voter_person_id"), ["person_id"], unique=False)


def _remind_of_rounds() -> None:
    bodies = op.get_bind().scalars(sa.select(reminder_rule.c.body_id).distinct()).all()
    rows = [
        {"body_id": body, "kind": ROUND_UNANSWERED, "days": DAYS, "enabled": True, "version": 1}
        for body in bodies
    ]
    if rows:
        op.bulk_insert(reminder_rule, rows)


def downgrade() -> None:
    """Take all of that away."""
    op.execute(sa.delete(reminder_rule).where(reminder_rule.c.kind == ROUND_UNANSWERED))
    with op.batch_alter_table("round_voter", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_round_voter_person_id"))
    op.drop_table("round_voter")
    op.drop_table("round_college")
    with op.batch_alter_table("written_round", schema=None) as batch_op:
        batch_op.drop_index(
            "uq_written_round_open",
            sqlite_where=sa.text("ended_at IS NULL"),
            postgresql_where=sa.text("ended_at IS NULL"),
        )
        batch_op.drop_index("ix_written_round_topic")
    op.drop_table("written_round")
    op.drop_table("round_rule")
    with op.batch_alter_table("topic", schema=None) as batch_op:
        batch_op.drop_column("in_writing_since")
