"""The seven focus areas

Revision: 0002
Follows: 0001
"""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

# The titles as the colleges' letter to the councils names them; the short names are ours.
AREAS = (
    ("Ambities voor wonen en groen", "Wonen en groen"),
    ("Regionale economie blijft werkgelegenheid en welvaart opstuwen", "Economie"),
    ("Verbeteringen in infrastructuur houden ons duurzaam bereikbaar en veilig", "Bereikbaarheid"),
    ("Als welvarende kennisregio lopen we voorop in duurzaamheid", "Duurzaamheid"),
    ("Onze woon- en leefomgeving helpt ons gezond en vitaal te blijven", "Gezond en vitaal"),
    ("Iedereen telt mee en doet mee in onze samenleving", "Meedoen"),
    ("Voorzieningen evolueren mee met de behoeften van inwoners in de regio", "Voorzieningen"),
)
focus_area = sa.table(
    "focus_area",
    sa.column("id", sa.Integer),
    sa.column("position", sa.Integer),
    sa.column("name", sa.String),
    sa.column("short_name", sa.String),
)
topic = sa.table("topic", sa.column("focus_area_id", sa.Integer))


def upgrade() -> None:
    """Add those of the seven that are not there; what is there stays."""
    connection = op.get_bind()
    known = set(connection.scalars(sa.select(focus_area.c.name)))
    missing = [
        {"position": position, "name": name, "short_name": short}
        for position, (name, short) in enumerate(AREAS, 1)
        if name not in known
    ]
    if missing:
        op.bulk_insert(focus_area, missing)


def downgrade() -> None:
    """Take away those of the seven that no topic uses."""
    used = sa.select(topic.c.focus_area_id).where(topic.c.focus_area_id.is_not(None))
    names = [name for name, _ in AREAS]
    op.execute(sa.delete(focus_area).where(focus_area.c.name.in_(names), focus_area.c.id.not_in(used)))
