"""What the pharmacy asks of a prescriber: a renewal, a change. Over the network where it reaches them, else by task."""

from datetime import datetime, timedelta
from uuid import UUID

from pestle.records.fills import DISPENSED, Fill
from pestle.records.handover import Task
from pestle.records.messages import Message
from pestle.records.people import Worker
from pestle.records.prescriptions import Prescription
from pestle.stations.acts import one_act
from pestle.stations.intake import erx_messages
from pestle.terms.findings import refuse
from pestle.terms.roles import BENCH, Role
from pestle.wire import script
from pestle.wire.script.codes import CHANGE_REQUESTS

ANSWER_IS_LATE = timedelta(days=2)
RENEWAL = "RxRenewalRequest"
CHANGE = "RxChangeRequest"
LONGEST_REASON = 260


@one_act
def ask_renewal(
    *, act_id: UUID, by: Worker, at: datetime, prescription_id: int, refills: int | None = None
) -> Message | Task:
    """This will ask the prescriber for more refills; gives the message, or the task to telephone where none reaches."""
    rx = _prescription(prescription_id, by)
    _demand_no_open_request(rx, RENEWAL)
    last = rx.fills.filter(state__in=DISPENSED).select_related("package__product").order_by("-sold_at").first()
    if last is None or last.sold_at is None:
        raise refuse("Nothing of this prescription was dispensed yet, so there is nothing to renew.", rule="renewal")
    to = _reachable(rx)
    if to is None or _prohibits_renewal(rx):
        return _task(rx, f"Ask for a renewal of Rx {rx.rx_number} by telephone or fax.", by=by, at=at)
    dispensed = erx_messages.dispensed_of(
        last, last_filled=last.local_day(last.sold_at), requested_refills=rx.refills if refills is None else refills
    )
    body = script.RxRenewalRequest(
        patient=erx_messages.patient_of(rx),
        pharmacy=erx_messages.pharmacy_of(rx.pharmacy),
        prescriber=erx_messages.prescriber_of(rx),
        dispensed=dispensed,
        prescribed=erx_messages.prescribed_of(rx),
    )
    return _post(rx, body, to=to, act_id=act_id, by=by, at=at)


@one_act
def ask_change(
    *, act_id: UUID, by: Worker, at: datetime, prescription_id: int, code: str, reason: str
) -> Message | Task:
    """This will ask the prescriber for a change: `code` is SCRIPT's, G T P D S OS or U; gives the message or a task."""
    rx = _prescription(prescription_id, by)
    if code not in CHANGE_REQUESTS:
        raise refuse("Choose what is asked of the prescriber.", rule="change_request", field="code")
    if not reason.strip():
        raise refuse("Write what the prescriber should know.", rule="reason_is_given", field="reason")
    _demand_no_open_request(rx, CHANGE)
    to = _reachable(rx)
    if to is None:
        words = f"Ask about Rx {rx.rx_number} by telephone or fax: {CHANGE_REQUESTS[code]}."
        return _task(rx, words, by=by, at=at)
    body = script.RxChangeRequest(
        request_code=code,
        patient=erx_messages.patient_of(rx),
        pharmacy=erx_messages.pharmacy_of(rx.pharmacy),
        prescriber=erx_messages.prescriber_of(rx),
        prescribed=erx_messages.prescribed_of(rx),
        reason=reason.strip()[:LONGEST_REASON],
    )
    return _post(rx, body, to=to, act_id=act_id, by=by, at=at)


def open_request(rx: Prescription, kind: str) -> Message | None:
    """This will give our request of a kind that the prescriber has not answered yet."""
    asked = Message.objects.filter(is_outgoing=True, kind=kind, subject_kind=rx.MACHINE.name, subject_id=rx.pk)
    for message in asked.exclude(state="set_aside").order_by("-pk"):
        if not Message.objects.filter(
            partner=message.partner_id, is_outgoing=False, relates_to=message.external_id, kind__endswith="Response"
        ).exists():
            return message
    return None


def _post(
    rx: Prescription, body: script.Transaction, *, to: script.Endpoint, act_id: UUID, by: Worker, at: datetime
) -> Message:
    partner = erx_messages.network_of(rx.pharmacy)
    came = bytes(rx.message.body) if rx.message else b""
    message = erx_messages.post(body, to=to, partner=partner, act_id=act_id, by=by, at=at, subject=rx, like=came)
    rx.note("ask_prescriber", act_id=act_id, by=by, at=at, details={"message": message.pk, "kind": message.kind})
    _task(rx, f"No answer yet to the {message.kind} for Rx {rx.rx_number}.", by=by, at=at, after=ANSWER_IS_LATE)
    return message


def _prescription(prescription_id: int, by: Worker) -> Prescription:
    if by.roles.isdisjoint(BENCH):
        raise refuse("Asking a prescriber is for a technician, an intern or a pharmacist.", rule="who_may")
    rows = Prescription.objects.select_related("pharmacy", "patient", "prescriber", "product", "message")
    # Two who ask at the same instant wait for each other here: the second finds what the first has asked.
    locked = rows.select_for_update(of=("self",), no_key=True)
    found = locked.filter(pk=prescription_id, pharmacy_id=by.pharmacy_id).first()
    if found is None:
        raise refuse("There is no such prescription in this pharmacy: find it with F3.", rule="prescription_is_here")
    if found.prescriber is None and not found.as_received.get("prescriber"):
        raise refuse("Choose the prescriber first.", rule="prescriber_is_known", field="prescriber")
    return found


def _reachable(rx: Prescription) -> script.Endpoint | None:
    said = (rx.as_received.get("prescriber") or {}).get("erx_id", "")
    address = rx.prescriber.erx_id if rx.prescriber and rx.prescriber.erx_id else said
    return script.Endpoint(qualifier="D", identifier=address) if address else None


def _prohibits_renewal(rx: Prescription) -> bool:
    everything = rx.as_received.get("everything") or []
    return any(path.endswith("/ProhibitRenewalRequest") and text in {"true", "1"} for path, text in everything)


def _demand_no_open_request(rx: Prescription, kind: str) -> None:
    asked = open_request(rx, kind)
    if asked is not None:
        raise refuse(
            f"The prescriber was already asked on {asked.made_at:%b %-d, %Y} and has not answered yet.",
            rule="one_request_at_a_time",
        )


def _task(rx: Prescription, words: str, *, by: Worker, at: datetime, after: timedelta = timedelta(0)) -> Task:
    newest: Fill | None = rx.fills.order_by("-pk").first()
    kind = "await prescriber" if after else "call prescriber"
    if not after and Task.objects.filter(fill=newest, kind=kind, words=words[:200], done_at=None).exists():
        raise refuse(
            "This call to the prescriber is a task already: do it, then ask again.", rule="one_request_at_a_time"
        )
    return Task.objects.create(
        pharmacy_id=rx.pharmacy_id,
        kind=kind,
        words=words[:200],
        fill=newest,
        patient=rx.patient,
        owner_role=Role.TECHNICIAN.value,
        wakes_at=at + after,
        made_by=by,
        made_at=at,
    )
