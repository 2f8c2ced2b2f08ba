"""PDFs of council letters are papers that the worker makes

Revision: 0029
Follows: 0028
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0029"
down_revision = "0028"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Let a paper be the copy of a letter to one council."""
    with op.batch_alter_table("paper", schema=None) as batch_op:
        batch_op.add_column(sa.Column("copy_id", sa.Integer(), nullable=True))
        batch_op.create_index(batch_op.f("ix_paper_copy_id"), ["copy_id"], unique=False)
        batch_op.create_foreign_key(
            batch_op.f("fk_paper_copy_id_council_letter_copy"),
            "council_letter_copy",
            ["copy_id"],
            ["id"],
            ondelete="CASCADE",
        )
    # Packs enclosed limited files without a name on them; made again they do not.
    op.execute("UPDATE paper SET rests_on = '' WHERE kind = 'pack'")


def downgrade() -> None:
    """Take the PDFs of letters away; they can be made again from the letters."""
    op.execute("DELETE FROM paper WHERE kind = 'council_letter'")
    with op.batch_alter_table("paper", schema=None) as batch_op:
        batch_op.drop_constraint(batch_op.f("fk_paper_copy_id_council_letter_copy"), type_="foreignkey")
        batch_op.drop_index(batch_op.f("ix_paper_copy_id"))
        batch_op.drop_column("copy_id")
