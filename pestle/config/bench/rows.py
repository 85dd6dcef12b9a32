"""Rows to measure with, made in bulk: fills ready to be finished, fills at every station, a city of patients.

Bulk rows have the same history as worked ones, event for event, so that the audit holds over them too.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any
from uuid import uuid4
from zoneinfo import ZoneInfo

import psycopg
from django.db import transaction

from pestle.config.bench.scratch import Scratch
from pestle.demo import names
from pestle.flows.fill import FillState
from pestle.ledger.entries import move
from pestle.ledger.places import PlaceKind
from pestle.records.catalogue import Package
from pestle.records.events import Event
from pestle.records.fills import Fill, FillLot
from pestle.records.patients import Patient
from pestle.records.people import Worker
from pestle.records.prescribers import Prescriber
from pestle.records.prescriptions import Prescription
from pestle.records.stock import Lot, Place, StockItem
from pestle.records.work import Work
from pestle.stations import book
from pestle.terms.quantity import BillingUnit, Quantity
from pestle.terms.roles import Role

S = FillState
Story = tuple[str, str, str]
QUANTITY = Decimal(30)
BASKETS = 40
# How a fill comes to the states that need no stock: the steps of its table.
_STEPS = (
    ("receive", "", S.RECEIVED), ("begin_entry", S.RECEIVED, S.IN_ENTRY), ("charge_cash", S.IN_ENTRY, S.AWAITING_CHECK),
    ("approve", S.AWAITING_CHECK, S.QUEUED),
)  # fmt: skip
_NOTES = ("label_scanned", "bottle_scanned", "counted")
OPEN_STATES = (S.RECEIVED, S.IN_ENTRY, S.AWAITING_CHECK, S.QUEUED)


@dataclass(frozen=True, slots=True)
class Hands:
    """Who works in the scratch pharmacy."""

    technician: Worker
    pharmacist: Worker


@dataclass(frozen=True, slots=True)
class Bottle:
    """A lot on its shelf, out of which fills are poured."""

    lot: Lot
    shelf: Place


def hands(scratch: Scratch) -> Hands:
    """Give a technician and a pharmacist of the pharmacy."""
    staff = Worker.objects.filter(pharmacy=scratch.pharmacy).exclude(account=None).order_by("pk")
    return Hands(
        staff.filter(role_names__contains=[Role.CERTIFIED_TECHNICIAN.value])[0],
        staff.filter(role_names__contains=[Role.PHARMACIST.value])[0],
    )


def basket(scratch: Scratch, name: str) -> Place:
    """Give a basket of the bench's own."""
    found, _ = Place.objects.get_or_create(
        pharmacy=scratch.pharmacy, name=name, defaults={"kind": PlaceKind.BASKET.value, "is_inside": True}
    )
    return found


def full_bottles(scratch: Scratch, *, products: int, quantity: Decimal, at: datetime) -> list[Bottle]:
    """Receive one fresh lot of so many uncontrolled products, enough of each, and give where they stand."""
    by = hands(scratch).technician
    supplier = book.the_place(by, PlaceKind.SUPPLIER)
    items = StockItem.objects.filter(pharmacy=scratch.pharmacy, package__product__schedule="NONE")
    solid = items.filter(package__billing_unit=BillingUnit.EACH.value, package__product__dosage_form="TABLET")
    bottles = []
    with transaction.atomic():
        for item in solid.select_related("package__product", "shelf").order_by("pk")[:products]:
            # The first to expire of its product, and in date: what first-expiring-first-out picks.
            lot = Lot.objects.create(
                pharmacy=scratch.pharmacy, package=item.package, number=f"BN{uuid4().hex[:8].upper()}",
                expires_on=at.date() + timedelta(days=150),
            )  # fmt: skip
            entry = move(
                "received", lot.pk, Quantity(quantity, BillingUnit.EACH), source=supplier.pk, target=item.shelf_id
            )
            book.post(entry, act_id=uuid4(), by=by, at=at)
            bottles.append(Bottle(lot, item.shelf))
    return bottles


