"""A small pharmacy for tests: people with names and parts, products with lots, one plan. Dates are written out."""

import re
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID, uuid4

from pestle.boards import board_named
from pestle.flows.fill import FILL
from pestle.flows.machine import NEW
from pestle.flows.prescription import PRESCRIPTION
from pestle.ledger.entries import move
from pestle.ledger.places import PlaceKind
from pestle.records.catalogue import Formulation, Package, Product, SourceFile
from pestle.records.fills import Fill
from pestle.records.patients import Coverage, Patient, Plan
from pestle.records.people import Account, Worker
from pestle.records.pharmacies import Pharmacy
from pestle.records.prescribers import Prescriber
from pestle.records.prescriptions import Prescription
from pestle.records.stock import Lot, Place, StockItem
from pestle.rules.facts import BoardValues, FillFacts, PrescriptionFacts
from pestle.stations.book import post
from pestle.terms.quantity import BillingUnit, Quantity
from pestle.terms.roles import Role
from pestle.terms.schedule import Schedule

# Monday, November 23, 2026, 1:48 pm at the pharmacy in Michigan.
NOW = datetime(2026, 11, 23, 18, 48, tzinfo=UTC)
TODAY = date(2026, 11, 23)

_DRUGS: tuple[tuple[str, str, str, str, str, str, str], ...] = (
    # name           strength   form       schedule  ndc11          labeler       ndc10 with dashes
    ("lisinopril",   "10 mg",   "TABLET",  "NONE",   "68180098001", "Lupin",      "68180-980-01"),
    ("lisinopril",   "20 mg",   "TABLET",  "NONE",   "68180098101", "Lupin",      "68180-981-01"),
    ("warfarin",     "5 mg",    "TABLET",  "NONE",   "00093172101", "Teva",       "0093-1721-01"),
    ("ibuprofen",    "800 mg",  "TABLET",  "NONE",   "53746046605", "Amneal",     "53746-466-05"),
    ("amoxicillin",  "500 mg",  "CAPSULE", "NONE",   "00093310905", "Teva",       "0093-3109-05"),
    ("oxycodone",    "5 mg",    "TABLET",  "II",     "00406055201", "Mallinckrodt", "0406-0552-01"),
    ("testosterone", "200 mg/mL", "INJECTION", "III", "00143972601", "West-Ward", "0143-9726-01"),
    ("zolpidem",     "10 mg",   "TABLET",  "IV",     "00093007401", "Teva",       "0093-0074-01"),
)  # fmt: skip


@dataclass
class World:
    """The pharmacy on Corner Street, as one test sees it."""

    pharmacy: Pharmacy
    ada: Worker
    ben: Worker
    dana: Worker
    gil: Worker
    hana: Worker
    priya: Worker
    program: Worker
    cleo: Patient
    nair: Prescriber
    plan: Plan
    places: dict[str, Place]
    packages: dict[str, Package]
    now: datetime = NOW
    lots: dict[str, Lot] = field(default_factory=dict)

    def prescribe(self, drug: str = "lisinopril 10 mg", **given: Any) -> Prescription:
        """An active electronic prescription for Cleo: 30, two refills, one tablet daily."""
        package = self.packages[drug]
        fields: dict[str, Any] = {
            "pharmacy": self.pharmacy,
            "rx_number": self.pharmacy.next_rx_number,
            "origin": "3",
            "patient": self.cleo,
            "prescriber": self.nair,
            "product": package.product,
            "written_on": TODAY,
            "quantity_written": Decimal(30),
            "refills": 2,
            "schedule": package.product.schedule,
            "sig_short": "1t po qd",
            "directions": "Take 1 tablet by mouth every day.",
            **given,
        }
        self.pharmacy.next_rx_number += 1
        self.pharmacy.save()
        rx = Prescription(**fields)
        facts = PrescriptionFacts(
            state=NEW, at=self.now, today=TODAY, board=_board(self.pharmacy), roles=self.ben.roles
        )
        rx.begin(PRESCRIPTION.take("receive", facts, self.ben.roles), act_id=uuid4(), by=self.ben, at=self.now)
        rx.record(
            PRESCRIPTION.take(
                "activate", rx.facts(self.now, TODAY, board=_board(self.pharmacy), roles=self.ben.roles), self.ben.roles
            ),
            act_id=uuid4(),
            by=self.ben,
            at=self.now,
        )
        return rx

    def fill(self, prescription: Prescription | None = None, **given: Any) -> Fill:
        """A fill that has just arrived, for 30 of the prescription's drug, promised in half an hour."""
        rx = prescription or self.prescribe()
        package = Package.objects.get(product=rx.product)
        fields: dict[str, Any] = {
            "pharmacy": self.pharmacy,
            "prescription": rx,
            "number": 1,
            "made_at": self.now,
            "quantity": Decimal(30),
            "days_supply": 30,
            "package": package,
            "promised_at": self.now + timedelta(minutes=30),
            "allergies_were_asked": True,
            **given,
        }
        fill = Fill(**fields)
        facts = FillFacts(state=NEW, at=self.now, today=TODAY, board=_board(self.pharmacy), roles=self.ada.roles)
        return fill.begin(FILL.take("receive", facts, self.ada.roles), act_id=uuid4(), by=self.ada, at=self.now)

    def add_product(
        self, drug: str, form: str, description: str, unit: BillingUnit, *, route: str = "ORAL",
        ndc11: str = "00002771501", units: str | None = None, brand: str = "", schedule: str = "NONE",
    ) -> Package:  # fmt: skip
        """Another product on the shelf, as the directory describes its package: "insulin lispro 100 units/mL"."""
        name, strength = re.split(r" (?=[0-9])", drug, maxsplit=1)
        source = SourceFile.objects.get(name="test products")
        dashed = f"{ndc11[1:5]}-{ndc11[5:9]}-{ndc11[9:]}"
        package = _package(source, name, strength, form, schedule, ndc11, "Maker", dashed)
        product = package.product
        product.route, product.proprietary_name = route, brand or name
        product.save(update_fields=["route", "proprietary_name"])
        package.description, package.billing_unit = description, unit.value
        package.units = Decimal(units) if units else None
        package.save(update_fields=["description", "billing_unit", "units"])
        self.packages[drug] = package
        StockItem.objects.create(
            pharmacy=self.pharmacy, package=package, shelf=self.places[stands_in(package)], reorder_at=1, order_up_to=3,
            unit_cost=Decimal("1.00"),
        )  # fmt: skip
        return package

    def receive(self, drug: str, number: str, expires_on: date, quantity: str) -> Lot:
        """Put a lot of a drug on its shelf, from the supplier."""
        package = self.packages[drug]
        lot = Lot.objects.create(pharmacy=self.pharmacy, package=package, number=number, expires_on=expires_on)
        amount = Quantity(Decimal(quantity), BillingUnit(package.billing_unit))
        target = self.places[stands_in(package)].pk
        entry = move("received", lot.pk, amount, source=self.places["supplier"].pk, target=target)
        post(entry, act_id=uuid4(), by=self.ben, at=self.now)
        self.lots[number] = lot
        return lot


