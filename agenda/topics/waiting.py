"""How long guests wait while topics of others are treated, and the order in which they wait least. Pure."""

from __future__ import annotations

from collections.abc import Collection, Sequence

# The best order looks at every set of topics that can have been treated: up to so many topics in a second.
EXACT = 14


def minutes_waited(
    order: Sequence[int], minutes: Sequence[int], guests: Sequence[Collection[int] | Collection[str]]
) -> int:
    """Add up, for each guest, the minutes of topics of others between the first and the last of their own."""
    waited = 0
    for guest in {guest for here in guests for guest in here}:
        own = [place for place, topic in enumerate(order) if guest in guests[topic]]
        between = order[own[0] : own[-1] + 1]
        waited += sum(minutes[topic] for topic in between if guest not in guests[topic])
    return waited


def least_waiting(
    minutes: Sequence[int],
    guests: Sequence[Collection[int] | Collection[str]],
    after: Sequence[int],
    kinds: Sequence[bool] = (),
) -> list[int]:
    """Give the order in which guests wait least; among equals the one nearest to the order given.

    `after` holds for each topic, as bits, which others come before it; the order given keeps to that. With
    `kinds` a topic only takes the place of one of its own kind. Meant
    for at most EXACT topics: it looks at every set of topics treated so far (a shortest path over those
    sets, Held and Karp 1962).
    """
    number = len(minutes)
    every = (1 << number) - 1
    names = {guest for here in guests for guest in here}
    whose = [sum(1 << topic for topic in range(number) if guest in guests[topic]) for guest in names]
    whose = [topics for topics in whose if topics.bit_count() > 1]
    best: dict[int, tuple[int, tuple[int, ...]]] = {0: (0, ())}
    for at in range(number):
        further: dict[int, tuple[int, tuple[int, ...]]] = {}
        for done, (cost, order) in best.items():
            present = [topics for topics in whose if topics & done and topics & ~done]
            for topic in range(number):
                bit = 1 << topic
                if done & bit or after[topic] & ~done or (kinds and kinds[topic] != kinds[at]):
                    continue
                idle = sum(1 for topics in present if not topics & bit)
                found = (cost + idle * minutes[topic], (*order, topic))
                if (done | bit) not in further or found < further[done | bit]:
                    further[done | bit] = found
        best = further
    return list(best[every][1])
