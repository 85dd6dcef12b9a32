"""A whole day at the made-up pharmacy, through the same acts of the same stations that the pages call.

Partners, the page server and the background worker run beside it as programs of their own; here are only the people.
"""

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from random import Random
from typing import Any

from django.db import connection
from django.db.models import Count
from django.utils import timezone

from pestle.demo import orders
from pestle.demo.chaos.flurry import flurry
from pestle.demo.chaos.storm import Storm
from pestle.demo.chaos.windows import windows_at
from pestle.demo.day import arrivals, staff
from pestle.demo.day.arrivals import Arrivals
from pestle.demo.day.desk import AWAY, Desk, Dice
from pestle.demo.day.lines import Lines
from pestle.demo.day.report import MAY_STAND, Before, report
from pestle.demo.day.tally import Tally, given_to_patients
from pestle.demo.people import STAFF
from pestle.flows.claim import ClaimState
from pestle.records.claims import Claim
from pestle.records.fills import Fill
from pestle.records.messages import Message
from pestle.records.people import Worker
from pestle.records.pharmacies import Bench, Pharmacy
from pestle.stations import people

Say = Callable[[dict[str, int]], None]
LOOKS_EVERY_SECONDS = 0.5
QUIET_SECONDS = 4.0
GIVES_UP_IN_A_STORM_SECONDS = 240.0
# Of a hundred acts on a day of faults: through a page, and by two people at once.
BY_PAGE, AT_ONCE = 40.0, 8.0
# What the payers' line does on this day, beside what it does by itself.
TROUBLES = (("slow", 2), ("duplicate", 2), ("close", 1), ("half", 1), ("garbage", 1), ("stray", 1), ("lost", 1))


def run(
    pharmacy: Pharmacy,
    *,
    lines: Lines,
    labels: Path,
    prescriptions: int,
    seed: int,
    hours: float = 0.0,
    leaving: float = 0.0,
    stop: threading.Event | None = None,
    say: Say = lambda _: None,
    storm: Storm | None = None,
    url: str = "",
) -> dict[str, Any]:
    """This will work a day with so many prescriptions until everything is final or waits with a reason; gives a report.

    `labels` is the printer's folder. `hours` spreads what comes over so many hours; without them it comes at once.
    `leaving` leaves so many of a hundred lying at each station, so that there is something to see everywhere. A `storm`
    makes it a day of faults, on which some of the acts go through the pages at `url`.
    """
    lines.wait_until_open()
    stop = stop or threading.Event()
    desk, coming = _morning(pharmacy, lines, prescriptions=prescriptions, seed=seed, seconds=hours * 3600)
    desk.leaving, desk.closing = leaving, stop
    before = Before(given_to_patients(pharmacy), _labels_in(labels))
    began = time.monotonic()
    for how, times in TROUBLES:
        lines.payer("fail", how=how, times=times, seconds=1)
    if storm is not None:
        _prepare_for(storm, desk, coming, url)
    with _at_work(desk, coming):
        if storm is not None:
            storm.begin(desk)
        coming.send(desk, seconds=hours * 3600)
        _wait_for_evening(desk, coming, stop, say, storm)
        if storm is not None:
            _after(storm, desk)
            _wait_for_evening(desk, coming, stop, say, None)
    if stop.is_set():
        # Somebody closed the pharmacy before the evening: there is nothing to hold against each other.
        raise KeyboardInterrupt
    sent = [order.number for order in coming.electronic if order.kind == "NewRx"]
    told = report(desk, before, sent=sent, labels=_labels_in(labels), wall_seconds=time.monotonic() - began)
    return told | ({"chaos": storm.told(desk)} if storm is not None else {})


def _prepare_for(storm: Storm, desk: Desk, coming: Arrivals, url: str) -> None:
    desk.windows, desk.by_page, desk.at_once = windows_at(url), BY_PAGE, AT_ONCE
    desk.gives_up_after = GIVES_UP_IN_A_STORM_SECONDS
    coming.electronic = flurry(coming.electronic, Random(f"{storm.seed} flurry"))


def _after(storm: Storm, desk: Desk) -> None:
    if not storm.end():
        desk.faults.append("not every program came back after the last fault")
    desk.last_done = time.monotonic()


