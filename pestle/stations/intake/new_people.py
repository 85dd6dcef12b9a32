"""New patients and prescribers, allergies as asked, cards as shown: what drop-off writes about people."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from django.db.models import Max

from pestle.records.patients import Coverage, Patient, Plan
from pestle.records.people import Worker
from pestle.records.pharmacies import Partner
from pestle.records.prescribers import Prescriber
from pestle.stations.acts import demand_bench, one_act
from pestle.stations.intake.drop_off import demand, today_at
from pestle.stations.intake.matching import patients_like
from pestle.terms.findings import Finding, refuse
from pestle.terms.identity import Bin, Pcn
from pestle.terms.matching import HIGH, PersonFacts, is_dea_number, is_npi
from pestle.terms.phone import Phone
from pestle.terms.roles import LEADS

OLDEST_YEARS = 130
RELATIONSHIPS = frozenset("01234")


@dataclass(frozen=True, slots=True)
class NewPatient:
    """What is asked of a new patient: name and birth date are the two identifiers, the rest helps to find them."""

    family: str
    given: str
    birth_on: date | None
    sex: str = "U"
    middle: str = ""
    phone: str = ""
    address: str = ""
    city: str = ""
    state: str = ""
    postal_code: str = ""
    language: str = "en"
    takes_texts: bool = False


@dataclass(frozen=True, slots=True)
class Card:
    """What stands on a plan's card."""

    bin: str
    pcn: str = ""
    group: str = ""
    cardholder_id: str = ""
    person_code: str = ""
    relationship: str = "1"
    plan_name: str = ""


@one_act
def add_patient(
    *, act_id: UUID, by: Worker, at: datetime, person: NewPatient, because: Mapping[str, str] | None = None
) -> Patient:
    """This will add a patient; where somebody very like them is here, only with a lead's or pharmacist's reason."""
    demand_bench(by, "Adding a patient")
    today = today_at(by.pharmacy, at)
    if not person.family.strip() or not person.given.strip():
        raise refuse("Type the family name and the given name.", rule="two_identifiers", field="family")
    if person.birth_on is None:
        raise refuse("Type the birth date.", rule="two_identifiers", field="birth_on")
    if person.birth_on > today or today.year - person.birth_on.year > OLDEST_YEARS:
        raise refuse("This birth date cannot be right: ask for it again.", rule="two_identifiers", field="birth_on")
    phone = _phone(person.phone)
    demand(_already_here(person, phone, by), by, because)
    return Patient.objects.create(
        pharmacy_id=by.pharmacy_id,
        family=person.family.strip(),
        given=person.given.strip(),
        middle=person.middle.strip(),
        birth_on=person.birth_on,
        sex=person.sex if person.sex in {"F", "M"} else "U",
        phone=phone,
        address=person.address.strip(),
        city=person.city.strip(),
        state=person.state.strip().upper(),
        postal_code=person.postal_code.strip(),
        language=person.language or "en",
        takes_texts=person.takes_texts,
    )


@one_act
def add_prescriber(
    *,
    act_id: UUID,
    by: Worker,
    at: datetime,
    family: str,
    given: str,
    npi: str,
    dea_number: str = "",
    credential: str = "",
    practice: str = "",
    phone: str = "",
    fax: str = "",
    address: str = "",
    city: str = "",
    state: str = "",
    postal_code: str = "",
    erx_id: str = "",
    licence: str = "",
) -> Prescriber:
    """This will add a prescriber with a valid NPI; a pharmacist looks up which schedules the DEA number covers."""
    demand_bench(by, "Adding a prescriber")
    if not family.strip():
        raise refuse("Type the prescriber's family name.", rule="prescriber_is_named", field="family")
    if not is_npi(npi.strip()):
        raise refuse("This NPI fails its check digit: compare it with the prescription.", rule="npi", field="npi")
    dea = dea_number.strip().upper()
    if dea and not is_dea_number(dea):
        raise refuse(
            "This DEA number fails its check digit: compare it with the prescription.",
            rule="dea_number",
            field="dea_number",
        )
    known = Prescriber.objects.filter(pharmacy_id=by.pharmacy_id, npi=npi.strip(), practice=practice.strip()).first()
    return known or Prescriber.objects.create(
        pharmacy_id=by.pharmacy_id,
        family=family.strip(),
        given=given.strip(),
        credential=credential.strip()[:12],
        npi=npi.strip(),
        dea_number=dea.partition("-")[0],
        practice=practice.strip()[:80],
        phone=_phone(phone),
        fax=_phone(fax),
        address=address.strip(),
        city=city.strip(),
        state=state.strip().upper()[:2],
        postal_code=postal_code.strip()[:10],
        erx_id=erx_id.strip()[:20],
        licence=licence.strip()[:20],
    )


