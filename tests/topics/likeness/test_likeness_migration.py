"""The tables of pairs come and go with topics in the database."""

from __future__ import annotations

from sqlalchemy import select, text

from agenda.core.database import Sessions
from agenda.people.model import Body
from agenda.schema import downgrade, upgrade
from agenda.topics.likeness_model import TopicPair, Verdict
from agenda.topics.model import Purpose, Topic, TopicState, Treatment
from agenda.topics.rules import state_of
from tests.world import START


def _topic(body_id: int, title: str) -> Topic:
    return Topic(
        body_id=body_id,
        title=title,
        purpose=Purpose.INFORM,
        treatment=Treatment.CONSENT,
        minutes=5,
        priority=3,
        created_at=START,
    )


def test_topics_outlive_going_back_a_version_and_forth(database_url: str) -> None:
    sessions = Sessions(database_url)
    with sessions.work() as session:
        body = Body(name="GCO")
        session.add(body)
        session.flush()
        kept, gone = _topic(body.id, "Van der Ven, Zoë"), _topic(body.id, "Bezoek Zoë")
        session.add_all([kept, gone])
        session.flush()
        gone.merged_into_id = kept.id
        session.add(TopicPair(low=kept, high=gone, verdict=Verdict.MERGED, decided_at=START, wording={}))
    downgrade(database_url, "0010")
    with sessions.read() as session:
        titles = session.scalars(text("SELECT title FROM topic ORDER BY id")).all()
        assert titles == ["Van der Ven, Zoë", "Bezoek Zoë"]
    upgrade(database_url)
    with sessions.read() as session:
        states = [state_of(topic) for topic in session.scalars(select(Topic).order_by(Topic.id))]
        # Where nothing leads on any more, what was merged away is withdrawn: it does not come back unasked.
        assert states == [TopicState.OPEN, TopicState.WITHDRAWN]
        assert session.scalars(select(TopicPair)).all() == []
    sessions.close()
