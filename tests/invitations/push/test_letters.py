"""A letter without an appointment does not speak of one, in either language."""

from __future__ import annotations

import pytest

from agenda.mail.compose import render_letter
from tests.mail.samples import SAMPLES

ATTACHED = {"nl": "bij deze e-mail", "en": "attached to this e-mail"}
OWN = {"nl": "uw eigen agenda", "en": "own calendar"}


@pytest.mark.parametrize("language", ["nl", "en"])
@pytest.mark.parametrize("sample", ["invitation", "update", "cancellation"])
def test_it_says_that_the_appointment_comes_by_itself(sample: str, language: str) -> None:
    letter, facts = SAMPLES[sample]
    by_mail = render_letter(letter, language, **facts)
    own = render_letter(letter, language, **facts | {"in_own_calendar": True})
    for text in (by_mail.text, by_mail.html):
        assert ATTACHED[language] in text.replace("\n", " ")
        assert OWN[language] not in text.lower()
    for text in (own.text, own.html):
        assert ATTACHED[language] not in text.replace("\n", " ")
        assert OWN[language] in text.lower()
