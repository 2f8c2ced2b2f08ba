"""A real Chromium, and what every screen must show in it: axe satisfied, no overlap, no sideways scroll."""

import os
import re
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from playwright.sync_api import Browser, Page, Playwright, expect

from tools.needs import NEEDS, find_chromium

ROOT = Path(__file__).resolve().parent.parent.parent
HERE = Path(__file__).resolve().parent
SCREENSHOTS = ROOT / "var" / "screenshots"
FLAGS = (
    "--no-sandbox --disable-gpu --disable-quic --no-first-run "
    "--disable-background-networking --disable-component-update --disable-sync"
).split()
AXE_TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22a", "wcag22aa", "best-practice"]
# Axe's rules about colours; all others judge what stands where.
COLOUR_RULES = ["color-contrast", "link-in-text-block"]
HEIGHTS = {1280: 900, 768: 1024, 320: 640}
Scheme = Literal["light", "dark"]
SCHEMES: tuple[Scheme, ...] = ("light", "dark")


# A machine that does much else needs longer than the usual five seconds; who waits in vain is told later.
expect.set_options(timeout=20_000)


@contextmanager
def chromium(playwright: Playwright) -> Iterator[Browser]:
    """The machine's own Chromium, headless; AssertionError with the remedy when there is none."""
    path = find_chromium()
    assert path, next(need.remedy for need in NEEDS if need.name == "chromium")
    browser = playwright.chromium.launch(executable_path=path, args=FLAGS)
    try:
        yield browser
    finally:
        browser.close()


@dataclass(frozen=True)
class View:
    """One way a reader may look at the product: a width in pixels and a colour scheme."""

    page: Page
    width: int
    scheme: Scheme

    @property
    def name(self) -> str:
        """As in the name of a screenshot."""
        return f"{self.scheme}-{self.width}"


@contextmanager
def view(
    browser: Browser,
    width: int = 1280,
    scheme: Scheme = "light",
    *,
    base_url: str | None = None,
    storage_state: Any = None,
    javascript: bool = True,
) -> Iterator[View]:
    """One page in a context of its own: fresh cookies, or those of a `storage_state`."""
    context = browser.new_context(
        base_url=base_url,
        storage_state=storage_state,
        viewport={"width": width, "height": HEIGHTS.get(width, 900)},
        color_scheme=scheme,
        reduced_motion="reduce",
        java_script_enabled=javascript,
        locale="nl-NL",
        timezone_id="Europe/Amsterdam",
        has_touch=width < 500,
    )
    try:
        yield View(context.new_page(), width, scheme)
    finally:
        context.close()


def each_view(
    browser: Browser,
    *,
    base_url: str | None = None,
    storage_state: Any = None,
    widths: Iterable[int] = (1280, 768, 320),
    schemes: Iterable[Scheme] = SCHEMES,
) -> Iterator[View]:
    """Each width in each colour scheme, a fresh page each."""
    for scheme in schemes:
        for width in widths:
            with view(browser, width, scheme, base_url=base_url, storage_state=storage_state) as one:
                yield one


def assert_good_screen(page: Page) -> None:
    """Everything a screen must show: axe, overlap, sideways scroll."""
    assert_no_sideways_scroll(page)
    assert_no_overlapping_text(page)
    assert_no_axe_violations(page)


def good_in_each_scheme(page: Page, schemes: Iterable[Scheme] = SCHEMES) -> Iterator[Scheme]:
    """Turn to each colour scheme, and assert that it is a good screen when the next is asked for.

    A page follows its reader's setting while it is open. Where the second scheme shows the same in the same
    places, axe judges only colours there: of all else it would say the same again, and it takes its time.
    """
    light = ""
    for scheme in schemes:
        page.emulate_media(color_scheme=scheme)
        yield scheme
        assert_no_sideways_scroll(page)
        assert_no_overlapping_text(page)
        shape = page.evaluate((HERE / "shape.js").read_text(encoding="utf-8"))
        assert_no_axe_violations(page, only=COLOUR_RULES if shape == light else ())
        light = shape


def assert_good_light_and_dark(page: Page) -> None:
    """A good screen in each colour scheme."""
    for _scheme in good_in_each_scheme(page):
        pass


def assert_no_axe_violations(page: Page, without: Iterable[str] = (), only: Sequence[str] = ()) -> None:
    """WCAG 2.2 A and AA and axe's best practices hold.

    `without` names rules that do not apply here, `only` those that are left to judge.
    """
    if not page.evaluate("() => 'axe' in window"):
        # Evaluated by the browser's own tools: the page's Content-Security-Policy stays as strict as it is.
        page.evaluate((HERE / "axe.min.js").read_text(encoding="utf-8"))
    # Of what passes one element a rule is told: to tell all takes five times as long.
    options = {
        "runOnly": {"type": "rule", "values": only} if only else {"type": "tag", "values": AXE_TAGS},
        "resultTypes": ["violations"],
        # No rule asked for here reads stylesheets, and bringing them together takes time too.
        "preload": {"assets": ["media"]},
        "rules": {rule: {"enabled": False} for rule in without},
    }
    result = page.evaluate("options => axe.run(document, options)", options)
    told = [
        f"{violation['id']}: {violation['help']}\n    {node['target']}: {node['html'][:200]}\n    "
        + " ".join(node["failureSummary"].split())
        for violation in result["violations"]
        for node in violation["nodes"]
    ]
    assert not told, f"{len(told)} axe violations on {page.url} {_size(page)}:\n" + "\n".join(told)
    assert result["passes"], f"axe found nothing to check on {page.url}"


def assert_no_overlapping_text(page: Page) -> None:
    """No two texts, and no text and form field, stand on top of each other.

    What is fixed, sticky or in a dialog lies over the page on purpose and is compared only with its own kind.
    """
    overlaps = page.evaluate((HERE / "overlap.js").read_text(encoding="utf-8"))
    assert not overlaps, f"Overlapping text on {page.url} {_size(page)}:\n" + "\n".join(overlaps)


def assert_no_sideways_scroll(page: Page) -> None:
    """The page is no wider than the window."""
    wide = page.evaluate((HERE / "sideways.js").read_text(encoding="utf-8"))
    assert not wide, f"The page {page.url} {_size(page)} scrolls sideways because of:\n" + "\n".join(wide)


def screenshot(page: Page, name: str) -> Path | None:
    """The whole page as var/screenshots/NAME.png, for who asks for pictures with AGENDA_SCREENSHOTS=1.

    Nobody looks at the pictures of most runs, and making them takes as long as all that is checked.
    """
    if not os.environ.get("AGENDA_SCREENSHOTS"):
        return None
    SCREENSHOTS.mkdir(parents=True, exist_ok=True)
    path = SCREENSHOTS / f"{re.sub(r'[^a-z0-9-]+', '-', name.lower())}.png"
    page.screenshot(path=path, full_page=True)
    return path


def _size(page: Page) -> str:
    size = page.viewport_size or {"width": 0}
    return f"at {size['width']} px"