def _morning(
    pharmacy: Pharmacy, lines: Lines, *, prescriptions: int, seed: int, seconds: float
) -> tuple[Desk, Arrivals]:
    at, number = timezone.now(), arrivals.next_run(pharmacy, seed)
    written = orders.write_day(pharmacy, count=prescriptions, seed=seed, run=number, at=at)
    desk = Desk(
        pharmacy=pharmacy, dice=Dice(f"{seed} {number}"), lines=lines, tally=Tally.of_the_morning(pharmacy),
        orders={order.number: order for order in written if order.kind == "NewRx"}, stop=threading.Event(),
        began_at=at,
        workers={each.given: each for each in Worker.objects.filter(pharmacy=pharmacy).select_related("pharmacy")},
    )  # fmt: skip
    chance = Random(f"{seed} {number} ways")
    return desk, arrivals.ways_of(written, chance=chance, pharmacy=pharmacy, seconds=seconds)


@contextmanager
def _at_work(desk: Desk, coming: Arrivals) -> Iterator[None]:
    threads = [
        threading.Thread(target=_shift, args=(desk, name, duties), name=name, daemon=True)
        for name, duties in staff.who_does_what(coming)
    ]
    for thread in threads:
        thread.start()
    try:
        yield
    finally:
        desk.stop.set()
        for thread in threads:
            thread.join(timeout=60)


def _shift(desk: Desk, name: str, duties: tuple[staff.Duty, ...]) -> None:
    by = desk.until_answered(lambda: Worker.objects.select_related("pharmacy").get(pk=desk.workers[name].pk))
    bench = desk.until_answered(lambda: _bench_of(desk, name))
    try:
        if bench is not None:
            desk.act(people.take_bench, by=by, bench_id=bench.pk)
        while not desk.stop.is_set():
            try:
                was_busy = any(duty(desk, by) for duty in duties)
            except Exception:
                desk.note_fault(name)
                was_busy = False
            if not was_busy:
                desk.stop.wait(0.25)
        if bench is not None and not desk.leaving:
            desk.act(people.leave_bench, by=by, bench_id=bench.pk)
    finally:
        connection.close()


def _bench_of(desk: Desk, name: str) -> Bench | None:
    place = next(person.bench for person in STAFF if person.given == name)
    return Bench.objects.filter(pharmacy=desk.pharmacy, name=place).first()


def _wait_for_evening(desk: Desk, coming: Arrivals, stop: threading.Event, say: Say, storm: Storm | None) -> None:
    """Wait until nothing is left to do, and in a storm until it has raged; or until nothing has been done for long."""
    while not stop.wait(LOOKS_EVERY_SECONDS):
        try:
            say(_states(desk))
            idle = time.monotonic() - desk.last_done
            is_over = storm is None or storm.has_raged
            is_quiet = idle > QUIET_SECONDS and is_over and _is_evening(desk, coming)
        except (*AWAY, OSError):
            # The database or a partner is away for a moment: look again.
            connection.close()
            continue
        if is_quiet or (idle > desk.gives_up_after and is_over):
            return


def _states(desk: Desk) -> dict[str, int]:
    fills = Fill.objects.filter(pharmacy=desk.pharmacy, made_at__gte=desk.began_at)
    return dict(fills.values_list("state").annotate(number=Count("pk")).order_by("state"))


def _is_evening(desk: Desk, coming: Arrivals) -> bool:
    if desk.leaving:
        return not coming.counter and not desk.lines.network("waiting")["waiting"]
    under_way = [ClaimState.WAITING, ClaimState.SENT, ClaimState.UNANSWERED, ClaimState.REVERSING]
    return not (
        coming.counter
        or desk.lines.network("waiting")["waiting"]
        or Fill.objects.filter(pharmacy=desk.pharmacy).exclude(state__in=MAY_STAND).exists()
        or Fill.objects.filter(pharmacy=desk.pharmacy, state="unanswered").exists()
        or Claim.objects.filter(pharmacy=desk.pharmacy, state__in=under_way).exists()
        or Message.objects.filter(pharmacy=desk.pharmacy).going_out().exists()
    )


def _labels_in(folder: Path) -> int:
    return sum(1 for _ in folder.glob("*.zpl")) if folder.is_dir() else 0
