"""What a claim asks, as plain typed fields that are kept with it; and the message they make, the same each time."""

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, fields
from datetime import date
from decimal import Decimal
from typing import Any

from pestle.terms.decimals import plain
from pestle.wire.telecom import encode
from pestle.wire.telecom.request import ClaimRequest, Request, TransactionCode, build_request
from pestle.wire.telecom.request_segments import (
    AmountPaid,
    Claim,
    Compound,
    DurAnswer,
    Ingredient,
    Insurance,
    OtherPayer,
    Patient,
    PatientAmount,
    Prescriber,
    Pricing,
)

SEXES = {"F": "2", "M": "1"}
UNITS = {"EA": "EA", "GM": "GM", "ML": "ML"}
NPI, NDC, BIN = "01", "03", "03"


@dataclass(frozen=True, slots=True, kw_only=True)
class EarlierPayer:
    """What a payer billed before this one said: NCPDP 337-4C and what stands under it."""

    coverage_type: str
    bin: str
    answered_on: str
    paid: str = ""
    owed: str = ""
    reject_codes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class IngredientAsked:
    """One ingredient of a compound, as billed: NCPDP 489-TE, 448-ED, 449-EE."""

    ndc: str
    quantity: str
    cost: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """One claim as asked; text, whole numbers and tuples of them only, so that it is kept as it is."""

    bin: str
    pcn: str
    group: str
    cardholder_id: str
    person_code: str
    relationship: str
    cardholder_given: str
    cardholder_family: str
    born_on: str
    sex: str
    given: str
    family: str
    street: str
    city: str
    state: str
    postal_code: str
    phone: str
    rx_number: int
    fill_number: int
    ndc: str
    quantity: str
    quantity_written: str
    days_supply: int
    unit: str
    daw: str
    written_on: str
    refills: int
    origin: str
    prescriber_npi: str
    prescriber_family: str
    prescriber_phone: str
    drug_cost: str
    fee: str
    usual_and_customary: str
    other_coverage: str = ""
    earlier_payers: tuple[EarlierPayer, ...] = ()
    clarification_codes: tuple[str, ...] = ()
    authorization_kind: str = ""
    authorization_number: str = ""
    dur: tuple[tuple[str, str, str], ...] = ()
    compound_form: str = ""
    compound_unit: str = ""
    ingredients: tuple[IngredientAsked, ...] = ()
    service_on: str
    pharmacy_npi: str
    software_id: str = ""

    @property
    def order(self) -> int:
        """Which payer in the order of billing this is, by how many came before."""
        return len(self.earlier_payers) + 1


LABELS: Mapping[str, str] = {
    "bin": "BIN", "pcn": "PCN", "group": "Group", "cardholder_id": "Cardholder ID", "person_code": "Person code",
    "relationship": "Relationship", "born_on": "Birth date", "sex": "Sex", "given": "Given name",
    "family": "Family name", "ndc": "NDC", "quantity": "Quantity", "days_supply": "Days' supply", "daw": "DAW",
    "written_on": "Written on", "refills": "Refills", "origin": "Origin", "prescriber_npi": "Prescriber's NPI",
    "usual_and_customary": "Usual price", "drug_cost": "Drug cost", "fee": "Fee", "other_coverage": "Other coverage",
    "earlier_payers": "Earlier payers", "clarification_codes": "Clarification code",
    "authorization_kind": "Authorization type", "authorization_number": "Authorization number",
    "dur": "DUR answer", "ingredients": "Ingredients", "service_on": "Date of service",
}  # fmt: skip


def kept(asked: Asked) -> dict[str, Any]:
    """This will give what was asked as it is kept in the table."""
    return asdict(asked)


def again(row: Mapping[str, Any]) -> Asked:
    """This will give back what was asked from how it was kept."""
    given = {each.name: row[each.name] for each in fields(Asked) if each.name in row}
    given["earlier_payers"] = tuple(_earlier(each) for each in given.get("earlier_payers", ()))
    given["dur"] = tuple(tuple(each) for each in given.get("dur", ()))
    given["ingredients"] = tuple(IngredientAsked(**each) for each in given.get("ingredients", ()))
    given["clarification_codes"] = tuple(given.get("clarification_codes", ()))
    return Asked(**given)


def fingerprint(asked: Asked) -> str:
    """This will give the SHA-256 of all that was asked; equal means the same claim on the same day."""
    return hashlib.sha256(json.dumps(kept(asked), sort_keys=True).encode()).hexdigest()


@dataclass(frozen=True, slots=True)
class Difference:
    """One field that two claims ask differently."""

    label: str
    before: str
    after: str


def differences(before: Mapping[str, Any], after: Mapping[str, Any]) -> tuple[Difference, ...]:
    """This will tell what a claim asks differently from an earlier one, in the order of the label list."""
    pairs = ((label, before.get(name, ""), after.get(name, "")) for name, label in LABELS.items())
    return tuple(Difference(label, _shown(one), _shown(two)) for label, one, two in pairs if _shown(one) != _shown(two))


def billing(asked: Asked, *, code: TransactionCode = TransactionCode.BILLING) -> bytes:
    """This will write the claim; raises TelecomError naming the field that does not fit."""
    claim = ClaimRequest(
        claim=_claim(asked),
        pricing=_pricing(asked),
        prescriber=Prescriber(
            id_qualifier=NPI,
            id=asked.prescriber_npi,
            last_name=asked.prescriber_family,
            phone=_digits(asked.prescriber_phone),
        ),
        other_payers=tuple(_other_payer(each) for each in asked.earlier_payers),
        compound=_compound(asked),
        dur_answers=tuple(DurAnswer(reason=one, service=two, result=three) for one, two, three in asked.dur),
    )
    return encode(build_request(_request(asked, code, patient=_patient(asked), claims=(claim,))))


