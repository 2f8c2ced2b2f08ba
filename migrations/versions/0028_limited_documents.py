"""Documents that are removed or limited are found without reading the others

Revision: 0028
Follows: 0027
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0028"
down_revision = "0027"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the two indexes, each of a few documents among many."""
    op.create_index(
        "ix_document_removed",
        "document",
        ["id"],
        postgresql_where=sa.text("removed_at IS NOT NULL"),
        sqlite_where=sa.text("removed_at IS NOT NULL"),
    )
    op.create_index(
        "ix_document_limited",
        "document",
        ["id"],
        postgresql_where=sa.text("closed OR confidential"),
        sqlite_where=sa.text("closed = 1 OR confidential = 1"),
    )


def downgrade() -> None:
    """Take them away; nothing is lost."""
    op.drop_index("ix_document_limited", "document")
    op.drop_index("ix_document_removed", "document")
