"""Carries out the faults of a day, one after the other, while people are at work; and lets everything come back."""

import random
import threading
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, Protocol

from django.db import connection, transaction

from pestle.demo.chaos import plan
from pestle.demo.chaos.plan import Fault
from pestle.demo.chaos.second_thoughts import SecondThoughts
from pestle.demo.chaos.windows import LOOKED_AT, PageFault, Unanswered
from pestle.demo.day.desk import AWAY, Desk

# What was killed works a moment before it is killed again, and the day goes on a little: where nothing runs, nothing is
# proved. So many acts between two kills, unless they do not come.
LIVES_SECONDS, ACTS_BETWEEN, WAITS_FOR_ACTS_SECONDS = 4.0, 12, 15.0
LEAST_PAUSE_SECONDS, MOST_PAUSE_SECONDS = 3.0, 8.0
LOOKS_EVERY_SECONDS = 1.0
COMES_BACK_WITHIN_SECONDS = 90.0
LEAST_ROUNDS = 2
# What people count on a day of faults, by its name in the report.
COUNTED = {
    "asked_again": "asked again", "looked_again": "looked again", "acts_through_pages": "acts through a page",
    "two_at_once": "two at once", "double_clicks": "double clicks",
}  # fmt: skip


class Plugs(Protocol):
    """Whoever can kill the programs of the open pharmacy."""

    def kill(self, name: str, drawn: int) -> bool:
        """This will kill one process of a program with -9; gives whether there was one."""

    def unplug(self, name: str, seconds: float) -> None:
        """This will end a program and let nobody start it for a while."""

    def is_up(self, name: str, seconds: float) -> bool:
        """This will tell whether a program has been running for so many seconds."""


@dataclass(slots=True)
class Storm:
    """The faults of one day, from a seed; `hours` of them, or for as long as the day has work."""

    plugs: Plugs
    seed: int
    seconds: float = 0.0
    counted: Counter[str] = field(default_factory=Counter)
    pages_seen: Counter[str] = field(default_factory=Counter)
    over: threading.Event = field(default_factory=threading.Event)
    _page_seen_at: float = 0.0
    _acts_at_last_kill: int = 0
    _began: float = field(default_factory=time.monotonic)
    _threads: list[threading.Thread] = field(default_factory=list)

    @property
    def kills(self) -> dict[str, int]:
        """How often each of our own programs was killed."""
        return {name: self.counted[f"{name} killed"] for name in plan.OURS}

    @property
    def has_raged(self) -> bool:
        """Whether its time is over, and everything was killed more than once."""
        is_late = time.monotonic() - self._began >= self.seconds
        return is_late and min(self.kills.values()) >= LEAST_ROUNDS

    def begin(self, desk: Desk) -> None:
        """This will let the faults begin, each kind in a thread of its own."""
        thoughts = SecondThoughts(desk)
        for work in (self._rage, self._look, lambda desk: self._often(desk, thoughts.come)):
            thread = threading.Thread(target=self._work, args=(desk, work), daemon=True)
            self._threads.append(thread)
            thread.start()

    def end(self) -> bool:
        """This will stop the faults and wait for every program to be up again; gives whether all came back."""
        self.over.set()
        for thread in self._threads:
            thread.join(timeout=60)
        deadline = time.monotonic() + COMES_BACK_WITHIN_SECONDS
        everyone = (*plan.OURS, plan.PAYERS, plan.PRESCRIBERS, plan.PRINTER)
        while not all(self.plugs.is_up(name, LIVES_SECONDS) for name in everyone):
            if time.monotonic() > deadline:
                return False
            time.sleep(0.2)
        return True

    def told(self, desk: Desk) -> dict[str, Any]:
        """This will give what was killed, what went wrong and how often people had to ask again, for the report."""
        kills = self.kills
        killed = {f"{name} killed" for name in plan.OURS}
        return {
            "kills": {**kills, "all": sum(kills.values())},
            "faults": {words: times for words, times in sorted(self.counted.items()) if words not in killed},
            "pages": dict(sorted(self.pages_seen.items())),
            **{name: desk.met[words] for name, words in COUNTED.items()},
        }

    def _work(self, desk: Desk, work: Callable[[Desk], None]) -> None:
        try:
            work(desk)
        except Exception:
            desk.note_fault("the storm")
        finally:
            connection.close()

    def _rage(self, desk: Desk) -> None:
        for fault in plan.faults(self.seed, least_pause=LEAST_PAUSE_SECONDS, most_pause=MOST_PAUSE_SECONDS):
            if self.over.wait(fault.after) or not self._waited_for(fault, desk):
                return
            try:
                if self._happens(fault, desk):
                    self.counted[fault.words] += 1
            except AWAY:
                connection.close()
            except OSError:
                # The partner that should fail is dead already.
                continue

    def _waited_for(self, fault: Fault, desk: Desk) -> bool:
        """Wait until what is to be killed has come back and worked; gives whether the storm still goes on."""
        since, enough = time.monotonic(), self._acts_at_last_kill + ACTS_BETWEEN
        while fault.kind == plan.KILL and not self.over.wait(0.2):
            has_worked = desk.acts >= enough or time.monotonic() - since > WAITS_FOR_ACTS_SECONDS
            has_shown = fault.what != plan.PAGES or self._page_seen_at > 0
            if has_worked and has_shown and self.plugs.is_up(fault.what, LIVES_SECONDS):
                break
        return not self.over.is_set()

    def _happens(self, fault: Fault, desk: Desk) -> bool:
        if fault.kind == plan.KILL:
            if fault.what == plan.PAGES:
                self._page_seen_at = 0.0
            self._acts_at_last_kill = desk.acts
            return self.plugs.kill(fault.what, fault.drawn)
        if fault.kind == plan.UNPLUG:
            self.plugs.unplug(fault.what, fault.seconds)
        elif fault.kind == plan.SLOW_OUTBOX:
            self._hold_the_outbox(fault.seconds)
        elif fault.kind == plan.PAYER:
            desk.lines.payer("fail", how=fault.what, times=1, seconds=fault.seconds)
        else:
            desk.lines.network("fail", how=fault.what, times=1, seconds=fault.seconds)
        return True

    def _hold_the_outbox(self, seconds: float) -> None:
        """Let every write to the outbox wait, as on a disk that hangs."""
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("LOCK TABLE records_message IN SHARE ROW EXCLUSIVE MODE")
            self.over.wait(seconds)

    def _look(self, desk: Desk) -> None:
        """Look at the pages all day long, as somebody does who waits for the board to move."""
        chance = random.Random(f"{self.seed} looks")
        while not self.over.wait(LOOKS_EVERY_SECONDS / 2):
            path = chance.choice(LOOKED_AT)
            try:
                desk.windows["Priya"].look(path)
                self._page_seen_at = time.monotonic()
                self.pages_seen["shown"] += 1
            except Unanswered:
                self.pages_seen["not answered, asked again"] += 1
            except PageFault as fault:
                desk.faults.append(str(fault))

    def _often(self, desk: Desk, come: Callable[[], None]) -> None:
        while not self.over.wait(LOOKS_EVERY_SECONDS):
            try:
                come()
            except AWAY:
                connection.close()
