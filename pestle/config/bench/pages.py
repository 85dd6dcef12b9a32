"""Pages at the server: the board with 2,000 open fills, the answer to a scan at filling, what a web worker holds."""

from collections.abc import Callable
from datetime import timedelta
from decimal import Decimal

from django.utils import timezone

from pestle.config.bench import rows
from pestle.config.bench.figures import Figure, Floor, Outcome, Spread, each_timed, spread_of
from pestle.config.bench.rows import OPEN_STATES, Bottle
from pestle.config.bench.scratch import Scratch
from pestle.config.bench.web import Visitor, page_server
from pestle.demo.day.bench import bottle_code
from pestle.demo.page_list import PAGES
from pestle.records.fills import Fill
from pestle.records.people import Worker
from pestle.stations.scanning import label_code
from pestle.terms.roles import Role

OPEN_FILLS = 2_000
BOARD, SCAN, MEMORY = 100.0, 25.0, 110.0
BENCH = Role.CERTIFIED_TECHNICIAN
WHAT_FLOOR = "the smallest answer of the same server: worker, session and rights, no page"


def pages(scratch: Scratch) -> Outcome:
    """Measure pages through the page server, with one worker."""
    by = rows.hands(scratch).technician
    board = _open_fills(scratch, by)
    runs = 40 if scratch.is_quick else 150
    bottles = rows.full_bottles(scratch, products=20, quantity=Decimal(100_000), at=timezone.now())
    to_scan = rows.ready_fills(scratch, bottles, count=runs + 5, at=timezone.now())
    Fill.objects.filter(pk__in=to_scan).update(in_hands_of=by, label_scan_at=None, counted=None)
    outcome = Outcome("pages", f"{board:,} open fills; one web worker, asked over HTTP on this machine, one at a time")
    with page_server(scratch, by) as visitor:
        visitor.get("/board/")
        bare, _ = _asked(visitor, lambda number: visitor.get("/people/here/"), runs)
        looked, board_note = _asked(visitor, lambda number: visitor.get("/board/"), runs)
        before = visitor.cpu_seconds
        labels, scans = _scans(visitor, to_scan, bottles)
        scan_note = _computing(visitor.cpu_seconds - before, 2 * len(to_scan))
        outcome.figures += [
            _figure(
                f"board with {board:,} open fills, p95",
                looked.p95,
                goal=BOARD,
                spread=looked,
                bare=bare,
                note=board_note,
            ),
            _figure("label scanned at filling, p99", labels.p99, goal=SCAN, spread=labels, bare=bare, note=scan_note),
            _figure("bottle scanned at filling, p99", scans.p99, goal=SCAN, spread=scans, bare=bare, note=scan_note),
        ]
        seen = _every_page(scratch, visitor, outcome)
        outcome.figures.append(
            Figure(
                name="memory of the web worker", value=visitor.resident_mb, unit="MB resident", more_is_better=False,
                goal=MEMORY, note=f"after {seen} pages and {len(to_scan) * 2} scans",
                floor=Floor(what="a Python process with Django and nothing asked", value=_bare_memory()),
            )
        )  # fmt: skip
    return outcome


def _asked(visitor: Visitor, ask: Callable[[int], bytes], runs: int) -> tuple[Spread, str]:
    before = visitor.cpu_seconds
    took = each_timed(ask, runs=runs, most_seconds=60)
    return spread_of(took), _computing(visitor.cpu_seconds - before, len(took))


def _computing(seconds: float, answers: int) -> str:
    return f"computing {1000 * seconds / answers:.1f} ms in the worker an answer"


def _open_fills(scratch: Scratch, by: Worker) -> int:
    there = Fill.objects.filter(pharmacy=scratch.pharmacy).open().count()
    missing = max(OPEN_FILLS - there, 0)
    bottles = rows.full_bottles(scratch, products=100, quantity=Decimal(1000), at=timezone.now())
    promised = tuple(timedelta(minutes=minutes) for minutes in range(-60, 240, 7))
    for turn, state in enumerate(OPEN_STATES):
        share = missing // len(OPEN_STATES) + (turn < missing % len(OPEN_STATES))
        packages = [bottles[serial % len(bottles)].lot.package for serial in range(share)]
        if packages:
            rows.open_fills(scratch, packages, state=state, by=by, at=timezone.now(), promised_in=promised)
    return Fill.objects.filter(pharmacy=scratch.pharmacy).open().count()


def _scans(visitor: Visitor, to_scan: list[int], bottles: list[Bottle]) -> tuple[Spread, Spread]:
    """Scan the label and then the bottle of each fill; the whole bench answers each."""
    fills = list(Fill.objects.filter(pk__in=to_scan).select_related("prescription").order_by("pk"))
    codes = {bottle.lot.package_id: bottle_code(bottle.lot) for bottle in bottles}
    labels: list[float] = []
    scans: list[float] = []
    for fill in fills:
        path = f"/filling/{fill.pk}/scan/"
        for took, text in ((labels, label_code(fill)), (scans, codes[fill.package_id or 0])):
            took.extend(each_timed(_sending(visitor, path, text), runs=1, most_seconds=60))
    # The first few warm what the worker keeps.
    return spread_of(labels[5:]), spread_of(scans[5:])


def _sending(visitor: Visitor, path: str, text: str) -> Callable[[int], bytes]:
    return lambda number: visitor.post(path, {"text": text})


def _every_page(scratch: Scratch, visitor: Visitor, outcome: Outcome) -> int:
    seen = 0
    for page in PAGES:
        address = page.address(scratch.pharmacy) if page.role is BENCH else None
        if address is None:
            continue
        try:
            visitor.get(address)
        except RuntimeError as refused:
            outcome.skipped.append(f"{page.title}: {refused}")
        else:
            seen += 1
    return seen


def _figure(name: str, value: float, *, goal: float, spread: Spread, bare: Spread, note: str) -> Figure:
    floor = Floor(what=WHAT_FLOOR, value=bare.p95, spread=bare)
    return Figure(
        name=name, value=value, unit="ms", more_is_better=False, goal=goal, spread=spread, floor=floor, note=note
    )


def _bare_memory() -> float:
    import os
    import subprocess
    import sys

    timed = (
        "import django; django.setup(); "
        "print([line.split()[1] for line in open('/proc/self/status') if line.startswith('VmRSS:')][0])"
    )
    done = subprocess.run([sys.executable, "-c", timed], capture_output=True, text=True, check=False, env=os.environ)
    return round(int(done.stdout or 0) * 1024 / 1_000_000, 1)
