"""The next version of the product: today's in a folder of its own, with a migration and code that uses it."""

from __future__ import annotations

import shutil
from pathlib import Path

from agenda.schema import newest
from tests.support.processes import ROOT

CODE = ("agenda", "migrations")
# What is many files and stays as it is.
SHARED = ("templates", "agenda/web/static")

MIGRATION = '''"""What the next version needs

Revision: {revision}
Follows: {head}
"""

import sqlalchemy as sa
from alembic import op

revision = "{revision}"
down_revision = "{head}"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Do what the next version needs."""
{upgrade}


def downgrade() -> None:
    """There is no way back here."""
'''

# It keeps with which version a topic was submitted and a letter sent, and tells of a topic.
ADDS = """
    op.add_column("topic", sa.Column("submitted_with", sa.String(), nullable=True))
    op.add_column("letter", sa.Column("sent_with", sa.String(), nullable=True))
"""
USES = {
    "agenda/topics/model.py": """

Topic.submitted_with = mapped_column(Text, nullable=True)


@event.listens_for(Topic, "before_insert")
def _keep_version(_mapper: Any, _connection: Any, topic: Topic) -> None:
    topic.submitted_with = "next"
""",
    "agenda/topics/topic_pages.py": """

@pages.get("/topics/<int:topic_id>/submitted-with")
def submitted_with(topic_id: int) -> str:
    with here.read() as session:
        return queries.topic_for(session, topic_id, here.actor()).submitted_with or "not known"
""",
    "agenda/mail/model.py": """

Letter.sent_with = mapped_column(Text, nullable=True)
""",
    "agenda/mail/leases.py": """

_became_before = _became


def _became(letter: Letter, outcome: Sent | Undelivered, now: datetime) -> dict[str, Any]:
    return _became_before(letter, outcome, now) | {"sent_with": "next"}
""",
}
# It counts a topic's time in seconds, in the column where today's counts minutes.
COUNTS = """
    op.execute("UPDATE topic SET minutes = 60 * minutes")
"""
IN_SECONDS = {
    "agenda/topics/model.py": """

@event.listens_for(Topic, "before_insert")
def _in_seconds(_mapper: Any, _connection: Any, topic: Topic) -> None:
    topic.minutes = 60 * topic.minutes
""",
}


def next_version(folder: Path, revision: str, upgrade: str, code: dict[str, str]) -> Path:
    """Make it in this folder: this migration after today's last, and this at the end of these files."""
    shared = {ROOT / name for name in SHARED}

    def ignored(inside: str, names: list[str]) -> set[str]:
        return {name for name in names if Path(inside, name) in shared}

    for name in CODE:
        # With what Python compiled, which goes by the files' times: its processes start as fast as others.
        shutil.copytree(ROOT / name, folder / name, ignore=ignored)
    shutil.copy2(ROOT / "config.py", folder)
    for name in SHARED:
        (folder / name).symlink_to(ROOT / name)
    file = folder / "migrations" / "versions" / f"{revision}_next.py"
    assert not file.exists()
    file.write_text(MIGRATION.format(revision=revision, head=newest(), upgrade=upgrade.strip("\n")))
    for name, more in code.items():
        with (folder / name).open("a") as known:
            known.write(more)
    return folder
