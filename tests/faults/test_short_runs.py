"""A short run on each database: a few kills and other faults, and everything holds afterwards."""

from __future__ import annotations

import shutil

import pytest

from tests.faults.__main__ import a_folder
from tests.faults.run import Wanted, run

SECONDS, KILLS, SEED = 12.0, 3, 7


@pytest.mark.slow
@pytest.mark.root
@pytest.mark.xdist_group("mail")
@pytest.mark.parametrize("kind", ["sqlite", "postgres"])
def test_a_few_faults_lose_nothing_double_nothing_and_leave_everyone_told(kind: str) -> None:
    # Not under pytest's own folders: PostgreSQL, which is never root, cannot reach them.
    folder = a_folder()
    result = run(Wanted(kind, SEED, SECONDS, KILLS, mornings=1), folder / kind)
    assert result.violations == [], f"kept in {folder}"
    assert result.faults
    assert result.changes
    shutil.rmtree(folder)
