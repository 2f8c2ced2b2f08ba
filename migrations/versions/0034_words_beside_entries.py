"""On PostgreSQL the words of the search stand in the row of their entry: no join to find both

Revision: 0034
Follows: 0033
"""

from __future__ import annotations

from alembic import op

revision = "0034"
down_revision = "0033"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Move the words; the version before goes on reading and writing them under their old name."""
    if op.get_bind().dialect.name == "sqlite":
        return
    op.execute("ALTER TABLE search_entry ADD COLUMN title tsvector, ADD COLUMN words tsvector")
    op.execute(
        "UPDATE search_entry SET title = kept.title, words = kept.words"
        " FROM search_words AS kept WHERE kept.id = search_entry.id"
    )
    op.execute("CREATE INDEX ix_search_entry_words ON search_entry USING gin (words)")
    op.execute("DROP TABLE search_words")
    op.execute(
        "CREATE VIEW search_words AS SELECT id, title, words FROM search_entry WHERE words IS NOT NULL"
    )
    op.execute(
        "CREATE RULE search_words_kept AS ON INSERT TO search_words DO INSTEAD"
        " UPDATE search_entry SET title = NEW.title, words = NEW.words WHERE id = NEW.id"
    )


def downgrade() -> None:
    """Give the words a table of their own again."""
    if op.get_bind().dialect.name == "sqlite":
        return
    op.execute("DROP VIEW search_words")
    op.execute(
        "CREATE TABLE search_words ("
        " id integer PRIMARY KEY REFERENCES search_entry (id) ON DELETE CASCADE,"
        " title tsvector NOT NULL, words tsvector NOT NULL)"
    )
    op.execute(
        "INSERT INTO search_words (id, title, words)"
        " SELECT id, title, words FROM search_entry WHERE words IS NOT NULL"
    )
    op.execute("CREATE INDEX ix_search_words_words ON search_words USING gin (words)")
    op.execute("ALTER TABLE search_entry DROP COLUMN title, DROP COLUMN words")
