"""Writing a letter to five councils: one text, what is open only, and nobody's words lost."""

from __future__ import annotations

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from agenda.core.audit import history
from agenda.core.database import Sessions
from agenda.core.problems import Changed, Conflict, Forbidden, NotFound
from agenda.core.runtime import Runtime
from agenda.decisions import actions as decisions
from agenda.decisions.model import (
    Decision,
    DecisionKind,
    Ratification,
    RatificationResult,
    RatifyingOrgan,
    Reservation,
)
from agenda.meetings import actions as meetings
from agenda.meetings.model import AgendaItem, Meeting
from agenda.meetings.standard_text_actions import add_text
from agenda.meetings.standard_text_model import TextPlace
from agenda.meetings.standard_text_rules import Words
from agenda.people.model import Organisation, Person
from agenda.publications import letter_actions as actions
from agenda.publications.letter_choice import usual_choice
from agenda.publications.letter_facts import differs_by_now, left_out, written
from agenda.publications.letter_model import CouncilLetter, Letterhead, LetterState, Section
from agenda.publications.letter_printing import as_word, printed_letter
from agenda.publications.letter_queries import letter_for
from agenda.publications.letterhead_actions import set_letterhead
from tests.meetings.conftest import AsSomeone
from tests.meetings.planning import AFTER
from tests.publications.letters import agreed, concept, heads, held
from tests.publications.reading import words_of
from tests.world import MUNICIPALITIES, StandingClock, World

SCRIPT = "<script>alert('1')</script> & {{ 7 * 7 }} {% raw %}"


def text_of(session: Session, letter: CouncilLetter, section: Section) -> str:
    return next(one.part.text for one in written(session, letter) if one.part.section is section)


def test_a_letter_tells_what_is_open_and_keeps_silent_about_the_rest(
    sessions: Sessions, world: World
) -> None:
    with sessions.work() as session:
        letter = concept(session, world)
        session.flush()
        whole = " ".join(one.part.text for one in written(session, letter))
    assert "We werken samen aan warmte." in whole
    assert "Er komt extra overleg." in whole
    assert "(uiterlijk in april 2019)" in whole
    # The window of the world's next meeting lies before this one was held: the next one has no window left.
    assert "grond" not in whole
    assert "miljoen" not in whole


def test_what_is_closed_after_it_was_chosen_drops_out_and_stops_the_letter(
    sessions: Sessions, world: World
) -> None:
    with sessions.work() as session:
        letter = concept(session, world)
        clerk = world.by(session, "clerk")
        actions.agree(session, letter, None, clerk, AFTER)
        actions.reopen(session, letter, None, clerk, AFTER)
        item = letter.decisions[0].item
        assert item is not None
        item.confidential = True
        session.flush()
        assert "warmte" not in text_of(session, letter, Section.DECISIONS)
        assert [one.text for one in left_out(session, letter)[0]] == ["We werken samen aan warmte."]
        with pytest.raises(Conflict, match="council_letter_not_open"):
            actions.agree(session, letter, None, clerk, AFTER)


def test_ratification_and_reservations_are_told_as_they_are(sessions: Sessions, world: World) -> None:
    with sessions.work() as session:
        letter = concept(session, world)
        decision = letter.decisions[0]
        decision.kind = DecisionKind.AGREEMENT
        said = [RatificationResult.RATIFIED, RatificationResult.WITH_RESERVATION, None, None, None]
        for name, result in zip(MUNICIPALITIES, said, strict=True):
            decision.ratifications.append(
                Ratification(
                    organisation_id=world.organisations[name], organ=RatifyingOrgan.COLLEGE, result=result
                )
            )
        oegstgeest = world.organisations["Oegstgeest"]
        session.add(
            Reservation(
                item_id=decision.agenda_item_id, organisation_id=oegstgeest, text="Geld", recorded_at=AFTER
            )
        )
        session.flush()
        assert text_of(session, letter, Section.DECISIONS) == (
            "- We werken samen aan warmte. Twee van de vijf colleges hebben dit bekrachtigd, waarvan "
            "Leiderdorp onder voorbehoud. Het college van Oegstgeest maakt hierbij een voorbehoud."
        )