def stands_in(package: Package) -> str:
    """Name the place where a package stands: Schedule II in the vault, all else on the shelf."""
    return "vault" if package.product.dea_schedule is Schedule.II else "shelf"


def make_world(*, beside: World | None = None) -> World:
    """Build the small pharmacy: people, places, products with one lot of 100 each, Cleo with her plan.

    `beside` makes its neighbour on Hill Street: people, patients and shelves of its own, the same directory of drugs.
    """
    tag = "hill-" if beside else ""
    pharmacy = Pharmacy.objects.create(
        name="Hill Street Pharmacy" if beside else "Corner Street Pharmacy", address="12 Corner Street",
        city="Ann Arbor", state="MI", postal_code="48104", phone="7345550100",
        ncpdp_id="2399992" if beside else "2399991", npi="2000000002", dea_number="BP1234563", board="Michigan",
        time_zone="America/Detroit", is_practice=True, counts_twice=["II"],
    )  # fmt: skip
    people = _people(pharmacy, tag)
    places = _places(pharmacy)
    packages = beside.packages if beside else _packages()
    for package in packages.values():
        StockItem.objects.create(
            pharmacy=pharmacy, package=package, shelf=places[stands_in(package)], reorder_at=30, order_up_to=300,
            unit_cost=Decimal("0.05"),
        )  # fmt: skip
    plan = Plan.objects.create(
        pharmacy=pharmacy, name="Cascade Rx", bin="999999", pcn="CASC", help_desk_phone="8005550111"
    )
    cleo = Patient.objects.create(
        pharmacy=pharmacy, family="Marchetti", given="Cleo", birth_on=date(1968, 3, 14), sex="F", phone="7345550142",
        address="412 Alder Court", city="Ann Arbor", state="MI", postal_code="48105",
        allergies_asked_on=date(2026, 1, 5),
    )  # fmt: skip
    cleo.allergies.create(allergen="penicillin", reaction="hives", severity="moderate", noted_on=date(2019, 4, 2))
    Coverage.objects.create(
        patient=cleo, plan=plan, order=1, cardholder_id="CM1968314", group="G100", person_code="01",
        cardholder_given="Cleo", cardholder_family="Marchetti",
    )  # fmt: skip
    nair = Prescriber.objects.create(
        pharmacy=pharmacy, family="Nair", given="Priya", credential="MD", npi="2000000010", dea_number="BN1234563",
        dea_schedules=["II", "III", "IV", "V"], practice="Alder Family Medicine", phone="7345550177", state="MI",
    )  # fmt: skip
    world = World(
        pharmacy=pharmacy, cleo=cleo, nair=nair, plan=plan, places=places, packages=packages, **people
    )  # fmt: skip
    for drug in packages:
        world.receive(drug, f"{packages[drug].ndc11[-5:]}A", date(2028, 5, 31), "100")
    return world


