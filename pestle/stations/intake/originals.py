"""The original of a prescription as plain fields: what `Prescription.as_received` holds, whatever way it came.

    kind            NewRx, RxRenewalResponse, RxChangeResponse, paper, fax, phone, transfer
    is_signed       true or false for an electronic controlled substance, else null
    do_not_fill     Y, H or E where the sender wrote it, else ""
    patient         family given middle suffix birth_on sex address city state postal_code phone phones email language
                    weight_kg record_number is_animal
    prescriber      family given suffix npi dea_number licence practice address city state postal_code phone fax erx_id
                    agent supervisor
    drug            description ndc11 rxnorm strength schedule quantity unit quantity_qualifier days_supply refills
                    substitutions directions written_on effective_on note diagnoses prior_authorization ingredients
    coverages       bin pcn group cardholder_id person_code relationship payer, in the order of billing
    allergies       null where nothing was said, else none_known and known: allergen reaction severity
    envelope        message_id order_number sender sent_at software group_number
    departures      where, said: how the message differs from the standard
    everything      path, text of every element of a message, so that nothing it says is out of sight

Days are ISO texts, numbers are texts, what was not said is "". Read from an e-prescription by `from_script`.
"""

from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from typing import Any, TypeVar, cast

from pestle.terms.days import is_in_our_time
from pestle.terms.decimals import half_up, typed_decimal
from pestle.terms.matching import DrugFacts, PersonFacts, PrescriberFacts
from pestle.terms.schedule import Schedule
from pestle.wire import script
from pestle.wire.errors import WireError
from pestle.wire.ndc import parse
from pestle.wire.script import Element, Message, StatedDay
from pestle.wire.script.clinical import Allergies, Coverage, Observation
from pestle.wire.script.medication import Medication
from pestle.wire.script.people import Address, HumanPatient, Practitioner, Prescriber, Reachable

Original = dict[str, Any]
Block = TypeVar("Block")
BILLING_ORDER = {"P": 1, "S": 2, "T": 3}
WEIGHT_LOINC = {"29463-7", "3141-9"}


def from_script(message: Message, *, medication: Medication | None = None) -> Original:
    """This will give the fields of a NewRx, or of a response that carries a prescription in `medication`."""
    body = cast(Any, message.body)
    patient = body.patient.human if body.patient else None
    drug = medication or body.prescribed
    schedule = script.schedule_of(drug.coded.dea_schedule if drug.coded else "")
    return {
        "kind": message.name,
        "is_signed": _is_signed(message, drug) if schedule.is_known and schedule.may_be_controlled else None,
        "do_not_fill": drug.do_not_fill,
        "patient": _patient(patient, getattr(body, "observation", None)) | {"is_animal": patient is None},
        "prescriber": _prescriber(body.prescriber, supervisor=getattr(body, "supervisor", None))
        | {"erx_id": message.header.sender.identifier if message.header.sender else ""},
        "drug": _drug(drug, schedule),
        "coverages": _coverages(getattr(body, "coverages", ())),
        "allergies": _allergies(getattr(body, "allergies", None)),
        "envelope": _envelope(message),
        "departures": [{"where": each.where, "said": each.said} for each in message.departures],
        "everything": [list(pair) for pair in _leaves(message.root, "")],
    }


def at_the_counter(kind: str, **said: Any) -> Original:
    """This will give the fields of a prescription that did not come over the wire, from what somebody typed."""
    blank: Original = {
        "kind": kind, "is_signed": None, "do_not_fill": "", "coverages": [], "allergies": None, "departures": [],
        "envelope": {}, "everything": [],
    }  # fmt: skip
    people: Original = {"patient": {}, "prescriber": {}, "drug": {}}
    return blank | people | said


def person_said(original: Original) -> PersonFacts:
    """This will give what an original says of its patient, ready to be compared."""
    said = original.get("patient") or {}
    return PersonFacts(
        family=said.get("family", ""),
        given=said.get("given", ""),
        birth_on=day_of(said.get("birth_on", "")),
        sex=said.get("sex", ""),
        address=said.get("address", ""),
        postal_code=said.get("postal_code", ""),
        phones=tuple(said.get("phones") or filter(None, [said.get("phone", "")])),
    )


