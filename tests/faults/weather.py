"""What befalls the house, chosen by a seed: the same seed, the same order of faults."""

from __future__ import annotations

import random
import time
from collections import Counter
from collections.abc import Callable
from datetime import timedelta

from tests.faults.databases import Postgres
from tests.faults.house import START_SECONDS, House
from tests.faults.process import Program, listens
from tests.faults.smtp_server import KINDS

# How often each comes beside the kills, of what is not a kill.
OTHERS = (
    "stands still",
    "mail server away",
    "mailbox torn",
    "mailbox away",
    "slow database",
    "cable torn",
    "full disk",
    "time passes",
)
LEASE = timedelta(minutes=16)
DAY = timedelta(days=1)
SOME_WORK = 3.0
WHILE_IT_STARTS = 0.05
# On a slow machine kills come late; the other faults are to come all the same.
KILL_WHEN_BEHIND = 0.9
# On a slow machine the last kills come afterwards, within so much of the time that was asked.
LONGER = 1.25
# It costs no time, so it changes while other things are at hand; often enough to last for some letters.
WEATHER_CHANGES = 0.4


class Weather:
    """Lets one fault after another happen, and counts them by kind."""

    def __init__(self, house: House, seed: int) -> None:
        self.house = house
        self.dice = random.Random(seed)
        self.counted: Counter[str] = Counter()
        self.serving_since: float | None = None
        # As long as the web takes on this machine and today: a worker is not quicker.
        self.starting = max(house.starting, SOME_WORK)

    @property
    def kills(self) -> int:
        """How often something was killed."""
        return sum(number for kind, number in self.counted.items() if kind.startswith("kill"))

    def go_on(self, seconds: float, kills: int, stop: Callable[[], bool] = lambda: False) -> None:
        """Let faults happen for so long, with so many kills spread over it."""
        began = time.monotonic()
        next_day = began + seconds / 8
        while not stop():
            spent = time.monotonic() - began
            if spent > seconds * (1.0 if self.kills >= kills else LONGER):
                break
            behind = self.kills < kills * spent / seconds
            if self.dice.random() < WEATHER_CHANGES:
                self._change_the_mail_server()
            if time.monotonic() > next_day:
                next_day = time.monotonic() + max(seconds / 8, 12)
                self.house.wind(DAY)
                self.counted["a day passes"] += 1
            elif behind and self.dice.random() < KILL_WHEN_BEHIND:
                self._kill()
            else:
                self._other()
            self.house.watch()
            time.sleep(self.dice.uniform(0.5, 2.5))
        self.clear_up()

    def clear_up(self) -> None:
        """Let everything work again."""
        house = self.house
        house.weather("fine", 0.0)
        house.down.clear()
        if isinstance(house.database, Postgres):
            house.database.proxy.delay = 0.0
        if house.imap is not None:
            house.imap.unplugged = False
        until = time.monotonic() + START_SECONDS
        while not (listens(house.smtp_port) and listens(house.port)) and time.monotonic() < until:
            house.watch()
            time.sleep(0.1)
        house.watch()

    def _kill(self) -> None:
        """Kill one that is at work, now and then one that starts: who only kills what starts sees nothing."""
        starting_too = self.dice.random() < WHILE_IT_STARTS
        serves = self._serves()
        victims = ["web"] * 2 if serves or starting_too else []
        ready = [worker for worker in self.house.workers if starting_too or worker.age > self.starting]
        victims += ["worker"] * (3 if ready else 0)
        victims += ["database"] if serves and isinstance(self.house.database, Postgres) else []
        if not victims:
            return
        victim = self.dice.choice(victims)
        if victim == "database":
            done = self.house.database.kill(gently=self.dice.random() < 0.5)
        else:
            done = (self.house.web if victim == "web" else self.dice.choice(ready)).kill()
        if done:
            self.counted[f"kill {victim}"] += 1
        if victim != "worker":
            self.serving_since = None

    def _serves(self) -> bool:
        """Tell whether the web has answered for a while."""
        if not listens(self.house.port):
            self.serving_since = None
            return False
        self.serving_since = self.serving_since or time.monotonic()
        return time.monotonic() - self.serving_since > SOME_WORK

    def _other(self) -> None:
        what = self.dice.choice(OTHERS)
        house, seconds = self.house, self.dice.uniform(1.0, 5.0)
        if what == "stands still":
            self._stand_still(self.dice.choice([house.web, *house.workers]), seconds)
        elif what == "mail server away":
            house.down.add("smtp")
            house.smtp.kill()
            time.sleep(seconds)
            house.down.discard("smtp")
        elif what in ("mailbox torn", "mailbox away"):
            if house.imap is None:
                return
            house.imap.unplugged = what == "mailbox away"
            house.imap.tear()
            time.sleep(seconds)
            house.imap.unplugged = False
        elif what == "slow database":
            # Now and then for longer than anybody on SQLite waits.
            house.database.slow_down(seconds if self.dice.random() < 0.8 else 12.0)
        elif what == "cable torn":
            if not isinstance(house.database, Postgres):
                return
            house.database.proxy.tear()
        elif what == "full disk":
            if not house.disk.fill(seconds):
                return
            self._mend_database()
        elif what == "time passes":
            house.wind(LEASE)
        self.counted[what] += 1

    def _change_the_mail_server(self) -> None:
        kind = self.dice.choice(KINDS)
        self.house.weather(kind, self.dice.choice((0.3, 0.6, 1.0)) if "550" not in kind else 0.1)

    def _stand_still(self, program: Program, seconds: float) -> None:
        if program.freeze():
            time.sleep(seconds * 2)
            program.thaw()

    def _mend_database(self) -> None:
        """A server that could not write ends itself; whoever keeps it starts it again."""
        database = self.house.database
        if (
            isinstance(database, Postgres)
            and database.server is not None
            and database.server.poll() is not None
        ):
            database.start()
