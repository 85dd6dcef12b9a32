"""What everybody at work on the made-up day shares: the pharmacy, chance, the clock on every act, what went wrong.

A person whose act got no answer, because the database or the page server died, sends it again under the same number
until there is one, as a browser does.
"""

import sys
import threading
import time
import traceback
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import partial
from hashlib import sha256
from typing import Any, TypeVar
from uuid import uuid4

from django.db import InterfaceError, OperationalError, connection, models
from django.utils import timezone

from pestle.demo.chaos import rivals
from pestle.demo.chaos.windows import FORMS, Form, Unanswered, Window
from pestle.demo.day.lines import Lines
from pestle.demo.day.tally import Tally
from pestle.demo.orders import Order
from pestle.records.fills import Fill
from pestle.records.people import Worker
from pestle.records.pharmacies import Pharmacy
from pestle.stations import waiting
from pestle.terms.findings import Refused
from pestle.terms.roles import Role

Answer = TypeVar("Answer", bound=models.Model | None)
Found = TypeVar("Found")
# Somebody was faster, or the row was read a moment too early: looked at again, nothing is wrong.
SOMEBODY_WAS_FASTER = frozenset(
    {"compare_and_set", "event_numbered_once", "deadlock", "one_pair_of_hands", "only_along_the_table", "who_may"}
)
DOUBLE_CLICKS = 3.0
# How a database says that it is away.
AWAY = (OperationalError, InterfaceError)
NO_ANSWER = (*AWAY, Unanswered)
WAITS_SECONDS, PATIENCE_SECONDS = 0.3, 180.0


@dataclass(frozen=True, slots=True)
class Dice:
    """Chance that depends on the seed and on what it is about, never on who was faster."""

    seed: str

    def happens(self, percent: float, *about: object) -> bool:
        """This will tell whether something happens to this one, so many times of a hundred."""
        return self.number(*about) % 10_000 < percent * 100

    def number(self, *about: object) -> int:
        """This will give a number for this one, the same each time."""
        return int.from_bytes(sha256("|".join(map(str, (self.seed, *about))).encode()).digest()[:6], "big")


