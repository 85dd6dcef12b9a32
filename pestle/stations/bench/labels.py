"""Labels of fills: what each says is gathered here from the rows."""

from collections.abc import Iterator
from datetime import date, datetime
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

from django.utils.translation import get_language_info

from pestle.records.catalogue import Product
from pestle.records.drug_warnings import requires_medication_guide
from pestle.records.fills import COMPOUND_UNITS, Fill
from pestle.records.handover import Bag
from pestle.records.patients import Patient
from pestle.records.people import Worker
from pestle.records.pharmacies import Pharmacy
from pestle.records.stock import StockItem
from pestle.stations.bench.label_sheets import DoesNotFit, sheets_of
from pestle.stations.bench.label_texts import (
    BagTag,
    VialLabel,
    caution_for,
    has_caution,
    missing,
    quantity_words,
    refill_words,
    said_day,
)
from pestle.stations.bench.label_warnings import warnings_for
from pestle.stations.scanning import bag_code, label_body, label_code
from pestle.terms.days import months_after
from pestle.terms.drugs.drug_facts import GuideAnswer
from pestle.terms.quantity import BillingUnit
from pestle.terms.schedule import Schedule

# Words of a dosage form that change how it is taken; the others (film coated, metered) tell a patient nothing.
_TELLING = ("release", "disintegrating", "chewable", "effervescent", "sublingual")


def vial_label(fill: Fill, at: datetime, *, mark: str = "") -> VialLabel:
    """This will give what the vial's label says, with what is known of the fill at that moment."""
    rx, product, pharmacy = fill.prescription, fill.package.product if fill.package else None, fill.pharmacy
    other = rx.directions_other if _speaks_otherwise(rx.patient) else ""
    return VialLabel(
        code=label_code(fill),
        patient=rx.patient.full_name if rx.patient else "",
        born_on=rx.patient.birth_on if rx.patient else None,
        medicine=_medicine(fill),
        generic_for=_generic_for(fill),
        directions=rx.directions,
        directions_other=other,
        language_other=language_named(rx.patient.language) if other and rx.patient else "",
        quantity=_quantity(fill),
        part=f"part {fill.part}" if fill.part > 1 or fill.has_rest() else "",
        refills=_refills(fill),
        use_before_on=use_before(fill, at),
        rx_number=str(rx.rx_number),
        filled_on=fill.local_day(fill.filled_at or at),
        prescriber=_prescriber(fill),
        checked_by=_initials(fill.verified_by),
        maker=product.labeler if product else "",
        pharmacy=pharmacy.name,
        address=f"{pharmacy.address}, {pharmacy.city} {pharmacy.state} {pharmacy.postal_code}",
        phone=_phone(pharmacy),
        caution=caution_for(Schedule(rx.schedule)),
        warnings=warnings_for(fill),
        leaflet=_leaflet(product),
        mark=mark,
        is_practice=pharmacy.is_practice,
    )


def slip(fill: Fill, at: datetime) -> BagTag:
    """This will give what stands under a vial's label: whose basket it belongs in, and the fill's own bar code."""
    patient = fill.prescription.patient
    return BagTag(
        code=label_code(fill),
        name=f"{patient.family}, {patient.given}" if patient else "",
        place=fill.basket.name if fill.basket else "",
        items=f"Rx {label_body(fill)}",
        since=f"promised {_clock(fill.promised_at, fill)}",
        flags=tuple(_flags(fill)),
        rows=(("Filled by", fill.filled_by.short_name if fill.filled_by else "", _clock(fill.filled_at or at, fill)),),
        is_practice=fill.pharmacy.is_practice,
    )


def ticket(fill: Fill) -> BagTag:
    """This will give what the paper in the basket says: what to fetch, from where, and the bar code to begin with."""
    patient, product = fill.prescription.patient, fill.package.product if fill.package else None
    item = StockItem.objects.filter(pharmacy_id=fill.pharmacy_id, package=fill.package).select_related("shelf").first()
    return BagTag(
        code=label_code(fill),
        name=f"{patient.family}, {patient.given}" if patient else "",
        place=item.shelf.name if item else "",
        items=f"Rx {label_body(fill)}",
        since=f"promised {_clock(fill.promised_at, fill)}",
        flags=(_medicine(fill), _quantity(fill)) if product else (),
        rows=(("NDC", fill.package.ndc.dashed, "work ticket"),) if fill.package else (),
        is_practice=fill.pharmacy.is_practice,
    )


def bag_tag(bag: Bag) -> BagTag:
    """This will give what a bag's tag says: name, place, count, the person's other bags, when it goes back; no drug."""
    fills = list(bag.fills.open().select_related("prescription", "pharmacy").order_by("pk"))
    others = Bag.objects.filter(patient=bag.patient, is_open=True).exclude(pk=bag.pk).select_related("place")
    due = min((each.return_due_on for each in fills if each.return_due_on), default=None)
    count = len(fills)
    return BagTag(
        code=bag_code(bag),
        name=f"{bag.patient.family}, {bag.patient.given}",
        place=bag.place.name if bag.place else "",
        items=f"{count} item{'' if count == 1 else 's'}",
        since=f"since {said_day(fills[0].local_day(bag.made_at))}" if fills else "",
        flags=tuple(f"1 more at {each.place.name}" if each.place else "1 more bag" for each in others[:2]),
        rows=(("Back to stock", said_day(due), ""),) if due else (),
        is_practice=bag.pharmacy.is_practice,
    )


