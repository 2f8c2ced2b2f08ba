"""Static files may be kept for a year, because their address changes with their content."""

from __future__ import annotations

import re

from flask.testing import FlaskClient


def test_every_static_file_of_a_page_may_be_kept_for_a_year(client: FlaskClient) -> None:
    page = client.get("/sign-in").text
    addresses = re.findall(r'(?:src|href)="(/static/[^"]+)"', page)
    assert len(addresses) >= 8
    for address in addresses:
        answer = client.get(address, buffered=True)
        assert answer.status_code == 200
        assert "?v=" in address
        assert answer.headers["Cache-Control"] == "public, max-age=31536000, immutable"


def test_a_file_asked_by_an_old_mark_is_not_kept(client: FlaskClient) -> None:
    for address in ("/static/region.css", "/static/region.css?v=0123456789"):
        assert client.get(address, buffered=True).headers["Cache-Control"] == "no-cache"


def test_fonts_are_kept_too(client: FlaskClient) -> None:
    style = client.get("/static/region.css", buffered=True).text
    fonts = re.findall(r"url\((vendor/[^)]+\.woff2)\)", style)
    assert fonts
    for font in fonts:
        answer = client.get(f"/static/{font}", buffered=True)
        assert answer.status_code == 200
        assert answer.headers["Cache-Control"] == "public, max-age=604800"


def test_a_page_itself_is_never_kept(client: FlaskClient) -> None:
    assert client.get("/sign-in").headers["Cache-Control"] == "no-store"


def test_nothing_comes_from_elsewhere(client: FlaskClient) -> None:
    page = client.get("/sign-in").text
    loaded = re.findall(r'<(?:script|link|img)[^>]+(?:src|href)="([^"]+)"', page)
    assert loaded
    assert [address for address in loaded if not address.startswith("/static/")] == []
    for address in loaded:
        if ".css" in address:
            assert re.findall(r"url\([\"']?(?:https?:)?//", client.get(address, buffered=True).text) == []