def ready_fills(scratch: Scratch, bottles: Sequence[Bottle], *, count: int, at: datetime) -> list[int]:
    """Make fills that a technician has in hand: label and bottle scanned, counted, in a basket; give their ids."""
    by = hands(scratch).technician
    turns = [bottles[serial % len(bottles)] for serial in range(count)]
    fills = open_fills(scratch, [bottle.lot.package for bottle in turns], state=S.QUEUED, by=by, at=at, notes=_NOTES)
    FillLot.objects.bulk_create(
        (
            FillLot(fill_id=fill, lot=bottle.lot, source=bottle.shelf, quantity=QUANTITY, scanned_at=at)
            for fill, bottle in zip(fills, turns, strict=True)
        ),
        batch_size=1000,
    )
    return fills


def open_fills(
    scratch: Scratch,
    packages: Sequence[Package],
    *,
    state: FillState,
    by: Worker,
    at: datetime,
    notes: Sequence[str] = (),
    promised_in: Sequence[timedelta] = (timedelta(hours=1),),
) -> list[int]:
    """Make one fill of a prescription of its own for each package, all in one state, each with its whole history."""
    road = _STEPS[: 1 + next(place for place, step in enumerate(_STEPS) if step[2] == state)]
    patients = list(Patient.objects.filter(pharmacy=scratch.pharmacy).order_by("pk")[:1000])
    prescribers = list(Prescriber.objects.filter(pharmacy=scratch.pharmacy).order_by("pk")[:100])
    baskets = [basket(scratch, f"N-{number:02d}") for number in range(1, BASKETS + 1)]
    is_ready, today = bool(notes), at.astimezone(ZoneInfo(scratch.pharmacy.time_zone)).date()
    with transaction.atomic():
        first = Prescription.objects.order_by("-rx_number").values_list("rx_number", flat=True)[0] + 1
        prescriptions = Prescription.objects.bulk_create(
            (
                Prescription(
                    pharmacy=scratch.pharmacy, rx_number=first + serial, origin="3", state="active", state_since=at,
                    version=2, patient=patients[serial % len(patients)],
                    prescriber=prescribers[serial % len(prescribers)], product=package.product, written_on=today,
                    quantity_written=QUANTITY, refills=5, schedule=package.product.schedule,
                    sig_short="1t po qd", directions="Take 1 tablet by mouth every day.",
                )
                for serial, package in enumerate(packages)
            ),
            batch_size=500,
        )  # fmt: skip
        scratch.pharmacy.next_rx_number = first + len(packages)
        scratch.pharmacy.save(update_fields=["next_rx_number"])
        fills = Fill.objects.bulk_create(
            (
                Fill(
                    pharmacy=scratch.pharmacy, prescription=rx, number=1, made_at=at, quantity=QUANTITY, days_supply=30,
                    package=package, payment="cash", price=Decimal("12.40"), allergies_were_asked=True,
                    promised_at=at + promised_in[serial % len(promised_in)], state=state.value, state_since=at,
                    version=len(road) + len(notes), entered_by=by,
                    **(_in_hand(by, baskets[serial % len(baskets)], at) if is_ready else {}),
                )
                for serial, (rx, package) in enumerate(zip(prescriptions, packages, strict=True))
            ),
            batch_size=500,
        )  # fmt: skip
        Event.objects.bulk_create(_told(prescriptions, _RECEIVED, (), by, at), batch_size=2000)
        Event.objects.bulk_create(_told(fills, road, notes, by, at), batch_size=2000)
    return [fill.pk for fill in fills]


_RECEIVED = (("receive", "", "received"), ("activate", "received", "active"))


def _in_hand(by: Worker, basket: Place, at: datetime) -> dict[str, Any]:
    return {
        "in_hands_of": by, "in_hands_since": at, "basket": basket, "label_scan_at": at, "bottle_scan_at": at,
        "counted": QUANTITY, "leaflet": "attached",
    }  # fmt: skip


def _told(
    rows: Iterable[Work], road: Sequence[Story], notes: Sequence[str], by: Worker, at: datetime
) -> Iterable[Event]:
    for row in rows:
        stories = [*road, *((verb, road[-1][2], road[-1][2]) for verb in notes)]
        for number, (verb, source, target) in enumerate(stories, start=1):
            yield Event(
                pharmacy_id=row.pharmacy_id, subject_kind=row.MACHINE.name, subject_id=row.pk, number=number, verb=verb,
                source=str(source), target=str(target), worker=by, station="bench", at=at, act_id=uuid4(),
            )  # fmt: skip


