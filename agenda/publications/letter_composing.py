"""The text of a council letter, composed from facts in Dutch or English. Values in, values out."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from agenda.core.text import one_line
from agenda.publications.letter_model import Section
from agenda.publications.letter_period import day_of, no_later_than, period
from agenda.publications.letter_ratified import counted, ratified, reserved, together
from agenda.publications.letter_rules import (
    DecisionFacts,
    LetterFacts,
    NextMeeting,
    Part,
    PromiseFacts,
    bullets,
)

SALUTATION = {"nl": "Geachte raad,", "en": "Dear members of the council,"}
GREETING = {"nl": "Met vriendelijke groet,", "en": "Kind regards,"}


def composed(facts: LetterFacts) -> list[Part]:
    """Write every section from the facts, in the letter's order; a section without facts has no words."""
    return [
        Part(section, heading(section, facts), WRITERS[section](facts, facts.language == "nl"))
        for section in Section
    ]


def heading(section: Section, facts: LetterFacts) -> str:
    """Give what stands above a section; "" for the first and the last, which need none."""
    nl = facts.language == "nl"
    number = len(facts.focus_areas)
    if section is Section.FOCUS_AREAS and number == 1:
        return "Verder werken op een speerpunt" if nl else "Working on one focus area"
    return {
        Section.INTRODUCTION: "",
        Section.FOCUS_AREAS: (
            f"Verder werken op {counted(number, 'nl')} speerpunten"
            if nl
            else f"Working on {counted(number, 'en')} focus areas"
        ),
        Section.FOUND: "Wat is vastgesteld" if nl else "What was found",
        Section.DECISIONS: "Besluiten" if nl else "Decisions",
        Section.NEXT: "Hoe nu verder?" if nl else "What happens next?",
        Section.CLOSING: "",
    }[section]


def _introduction(facts: LetterFacts, nl: bool) -> str:
    day = day_of(facts.met_on, facts.language) if facts.met_on else ""
    place = facts.met_in
    if nl:
        when = (f" op {day}" if day else "") + (f" in {place}" if place else "")
        who = f"de colleges van {together(facts.members, 'nl')}" if facts.members else "de colleges"
        return (
            f"Hierbij informeren wij u over de voortgang van onze samenwerking. In het overleg "
            f"“{facts.body}” kwamen {who}{when} bijeen."
        )
    when = (f" on {day}" if day else "") + (f" in {place}" if place else "")
    who = f"the executives of {together(facts.members, 'en')}" if facts.members else "the executives"
    return (
        f"With this letter we inform you of the progress of our cooperation. In “{facts.body}”, {who} "
        f"met{when}."
    )


def _focus_areas(facts: LetterFacts, nl: bool) -> str:
    if not facts.focus_areas:
        return ""
    number = len(facts.focus_areas)
    if nl:
        lead = (
            "Wij werken samen aan dit speerpunt:" if number == 1 else "Wij werken samen aan deze speerpunten:"
        )
    else:
        lead = (
            "We work together on this focus area:"
            if number == 1
            else "We work together on these focus areas:"
        )
    return f"{lead}\n\n{bullets(facts.focus_areas)}"


def _found(facts: LetterFacts, _nl: bool) -> str:
    return bullets(facts.found) if len(facts.found) > 1 else "".join(map(one_line, facts.found))


def _decisions(facts: LetterFacts, _nl: bool) -> str:
    return bullets([_decision(one, facts.language) for one in facts.decisions])


def _decision(decision: DecisionFacts, language: str) -> str:
    said = [one_line(decision.text), *(ratified(one, language) for one in decision.ratified)]
    if decision.reservations:
        said.append(reserved(decision.reservations, language))
    return " ".join(said)


def _next(facts: LetterFacts, nl: bool) -> str:
    said = []
    if facts.promises:
        lead = "Wij hebben uw raad toegezegd:" if nl else "We have promised your council:"
        said.append(f"{lead}\n\n{bullets([_promise(one, facts) for one in facts.promises])}")
    if facts.next_meeting is not None:
        said.append(next_meeting(facts.next_meeting, len(facts.members), facts.language))
    return "\n\n".join(said)


def _promise(promise: PromiseFacts, facts: LetterFacts) -> str:
    text = one_line(promise.text)
    if not facts.tells_promised_days:
        return text
    return f"{text.rstrip('.')} ({no_later_than(promise.promised_on, facts.language)})."


def next_meeting(meeting: NextMeeting, members: int, language: str) -> str:
    """Say where and when the colleges meet again; a meeting without a date is told by its window."""
    nl = language == "nl"
    if meeting.day is not None:
        when = f"op {day_of(meeting.day, 'nl')}" if nl else f"on {day_of(meeting.day, 'en')}"
    elif meeting.window is not None:
        when = f"{'op een datum' if nl else 'on a date'} {period(*meeting.window, language)}"
        # One day alone is no period to choose from.
        if meeting.window[0] == meeting.window[1]:
            when = period(*meeting.window, language)
    else:
        when = "op een nog te bepalen datum" if nl else "on a date still to be chosen"
    place = f" in {meeting.place}" if meeting.place else ""
    if nl:
        who = f"De colleges van de {counted(members, 'nl')} gemeenten" if members > 1 else "De colleges"
        return f"{who} komen weer samen{place} {when}."
    who = (
        f"The executives of the {counted(members, 'en')} municipalities" if members > 1 else "The executives"
    )
    return f"{who} meet again{place} {when}."


def _closing(_facts: LetterFacts, nl: bool) -> str:
    if nl:
        return "Wij zijn graag bereid hierover met uw raad in overleg te gaan en dit toe te lichten."
    return "We are glad to discuss this with your council and to explain it."


WRITERS: Mapping[Section, Callable[[LetterFacts, bool], str]] = {
    Section.INTRODUCTION: _introduction,
    Section.FOCUS_AREAS: _focus_areas,
    Section.FOUND: _found,
    Section.DECISIONS: _decisions,
    Section.NEXT: _next,
    Section.CLOSING: _closing,
}
