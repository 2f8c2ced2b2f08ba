"""Browsers in which someone is signed in, as the meetings room's tests have them."""

from tests.meetings.conftest import as_someone

__all__ = ["as_someone"]