def test_all_five_word_files_hold_the_same_text_and_their_own_head(sessions: Sessions, world: World) -> None:
    with sessions.work() as session:
        letter = agreed(session, world)
        copies = list(printed_letter(session, letter).values())
    assert [one.organisation for one in copies] == list(MUNICIPALITIES)
    assert len({one.parts for one in copies}) == 1
    bodies, heads_of = set(), set()
    for one in copies:
        head, body = words_of(as_word(one))
        heads_of.add(tuple(head))
        # Only the line that tells on whose behalf it is signed differs.
        assert one.behalf in body
        bodies.add(tuple(line for line in body if line != one.behalf))
        assert one.head.sender in head
        assert one.reference.startswith(one.organisation[:4].upper() + "/2019/")
    assert (len(bodies), len(heads_of)) == (1, 5)
    assert ("Heading 2", "Besluiten") in words_of(as_word(copies[0]), styled=True)[1]


def test_own_words_stay_until_the_clerk_takes_the_composed_text_again(
    sessions: Sessions, world: World
) -> None:
    with sessions.work() as session:
        letter = concept(session, world)
        clerk, section = world.by(session, "clerk"), Section.DECISIONS
        actions.put_in_own_words(session, letter, section, "Kort gezegd: warmte.", None, clerk, AFTER)
        found = next(one for one in written(session, letter) if one.part.section is section)
        assert (found.part.text, found.changed_since) == ("Kort gezegd: warmte.", False)
        letter.decisions[0].text = "We werken samen aan kou."
        session.flush()
        found = next(one for one in written(session, letter) if one.part.section is section)
        assert (found.part.text, found.changed_since) == ("Kort gezegd: warmte.", True)
        assert found.own is not None
        actions.back_to_composed(session, letter, section, found.own.version, clerk, AFTER)
        assert text_of(session, letter, section) == "- We werken samen aan kou."
        kept = [entry.before for entry in history(session, "council_letter", letter.id)]
    assert {"decisions": "Kort gezegd: warmte."} in kept


def test_the_agreed_text_stands_whatever_happens_to_the_facts(sessions: Sessions, world: World) -> None:
    with sessions.work() as session:
        letter = agreed(session, world)
        clerk = world.by(session, "clerk")
        assert not differs_by_now(session, letter)
        letter.decisions[0].text = "Iets anders."
        session.flush()
        assert text_of(session, letter, Section.DECISIONS) == "- We werken samen aan warmte."
        assert differs_by_now(session, letter)
        with pytest.raises(Conflict, match="council_letter_agreed"):
            actions.put_in_own_words(session, letter, Section.CLOSING, "x", None, clerk, AFTER)
        actions.reopen(session, letter, None, clerk, AFTER)
        assert letter.state is LetterState.CONCEPT
        assert text_of(session, letter, Section.DECISIONS) == "- Iets anders."


def test_a_removed_decision_drops_out_of_the_concept(sessions: Sessions, world: World) -> None:
    with sessions.work() as session:
        letter = concept(session, world)
        letter_id = letter.id
        decisions.remove_decision(session, letter.decisions[0], None, world.by(session, "clerk"), AFTER)
    with sessions.read() as session:
        letter = session.get_one(CouncilLetter, letter_id)
        assert letter.decisions == []
        assert text_of(session, letter, Section.DECISIONS) == ""


def test_two_clerks_at_once_do_not_overwrite_each_other(sessions: Sessions, world: World) -> None:
    with sessions.work() as session:
        letter = concept(session, world)
        letter_id, version = letter.id, letter.version
        usual = usual_choice(session, letter.meeting, AFTER)
        clerk, secretary = world.by(session, "clerk"), world.by(session, "secretary")
        copy = letter.copies[0]
        copy_id, copy_version = copy.id, copy.version
    with sessions.work() as session:
        letter = session.get_one(CouncilLetter, letter_id)
        actions.change_choice(session, letter, usual, version, clerk, AFTER)
        actions.put_in_own_words(session, letter, Section.CLOSING, "Van de een.", None, clerk, AFTER)
    late = [
        lambda s, one: actions.change_choice(s, one, usual, version, secretary, AFTER),
        lambda s, one: actions.put_in_own_words(
            s, one, Section.CLOSING, "Van de ander.", None, secretary, AFTER
        ),
        lambda s, one: actions.agree(s, one, version, secretary, AFTER),
        lambda s, one: actions.remove_letter(s, one, version, secretary, AFTER),
    ]
    for attempt in late:
        with pytest.raises(Changed), sessions.work() as session:
            attempt(session, session.get_one(CouncilLetter, letter_id))
    values = {"reference": "A/1", "secretary": "Van der Ven, Zoë", "mayor": ""}
    with sessions.work() as session:
        copy = session.get_one(CouncilLetter, letter_id).copies[0]
        actions.change_copy(session, copy, values, copy_version, clerk, AFTER)
    with pytest.raises(Changed), sessions.work() as session:
        copy = session.get_one(CouncilLetter, letter_id).copies[0]
        assert copy.id == copy_id
        actions.change_copy(session, copy, values | {"mayor": "X"}, copy_version, secretary, AFTER)
    with sessions.read() as session:
        assert session.get_one(CouncilLetter, letter_id).copies[0].secretary == "Van der Ven, Zoë"


