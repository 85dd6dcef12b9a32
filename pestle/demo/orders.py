"""What the prescribers of the town write on one day, with the troubles of real life; the same from the same seed.

An order says what its prescription says, in the fields of an original (`pestle.stations.intake.originals`); beside it
stands
what only the demo knows: the trouble in it, and who is truly meant. The script of a day is a file of commands to the
pretend network, one a line.
"""

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from pathlib import Path
from random import Random
from typing import Any
from zoneinfo import ZoneInfo

from pestle.demo import shelves
from pestle.demo.shelves import Stocked
from pestle.records.catalogue import Product
from pestle.records.fills import Fill
from pestle.records.patients import Patient
from pestle.records.pharmacies import Pharmacy
from pestle.records.prescribers import Prescriber
from pestle.records.stock import StockItem
from pestle.terms.schedule import Schedule

Said = dict[str, Any]
# NCIt codes of units, as prescribers' programs send them; C38046 says "unspecified".
UNIT_CODES = {"TABLET": "C48542", "CAPSULE": "C48480", "PATCH": "C48524", "FILM": "C53499"}
BILLED_CODES = {"EA": "C64933", "ML": "C28254", "GM": "C48155"}
UNSPECIFIED = "C38046"
SHORT_USES = ("infection", "UTI", "strep", "influenza", "pain", "inflammation", "candidiasis", "herpes")


@dataclass(frozen=True, slots=True)
class Order:
    """One prescription on its way to the pharmacy, or the cancelling of one."""

    number: str
    said: Said
    kind: str = "NewRx"
    way: str = "electronic"
    trouble: str = ""
    patient_id: int | None = None
    prescriber_id: int | None = None
    product_id: int | None = None
    after: float = 0.0
    copies: int = 1
    cancels: str = ""
    repeats: str = ""


@dataclass(slots=True)
class Town:
    """Everybody and everything that an order can be about."""

    pharmacy: Pharmacy
    today: date
    patients: list[Patient]
    prescribers: list[Prescriber]
    stocked: list[Stocked]
    taken: dict[int, list[Product]] = field(default_factory=dict)

    def of(self, *words: str) -> list[Stocked]:
        """This will give what is stocked of these ingredients."""
        wanted = {word.lower() for word in words}
        return [each for each in self.stocked if wanted & set(each.package.product.base_substances)]

    def product_of(self, order: Order) -> Product:
        """This will give the product an order is for."""
        return next(each.package.product for each in self.stocked if each.package.product_id == order.product_id)

    def controlled(self, *schedules: Schedule) -> list[Stocked]:
        """This will give what is stocked in these schedules."""
        return [each for each in self.stocked if each.package.product.dea_schedule in schedules]


def write_day(pharmacy: Pharmacy, *, count: int, seed: int, run: int, at: datetime) -> list[Order]:
    """This will write the orders of one day: so many prescriptions, and the cancellations that go with them.

    `run` tells days of one seed apart; the same seed and run give the same orders for the same pharmacy.
    """
    from pestle.demo.troubles import trouble_for

    chance = Random(f"{seed} {run}")
    town = town_of(pharmacy, at=at)
    written: list[Order] = []
    last: Patient | None = None
    while sum(each.kind == "NewRx" for each in written) < count:
        number = f"{seed}-{run}-{len(written) + 1:04}"
        patient = last if last is not None and chance.random() < 0.22 else chance.choice(town.patients)
        order = _plain(town, number, patient, chance)
        written += trouble_for(order, town, chance)
        last = patient if patient.pk == order.patient_id else None
    return written[: _place_of(written, count)]


def town_of(pharmacy: Pharmacy, *, at: datetime) -> Town:
    """This will gather the town of a pharmacy."""
    mine = set(StockItem.objects.filter(pharmacy=pharmacy).values_list("package_id", flat=True))
    chosen = shelves.choose_packages(count=len(mine), chance=Random(0))
    town = Town(
        pharmacy=pharmacy,
        today=at.astimezone(ZoneInfo(pharmacy.time_zone)).date(),
        patients=list(Patient.objects.filter(pharmacy=pharmacy).prefetch_related("coverages__plan").order_by("pk")),
        prescribers=list(Prescriber.objects.filter(pharmacy=pharmacy, is_active=True).order_by("pk")),
        stocked=[each for each in chosen if each.package.pk in mine],
    )
    sold = Fill.objects.filter(pharmacy=pharmacy, state="sold").select_related("package__product", "prescription")
    for fill in sold.order_by("pk"):
        if fill.package is not None and fill.prescription.patient_id is not None:
            town.taken.setdefault(fill.prescription.patient_id, []).append(fill.package.product)
    return town


def command_for(order: Order) -> dict[str, Any]:
    """This will give the command by which the pretend network sends an order."""
    told = {"order_number": order.cancels or order.number, "after": order.after, "times": order.copies}
    if order.kind == "CancelRx":
        return {"do": "cancel_rx", "order": order.said, **told}
    return {"do": "new_rx", "order": order.said, **told}


def save_script(orders: Iterable[Order], path: Path) -> None:
    """This will write a day's script; nothing is left half written, and nobody else reads it."""
    draft = path.with_suffix(".draft")
    draft.touch(mode=0o600)
    draft.write_text("".join(json.dumps(command_for(order)) + "\n" for order in orders), encoding="utf-8")
    draft.replace(path)


