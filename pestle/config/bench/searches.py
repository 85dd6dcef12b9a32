"""Finding: patients among a million, drugs among all packages; in the database and over HTTP."""

import random
import time
from collections.abc import Callable, Sequence
from typing import Any
from urllib.parse import urlencode

from django.db import connection
from django.utils import timezone

from pestle.config.bench import rows
from pestle.config.bench.figures import Figure, Floor, Outcome, each_timed, spread_of
from pestle.config.bench.scratch import Scratch
from pestle.config.bench.web import page_server
from pestle.flows.fill import FillState
from pestle.records import search
from pestle.records.catalogue import Package, Product
from pestle.records.patients import Patient
from pestle.stations.entry import profiles

IN_DATABASE, OVER_HTTP = 5.0, 50.0
DRUGS = (
    "lisinopril 10", "lisin", "amox 500", "metformin er", "atorva", "warfarin 5 mg", "hctz", "losartan potassium 50",
    "albuterol", "insulin glargine", "sertraline 100", "levothyroxine 75 mcg", "omep", "gabapentin 300 cap",
    "prednisone", "ibuprofen 800", "oxycodone", "zolpidem tartrate", "fluticasone nasal", "amlodpine",
)  # fmt: skip


def searches(scratch: Scratch) -> Outcome:
    """Measure the two searches people wait for."""
    patients = rows.make_city(scratch)
    packages, products = Package.objects.count(), Product.objects.count()
    outcome = Outcome("searches", f"{patients:,} patients; {packages:,} packages of {products:,} products")
    runs = 60 if scratch.is_quick else 300
    names = _patients_typed(scratch, runs)
    drugs = [DRUGS[number % len(DRUGS)] for number in range(runs)]
    stocked = search.stocked_products(scratch.pharmacy.pk)
    day = timezone.localdate()

    def find_patient(text: str) -> object:
        return profiles.find(text, scratch.pharmacy)

    def find_drug(text: str) -> object:
        return search.search(text, on=day, stocked=stocked)

    outcome.figures += [
        _in_database("patient search, p95 in the database", find_patient, names),
        _in_database("drug search, p95 in the database", find_drug, drugs),
    ]
    at, package = timezone.now(), Package.objects.filter(stock_items__pharmacy=scratch.pharmacy)[:1]
    (fill,) = rows.open_fills(
        scratch, list(package), state=FillState.IN_ENTRY, by=rows.hands(scratch).technician, at=at
    )
    entry = f"/data-entry/{fill}/drugs/"
    with page_server(scratch, rows.hands(scratch).technician) as visitor:
        visitor.get("/patients/?q=cleo+marchetti")
        outcome.figures += [
            _over_http("patient search, p95 over HTTP", visitor.get, [f"/patients/?{_q(text)}" for text in names]),
            _over_http(
                "drug search at data entry, p95 over HTTP",
                visitor.get,
                [f"{entry}?{_q(text, 'drug')}" for text in drugs],
            ),
        ]
    return outcome


def _patients_typed(scratch: Scratch, count: int) -> list[str]:
    """Give what people type at the counter: beginnings of both names, a name and birth date, a telephone number."""
    chance = random.Random(7)  # noqa: S311 (no secret)
    ids = Patient.objects.filter(pharmacy=scratch.pharmacy).order_by("-pk").values_list("pk", flat=True)[:1]
    newest = ids[0]
    found = Patient.objects.filter(pk__in=[newest - chance.randrange(scratch.patients - 1000) for _ in range(count)])
    people = list(found.values_list("family", "given", "birth_on", "phone"))
    ways: tuple[Callable[[Any], str], ...] = (
        lambda who: f"{who[0][:5]} {who[1][:3]}",
        lambda who: f"{who[0]} {who[2]:%m/%d/%Y}",
        lambda who: f"{who[0]} {who[1]}",
        lambda who: str(who[3]),
        lambda who: f"{who[0][:4]}",
    )
    return [ways[number % len(ways)](who).lower() for number, who in enumerate(people)]


def _in_database(name: str, find: Callable[[str], object], texts: Sequence[str]) -> Figure:
    find(texts[0])
    spent = [_database_seconds(find, text) for text in texts]
    spread = spread_of(spent)
    return Figure(
        name=name, value=spread.p95, unit="ms", more_is_better=False, goal=IN_DATABASE, spread=spread,
        floor=_round_trip(), note="all statements of one search",
    )  # fmt: skip


def _round_trip() -> Floor:
    def nothing(number: int) -> None:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")

    spread = spread_of(each_timed(nothing, runs=300, most_seconds=2))
    return Floor(what="a statement that finds nothing", value=spread.p95, spread=spread)


def _database_seconds(find: Callable[[str], object], text: str) -> float:
    spent = 0.0

    def clocked(execute: Callable[..., Any], *given: Any) -> Any:
        nonlocal spent
        begun = time.perf_counter()
        try:
            return execute(*given)
        finally:
            spent += time.perf_counter() - begun

    with connection.execute_wrapper(clocked):
        find(text)
    return spent


def _over_http(name: str, get: Callable[[str], bytes], paths: Sequence[str]) -> Figure:
    spread = spread_of(each_timed(lambda number: get(paths[number]), runs=len(paths), most_seconds=30))
    bare = spread_of(each_timed(lambda number: get("/people/here/"), runs=50, most_seconds=5))
    return Figure(
        name=name, value=spread.p95, unit="ms", more_is_better=False, goal=OVER_HTTP, spread=spread,
        floor=Floor(what="the smallest answer of the same server", value=bare.p95, spread=bare),
    )  # fmt: skip


def _q(text: str, name: str = "q") -> str:
    return urlencode({name: text})
