"""The forms about topics that are alike."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l
from wtforms import RadioField
from wtforms.validators import InputRequired

from agenda.topics.likeness_merging import Choice, Summary
from agenda.topics.likeness_model import Verdict
from agenda.topics.likeness_words import SUMMARIES, VERDICTS
from agenda.web.forms import Form, options

KEPT, GONE = "kept", "gone"


class VerdictForm(Form):
    """What two topics are to each other; merging asks more, and has a form of its own."""

    verdict = RadioField(
        _l("Decision"),
        choices=options((each.value, VERDICTS[each]) for each in (Verdict.DIFFERENT, Verdict.LINKED)),
        validators=[InputRequired()],
    )


class MergeForm(Form):
    """Whose title and whose summary stay."""

    title = RadioField(_l("Title"), validators=[InputRequired(_l("Choose a title."))])
    summary = RadioField(_l("Summary"), validators=[InputRequired(_l("Choose a summary."))])

    def offer(self, titles: tuple[str, str], with_both: bool) -> None:
        """Offer the titles of the topic that goes on and of the other, and whose summary."""
        self.title.choices = options(zip((KEPT, GONE), titles, strict=True))
        offered = [each for each in Summary if with_both or each is not Summary.BOTH]
        self.summary.choices = options((each.value, SUMMARIES[each]) for each in offered)

    def choice(self) -> Choice:
        """Give what was chosen."""
        return Choice(self.title.data == GONE, Summary(self.summary.data))