@dataclass(slots=True)
class Desk:
    """The day as its people share it; every method may be called from every thread."""

    pharmacy: Pharmacy
    dice: Dice
    lines: Lines
    tally: Tally
    orders: dict[str, Order]
    stop: threading.Event
    began_at: datetime
    leaving: float = 0.0
    gives_up_after: float = 90.0
    # On a day of faults: so many of a hundred acts go through a page, and so many are done by two people at once.
    by_page: float = 0.0
    at_once: float = 0.0
    windows: Mapping[str, Window] = field(default_factory=dict)
    workers: dict[str, Worker] = field(default_factory=dict)
    seconds: dict[str, list[float]] = field(default_factory=lambda: defaultdict(list))
    refusals: Counter[str] = field(default_factory=Counter)
    faults: list[str] = field(default_factory=list)
    met: Counter[str] = field(default_factory=Counter)
    last_done: float = field(default_factory=time.monotonic)
    closing: threading.Event = field(default_factory=threading.Event)
    _taken: set[object] = field(default_factory=set)
    _left: dict[object, float] = field(default_factory=dict)
    _times: Counter[str] = field(default_factory=Counter)
    _turn: threading.Lock = field(default_factory=threading.Lock)

    def act(self, function: Callable[..., Answer], *, by: Worker, **given: Any) -> Answer:
        """This will do one act as its page would, with the time it took; now and then with a double click.

        On a day of faults some acts go through the real page, and some are done by a second person at the same instant.
        """
        act_id, started = uuid4(), time.monotonic()
        told = {"act_id": act_id, "by": by, "at": timezone.now(), **given}
        name = f"{function.__module__.rpartition('.')[2]}.{function.__name__}"
        form = self._form(name, given)
        once = partial(self._sent, form, told) if form else partial(function, **told)
        try:
            if (rival := rivals.rival_for(self, name, by)) is not None:
                other = partial(function, **{**told, "act_id": uuid4(), "by": rival})
                answer: Answer = rivals.both(self, name, once, other)
            else:
                answer = self.until_answered(once)
            if act_id.int % 1000 < DOUBLE_CLICKS * 10 and rival is None:
                answer = self.until_answered(once)
                self.meet("double clicks")
        except Refused as refusal:
            with self._turn:
                self.refusals.update(f"{name}: {finding.rule}" for finding in refusal.findings)
            raise
        finally:
            with self._turn:
                self.seconds[name].append(time.monotonic() - started)
                self.last_done = time.monotonic()
        return answer

    def until_answered(self, ask: Callable[[], Found]) -> Found:
        """This will ask again and again until there is an answer; raises the last fault when patience is over."""
        deadline = time.monotonic() + PATIENCE_SECONDS
        while True:
            try:
                return ask()
            except NO_ANSWER as fault:
                if isinstance(fault, AWAY):
                    connection.close()
                if time.monotonic() > deadline or self.closing.is_set():
                    raise
                self.meet("asked again")
            time.sleep(WAITS_SECONDS)

    @property
    def acts(self) -> int:
        """How many acts were answered so far."""
        with self._turn:
            return sum(map(len, self.seconds.values()))

    def chance(self, percent: float, what: str) -> bool:
        """This will tell whether something happens this time: the first, second ... time of it by the seed."""
        with self._turn:
            self._times[what] += 1
            number = self._times[what]
        return self.dice.happens(percent, what, number)

    def _form(self, name: str, given: dict[str, Any]) -> Form | None:
        write = FORMS.get(name)
        if write is None or not self.by_page or not self.chance(self.by_page, f"by page {name}"):
            return None
        try:
            return write(**given)
        except TypeError:
            # Said with more than this page has fields for, such as a pharmacist's reason.
            return None

    def _sent(self, form: Form, told: dict[str, Any]) -> Any:
        answer = self.windows[told["by"].given].send(form, told["act_id"])
        self.meet("acts through a page")
        return answer

    @contextmanager
    def at_work_on(self, thing: object) -> Iterator[bool]:
        """This will keep two people from the same piece of work; gives whether it is free."""
        with self._turn:
            is_free = thing not in self._taken and self._left.get(thing, 0.0) <= time.monotonic()
            if is_free:
                self._taken.add(thing)
        try:
            yield is_free
        finally:
            if is_free:
                with self._turn:
                    self._taken.discard(thing)

    def is_left(self, *about: object) -> bool:
        """This will tell whether everybody leaves a piece of work where it stands on this day, to be looked at."""
        return self.leaving > 0 and self.dice.happens(self.leaving, "left", *about)

    def leave(self, thing: object, seconds: float) -> None:
        """This will let everybody pass a piece of work by for a while."""
        with self._turn:
            self._left[thing] = time.monotonic() + seconds

    def meet(self, what: str) -> None:
        """This will count something that happened on this day."""
        with self._turn:
            self.met[what] += 1

    def note_fault(self, where: str) -> None:
        """This will keep a fault of the program that nobody at the counter could mend.

        A database that was away is none: whoever looked at something looks again.
        """
        if isinstance(sys.exception(), AWAY):
            connection.close()
            self.meet("looked again")
            time.sleep(WAITS_SECONDS)
            return
        with self._turn:
            self.faults.append(f"{where}: {traceback.format_exc(limit=-6)}")

    def order_of(self, fill: Fill) -> Order | None:
        """This will give the order behind a fill, where it came from a prescriber today."""
        return self.orders.get(fill.prescription.order_number)

    def put_aside(self, fill: Fill, refusal: Refused | str, *, by: Worker, owner: Role = Role.PHARMACIST) -> None:
        """This will hold what nobody at the bench can go on with: with its reason, an owner, and until tomorrow."""
        sentence = str(refusal)
        self.meet("held")
        self.act(
            waiting.hold, by=by, fill_id=fill.pk, reason="pharmacist", remark=sentence[:200],
            wakes_at=timezone.now() + timedelta(days=1), owner_role=owner.value,
        )  # fmt: skip


def is_somebody_faster(refusal: Refused) -> bool:
    """This will tell whether a refusal only says that the row has moved on."""
    return all(finding.rule in SOMEBODY_WAS_FASTER for finding in refusal.findings)


def rules_of(refusal: Refused) -> set[str]:
    """This will give the names of the rules in the way."""
    return {finding.rule for finding in refusal.findings}