def reversal(asked: Asked) -> bytes:
    """This will write the reversal of a claim, with what the payer matches it by; raises TelecomError."""
    product_kind, product = _product_id(asked)
    claim = Claim(
        reference_kind="1",
        prescription_number=asked.rx_number,
        product_id_kind=product_kind,
        product_id=product,
        fill_number=asked.fill_number,
        other_coverage=asked.other_coverage or None,
    )
    kind = f"{asked.order:02}"
    # 338-5C tells a later payer which of the claims of a fill is meant.
    others = (OtherPayer(coverage_type=kind),) if asked.order > 1 else ()
    one = ClaimRequest(claim=claim, other_payers=others)
    return encode(build_request(_request(asked, TransactionCode.REVERSAL, claims=(one,))))


def _request(asked: Asked, code: TransactionCode, **given: Any) -> Request:
    return Request(
        code=code,
        bin_number=asked.bin,
        processor_control_number=asked.pcn,
        provider_id_qualifier=NPI,
        provider_id=asked.pharmacy_npi,
        service_on=date.fromisoformat(asked.service_on),
        vendor_id=asked.software_id,
        insurance=insurance(asked),
        **given,
    )


def insurance(asked: Asked) -> Insurance:
    """This will give the segment that says whose card it is."""
    return Insurance(
        cardholder_id=asked.cardholder_id,
        cardholder_first_name=asked.cardholder_given or None,
        cardholder_last_name=asked.cardholder_family or None,
        group_id=asked.group or None,
        person_code=asked.person_code or None,
        relationship=asked.relationship or None,
    )


def _patient(asked: Asked) -> Patient:
    return Patient(
        born_on=date.fromisoformat(asked.born_on),
        gender=SEXES.get(asked.sex, "0"),
        first_name=asked.given,
        last_name=asked.family,
        street=asked.street or None,
        city=asked.city or None,
        state=asked.state or None,
        zip_code=asked.postal_code.replace("-", "") or None,
        phone=_digits(asked.phone),
        residence="1",
    )


def _compound(asked: Asked) -> Compound | None:
    if not asked.ingredients:
        return None
    return Compound(
        dosage_form=asked.compound_form,
        unit_form=asked.compound_unit,
        ingredients=tuple(
            Ingredient(
                product_id_kind=NDC,
                product_id=each.ndc,
                quantity=Decimal(each.quantity),
                cost=Decimal(each.cost),
                basis_of_cost="01",
            )
            for each in asked.ingredients
        ),
    )


def _product_id(asked: Asked) -> tuple[str, str]:
    # A compound is billed under no product of its own: 436-E1 is 00, 407-D7 is 0; its ingredients stand in AM10.
    return ("00", "0") if asked.ingredients else (NDC, asked.ndc)


def _claim(asked: Asked) -> Claim:
    kind, product = _product_id(asked)
    return Claim(
        reference_kind="1",
        prescription_number=asked.rx_number,
        product_id_kind=kind,
        product_id=product,
        quantity_dispensed=Decimal(asked.quantity),
        fill_number=asked.fill_number,
        days_supply=asked.days_supply,
        compound_code="2" if asked.ingredients else "1",
        dispense_as_written=asked.daw,
        written_on=date.fromisoformat(asked.written_on) if asked.written_on else None,
        refills_authorized=asked.refills,
        origin=asked.origin,
        clarification_codes=asked.clarification_codes,
        quantity_prescribed=Decimal(asked.quantity_written) if asked.quantity_written else None,
        other_coverage=asked.other_coverage or None,
        unit=UNITS.get(asked.unit),
        prior_authorization_type=asked.authorization_kind or None,
        prior_authorization_number=asked.authorization_number or None,
        service_type="1",
    )


def _pricing(asked: Asked) -> Pricing:
    drug, fee, usual = Decimal(asked.drug_cost), Decimal(asked.fee), Decimal(asked.usual_and_customary)
    return Pricing(
        ingredient_cost=drug,
        dispensing_fee=fee,
        usual_and_customary=usual,
        gross_amount_due=drug + fee,
        basis_of_cost="07",
    )


def _other_payer(payer: EarlierPayer) -> OtherPayer:
    return OtherPayer(
        coverage_type=payer.coverage_type,
        id_qualifier=BIN,
        id=payer.bin,
        answered_on=date.fromisoformat(payer.answered_on),
        amounts_paid=(AmountPaid(qualifier="07", amount=Decimal(payer.paid)),) if payer.paid else (),
        reject_codes=payer.reject_codes,
        patient_amounts=(PatientAmount(qualifier="06", amount=Decimal(payer.owed)),) if payer.owed else (),
    )


def _earlier(row: Mapping[str, Any]) -> EarlierPayer:
    return EarlierPayer(**{**row, "reject_codes": tuple(row.get("reject_codes", ()))})


def _digits(phone: str) -> str | None:
    digits = "".join(each for each in phone if each.isdigit())[-10:]
    return digits if len(digits) == 10 else None


def _shown(value: object) -> str:
    if isinstance(value, list | tuple):
        return ", ".join(_item(each) for each in value)
    return str(value) if value is not None else ""


def _item(value: object) -> str:
    if isinstance(value, Mapping):
        return " ".join(_shown(each) for each in value.values() if each)
    return "/".join(map(str, value)) if isinstance(value, Iterable) and not isinstance(value, str) else str(value)


def amount(value: Decimal) -> str:
    """This will write a quantity or price as it is kept in what was asked."""
    return plain(value)
