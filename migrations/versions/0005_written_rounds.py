"""The written round: topics settled without a meeting

Revision: 0005
Follows: 0004
"""

from __future__ import annotations

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the tables of the written round."""


def downgrade() -> None:
    """Take them away again."""
