"""What can be found, and its words in the database's own index

Revision: 0023
Follows: 0022
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0023"
down_revision = "0022"
branch_labels = None
depends_on = None

SUBJECTS = {
    "topic_id": "topic",
    "item_id": "agenda_item",
    "decision_id": "decision",
    "round_id": "written_round",
    "action_id": "action_item",
    "commitment_id": "commitment",
    "document_id": "document",
}


def upgrade() -> None:
    """Add the entries and their words; the worker fills them."""
    op.create_table(
        "search_entry",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("kind", sa.String(length=40), nullable=False),
        *(sa.Column(name, sa.Integer(), nullable=True) for name in SUBJECTS),
        sa.Column("body_id", sa.Integer(), nullable=False),
        sa.Column("day", sa.Date(), nullable=True),
        sa.Column("seen", sa.String(), nullable=False),
        *(
            sa.ForeignKeyConstraint(
                [name], [f"{table}.id"], name=f"fk_search_entry_{name}_{table}", ondelete="CASCADE"
            )
            for name, table in {**SUBJECTS, "body_id": "body"}.items()
        ),
        sa.PrimaryKeyConstraint("id", name="pk_search_entry"),
        *(sa.UniqueConstraint(name, name=f"uq_search_entry_{name}") for name in SUBJECTS),
    )
    op.create_index("ix_search_entry_body_id", "search_entry", ["body_id"])
    if op.get_bind().dialect.name == "sqlite":
        _sqlite()
    else:
        _postgresql()


def _sqlite() -> None:
    op.execute(
        "CREATE VIRTUAL TABLE search_words USING fts5("
        "title, text, tokenize = 'unicode61 remove_diacritics 2', prefix = '3')"
    )
    # A virtual table has no foreign keys: the words go with their entry all the same.
    op.execute(
        "CREATE TRIGGER search_entry_gone AFTER DELETE ON search_entry BEGIN"
        " DELETE FROM search_words WHERE rowid = old.id; END"
    )


def _postgresql() -> None:
    op.execute(
        "CREATE TABLE search_words ("
        " id integer PRIMARY KEY REFERENCES search_entry (id) ON DELETE CASCADE,"
        " title tsvector NOT NULL, words tsvector NOT NULL)"
    )
    op.execute("CREATE INDEX ix_search_words_words ON search_words USING gin (words)")


def downgrade() -> None:
    """Take them away again: nothing is lost that is not elsewhere."""
    op.execute("DROP TABLE search_words")
    op.drop_table("search_entry")
