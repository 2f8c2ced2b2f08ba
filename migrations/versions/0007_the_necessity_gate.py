"""Why a meeting was planned all the same

Revision: 0007
Follows: 0006
"""

from __future__ import annotations

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the reasons of the necessity gate."""


def downgrade() -> None:
    """Take them away again."""
