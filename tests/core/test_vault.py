"""Addresses of calendars are secrets: the database alone does not give them away."""

from __future__ import annotations

import pytest

from agenda.core.vault import Secret, SecretLost, opened, sealed

KEY, OTHER = b"x" * 40, b"y" * 40
SECRET = Secret("https://agenda.leiden.example/geheim.ics", "wethouder", "wachtwoord: é")


def test_what_is_kept_comes_back_and_cannot_be_read_by_itself() -> None:
    kept = sealed(KEY, SECRET)
    assert opened(KEY, kept) == SECRET
    assert not any(word in kept for word in (b"leiden", b"geheim", b"wethouder", b"wachtwoord"))
    assert sealed(KEY, SECRET) != kept


def test_under_another_secret_key_it_is_lost_and_not_guessed() -> None:
    with pytest.raises(SecretLost):
        opened(OTHER, sealed(KEY, SECRET))


@pytest.mark.parametrize("kept", [b"", b"noise", sealed(KEY, SECRET)[:-1], sealed(KEY, SECRET)[::-1]])
def test_what_was_tampered_with_is_lost(kept: bytes) -> None:
    with pytest.raises(SecretLost):
        opened(KEY, kept)


def test_neither_address_nor_password_stands_in_what_is_logged() -> None:
    assert repr(SECRET) == "Secret(user='wethouder')"
