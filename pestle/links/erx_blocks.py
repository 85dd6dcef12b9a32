"""From plain fields to the blocks of a SCRIPT message, for whoever sends one: the pharmacy, or its pretend partner.

The fields are those of an original (patient, prescriber, pharmacy, drug); what is missing or "" is left out. Raises
ScriptError, through `script.build`, for what SCRIPT cannot say.
"""

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Any

from pestle.wire import script
from pestle.wire.script.clinical import Allergies, Allergy, CodedDrug, Coverage, Payer, Quantity
from pestle.wire.script.medication import CodeAndQualifier, DrugCoded, Medication, OtherDate
from pestle.wire.script.people import (
    Address,
    HumanPatient,
    Name,
    Patient,
    Pharmacy,
    Phone,
    PracticeLocation,
    Practitioner,
    Prescriber,
    ProviderNumbers,
    Reachable,
)
from pestle.wire.script.sig import Coded, Sig

Fields = Mapping[str, Any]
SCHEDULE_CODES = {"II": "C48675", "III": "C48676", "IV": "C48677", "V": "C48679"}
UNSPECIFIED = "C38046"


def patient_block(said: Fields) -> Patient:
    """Give the block of a person."""
    return Patient(
        human=HumanPatient(
            name=_name(said),
            gender=said.get("sex") or "U",
            born=_day(said.get("birth_on")),
            address=_address(said),
            reach=_reach(said),
        )
    )


def prescriber_block(said: Fields) -> Prescriber:
    """Give the block of a prescriber of people."""
    numbers = ProviderNumbers(
        state_license=said.get("licence", ""), dea=said.get("dea_number", ""), npi=said.get("npi", "")
    )
    practice = said.get("practice", "")
    return Prescriber(
        human_care=Practitioner(
            numbers=numbers,
            practice=PracticeLocation(business_name=practice) if practice else None,
            name=_name(said),
            address=_address(said),
            reach=_reach(said),
        )
    )


def pharmacy_block(said: Fields) -> Pharmacy:
    """Give the block of a pharmacy: ncpdp_id, npi, name, address, phone."""
    return Pharmacy(
        numbers=ProviderNumbers(ncpdp_id=said.get("ncpdp_id", ""), npi=said.get("npi", "")),
        business_name=said.get("name", ""),
        address=_address(said),
        reach=_reach(said),
    )


def medication_block(
    said: Fields, *, last_filled: date | None = None, requested_refills: int | None = None
) -> Medication:
    """Give the block of a medicine; with `last_filled` it is one that was dispensed, and says no refills."""
    coded = DrugCoded(
        product=CodeAndQualifier(code=said["ndc11"], qualifier="ND") if said.get("ndc11") else None,
        dea_schedule=SCHEDULE_CODES.get(said.get("schedule", ""), UNSPECIFIED),
    )
    refills = str(said.get("refills", ""))
    days = str(said.get("days_supply", ""))
    effective = _day(said.get("effective_on"))
    return Medication(
        description=said.get("description", ""),
        coded=coded,
        quantity=_quantity(said),
        days_supply=int(days) if days.isdigit() else None,
        written=_day(said.get("written_on")),
        last_filled=script.StatedDay(last_filled) if last_filled else None,
        substitutions=said.get("substitutions", "") or "0",
        refills=int(refills) if refills.isdigit() and last_filled is None else None,
        requested_refills=requested_refills,
        note=said.get("note", ""),
        sig=Sig(text=said["directions"]) if said.get("directions") else None,
        do_not_fill=said.get("do_not_fill", ""),
        other_dates=(OtherDate(on=effective, qualifier="EffectiveDate"),) if effective else (),
    )


def coverage_blocks(said: tuple[Fields, ...] | list[Fields]) -> tuple[Coverage, ...]:
    """Give the blocks of coverages, in the order of billing."""
    return tuple(
        Coverage(
            payer=Payer(bin=each.get("bin", ""), pcn=each.get("pcn", "")),
            payer_name=each.get("payer", ""),
            cardholder_id=each.get("cardholder_id", ""),
            group_id=each.get("group", ""),
            responsibility=responsibility,
            relationship=each.get("relationship", ""),
            person_code=each.get("person_code", ""),
        )
        for each, responsibility in zip(said, "PST", strict=False)
    )


def allergies_block(said: Fields | None) -> Allergies | None:
    """Give the block of allergies, or none where nothing was said."""
    if said is None:
        return None
    if said.get("none_known"):
        return Allergies(none_known="Y")
    return Allergies(
        known=tuple(
            Allergy(drug=CodedDrug(words=each["allergen"]), reaction=Coded(words=each.get("reaction", "")))
            for each in said.get("known", ())
        )
    )


def _name(said: Fields) -> Name:
    return Name(
        last=said.get("family", ""),
        first=said.get("given", ""),
        middle=said.get("middle", ""),
        suffix=said.get("suffix", ""),
    )


def _address(said: Fields) -> Address | None:
    if not said.get("address"):
        return None
    return Address(
        line_1=said["address"][:40],
        city=said.get("city", ""),
        state=said.get("state", ""),
        postal_code=said.get("postal_code", ""),
        country="US",
    )


def _reach(said: Fields) -> Reachable | None:
    phone, fax = _ten(said.get("phone", "")), _ten(said.get("fax", ""))
    if not phone:
        return None
    return Reachable(primary=Phone(number=phone), faxes=(Phone(number=fax),) if fax else ())


def _ten(text: str) -> str:
    return "".join(letter for letter in text if letter.isdigit())[-10:]


def _quantity(said: Fields) -> Quantity | None:
    if said.get("quantity") in {None, ""}:
        return None
    return Quantity(value=Decimal(str(said["quantity"])), qualifier="38", unit=said.get("unit_code", "") or UNSPECIFIED)


def _day(text: Any) -> script.StatedDay | None:
    return script.StatedDay(date.fromisoformat(str(text))) if text else None