def _people(pharmacy: Pharmacy, tag: str) -> dict[str, Worker]:
    def worker(given: str, family: str, credential: str, *roles: Role) -> Worker:
        account = None
        if Role.PROGRAM not in roles:
            account = Account.objects.create_user(
                f"{tag}{given.lower()}", f"{given.lower()} counts by fives", name=f"{given} {family}"
            )
        return Worker.objects.create(
            pharmacy=pharmacy, account=account, given=given, family=family, credential=credential,
            role_names=[role.value for role in roles],
        )  # fmt: skip

    return {
        "ada": worker("Ada", "Okafor", "CPhT", Role.CERTIFIED_TECHNICIAN),
        "ben": worker("Ben", "Levi", "PharmD", Role.PHARMACIST),
        "dana": worker("Dana", "Ruiz", "CPhT", Role.LEAD_TECHNICIAN),
        "gil": worker("Gil", "Park", "", Role.TECHNICIAN),
        "hana": worker("Hana", "Sato", "", Role.CASHIER),
        "priya": worker("Priya", "Shah", "PharmD", Role.PHARMACIST_IN_CHARGE),
        "program": worker("Pestle", "", "", Role.PROGRAM),
    }


def _places(pharmacy: Pharmacy) -> dict[str, Place]:
    names = {
        "supplier": PlaceKind.SUPPLIER, "shelf": PlaceKind.SHELF, "fridge": PlaceKind.FRIDGE,
        "freezer": PlaceKind.FREEZER, "owed": PlaceKind.OWED, "return bin": PlaceKind.RETURN_BIN,
        "recall hold": PlaceKind.RECALL_HOLD, "outdated": PlaceKind.OUTDATED,
        "reverse distributor": PlaceKind.REVERSE_DISTRIBUTOR, "other pharmacies": PlaceKind.OTHER_PHARMACIES,
        "vault": PlaceKind.VAULT, "B-07": PlaceKind.BASKET,
        "B-08": PlaceKind.BASKET, "W-12": PlaceKind.WILL_CALL, "W-13": PlaceKind.WILL_CALL, "driver": PlaceKind.DRIVER,
        "quarantine": PlaceKind.QUARANTINE, "receiving": PlaceKind.RECEIVING, "patient": PlaceKind.PATIENT,
        "waste": PlaceKind.WASTE, "count difference": PlaceKind.COUNT_DIFFERENCE, "relabelled": PlaceKind.RELABELLED,
    }  # fmt: skip
    return {
        name: Place.objects.create(pharmacy=pharmacy, kind=kind.value, name=name, is_inside=kind.is_inside)
        for name, kind in names.items()
    }


def _packages() -> dict[str, Package]:
    source, _ = SourceFile.objects.get_or_create(
        name="test products",
        defaults={
            "title": "Products made up for tests", "as_of": "2026-11", "as_of_on": date(2026, 11, 1),
            "stale_after_days": 400, "is_own_list": True, "basis": "made up for tests", "origin": "tests/world.py",
            "rows": len(_DRUGS), "digest": "0" * 64, "loaded_at": NOW,
        },
    )  # fmt: skip
    return {f"{drug[0]} {drug[1]}": _package(source, *drug) for drug in _DRUGS}


def _package(source: SourceFile, *drug: str) -> Package:
    name, strength, form, schedule, ndc11, labeler, dashed = drug
    route = "INTRAMUSCULAR" if form == "INJECTION" else "ORAL"
    unit = BillingUnit.ML if form == "INJECTION" else BillingUnit.EACH
    formulation, _ = Formulation.objects.get_or_create(
        key=f"{name}|{strength}|{form}|{route}",
        defaults={"name": name, "names": f"|{name}|", "strength": strength, "dosage_form": form, "route": route,
                  "ingredient_count": 1, "kind": 0},
    )  # fmt: skip
    product = Product.objects.create(
        source=source, as_of_on=date(2026, 11, 1), key=dashed.rpartition("-")[0], product_ndc=dashed.rpartition("-")[0],
        is_newest_listing=True, formulation=formulation, product_type="HUMAN PRESCRIPTION DRUG", proprietary_name=name,
        nonproprietary_name=name, labeler=labeler, dosage_form=form, route=route, substances=[name.upper()],
        strengths=[strength], base_substances=[name], strength=strength, schedule=Schedule(schedule).value,
        schedule_because="made up for tests", marketing_category="ANDA", is_brand=False,
    )  # fmt: skip
    return Package.objects.create(
        source=source, as_of_on=date(2026, 11, 1), product=product, ndc11=ndc11, package_ndc=dashed,
        ndc10=dashed.replace("-", ""), description="100 in 1 BOTTLE", billing_unit=unit.value, units=Decimal(100),
        is_sample=False,
    )  # fmt: skip


def _board(pharmacy: Pharmacy) -> BoardValues:
    return board_named(pharmacy.board)


def an_act() -> UUID:
    """A fresh act id, as a page would make one."""
    return uuid4()