def prescriber_said(original: Original) -> PrescriberFacts:
    """This will give what an original says of its prescriber, ready to be compared."""
    said = original.get("prescriber") or {}
    return PrescriberFacts(
        family=said.get("family", ""),
        given=said.get("given", ""),
        npi=said.get("npi", ""),
        dea_number=said.get("dea_number", ""),
        practice=said.get("practice", ""),
        address=said.get("address", ""),
        phones=tuple(filter(None, (said.get("phone", ""), said.get("fax", "")))),
    )


def drug_said(original: Original) -> DrugFacts:
    """This will give what an original says of its drug, ready to be compared."""
    said = original.get("drug") or {}
    ndc = said.get("ndc11", "")
    return DrugFacts(
        description=said.get("description", ""),
        ndcs=(ndc,) if ndc else (),
        schedule=Schedule.read(said.get("schedule", "")),
    )


def day_of(text: str) -> date | None:
    """This will read a day of an original; what is no day is None."""
    try:
        day = date.fromisoformat(text)
    except (TypeError, ValueError):
        return None
    return day if is_in_our_time(day) else None


def number_of(text: str) -> Decimal | None:
    """This will read a quantity of an original; None for what is none, or would not be kept digit by digit."""
    number = typed_decimal(text or "")
    return None if number is None or number != half_up(number, places=3) else number


def _is_signed(message: Message, drug: Medication) -> bool:
    signature = message.header.digital_signature
    return bool(signature and signature.is_claimed) or drug.claims_signature


def _patient(patient: HumanPatient | None, observation: Observation | None) -> Original:
    if patient is None:
        return {"family": "", "given": "", "phones": []}
    name, address, phones = patient.name, _address(patient.address), _phones(patient.reach)
    return {
        "family": name.last if name else "",
        "given": name.first if name else "",
        "middle": name.middle if name else "",
        "suffix": name.suffix if name else "",
        "birth_on": _day(patient.born),
        "sex": patient.gender,
        **address,
        "phone": phones[0] if phones else "",
        "phones": phones,
        "email": patient.reach.emails[0] if patient.reach and patient.reach.emails else "",
        "language": patient.language,
        "weight_kg": _weight(observation),
        "record_number": patient.numbers.medical_record if patient.numbers else "",
    }


def _prescriber(prescriber: Prescriber | None, *, supervisor: Prescriber | None) -> Original:
    person = prescriber.person if prescriber else None
    if person is None:
        return {"family": "", "given": ""}
    name, numbers, reach = person.name, person.numbers, person.reach
    return {
        "family": name.last if name else "",
        "given": name.first if name else "",
        "suffix": name.suffix if name else "",
        "npi": numbers.npi if numbers else "",
        "dea_number": numbers.dea if numbers else "",
        "licence": numbers.state_license if numbers else "",
        "practice": person.practice.business_name if person.practice else "",
        **_address(person.address),
        "phone": reach.primary.number if reach and reach.primary else "",
        "fax": reach.faxes[0].number if reach and reach.faxes else "",
        "agent": _spoken(person.agent.name) if person.agent else "",
        "supervisor": _practitioner_name(supervisor.person) if supervisor else "",
    }