def test_whoever_agrees_while_another_edits_is_told(sessions: Sessions, world: World) -> None:
    """The one who edits wrote something that whoever agrees has not seen."""
    with sessions.work() as session:
        letter = concept(session, world)
        letter_id, clerk = letter.id, world.by(session, "clerk")
        seen = letter.version
    with sessions.work() as session:
        letter = session.get_one(CouncilLetter, letter_id)
        actions.put_in_own_words(session, letter, Section.CLOSING, "Nieuw.", None, clerk, AFTER)
    with pytest.raises(Changed), sessions.work() as session:
        actions.agree(session, session.get_one(CouncilLetter, letter_id), seen, clerk, AFTER)


def test_a_concept_is_for_those_who_see_more_than_readers(sessions: Sessions, world: World) -> None:
    with sessions.work() as session:
        letter = concept(session, world)
        letter_id = letter.id
        for who in ("clerk", "secretary", "Wethouder Leiden 1"):
            assert letter_for(session, letter_id, world.by(session, who)).id == letter_id
        for who in ("reader", "outsider", "stranger"):
            with pytest.raises(NotFound):
                letter_for(session, letter_id, world.by(session, who))
        with pytest.raises(Forbidden):
            actions.agree(session, letter, None, world.by(session, "Wethouder Leiden 1"), AFTER)


def test_names_come_from_the_letterhead_or_from_whoever_has_the_office(
    sessions: Sessions, world: World
) -> None:
    with sessions.work() as session:
        session.get_one(Person, world.people["Burgemeester Leiden"]).name = "Van der Ven, Zoë"
        leiderdorp = session.get_one(Organisation, world.organisations["Leiderdorp"])
        values = dict.fromkeys(
            ("sender", "address", "contact", "place", "reference_pattern", "council_mailbox", "mayor"), ""
        )
        clerk = world.by(session, "clerk")
        set_letterhead(session, leiderdorp, values | {"secretary": "A. Bakker"}, None, clerk, AFTER)
        letter = concept(session, world)
        names = {one.organisation.name: (one.secretary, one.mayor) for one in letter.copies}
    assert names["Leiden"] == ("", "Van der Ven, Zoë")
    assert names["Leiderdorp"] == ("A. Bakker", "")


def test_long_and_hostile_texts_stand_in_word_as_they_were_typed(sessions: Sessions, world: World) -> None:
    with sessions.work() as session:
        heads(session, world)
        letter = concept(session, world)
        letter.subject = SCRIPT
        clerk = world.by(session, "clerk")
        long = ("Een lange zin over warmte. " * 200)[:5_000].strip()
        actions.put_in_own_words(session, letter, Section.FOUND, long, None, clerk, AFTER)
        actions.put_in_own_words(session, letter, Section.CLOSING, SCRIPT, None, clerk, AFTER)
        one = printed_letter(session, letter)[letter.copies[0].id]
    _head, body = words_of(as_word(one))
    assert long in body
    assert body.count(SCRIPT) == 2


# through the pages


@pytest.fixture
def letter_id(runtime: Runtime, world: World, clock: StandingClock) -> int:
    clock.at = AFTER
    with runtime.work() as session:
        return concept(session, world).id


def test_the_clerk_composes_a_letter_and_puts_it_in_other_words(
    as_someone: AsSomeone, runtime: Runtime, world: World, clock: StandingClock
) -> None:
    clock.at = AFTER
    with runtime.work() as session:
        meeting_id = held(session, world).id
    clerk = as_someone("clerk")
    assert "Raadsbrief schrijven" in clerk.get(f"/meetings/{meeting_id}").text
    form = clerk.get(f"/meetings/{meeting_id}/council-letter/new").text
    assert "Eén besluit wordt niet aangeboden" in form
    assert "grond" not in form
    with runtime.read() as session:
        decision = session.scalars(select(Decision).order_by(Decision.id)).first()
        assert decision is not None
        decision_id = decision.id
    sent = {"subject": "Over warmte", "dated_on": "2019-02-15", "language": "nl", "decisions": [decision_id]}
    answer = clerk.post(f"/meetings/{meeting_id}/council-letter/new", data=sent)
    assert answer.status_code == 303
    page = clerk.get(answer.location).text
    assert "We werken samen aan warmte." in page
    words = f"{answer.location}/words/closing"
    clerk.post(words, data={"text": "Tot ziens.\n\n- een\n- twee"})
    assert "<li>twee</li>" in clerk.get(answer.location).text
    assert "Terug naar de samengestelde tekst" in clerk.get(answer.location).text


