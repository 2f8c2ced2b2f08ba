"""An alderman who was invited, and whose mail program answers."""

from __future__ import annotations

import pytest

from tests.invitations.incoming.post import Client, client_of
from tests.invitations.region import Region


@pytest.fixture
def alderman(region: Region) -> Client:
    return client_of(region, region.invite())
