"""What meetings cost: the frozen baseline, the budget, the review of standing bodies

Revision: 0006
Follows: 0005
"""

from __future__ import annotations

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Add the tables of the burden."""


def downgrade() -> None:
    """Take them away again."""