def _drug(drug: Medication, schedule: Schedule) -> Original:
    coded, quantity = drug.coded, drug.quantity
    product, database = (coded.product, coded.database) if coded else (None, None)
    unit = script.unit_of(quantity.unit) if quantity else None
    return {
        "description": drug.description,
        "ndc11": _ndc(product.code) if product and product.qualifier == "ND" else "",
        "rxnorm": database.code if database and database.qualifier in {"SCD", "SBD", "GPK", "BPK"} else "",
        "strength": coded.strength.value if coded and coded.strength else "",
        "schedule": schedule.value,
        "quantity": _number(quantity.value) if quantity else "",
        "unit": unit.name if unit else (quantity.unit if quantity else ""),
        "quantity_qualifier": quantity.qualifier if quantity else "",
        "days_supply": str(drug.days_supply or ""),
        "refills": "" if drug.refills is None else str(drug.refills),
        "substitutions": drug.substitutions,
        "directions": drug.sig.text if drug.sig else "",
        "written_on": _day(drug.written),
        "effective_on": _day(drug.effective),
        "note": drug.note,
        "diagnoses": [
            {"code": code.code, "words": code.words}
            for each in drug.diagnoses
            for code in (each.primary, each.secondary)
            if code is not None
        ],
        "prior_authorization": drug.prior_authorization,
        "ingredients": [
            {"description": each.item.description if each.item else "", "quantity": _number(_value(each.quantity))}
            for each in (drug.compound.ingredients if drug.compound else ())
        ],
    }


def _coverages(coverages: tuple[Coverage, ...]) -> list[Original]:
    ordered = sorted(coverages, key=lambda each: BILLING_ORDER.get(each.responsibility, 9))
    return [
        {
            "bin": each.payer.bin if each.payer else "",
            "pcn": each.payer.pcn if each.payer else "",
            "payer": each.payer_name,
            "cardholder_id": each.cardholder_id,
            "group": each.group_id,
            "person_code": each.person_code,
            "relationship": each.relationship,
        }
        for each in ordered
    ]


def _allergies(allergies: Allergies | None) -> Original | None:
    if allergies is None:
        return None
    return {
        "none_known": bool(allergies.none_known),
        "known": [
            {
                "allergen": each.drug.words if each.drug else "",
                "reaction": each.reaction.words if each.reaction else "",
                "severity": each.severity.words if each.severity else "",
            }
            for each in allergies.known
        ],
    }


def _envelope(message: Message) -> Original:
    header = message.header
    software = header.software
    return {
        "message_id": header.message_id,
        "order_number": header.prescriber_order_number,
        "sender": header.sender.identifier if header.sender else "",
        "sent_at": header.sent_at.isoformat() if header.sent_at else "",
        "software": " ".join(filter(None, (software.product, software.release))) if software else "",
        "group_number": header.order_group.number if header.order_group else "",
    }


def _leaves(element: Element, path: str) -> Iterator[tuple[str, str]]:
    here = f"{path}/{element.name}"
    if element.text:
        yield here, element.text
    for child in element.children:
        yield from _leaves(child, here)


def _address(address: Address | None) -> Original:
    if address is None:
        return {"address": "", "city": "", "state": "", "postal_code": ""}
    return {
        "address": ", ".join(filter(None, (address.line_1, address.line_2))),
        "city": address.city,
        "state": address.state,
        "postal_code": address.postal_code,
    }


def _phones(reach: Reachable | None) -> list[str]:
    if reach is None:
        return []
    every = (reach.primary, *reach.homes, *reach.works, *reach.others)
    return list(dict.fromkeys(each.number for each in every if each is not None and each.number))


def _weight(observation: Observation | None) -> str:
    for each in observation.measurements if observation else ():
        if each.vital_sign in WEIGHT_LOINC and each.unit == "kg":
            return each.value
    return ""


def _practitioner_name(person: Practitioner | None) -> str:
    return _spoken(person.name) if person else ""


def _spoken(name: Any) -> str:
    return " ".join(filter(None, (name.first, name.last))) if name else ""


def _ndc(text: str) -> str:
    # What is not clearly one NDC stays in `everything`; a guess would look like a match.
    try:
        return parse(text).digits
    except WireError:
        return ""


def _day(day: StatedDay | None) -> str:
    return day.on.isoformat() if day else ""


def _value(quantity: Any) -> Decimal | None:
    return quantity.value if quantity else None


def _number(value: Decimal | None) -> str:
    return "" if value is None else format(value.normalize(), "f")
