"""Somebody's browser: pages, their forms, and what came of sending one."""

from __future__ import annotations

import random
from typing import Any

import lxml.html
import requests

CONNECT_SECONDS, ANSWER_SECONDS = 5.0, 25.0
Form = dict[str, Any]


class Away(Exception):
    """No answer came: what was asked may have been done, or not."""


class Browser:
    """One reader's browser, with its own cookies and its own address."""

    def __init__(self, base: str, dice: random.Random) -> None:
        self.base = base
        self.session = requests.Session()
        self.session.trust_env = False
        self.dice = dice

    def get(self, path: str) -> lxml.html.HtmlElement:
        """Open a page; Away where none came."""
        answer = self._ask("GET", path)
        if answer.status_code != 200:
            raise Away(f"{answer.status_code} at {path}")
        return lxml.html.fromstring(answer.content)

    def post(self, path: str, values: Form, files: Any = None) -> requests.Response:
        """Send a form, and follow nothing; Away where no answer came."""
        return self._ask("POST", path, data=values, files=files)

    def sign_in(self, person: int) -> None:
        """Be this person from now on."""
        self.session.cookies.clear()
        form = form_with(self.get("/sign-in"), "csrf_token", action="/demo/sign-in")
        answer = self.post("/demo/sign-in", {**form, "person": person})
        if answer.status_code != 303:
            raise Away(f"{answer.status_code} at the door")

    def _ask(self, method: str, path: str, **more: Any) -> requests.Response:
        address = ".".join(str(self.dice.randint(1, 250)) for _ in range(3))
        try:
            return self.session.request(
                method,
                self.base + path,
                allow_redirects=False,
                timeout=(CONNECT_SECONDS, ANSWER_SECONDS),
                headers={"X-Forwarded-For": f"10.{address}", "Accept-Language": "nl"},
                **more,
            )
        except requests.RequestException as error:
            raise Away(type(error).__name__) from error


def form_with(page: lxml.html.HtmlElement, field: str, action: str | None = None) -> Form:
    """Give what stands in the form that has this field; Away where the page has none such."""
    for form in page.forms:
        if field in form.fields and action in (None, form.action):
            return dict(form.form_values())
    raise Away(f"no form with {field} here")


def choices(page: lxml.html.HtmlElement, name: str) -> list[str]:
    """Give what can be chosen in a field: a list, or boxes to tick."""
    found = page.xpath(f'//select[@name="{name}"]/option/@value | //input[@name="{name}"]/@value')
    return [str(value) for value in found if value]


def became(answer: requests.Response) -> str:
    """Name what an answer to a form means: done, refused, or nobody knows."""
    if answer.status_code in (302, 303):
        return "unknown" if "sign-in" in answer.headers.get("Location", "") else "confirmed"
    return "unknown" if answer.status_code >= 500 else "refused"