def spread(orders: Sequence[Order], *, at_once: int, seconds_between: float) -> list[Order]:
    """This will let the first few come at once and the others one after the other."""
    return [
        replace(order, after=order.after + max(place - at_once, 0) * seconds_between)
        for place, order in enumerate(orders)
    ]


def about(order: Order, stocked: Stocked, town: Town, chance: Random) -> Order:
    """This will make an order be for a stocked product, by a prescriber who may prescribe it."""
    product = stocked.package.product
    prescriber = _prescriber_for(product.dea_schedule, order, town, chance)
    said = {
        **order.said,
        "is_signed": True if product.dea_schedule.may_be_controlled else None,
        "prescriber": prescriber_said(prescriber),
        "drug": drug_said(stocked, town.today, chance),
    }
    return replace(order, said=said, product_id=product.pk, prescriber_id=prescriber.pk)


def by_patient(order: Order, patient: Patient) -> Order:
    """This will make an order be for a patient."""
    said = {**order.said, "patient": patient_said(patient), "coverages": coverages_said(patient)}
    return replace(order, said=said, patient_id=patient.pk)


def patient_said(patient: Patient) -> Said:
    """This will give what a prescriber's program says of a patient whom it knows well."""
    return {
        "family": patient.family, "given": patient.given, "middle": patient.middle, "sex": patient.sex,
        "birth_on": patient.birth_on.isoformat(), "address": patient.address, "city": patient.city,
        "state": patient.state, "postal_code": patient.postal_code, "phone": patient.phone,
        "language": patient.language,
    }  # fmt: skip


def prescriber_said(prescriber: Prescriber) -> Said:
    """This will give what a prescriber's program says of its prescriber."""
    return {
        "family": prescriber.family, "given": prescriber.given, "suffix": prescriber.credential, "npi": prescriber.npi,
        "dea_number": prescriber.dea_number, "licence": prescriber.licence, "practice": prescriber.practice,
        "address": prescriber.address, "city": prescriber.city, "state": prescriber.state,
        "postal_code": prescriber.postal_code, "phone": prescriber.phone, "fax": prescriber.fax,
        "erx_id": prescriber.erx_id,
    }  # fmt: skip


def drug_said(stocked: Stocked, today: date, chance: Random) -> Said:
    """This will give what is usually prescribed of a stocked product."""
    product, package = stocked.package.product, stocked.package
    is_short = any(word in stocked.use for word in SHORT_USES)
    schedule = product.dea_schedule
    most = 0 if schedule is Schedule.II or is_short else 5 if schedule.may_be_controlled else 11
    return {
        "description": spoken(product), "ndc11": package.ndc11, "schedule": schedule.value if schedule.is_known else "",
        "quantity": format(stocked.quantity.normalize(), "f"), "unit_code": unit_code(stocked),
        "days_supply": "", "refills": str(min(most, chance.choice((0, 1, 2, 3, 5, 11)))), "substitutions": "0",
        "directions": stocked.directions, "written_on": today.isoformat(), "effective_on": "", "note": "",
    }  # fmt: skip


def coverages_said(patient: Patient) -> list[Said]:
    """This will give a patient's cards in the order of billing."""
    return [
        {
            "bin": each.plan.bin, "pcn": each.plan.pcn, "payer": each.plan.name, "cardholder_id": each.cardholder_id,
            "group": each.group, "person_code": each.person_code, "relationship": each.relationship,
        }
        for each in sorted(patient.coverages.all(), key=lambda each: each.order)
        if each.until_on is None
    ]  # fmt: skip


def spoken(product: Product) -> str:
    """This will name a product as prescribers' lists do: lisinopril 10 mg tablet."""
    form = product.dosage_form.lower().split(",")[0]
    slow = " extended release" if "EXTENDED RELEASE" in product.dosage_form else ""
    return f"{product.nonproprietary_name.lower()} {product.strength} {form}{slow}"[:105]


def unit_code(stocked: Stocked) -> str:
    """This will give the code of the unit in which a product is prescribed."""
    form = stocked.package.product.dosage_form.split(",")[0]
    return UNIT_CODES.get(form) or BILLED_CODES.get(stocked.package.billing_unit, UNSPECIFIED)


def _plain(town: Town, number: str, patient: Patient, chance: Random) -> Order:
    order = by_patient(Order(number, {"do_not_fill": "", "allergies": None}), patient)
    free = [each for each in town.stocked if each.package.product.dea_schedule is Schedule.NONE]
    return about(order, chance.choice(free), town, chance)


def _prescriber_for(schedule: Schedule, order: Order, town: Town, chance: Random) -> Prescriber:
    able = [each for each in town.prescribers if each.dea_number] if schedule.may_be_controlled else town.prescribers
    # Most people see one prescriber: the same patient keeps the same one.
    if order.patient_id is not None and chance.random() < 0.8:
        return able[order.patient_id % len(able)]
    return chance.choice(able)


def _place_of(written: Iterable[Order], count: int) -> int:
    seen = 0
    for place, order in enumerate(written, start=1):
        seen += order.kind == "NewRx"
        if seen == count and order.kind == "NewRx":
            return place
    return seen
