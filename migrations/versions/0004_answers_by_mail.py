"""Answers by mail, feeds and calendars that are written to

Revision: 0004
Follows: 0003
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the inbox, answers, proposals, feeds and written calendars; halls, substitutes, and who invites."""
    op.create_table(
        "incoming",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("fingerprint", sa.String(), nullable=False),
        sa.Column("source", sa.Text(), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.Column("size", sa.Integer(), nullable=False),
        sa.Column("received_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column(
            "kind",
            sa.Enum(
                "reply",
                "counter",
                "refresh",
                "calendar",
                "delivery",
                "automatic",
                "text",
                "unreadable",
                name="incomingkind",
                native_enum=False,
                length=40,
            ),
            nullable=False,
        ),
        sa.Column("sender", sa.Text(), nullable=False),
        sa.Column("sender_name", sa.Text(), nullable=False),
        sa.Column("subject", sa.Text(), nullable=False),
        sa.Column("understood", sa.JSON(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=True),
        sa.Column("body_id", sa.Integer(), nullable=True),
        sa.Column("subject_kind", sa.String(), nullable=True),
        sa.Column("subject_id", sa.Integer(), nullable=True),
        sa.Column("settled_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("fate", sa.String(), nullable=True),
        sa.Column("why", sa.String(), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_incoming")),
        sa.UniqueConstraint("fingerprint", name=op.f("uq_incoming_fingerprint")),
    )
    with op.batch_alter_table("incoming", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_incoming_body_id"), ["body_id"], unique=False)
        batch_op.create_index("ix_incoming_open", ["settled_at", "id"], unique=False)
        batch_op.create_index(batch_op.f("ix_incoming_person_id"), ["person_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_incoming_source"), ["source"], unique=False)
        batch_op.create_index("ix_incoming_subject", ["subject_kind", "subject_id", "id"], unique=False)

    op.create_table(
        "calendar_push",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("name", sa.Text(), nullable=False),
        sa.Column("secret", sa.LargeBinary(), nullable=False),
        sa.Column("added_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("next_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("tried_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("done_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("failure", sa.String(), nullable=False),
        sa.Column("failures", sa.Integer(), nullable=False),
        sa.Column("ended_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_calendar_push_person_id_person")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_calendar_push")),
        sa.UniqueConstraint("person_id", name=op.f("uq_calendar_push_person_id")),
    )
    with op.batch_alter_table("calendar_push", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_calendar_push_next_at"), ["next_at"], unique=False)

    op.create_table(
        "feed",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("person_id", sa.Integer(), nullable=False),
        sa.Column("body_id", sa.Integer(), nullable=True),
        sa.Column("serial", sa.Integer(), nullable=False),
        sa.Column("token_hash", sa.String(), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("revoked_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.Column("made_of", sa.String(), nullable=False),
        sa.Column("etag", sa.String(), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("fetched_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(["body_id"], ["body.id"], name=op.f("fk_feed_body_id_body")),
        sa.ForeignKeyConstraint(["person_id"], ["person.id"], name=op.f("fk_feed_person_id_person")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_feed")),
        sa.UniqueConstraint("token_hash", name=op.f("uq_feed_token_hash")),
    )
    with op.batch_alter_table("feed", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_feed_body_id"), ["body_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_feed_person_id"), ["person_id"], unique=False)

    op.create_table(
        "settling",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("meeting_id", sa.Integer(), nullable=False),
        sa.Column("fingerprint", sa.String(), nullable=False),
        sa.Column("since", sa.DateTime(timezone=True), nullable=False),
        sa.Column("first_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(["meeting_id"], ["meeting.id"], name=op.f("fk_settling_meeting_id_meeting")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_settling")),
        sa.UniqueConstraint("meeting_id", name=op.f("uq_settling_meeting_id")),
    )
    op.create_table(
        "proposal",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("attendee_id", sa.Integer(), nullable=False),
        sa.Column("incoming_id", sa.Integer(), nullable=False),
        sa.Column("sequence", sa.Integer(), nullable=False),
        sa.Column("starts_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("ends_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("comment", sa.Text(), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("settled_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("accepted", sa.Boolean(), nullable=True),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.ForeignKeyConstraint(
            ["attendee_id"], ["attendee.id"], name=op.f("fk_proposal_attendee_id_attendee")
        ),
        sa.ForeignKeyConstraint(
            ["incoming_id"], ["incoming.id"], name=op.f("fk_proposal_incoming_id_incoming")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_proposal")),
    )
    with op.batch_alter_table("proposal", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_proposal_attendee_id"), ["attendee_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_proposal_incoming_id"), ["incoming_id"], unique=False)

    op.create_table(
        "pushed_event",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("push_id", sa.Integer(), nullable=False),
        sa.Column("attendee_id", sa.Integer(), nullable=False),
        sa.Column("address", sa.Text(), nullable=False),
        sa.Column("etag", sa.Text(), nullable=False),
        sa.Column("fingerprint", sa.String(), nullable=False),
        sa.Column("sequence", sa.Integer(), nullable=False),
        sa.Column("partstat", sa.String(), nullable=False),
        sa.Column("written_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("gone_at", sa.DateTime(timezone=True), nullable=True),
        sa.ForeignKeyConstraint(
            ["attendee_id"], ["attendee.id"], name=op.f("fk_pushed_event_attendee_id_attendee")
        ),
        sa.ForeignKeyConstraint(
            ["push_id"], ["calendar_push.id"], name=op.f("fk_pushed_event_push_id_calendar_push")
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_pushed_event")),
        sa.UniqueConstraint("push_id", "attendee_id", name=op.f("uq_pushed_event_push_id")),
    )
    with op.batch_alter_table("pushed_event", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_pushed_event_attendee_id"), ["attendee_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_pushed_event_push_id"), ["push_id"], unique=False)

    op.create_table(
        "reply",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("attendee_id", sa.Integer(), nullable=False),
        sa.Column("incoming_id", sa.Integer(), nullable=False),
        sa.Column("sequence", sa.Integer(), nullable=False),
        sa.Column("dtstamp", sa.DateTime(timezone=True), nullable=False),
        sa.Column("partstat", sa.String(), nullable=False),
        sa.Column("comment", sa.Text(), nullable=False),
        sa.Column("received_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("counted", sa.Boolean(), nullable=False),
        sa.Column("flags", sa.JSON(), nullable=False),
        sa.ForeignKeyConstraint(["attendee_id"], ["attendee.id"], name=op.f("fk_reply_attendee_id_attendee")),
        sa.ForeignKeyConstraint(["incoming_id"], ["incoming.id"], name=op.f("fk_reply_incoming_id_incoming")),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_reply")),
    )
    with op.batch_alter_table("reply", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_reply_attendee_id"), ["attendee_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_reply_incoming_id"), ["incoming_id"], unique=False)

    op.create_table(
        "mailbox_state",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("tried_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("read_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("next_at", sa.DateTime(timezone=True), nullable=True),
        sa.Column("failure", sa.String(), nullable=False),
        sa.Column("failures", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_mailbox_state")),
        sa.UniqueConstraint("name", name=op.f("uq_mailbox_state_name")),
    )
    op.create_index(op.f("ix_letter_message_id"), "letter", ["message_id"])
    # In place, not by copying: other tables point to these, and SQLite would object.
    op.add_column(
        "attendee",
        sa.Column(
            "substitute_for_id",
            sa.Integer(),
            sa.ForeignKey("attendee.id", name=op.f("fk_attendee_substitute_for_id_attendee")),
            nullable=True,
        ),
        inline_references=True,
    )
    op.create_index(op.f("ix_attendee_substitute_for_id"), "attendee", ["substitute_for_id"])
    op.add_column("body", sa.Column("organiser", sa.Text(), nullable=False, server_default=""))
    op.add_column(
        "body", sa.Column("list_attendees", sa.Boolean(), nullable=False, server_default=sa.false())
    )
    op.add_column(
        "organisation",
        sa.Column(
            "room_id",
            sa.Integer(),
            sa.ForeignKey("person.id", name=op.f("fk_organisation_room_id_person")),
            nullable=True,
        ),
        inline_references=True,
    )
    op.create_index(op.f("ix_organisation_room_id"), "organisation", ["room_id"])
    op.add_column("person", sa.Column("room", sa.Boolean(), nullable=False, server_default=sa.false()))


def downgrade() -> None:
    """Drop what was added; a hall that was invited stays on the list as a guest."""
    op.execute("UPDATE attendee SET role = 'guest' WHERE role = 'room'")
    op.drop_column("person", "room")
    op.drop_index(op.f("ix_organisation_room_id"), "organisation")
    op.drop_column("organisation", "room_id")
    op.drop_column("body", "list_attendees")
    op.drop_column("body", "organiser")
    op.drop_index(op.f("ix_attendee_substitute_for_id"), "attendee")
    op.drop_column("attendee", "substitute_for_id")
    op.drop_index(op.f("ix_letter_message_id"), "letter")
    op.drop_table("mailbox_state")
    with op.batch_alter_table("reply", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_reply_incoming_id"))
        batch_op.drop_index(batch_op.f("ix_reply_attendee_id"))

    op.drop_table("reply")
    with op.batch_alter_table("pushed_event", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_pushed_event_push_id"))
        batch_op.drop_index(batch_op.f("ix_pushed_event_attendee_id"))

    op.drop_table("pushed_event")
    with op.batch_alter_table("proposal", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_proposal_incoming_id"))
        batch_op.drop_index(batch_op.f("ix_proposal_attendee_id"))

    op.drop_table("proposal")
    op.drop_table("settling")
    with op.batch_alter_table("feed", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_feed_person_id"))
        batch_op.drop_index(batch_op.f("ix_feed_body_id"))

    op.drop_table("feed")
    with op.batch_alter_table("calendar_push", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_calendar_push_next_at"))

    op.drop_table("calendar_push")
    with op.batch_alter_table("incoming", schema=None) as batch_op:
        batch_op.drop_index("ix_incoming_subject")
        batch_op.drop_index(batch_op.f("ix_incoming_source"))
        batch_op.drop_index(batch_op.f("ix_incoming_person_id"))
        batch_op.drop_index("ix_incoming_open")
        batch_op.drop_index(batch_op.f("ix_incoming_body_id"))

    op.drop_table("incoming")