def test_typed_words_are_not_lost_when_somebody_else_was_first(as_someone: AsSomeone, letter_id: int) -> None:
    clerk, secretary = as_someone("clerk"), as_someone("secretary")
    words = f"/council-letters/{letter_id}/words/closing"
    clerk.post(words, data={"text": "Van de griffie."})
    answer = secretary.post(words, data={"text": "Van het secretariaat.", "version": ""})
    assert answer.status_code == 409
    assert "Van het secretariaat." in answer.text
    assert "Van de griffie." in answer.text
    clerk.post(f"/council-letters/{letter_id}/agree")
    late = secretary.post(words, data={"text": "Nog een zin.", "version": "1"})
    assert late.status_code == 409
    assert "Nog een zin." in late.text
    assert "is vastgesteld" in late.text


def test_another_meetings_decision_cannot_be_smuggled_into_a_letter(
    as_someone: AsSomeone, runtime: Runtime, world: World, letter_id: int
) -> None:
    with runtime.read() as session:
        closed = session.scalars(select(AgendaItem).where(AgendaItem.closed)).one()
        hidden = session.scalars(select(Decision).where(Decision.agenda_item_id == closed.id)).one()
        hidden_id = hidden.id
    sent = {"subject": "x", "dated_on": "2019-02-15", "language": "nl", "decisions": [hidden_id]}
    answer = as_someone("clerk").post(f"/council-letters/{letter_id}/choice", data=sent)
    assert answer.status_code == 422


def test_a_letterhead_is_set_and_a_wrong_pattern_refused_with_what_was_typed(
    as_someone: AsSomeone, runtime: Runtime, world: World
) -> None:
    clerk = as_someone("clerk")
    page = f"/council-letters/letterheads/{world.organisations['Leiden']}"
    wrong = clerk.post(page, data={"sender": "Gemeente Leiden", "reference_pattern": "{naam}"})
    assert wrong.status_code == 422
    assert "Gemeente Leiden" in wrong.text
    assert "kan alleen" in wrong.text
    bad = clerk.post(page, data={"council_mailbox": "griffie"})
    assert "Dit is geen e-mailadres." in bad.text
    clerk.post(page, data={"sender": "Van der Ven, Zoë & co", "council_mailbox": "griffie@leiden.example"})
    late = as_someone("secretary").post(page, data={"sender": "Te laat"})
    assert late.status_code == 409
    assert "Te laat" in late.text
    with runtime.read() as session:
        assert session.scalars(select(Letterhead)).one().sender == "Van der Ven, Zoë & co"


def test_no_letter_before_the_meeting_begins_or_about_a_cancelled_one(
    sessions: Sessions, world: World, as_someone: AsSomeone, clock: StandingClock
) -> None:
    with sessions.work() as session:
        meeting_id = held(session, world).id
    new = f"/meetings/{meeting_id}/council-letter/new"
    assert as_someone("clerk").get(new).status_code == 409
    with sessions.work() as session:
        meeting = session.get_one(Meeting, meeting_id)
        meetings.cancel(session, meeting, "Sneeuw", None, world.by(session, "secretary"), clock())
    clock.at = AFTER
    assert as_someone("clerk").get(new).status_code == 409


def test_standard_texts_stand_ready_in_the_language_of_the_letter(
    as_someone: AsSomeone, runtime: Runtime, world: World, letter_id: int
) -> None:
    with runtime.work() as session:
        words = Words("Aanleiding", "Op {datum}: {onderwerp}.", (TextPlace.LETTER,))
        add_text(session, world.body(session), words, world.by(session, "clerk"), AFTER)
    clerk, address = as_someone("clerk"), f"/council-letters/{letter_id}/words/closing"
    assert "Op 14 februari 2019: [onderwerp]." in clerk.get(address).text
    with runtime.work() as session:
        session.get_one(CouncilLetter, letter_id).language = "en"
    assert "Op 14 February 2019: [topic]." in clerk.get(address).text
