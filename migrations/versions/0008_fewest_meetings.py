"""Planning runs, their advice, and what was accepted of it

Revision: 0008
Follows: 0007
"""

from __future__ import annotations

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the planning runs."""


def downgrade() -> None:
    """Take them away again."""
