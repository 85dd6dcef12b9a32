"""What prescribers answer to our requests: what they grant becomes a prescription that replaces the old one."""

from datetime import datetime
from uuid import UUID, uuid5

from pestle.flows.fill import FillState
from pestle.flows.prescription import PRESCRIPTION
from pestle.records.handover import Task
from pestle.records.messages import Message
from pestle.records.people import Worker
from pestle.records.prescriptions import Prescription
from pestle.stations.acts import act_within, one_act
from pestle.stations.intake import cancellations
from pestle.stations.intake.drop_off import Arrival, receive
from pestle.stations.intake.matching import person_known
from pestle.stations.intake.originals import Original, drug_said, from_script, person_said
from pestle.terms.matching import DrugFacts, Outcome, match_drug, match_person
from pestle.terms.roles import Role
from pestle.wire import script
from pestle.wire.script import ScriptError
from pestle.wire.script.codes import CHANGE_DENIALS, RENEWAL_DENIALS, VALIDATIONS

STATION = "drop_off"
REQUESTS = {"RxRenewalResponse": "RxRenewalRequest", "RxChangeResponse": "RxChangeRequest"}


def take_renewal(message: Message, decoded: script.Message, at: datetime) -> Prescription:
    """This will link a renewal's answer to the prescription it was asked for; raises ScriptError for an unknown one."""
    return _take(message, decoded, at)


def take_change(message: Message, decoded: script.Message, at: datetime) -> Prescription:
    """This will link a change's answer to the prescription it was asked for; raises ScriptError for an unknown one."""
    return _take(message, decoded, at)


def tell_of_error(ours: Message, error: script.Error, *, by: Worker, at: datetime) -> None:
    """This will ask a person to look after a message of ours that the network refused later."""
    words = f"The network could not deliver our {ours.kind}: {error.code} {error.description}. Telephone or fax."
    is_about_one = ours.subject_kind == PRESCRIPTION.name
    rx = Prescription.objects.filter(pk=ours.subject_id or 0).first() if is_about_one else None
    _ask(rx, words, pharmacy_id=ours.pharmacy_id, kind="message refused", by=by, at=at)


def _take(message: Message, decoded: script.Message, at: datetime) -> Prescription:
    old = _asked_for(message, decoded)
    if old is None:
        where = "/Message/Header/RelatesToMessageID"
        raise ScriptError(where=where, said="names no request of this pharmacy")
    program = Worker.objects.program(message.pharmacy)
    act_id = uuid5(UUID(int=message.pk), "answer of prescriber")
    return _write(act_id=act_id, by=program, at=at, old=old, message=message, decoded=decoded)


@one_act
def _write(
    *, act_id: UUID, by: Worker, at: datetime, old: Prescription, message: Message, decoded: script.Message
) -> Prescription:
    body = decoded.body
    if not isinstance(body, script.RxRenewalResponse | script.RxChangeResponse) or body.response is None:
        raise ScriptError(where="/Message/Body/Response", said="is missing")
    if (made := Prescription.objects.filter(message=message).first()) is not None:
        return made
    _close_tasks(old, by=by, at=at)
    response = body.response
    medication = body.answered if isinstance(body, script.RxRenewalResponse) else body.prescribed
    granted = response.approved or response.approved_with_changes or response.replaced
    if granted is None or medication is None:
        _note_without_prescription(old, body, act_id=act_id, by=by, at=at)
        return old
    original = from_script(decoded, medication=medication)
    if isinstance(body, script.RxRenewalResponse):
        _count_fills_in_all(original)
    new = _receive(original, old, message, act_id=act_id, by=by, at=at)
    old.replaced_by = new
    old.save(update_fields=["replaced_by"])
    old.note("be_replaced", act_id=act_id, by=by, at=at, station=STATION, details={"by": new.pk, "how": decoded.name})
    if isinstance(body, script.RxChangeResponse):
        cancellations.stop(
            old, act_id=act_within(act_id, "replaced"), by=by, at=at, because=f"Replaced by Rx {new.rx_number}."
        )
    return new


def _asked_for(message: Message, decoded: script.Message) -> Prescription | None:
    kind = REQUESTS[decoded.name]
    asked = Message.objects.filter(
        partner=message.partner, is_outgoing=True, kind=kind, external_id=decoded.header.relates_to
    ).first()
    if asked is None or asked.subject_id is None or not decoded.header.relates_to:
        return None
    return Prescription.objects.select_related("pharmacy", "patient", "prescriber", "product").get(pk=asked.subject_id)


