"""A date for five colleges

Revision: 0003
Follows: 0002
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None

# Bodies that have their reminders get one more kind; later ones are laid down with all kinds.
POLL_UNANSWERED, DAYS = "poll_unanswered", [-3, -1]
reminder_rule = sa.table(
    "reminder_rule",
    sa.column("body_id", sa.Integer),
    sa.column("kind", sa.String),
    sa.column("days", sa.JSON),
    sa.column("enabled", sa.Boolean),
    sa.column("version", sa.Integer),
)


def upgrade() -> None:
    """Add the tables of the dates room, and the reminder of polls to bodies that have reminders."""
    op.create_table(
        "busy_calendar",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column(
            "kind",
            sa.Enum("address", "caldav", "file", name="calendarkind", native_enum=False, length=40),
            nullable=False,
        ),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("secret", sa.LargeBinary(), nullable=True),
        sa.Column("added_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("next_read_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("tried_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("read_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("failure", sa.String(), nullable=False),
        sa.Column("failures", sa.Integer(), nullable=False),
        sa.Column("etag", sa.Text(), nullable=False),
        sa.Column("modified", sa.Text(), nullable=False),
        sa.Column("blocks", sa.LargeBinary(), nullable=False),
        sa.Column("covers_from", sa.Date(), nullable=True),
        sa.Column("covers_until", sa.Date(), nullable=True),
        sa.Column("flags", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_busy_calendar_person_id_person")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_busy_calendar")),
    )
    with op.batch_alter_table("busy_calendar", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_busy_calendar_next_read_at"), ["next_read_at"], unique=False)
        batch_op.create_index(batch_op.f("ix_busy_calendar_person_id"), ["person_id"], unique=False)

    op.create_table(
        "closure",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("body_id", sa.Integer(), nullable=True),
        sa.Column("organisation_id", sa.Integer(), nullable=True),
        sa.Column(
            "kind",
            sa.Enum("weekly", "yearly", "once", name="closurekind", native_enum=False, length=40),
            nullable=False,
        ),
        sa.Column("why", sa.Text(), nullable=False),
        sa.Column("weekday", sa.Integer(), nullable=True),
        sa.Column("month", sa.Integer(), nullable=True),
        sa.Column("day_of_month", sa.Integer(), nullable=True),
        sa.Column("first_day", sa.Date(), nullable=True),
        sa.Column("last_day", sa.Date(), nullable=True),
        sa.Column("begins", sa.Time(), nullable=True),
        sa.Column("ends", sa.Time(), nullable=True),
        sa.Column("removed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.CheckConstraint(
            "(body_id IS NULL) <> (organisation_id IS NULL)", name=op.f("ck_closure_one_owner")
        ),
        sa.ForeignKeyConstraint(["body_id"], ["body.id"], name=op.f("fk_closure_body_id_body")),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisation.id"], name=op.f("fk_closure_organisation_id_organisation")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_closure")),
    )
    with op.batch_alter_table("closure", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_closure_body_id"), ["body_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_closure_organisation_id"), ["organisation_id"], unique=False)

    op.create_table(
        "date_rules",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("body_id", sa.Integer(), nullable=False),
        sa.Column("hours", sa.JSON(), nullable=False),
        sa.Column(
            "public_holidays",
            sa.Enum("exclude", "avoid", "ignore", name="dayrule", native_enum=False, length=40),
            nullable=False,
        ),
        sa.Column(
            "school_holidays",
            sa.Enum("exclude", "avoid", "ignore", name="dayrule", native_enum=False, length=40),
            nullable=False,
        ),
        sa.Column("school_region", sa.String(), nullable=False),
        sa.Column("travel_minutes", sa.Integer(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["body_id"], ["body.id"], name=op.f("fk_date_rules_body_id_body")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_date_rules")),
        sa.UniqueConstraint("body_id", name=op.f("uq_date_rules_body_id")),
    )
    op.create_table(
        "journey",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("one_id", sa.Integer(), nullable=False),
        sa.Column("other_id", sa.Integer(), nullable=False),
        sa.Column("minutes", sa.Integer(), nullable=False),
        sa.CheckConstraint("one_id < other_id", name=op.f("ck_journey_in_order")),
        sa.ForeignKeyConstraint(["one_id"], ["organisation.id"], name=op.f("fk_journey_one_id_organisation")),
        sa.ForeignKeyConstraint(
            ["other_id"], ["organisation.id"], name=op.f("fk_journey_other_id_organisation")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_journey")),
        sa.UniqueConstraint("one_id", "other_id", name=op.f("uq_journey_one_id")),
    )
    op.create_table(
        "date_poll",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("meeting_id", sa.Integer(), nullable=False),
        sa.Column("opened_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("deadline", sa.DateTime(timezone=True), nullable=False),
        sa.Column("minutes", sa.Integer(), nullable=False),
        sa.Column("moves_from", sa.DateTime(timezone=True), nullable=True),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("open_answers", sa.Boolean(), nullable=False),
        sa.Column("holds", sa.Boolean(), nullable=False),
        sa.Column("closed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("closed_why", sa.Text(), nullable=False),
        sa.Column("settled_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["meeting_id"], ["meeting.id"], name=op.f("fk_date_poll_meeting_id_meeting")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_date_poll")),
    )
    with op.batch_alter_table("date_poll", schema=None) as batch_op:
        batch_op.create_index("ix_date_poll_meeting", ["meeting_id"], unique=False)
        batch_op.create_index(
            "uq_date_poll_open",
            ["meeting_id"],
            unique=True,
            sqlite_where=sa.text("closed_at IS NULL"),
            postgresql_where=sa.text("closed_at IS NULL"),
        )

    op.create_table(
        "must_attend",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("meeting_id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["meeting_id"], ["meeting.id"], name=op.f("fk_must_attend_meeting_id_meeting")
        ),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_must_attend_person_id_person")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_must_attend")),
        sa.UniqueConstraint("meeting_id", "person_id", name=op.f("uq_must_attend_meeting_id")),
    )
    op.create_table(
        "slot",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("poll_id", sa.Integer(), nullable=False),
        sa.Column("starts_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("added_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("dropped_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("chosen_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(["poll_id"], ["date_poll.id"], name=op.f("fk_slot_poll_id_date_poll")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_slot")),
        sa.UniqueConstraint("poll_id", "starts_at", name=op.f("uq_slot_poll_id")),
    )
    op.create_table(
        "voter",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("poll_id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("organisation_id", sa.Integer(), nullable=True),
        sa.Column("voting", sa.Boolean(), nullable=False),
        sa.Column("serial", sa.Integer(), nullable=False),
        sa.Column("token_hash", sa.String(), nullable=True),
        sa.Column("remark", sa.Text(), nullable=False),
        sa.Column("answered_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("removed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("told", sa.JSON(), nullable=True),
        sa.Column("told_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["organisation_id"], ["organisation.id"], name=op.f("fk_voter_organisation_id_organisation")
        ),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_voter_person_id_person")),
        sa.ForeignKeyConstraint(["poll_id"], ["date_poll.id"], name=op.f("fk_voter_poll_id_date_poll")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_voter")),
        sa.UniqueConstraint("poll_id", "person_id", name=op.f("uq_voter_poll_id")),
        sa.UniqueConstraint("token_hash", name=op.f("uq_voter_token_hash")),
    )
    with op.batch_alter_table("voter", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_voter_person_id"), ["person_id"], unique=False)

    op.create_table(
        "slot_hold",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("voter_id", sa.Integer(), nullable=False),
        sa.Column("slot_id", sa.Integer(), nullable=False),
        sa.Column("uid", sa.String(), nullable=False),
        sa.Column("sequence", sa.Integer(), nullable=False),
        sa.Column("cancelled", sa.Boolean(), nullable=False),
        sa.Column("told_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["slot_id"], ["slot.id"], name=op.f("fk_slot_hold_slot_id_slot")),
        sa.ForeignKeyConstraint(["voter_id"], ["voter.id"], name=op.f("fk_slot_hold_voter_id_voter")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_slot_hold")),
        sa.UniqueConstraint("voter_id", "slot_id", name=op.f("uq_slot_hold_voter_id")),
    )
    with op.batch_alter_table("slot_hold", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_slot_hold_slot_id"), ["slot_id"], unique=False)

    op.create_table(
        "vote",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("voter_id", sa.Integer(), nullable=False),
        sa.Column("slot_id", sa.Integer(), nullable=False),
        sa.Column(
            "choice",
            sa.Enum("yes", "if_need_be", "no", name="choice", native_enum=False, length=40),
            nullable=False,
        ),
        sa.Column("at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["slot_id"], ["slot.id"], name=op.f("fk_vote_slot_id_slot")),
        sa.ForeignKeyConstraint(["voter_id"], ["voter.id"], name=op.f("fk_vote_voter_id_voter")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_vote")),
        sa.UniqueConstraint("voter_id", "slot_id", name=op.f("uq_vote_voter_id")),
    )
    with op.batch_alter_table("vote", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_vote_slot_id"), ["slot_id"], unique=False)
    _remind_of_polls()


def _remind_of_polls() -> None:
    bodies = op.get_bind().scalars(sa.select(reminder_rule.c.body_id).distinct()).all()
    rows = [
        {"body_id": body, "kind": POLL_UNANSWERED, "days": DAYS, "enabled": True, "version": 1}
        for body in bodies
    ]
    if rows:
        op.bulk_insert(reminder_rule, rows)


def downgrade() -> None:
    """Take all of that away."""
    op.execute(sa.delete(reminder_rule).where(reminder_rule.c.kind == POLL_UNANSWERED))
    with op.batch_alter_table("vote", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_vote_slot_id"))

    op.drop_table("vote")
    with op.batch_alter_table("slot_hold", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_slot_hold_slot_id"))

    op.drop_table("slot_hold")
    with op.batch_alter_table("voter", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_voter_person_id"))

    op.drop_table("voter")
    op.drop_table("slot")
    op.drop_table("must_attend")
    with op.batch_alter_table("date_poll", schema=None) as batch_op:
        batch_op.drop_index(
            "uq_date_poll_open",
            sqlite_where=sa.text("closed_at IS NULL"),
            postgresql_where=sa.text("closed_at IS NULL"),
        )
        batch_op.drop_index("ix_date_poll_meeting")

    op.drop_table("date_poll")
    op.drop_table("journey")
    op.drop_table("date_rules")
    with op.batch_alter_table("closure", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_closure_organisation_id"))
        batch_op.drop_index(batch_op.f("ix_closure_body_id"))

    op.drop_table("closure")
    with op.batch_alter_table("busy_calendar", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_busy_calendar_person_id"))
        batch_op.drop_index(batch_op.f("ix_busy_calendar_next_read_at"))

    op.drop_table("busy_calendar")
