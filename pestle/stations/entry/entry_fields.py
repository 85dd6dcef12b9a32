"""The fields of data entry: what a person may type into each, as text, and where it is kept."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from types import MappingProxyType
from typing import Any

from pestle.records.catalogue import Package
from pestle.records.fills import Fill
from pestle.records.reference_lists import Diagnosis
from pestle.rules.facts import Origin
from pestle.stations.entry.directions import take_directions, typed_directions
from pestle.terms import typed_days
from pestle.terms.decimals import plain, typed_decimal, typed_whole
from pestle.terms.findings import Finding
from pestle.terms.quantity_words import billing_unit_said, is_counted_by_piece, is_package
from pestle.terms.schedule import Schedule

MOST_REFILLS = 99
MOST_DAYS = 999
LONGEST_NOTE = 300
MOST_DIAGNOSES = 5
ICD = re.compile(r"[A-Z][0-9][0-9A-Z](?:\.?[0-9A-Z]{1,4})?")
AMOUNT = re.compile(r"(?P<number>[0-9,]*(?:\.[0-9]+)?)\s*(?P<unit>[a-z][a-z .]*)?", re.IGNORECASE)
DAW_WORDS: Mapping[str, str] = MappingProxyType(
    {
        "0": "0 substitution allowed", "1": "1 prescriber says no", "2": "2 patient wants brand",
        "3": "3 pharmacist chose brand", "4": "4 generic not in stock", "5": "5 brand priced as generic",
        "6": "6 override", "7": "7 brand by law", "8": "8 generic not on the market", "9": "9 plan wants brand",
    }
)  # fmt: skip


class Unreadable(Exception):
    """What was typed does not fit the field; the sentence says what would, and the source where there is one."""

    def __init__(self, sentence: str, cites: str = "") -> None:
        super().__init__(sentence)
        self.sentence = sentence
        self.cites = cites


@dataclass(frozen=True, slots=True)
class EntryField:
    """One field: its name, words, how it is taken in and shown, and whether it belongs to the order itself."""

    name: str
    words: str
    take: Callable[[Fill, str], None]
    show: Callable[[Fill], str]
    is_of_the_order: bool = True


def take_all(fill: Fill, typed: Mapping[str, str]) -> tuple[list[EntryField], list[Finding]]:
    """This will put what was typed on a fill and its prescription, not yet saved; gives what changed and what is wrong.

    Fields that say the same as before are left alone; fields that cannot be read are left as they were.
    """
    changed, wrong = [], []
    for field in FIELDS:
        text = typed.get(field.name)
        if text is None or text.strip() == field.show(fill):
            continue
        try:
            field.take(fill, text.strip())
        except Unreadable as why:
            wrong.append(Finding(rule="field", sentence=why.sentence, field=field.name, cites=why.cites))
        else:
            changed.append(field)
    return changed, wrong


def read_quantity(text: str, package: Package | None) -> Decimal:
    """This will read a quantity in the package's billing unit: 60, 60 tablets, 5 mL, 2 boxes where a box is known.

    Raises Unreadable where the unit is not the billing unit, or "one" may mean a box, a pen or a millilitre.
    """
    found = AMOUNT.fullmatch(text.strip())
    if found is None:
        raise Unreadable("Type a quantity as a number, with its unit where it matters: 60, 15 mL, 1 box.")
    amount = _number(found["number"])
    unit = (found["unit"] or "").strip(" .").lower()
    if is_package(unit):
        return _of_packages(amount, package)
    if unit and billing_unit_said(unit) is None:
        raise Unreadable(f"“{unit}” is no unit we bill in: type tablets, mL, g, or whole boxes.")
    _unit_fits(amount, unit, package)
    return amount


def read_day(text: str, *, today: date | None = None) -> date:
    """This will read a day as people type it, short where today is known: 11/23/2026, 11/23. Raises Unreadable."""
    day = typed_days.read_day(text, today=today)
    if day is None:
        raise Unreadable("Type a day as 11/23/2026.")
    return day


def _number(text: str) -> Decimal:
    amount = typed_decimal(text)
    if amount is None:
        raise Unreadable("Type the quantity as a number, with a comma only between thousands: 1,000.")
    if amount <= 0:
        raise Unreadable("Type a quantity above zero.")
    if amount != amount.quantize(Decimal("0.001")) or amount >= Decimal(10) ** 7:
        raise Unreadable("Type a quantity with at most three decimals, less than ten million.")
    return amount


def _of_packages(amount: Decimal, package: Package | None) -> Decimal:
    if package is None or package.units is None or not package.billing_unit:
        raise Unreadable("How much is in one package is not known: type the amount.")
    return amount * package.units


def _unit_fits(amount: Decimal, unit: str, package: Package | None) -> None:
    if package is None or package.unit is None:
        return
    billed = package.unit.symbol or "pieces"
    if unit and billing_unit_said(unit) is not package.unit:
        raise Unreadable(f"This product is billed in {billed}: type the quantity in {billed}.", "NCPDP 600-28")
    if amount == 1 and not unit and not is_counted_by_piece(package.product.dosage_form, package.unit):
        each = f" One package is {plain(package.units)} {billed}." if package.units else ""
        raise Unreadable(
            f"“1” could be a box, a pen or 1 {package.unit.symbol or 'piece'}: type it with its unit.{each}",
            "payer audits: quantity one is refused without a unit",
        )


def _take_written_on(fill: Fill, text: str) -> None:
    # Whatever is short was written before it came.
    fill.prescription.written_on = read_day(text, today=fill.local_day(fill.made_at)) if text else None


def _take_origin(fill: Fill, text: str) -> None:
    try:
        fill.prescription.origin = Origin(text).value
    except ValueError:
        raise Unreadable("The origin is 1 written, 2 telephone, 3 electronic, 4 fax or 5 transfer.") from None


def _take_daw(fill: Fill, text: str) -> None:
    if text not in DAW_WORDS:
        raise Unreadable("Type DAW as one digit, 0 to 9; 0 allows substitution.")
    fill.prescription.daw = text


def _take_directions(fill: Fill, text: str) -> None:
    if len(text) > 1000:
        raise Unreadable("The label holds 1,000 letters of directions: write them shorter.")
    take_directions(fill, text)


def _take_written(fill: Fill, text: str) -> None:
    fill.prescription.quantity_written = read_quantity(text, _measured_by(fill))
    # Nothing said otherwise yet: what is written is what is given.
    fill.quantity = fill.quantity or fill.prescription.quantity_written


def _take_quantity(fill: Fill, text: str) -> None:
    if not text and fill.quantity and fill.quantity == fill.prescription.quantity_written:
        return
    fill.quantity = read_quantity(text, _measured_by(fill))


def _measured_by(fill: Fill) -> Package | None:
    # A compound is measured in its own unit, not in that of an ingredient.
    return None if fill.prescription.is_compound else fill.package


def _take_refills(fill: Fill, text: str) -> None:
    refills = typed_whole(text)
    if refills is None or refills > MOST_REFILLS:
        raise Unreadable("Type refills as a whole number, 0 to 99.")
    schedule = Schedule(fill.prescription.schedule)
    if schedule is Schedule.II and refills:
        raise Unreadable("Schedule II has no refills: type 0.", "21 CFR 1306.12(a)")
    if schedule in {Schedule.III, Schedule.IV} and refills > 5:
        raise Unreadable("Schedule III and IV have at most five refills: type 5 or less.", "21 CFR 1306.22(a)")
    fill.prescription.refills = refills


def _take_days(fill: Fill, text: str) -> None:
    days = typed_whole(text)
    if days is None or not 1 <= days <= MOST_DAYS:
        raise Unreadable("Type the days' supply: 1 to 999.", "NCPDP 405-D5")
    fill.days_supply = days


def _take_diagnosis(fill: Fill, text: str) -> None:
    codes = [each.upper() for each in re.split(r"[\s,;]+", text) if each]
    wrong = next((each for each in codes if not ICD.fullmatch(each)), None)
    if wrong or len(codes) > MOST_DIAGNOSES:
        raise Unreadable(
            f"“{wrong}” is no ICD-10 code: compare it with the original."
            if wrong
            else "A claim takes five diagnosis codes at most: leave the least important out."
        )
    bare = [each.replace(".", "") for each in codes]
    known = set(Diagnosis.objects.filter(code__in=bare).values_list("code", flat=True))
    unknown = next((code for code, each in zip(codes, bare, strict=True) if each not in known), None)
    if unknown and Diagnosis.objects.exists():
        raise Unreadable(f"{unknown} is not in ICD-10-CM: compare it with the original, or ask the prescriber.")
    fill.prescription.diagnosis_codes = bare


def _take_note(fill: Fill, text: str) -> None:
    if len(text) > LONGEST_NOTE:
        raise Unreadable("A note has 300 letters at most: write it shorter.")
    fill.remark = text


def _shown(value: Any) -> str:
    return "" if value is None else plain(value) if isinstance(value, Decimal) else str(value)


def _shown_day(value: date | None) -> str:
    return f"{value:%m/%d/%Y}" if value else ""


def _dotted(code: str) -> str:
    bare = code.replace(".", "")
    return f"{bare[:3]}.{bare[3:]}" if len(bare) > 3 else bare


FIELDS: tuple[EntryField, ...] = (
    EntryField("written_on", "Written", _take_written_on, lambda fill: _shown_day(fill.prescription.written_on)),
    EntryField("origin", "Origin", _take_origin, lambda fill: fill.prescription.origin),
    EntryField("daw", "DAW", _take_daw, lambda fill: fill.prescription.daw),
    EntryField("directions", "Directions", _take_directions, lambda fill: typed_directions(fill.prescription)),
    EntryField(
        "quantity_written", "Quantity written", _take_written, lambda fill: _shown(fill.prescription.quantity_written)
    ),
    EntryField("quantity", "To dispense", _take_quantity, lambda fill: _shown(fill.quantity or None), False),
    EntryField("refills", "Refills", _take_refills, lambda fill: _shown(fill.prescription.refills)),
    EntryField("days_supply", "Days' supply", _take_days, lambda fill: _shown(fill.days_supply), False),
    EntryField(
        "diagnosis", "Diagnosis", _take_diagnosis,
        lambda fill: ", ".join(map(_dotted, fill.prescription.diagnosis_codes)), False,
    ),
    EntryField("note", "Note", _take_note, lambda fill: fill.remark, False),
)  # fmt: skip
ORDER_COLUMNS = (
    "written_on", "origin", "daw", "directions", "sig_short", "directions_other", "directions_need_clarification",
    "clarification", "quantity_written", "refills", "diagnosis_codes",
)  # fmt: skip
FILL_COLUMNS = ("quantity", "days_supply", "remark")