@one_act
def ask_allergies(
    *,
    act_id: UUID,
    by: Worker,
    at: datetime,
    patient_id: int,
    none_known: bool = False,
    new: tuple[tuple[str, str], ...] = (),
) -> Patient:
    """This will record that allergies were asked today: none known, new ones (allergen, reaction), or no change."""
    demand_bench(by, "Asking about allergies")
    patient = _patient(by, patient_id)
    known = list(patient.allergies.filter(ended_on=None))
    if none_known and (known or new):
        raise refuse(
            "Allergies stand in the record: end them there before writing that none are known.",
            rule="allergies_agree",
            field="allergies",
        )
    if not none_known and not known and not new:
        raise refuse("Write an allergy, or that none are known.", rule="allergies_are_asked", field="allergies")
    today = today_at(by.pharmacy, at)
    have = {each.allergen.casefold() for each in known}
    for allergen, reaction in new:
        if allergen.strip() and allergen.strip().casefold() not in have:
            patient.allergies.create(allergen=allergen.strip()[:80], reaction=reaction.strip()[:120], noted_on=today)
    patient.allergies_asked_on, patient.has_no_known_allergies = today, none_known
    patient.save(update_fields=["allergies_asked_on", "has_no_known_allergies"])
    return patient


@one_act
def add_coverage(*, act_id: UUID, by: Worker, at: datetime, patient_id: int, card: Card) -> Coverage:
    """This will add a card as the patient's next plan in the order of billing; an unknown plan is added, unreviewed."""
    demand_bench(by, "Adding a plan")
    patient = _patient(by, patient_id)
    number, pcn = _bin(card.bin), _pcn(card.pcn)
    if not card.cardholder_id.strip():
        raise refuse("Type the cardholder's number.", rule="card", field="cardholder_id")
    if card.relationship not in RELATIONSHIPS:
        raise refuse("Choose how the patient belongs to the cardholder.", rule="card", field="relationship")
    plan = Plan.objects.filter(pharmacy_id=by.pharmacy_id, bin=number, pcn=pcn).first()
    plan = plan or Plan.objects.create(
        pharmacy_id=by.pharmacy_id, name=card.plan_name.strip()[:60] or f"Plan {number} {pcn}".strip(), bin=number,
        pcn=pcn, switch=_usual_switch(by),
    )  # fmt: skip
    same = patient.coverages.filter(plan=plan, cardholder_id=card.cardholder_id.strip(), until_on=None).first()
    if same is not None:
        return same
    last = patient.coverages.filter(until_on=None).aggregate(last=Max("order"))["last"] or 0
    return Coverage.objects.create(
        patient=patient,
        plan=plan,
        order=last + 1,
        cardholder_id=card.cardholder_id.strip(),
        group=card.group.strip(),
        person_code=card.person_code.strip(),
        relationship=card.relationship,
        cardholder_given=patient.given if card.relationship == "1" else "",
        cardholder_family=patient.family if card.relationship == "1" else "",
        from_on=today_at(by.pharmacy, at),
    )


def like_this(person: NewPatient, by: Worker) -> tuple[Finding, ...]:
    """This will tell who is already here that a new patient may be, for the page to show before anything is sent."""
    return _already_here(person, person.phone, by)


def _already_here(person: NewPatient, phone: str, by: Worker) -> tuple[Finding, ...]:
    said = PersonFacts(
        family=person.family.strip(),
        given=person.given.strip(),
        birth_on=person.birth_on,
        sex=person.sex,
        address=person.address,
        postal_code=person.postal_code,
        phones=(phone,) if phone else (),
    )
    like = [each for each in patients_like(said, by.pharmacy) if each.score >= HIGH]
    if not like:
        return ()
    best = like[0]
    sentence = (
        f"Somebody very like this is already a patient: {best.row.full_name}, born {best.row.birth_on:%b %-d, %Y}"
        f" ({best.score} of 100). Choose them instead."
    )
    return (
        Finding(
            rule="nobody_here_is_this_person", sentence=sentence, cites="house rule: one person, one record",
            lifted_by=LEADS, field="family",
        ),
    )  # fmt: skip


def _patient(by: Worker, patient_id: int) -> Patient:
    found = Patient.objects.filter(pk=patient_id, pharmacy_id=by.pharmacy_id).first()
    if found is None:
        raise refuse("There is no such patient in this pharmacy.", rule="patient_is_here")
    return found


def _usual_switch(by: Worker) -> Partner | None:
    plan = Plan.objects.filter(pharmacy_id=by.pharmacy_id).exclude(switch=None).order_by("pk").first()
    return plan.switch if plan else None


def _phone(text: str) -> str:
    if not text.strip():
        return ""
    try:
        return Phone.read(text).digits
    except ValueError as wrong:
        raise refuse(str(wrong), rule="phone", field="phone") from wrong


def _bin(text: str) -> str:
    try:
        return Bin(text.strip()).digits
    except ValueError as wrong:
        raise refuse(str(wrong), rule="card", field="bin") from wrong


def _pcn(text: str) -> str:
    try:
        return Pcn(text.strip().upper()).text
    except ValueError as wrong:
        raise refuse(str(wrong), rule="card", field="pcn") from wrong