_CITY = """
INSERT INTO records_patient (
    pharmacy_id, family, given, middle, birth_on, sex, phone, takes_texts, email, address, city, state, postal_code,
    language, has_no_known_allergies, account_is_open, note, allergies_asked_on)
SELECT %(pharmacy)s, family, given, '', date '1930-01-01' + (random() * 34000)::int,
    CASE WHEN serial %% 2 = 0 THEN 'F' ELSE 'M' END, (2000000000 + (random() * 7999999999)::bigint)::text, false, '',
    (random() * 9999)::int || ' ' || (%(streets)s::text[])[1 + serial %% %(street_count)s] || ' Street', 'Ann Arbor',
    'MI', '48104', 'en', true, false, '', date '2026-01-05'
FROM (
    SELECT serial, (%(givens)s::text[])[1 + (random() * (%(given_count)s - 1))::int] AS given,
        -- A third of the city shares the common names; the others' are made of them: as names are.
        CASE WHEN random() < 0.35 THEN (%(families)s::text[])[1 + (random() * random() * (%(family_count)s - 1))::int]
        ELSE initcap((%(syllables)s::text[])[1 + (random() * (%(syllable_count)s - 1))::int])
             || (%(syllables)s::text[])[1 + (random() * (%(syllable_count)s - 1))::int]
             || CASE WHEN random() < 0.5
                THEN lower((%(families)s::text[])[1 + (random() * (%(family_count)s - 1))::int])
                ELSE (%(endings)s::text[])[1 + (random() * (%(ending_count)s - 1))::int] END
        END AS family
    FROM generate_series(1, %(count)s) serial
) made
"""
_SYLLABLES = (
    *(
        "al",
        "bar",
        "cor",
        "dan",
        "el",
        "far",
        "gan",
        "har",
        "is",
        "jor",
        "kal",
        "lor",
        "mar",
        "nor",
        "os",
        "pal",
        "quin",
    ),
    *(
        "quin",
        "ros",
        "sal",
        "tor",
        "ul",
        "van",
        "wes",
        "yor",
        "zan",
        "bren",
        "chal",
        "dor",
        "fen",
        "gil",
        "hol",
        "kes",
        "lan",
    ),
)
_ENDINGS = (
    "son",
    "man",
    "er",
    "ski",
    "ova",
    "ez",
    "berg",
    "ton",
    "ley",
    "field",
    "sen",
    "stein",
    "ham",
    "well",
    "worth",
)
_NAME_INDEXES = (
    "patient_search", "patient_search_in_several", "patient_by_family", "patient_by_given", "patient_by_phone_end",
)  # fmt: skip


def make_city(scratch: Scratch) -> int:
    """Bring the pharmacy to as many patients as the searches look among, and give how many there are."""
    there = Patient.objects.filter(pharmacy=scratch.pharmacy).count()
    missing = scratch.patients - there
    if missing <= 0:
        return there
    scratch.say(f"Making up {missing:,} patients.")
    lists = {
        "givens": [*names.FEMALE, *names.MALE], "families": list(names.FAMILIES), "streets": list(names.STREETS),
        "syllables": list(_SYLLABLES), "endings": list(_ENDINGS),
    }  # fmt: skip
    singular = {"givens": "given", "families": "family", "streets": "street", "syllables": "syllable",
                "endings": "ending"}  # fmt: skip
    counts = {f"{singular[name]}_count": len(words) for name, words in lists.items()}
    with psycopg.connect(scratch.owner_url) as connection:
        connection.execute("SELECT setseed(0.7)")
        connection.execute("SET session_replication_role = replica")
        connection.execute("SET maintenance_work_mem = '512MB'")
        # The indexes of names are made anew at the end: far faster than row by row.
        definitions = {name: _index(connection, name) for name in _NAME_INDEXES}
        for name in definitions:
            connection.execute(f"DROP INDEX {name}")
        connection.execute(
            _CITY, {"pharmacy": scratch.pharmacy.pk, "count": missing, **lists, **counts}
        )  # fmt: skip
        for definition in definitions.values():
            connection.execute(definition)
    with psycopg.connect(scratch.owner_url, autocommit=True) as connection:
        connection.execute("VACUUM ANALYZE records_patient")
    return scratch.patients


def _index(connection: Any, name: str) -> Any:
    row = connection.execute("SELECT indexdef FROM pg_indexes WHERE indexname = %s", [name]).fetchone()
    return row[0]