def _count_fills_in_all(original: Original) -> None:
    """A renewal's number is taken as fills in all, the first included: the smaller of the two ways to read it.

    Which of the two SCRIPT means is not reviewed, so the number as it was sent stays in `everything`.
    """
    said = original["drug"]["refills"]
    if said:
        original["drug"]["refills"] = str(max(int(said) - 1, 0))
        original["drug"]["refills_note"] = f"The answer says {said}; counted as {said} fills in all (not reviewed)."


def _receive(
    original: Original, old: Prescription, message: Message, *, act_id: UUID, by: Worker, at: datetime
) -> Prescription:
    arrival = Arrival(
        original,
        message=message,
        patient=old.patient if _same_person(original, old) else None,
        prescriber=old.prescriber if _same_prescriber(original, old) else None,
        product=old.product if _same_drug(original, old) else None,
    )
    return receive(arrival, act_id=act_within(act_id, "receive"), by=by, at=at).prescription


def _same_person(original: Original, old: Prescription) -> bool:
    if old.patient is None:
        return False
    found = match_person(person_said(original), person_known(old.patient))
    return all(found.of(field).outcome is Outcome.AGREES for field in ("family name", "given name", "birth date"))


def _same_prescriber(original: Original, old: Prescription) -> bool:
    return old.prescriber is not None and old.prescriber.npi == original["prescriber"].get("npi")


def _same_drug(original: Original, old: Prescription) -> bool:
    if old.product is None:
        return False
    product = old.product
    known = DrugFacts(
        str(product), names=(product.nonproprietary_name, product.proprietary_name), strength=product.strength,
        form=product.dosage_form,
    )  # fmt: skip
    found = match_drug(drug_said(original), known)
    agrees = all(found.of(field).outcome is Outcome.AGREES for field in ("name", "strength"))
    return agrees and found.of("form").outcome is not Outcome.DIFFERS


def _note_without_prescription(
    old: Prescription,
    body: script.RxRenewalResponse | script.RxChangeResponse,
    *,
    act_id: UUID,
    by: Worker,
    at: datetime,
) -> None:
    response = body.response
    if response is None:
        return
    denied = response.denied or response.denied_new_prescription_to_follow
    outcome = denied or response.validated or response.approved or response.approved_with_changes
    codes = outcome.reason_codes if outcome else ()
    known = {**RENEWAL_DENIALS, **CHANGE_DENIALS, **VALIDATIONS}
    reasons = "; ".join(known.get(code, code) for code in codes) or (outcome.denial_reason if outcome else "")
    verb = "renewal" if isinstance(body, script.RxRenewalResponse) else "change"
    answer = "denied" if denied else "answered"
    old.note(
        f"{verb}_{answer}", act_id=act_id, by=by, at=at, station=STATION,
        details={"codes": list(codes), "said": reasons, "note": outcome.note if outcome else ""},
    )  # fmt: skip
    follows = " A new prescription follows." if response.denied_new_prescription_to_follow else ""
    # What was held for this answer has it: it wakes at once, and a person decides what now.
    old.fills.filter(state=FillState.HELD, waiting_for="prescriber").update(wakes_at=at)
    words = f"The prescriber {answer} the {verb} of Rx {old.rx_number}: {reasons or 'no reason given'}.{follows}"
    _ask(old, words, pharmacy_id=old.pharmacy_id, kind="prescriber answered", by=by, at=at)


def _close_tasks(old: Prescription, *, by: Worker, at: datetime) -> None:
    waiting = Task.objects.filter(fill__prescription=old, kind="await prescriber", done_at=None)
    waiting.update(done_by=by, done_at=at, outcome="The prescriber answered.")


def _ask(rx: Prescription | None, words: str, *, pharmacy_id: int, kind: str, by: Worker, at: datetime) -> None:
    Task.objects.create(
        pharmacy_id=pharmacy_id, kind=kind, words=words[:200], owner_role=Role.TECHNICIAN.value, wakes_at=at,
        patient=rx.patient if rx else None, fill=rx.fills.order_by("-pk").first() if rx else None,
        made_by=by, made_at=at,
    )  # fmt: skip