def language_named(code: str) -> str:
    """This will give a language's English name; an unknown code stands for itself."""
    try:
        return str(get_language_info(code)["name"])
    except KeyError:
        return code


def facts_of_label(fill: Fill, at: datetime) -> dict[str, Any]:
    """This will give what the rules ask of the label itself, from the label as it would print now."""
    return facts_of(vial_label(fill, at))


def facts_of(label: VialLabel) -> dict[str, Any]:
    """This will give what the rules ask of a label: what it lacks, whether it warns of transfer."""
    lacks = missing(label)
    try:
        sheets_of(label)
    except DoesNotFit as fault:
        lacks = (*lacks, f"room, because {fault}")
    return {"label_is_missing": lacks, "has_caution_legend": has_caution(label)}


def use_before(fill: Fill, at: datetime) -> date | None:
    """This will give the day after which a vial is not used: the earliest lot's expiry, at most one year on.

    One year: USP General Notices for dispensed containers, and 22 boards or more.
    """
    days = [each.lot.expires_on for each in fill.lots_taken() if each.quantity > 0]
    known = [day for day in days if day is not None]
    if not known or len(known) < len(days):
        return None
    return min(*known, months_after(fill.local_day(at), 12))


def medicine_of(product: Product) -> str:
    """This will name a product as a patient reads it: Lisinopril 10 mg tablet. Never shortened."""
    name = product.proprietary_name if product.is_brand else product.nonproprietary_name
    if not product.is_brand or name.isupper():
        name = _in_small_letters(name)
    words = " ".join(part for part in (name, product.strength, form_of(product)) if part)
    return words[:1].upper() + words[1:]


def _in_small_letters(name: str) -> str:
    """Sentence case, as USP <17> asks; the letter or number of a vitamin (D, B12, D3) stays as it is."""
    return " ".join(word if len(word) == 1 or any(map(str.isdigit, word)) else word.lower() for word in name.split())


def form_of(product: Product) -> str:
    """This will give a dosage form as a patient knows it: tablet, extended-release tablet, powder for suspension."""
    head, *rest = product.dosage_form.lower().split(", ")
    before = [each.replace(" release", "-release") for each in rest if any(word in each for word in _TELLING)]
    after = [each for each in rest if each.startswith("for ")]
    return " ".join([*before, head, *after])


def _medicine(fill: Fill) -> str:
    if fill.prescription.is_compound:
        rows = fill.prescription.ingredients.select_related("package__product").order_by("pk")
        return f"Compound of {' and '.join(each.package.product.nonproprietary_name.lower() for each in rows)}"
    return medicine_of(fill.package.product) if fill.package else ""


def _quantity(fill: Fill) -> str:
    if fill.package is None or not fill.quantity:
        return ""
    if fill.prescription.is_compound:
        unit = BillingUnit(COMPOUND_UNITS.get(fill.prescription.compound_unit, "EA"))
        return quantity_words(fill.quantity, unit=unit.symbol, form="")
    unit = BillingUnit(fill.package.billing_unit or BillingUnit.EACH)
    return quantity_words(fill.quantity, unit=unit.symbol, form=form_of(fill.package.product).split()[-1])


def _refills(fill: Fill) -> str:
    rx = fill.prescription
    if not rx.quantity_written:
        return refill_words(0, until=None)
    left = rx.quantity_authorized - fill.quantity_given_before() - fill.quantity
    return refill_words(int(max(left, Decimal(0)) // rx.quantity_written), until=rx.expires_on)


def _leaflet(product: Product | None) -> str:
    if product is None:
        return ""
    guide = requires_medication_guide(product)
    if guide.answer is GuideAnswer.YES:
        return "Medication Guide"
    return "patient information" if guide.answer is GuideAnswer.NOT_LISTED else "check: Medication Guide?"


def _flags(fill: Fill) -> Iterator[str]:
    if fill.prescription.schedule in fill.pharmacy.counts_twice:
        yield "Controlled: counted twice"
    if not fill.has_child_resistant_cap:
        yield "Easy cap"
    if fill.leaflet == "attached":
        yield "Medication Guide attached"


def _clock(moment: datetime, fill: Fill) -> str:
    local = moment.astimezone(ZoneInfo(fill.pharmacy.time_zone))
    return f"{local:%-I:%M} {local:%p}".lower()


def _generic_for(fill: Fill) -> str:
    ordered, given = fill.prescription.product, fill.package.product if fill.package else None
    if ordered is None or given is None or given.is_brand or not ordered.is_brand:
        return ""
    return ordered.proprietary_name


def _prescriber(fill: Fill) -> str:
    found = fill.prescription.prescriber
    return " ".join(filter(None, (found.given, found.family, found.credential))) if found else ""


def _initials(worker: Worker | None) -> str:
    return f"{worker.given[:1]}. {worker.family} {worker.credential}".strip() if worker else ""


def _phone(pharmacy: Pharmacy) -> str:
    digits = pharmacy.phone
    return (
        f"({digits[:3]})\N{NO-BREAK SPACE}{digits[3:6]}-{digits[6:]}"
        if len(digits) == 10 and digits.isdigit()
        else digits
    )


def _speaks_otherwise(patient: Patient | None) -> bool:
    return patient is not None and not patient.language.lower().startswith("en")
