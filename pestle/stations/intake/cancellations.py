"""What a prescriber cancels: found, stopped wherever it is, answered at once; kept when it comes before its order."""

from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID, uuid5

from pestle.boards import board_named
from pestle.flows.fill import FILL
from pestle.flows.message import MessageState
from pestle.flows.prescription import PRESCRIPTION, PrescriptionState
from pestle.records.claims import Claim
from pestle.records.fills import DISPENSED, Fill
from pestle.records.handover import Task
from pestle.records.messages import Message
from pestle.records.people import Worker
from pestle.records.prescriptions import Prescription
from pestle.stations.acts import act_within, one_act
from pestle.stations.intake import erx_messages
from pestle.stations.intake.originals import day_of, from_script
from pestle.stations.payers.claim_changes import start_reversal
from pestle.terms.decimals import typed_whole
from pestle.terms.findings import Refused, refuse
from pestle.terms.roles import Role
from pestle.wire import script

KIND, ANSWER = "CancelRx", "CancelRxResponse"
WAITS_FOR_ITS_ORDER = timedelta(minutes=15)
STATION = "drop_off"
S = PrescriptionState


@dataclass(frozen=True, slots=True)
class Stopped:
    """What became of a cancellation, in the words that go back to the prescriber."""

    is_approved: bool
    said: str
    reason_code: str = ""


def take(message: Message, decoded: script.Message, at: datetime) -> Prescription | None:
    """This will stop what a CancelRx names and answer it; one whose order has not come yet is kept and waits."""
    body = decoded.body
    if not isinstance(body, script.CancelRx):
        return None
    program = Worker.objects.program(message.pharmacy)
    act_id = uuid5(UUID(int=message.pk), "cancel")
    rx = _named_by(message, decoded)
    if rx is None:
        return None
    if (doubt := _contradiction(rx, decoded)) is not None:
        _ask_a_person(rx, f"CancelRx names Rx {rx.rx_number}, but {doubt}: compare and decide.", by=program, at=at)
        answer = Stopped(is_approved=False, said="Patient or order does not agree; the pharmacy will call.")
    else:
        answer = stop(rx, act_id=act_id, by=program, at=at, because=_because(body))
    _reply(message, rx, answer, act_id=act_id, by=program, at=at)
    return rx


def apply_kept(rx: Prescription, *, act_id: UUID, by: Worker, at: datetime) -> None:
    """This will apply to a prescription that has just come the CancelRx that came before it, if there is one."""
    if not rx.order_number:
        return
    kept = Message.objects.filter(
        pharmacy_id=rx.pharmacy_id, kind=KIND, is_outgoing=False, order_number=rx.order_number,
        state=MessageState.READ, subject_id=None,
    ).order_by("pk").first()  # fmt: skip
    if kept is None:
        return
    decoded = script.decode(bytes(kept.body))
    if _contradiction(rx, decoded) is not None or _answered(kept):
        # The prescriber has heard "not here", or the two do not agree: nothing goes on until a pharmacist decides.
        _mark(rx, at=at, because="A cancellation came before this prescription.")
        words = f"Rx {rx.rx_number} came after its cancellation: call the prescriber before it is filled."
        _ask_a_person(rx, words, by=by, at=at)
    else:
        answer = stop(rx, act_id=act_within(act_id, "kept cancel"), by=by, at=at, because=_because(decoded.body))
        _reply(kept, rx, answer, act_id=act_within(act_id, "kept cancel"), by=by, at=at)
    Message.objects.filter(pk=kept.pk).update(subject_kind=PRESCRIPTION.name, subject_id=rx.pk)


def answer_the_unmatched(*, at: datetime) -> int:
    """This will tell the prescriber of every CancelRx that has waited long enough that its order is not here."""
    kept = Message.objects.filter(
        kind=KIND, is_outgoing=False, state=MessageState.READ, subject_id=None, made_at__lte=at - WAITS_FOR_ITS_ORDER
    )
    told = 0
    for message in kept.select_related("pharmacy", "partner").order_by("pk")[:200]:
        if not _answered(message):
            _tell_not_here(message, at=at)
            told += 1
    return told


def finish(*, at: datetime) -> int:
    """This will end what prescribers cancelled and what could not end at once: a claim is settled, a bag is back."""
    open_states = (S.RECEIVED, S.ACTIVE)
    rows = Prescription.objects.filter(cancel_asked_at__isnull=False, state__in=open_states).select_related("pharmacy")
    ended = 0
    for rx in rows.order_by("pk"):
        program = Worker.objects.program(rx.pharmacy)
        with suppress(Refused):
            done = _finish_one(act_id=_once_for(rx), by=program, at=at, prescription_id=rx.pk)
            ended += done.state not in {state.value for state in open_states}
    return ended


def stop(rx: Prescription, *, act_id: UUID, by: Worker, at: datetime, because: str) -> Stopped:
    """This will stop a prescription inside the caller's act: open fills end or are blocked, claims are reversed.

    Nothing that is left can be dispensed from this moment on; what lies in a basket, bag or will-call is a task.
    """
    if rx.state == S.CANCELLED:
        return Stopped(is_approved=True, said="Already cancelled.")
    if rx.state == S.TRANSFERRED_OUT:
        return Stopped(is_approved=False, said="Transferred to another pharmacy.", reason_code="AR")
    dispensed = list(rx.fills.filter(state__in=DISPENSED).order_by("-sold_at"))
    is_over = rx.state in PRESCRIPTION.finals or _nothing_is_left(rx, dispensed)
    _mark(rx, at=at, because=because)
    for fill in rx.fills.open().select_related("pharmacy", "prescription", "bag__place", "basket").order_by("pk"):
        _stop_fill(fill, act_id=act_within(act_id, f"fill {fill.pk}"), by=by, at=at, because=because)
    _end(rx, act_id=act_within(act_id, "end"), by=by, at=at, because=because)
    return _in_words(rx, dispensed, is_over=is_over, by=by, at=at)


def _once_for(rx: Prescription) -> UUID:
    """Give an id that is the same until the prescription, one of its fills or one of their claims takes a step."""
    fills = rx.fills.order_by("pk").values_list("version", flat=True)
    claims = Claim.objects.filter(fill__prescription=rx).order_by("pk").values_list("version", flat=True)
    return uuid5(UUID(int=rx.pk), f"finish {rx.version} {[*fills]} {[*claims]}")


def _named_by(message: Message, decoded: script.Message) -> Prescription | None:
    """Find by the prescriber's order number, by the message it answers, by our own number; never by likeness."""
    header = decoded.header
    rows = Prescription.objects.filter(pharmacy_id=message.pharmacy_id).select_related("pharmacy", "patient")
    sender = header.sender.identifier if header.sender else ""
    if header.prescriber_order_number:
        same = rows.filter(order_number=header.prescriber_order_number)
        by_order = [each for each in same if _sender_of(each) in {"", sender}]
        if len(by_order) == 1:
            return by_order[0]
    if header.relates_to:
        named = rows.filter(message__partner=message.partner, message__external_id=f"{sender}/{header.relates_to}")
        if (found := named.first()) is not None:
            return found
    number = header.rx_reference_number.upper().removeprefix("RX").strip()
    rx_number = typed_whole(number)
    return None if rx_number is None else rows.filter(rx_number=rx_number).first()


def _sender_of(rx: Prescription) -> str:
    return str((rx.as_received.get("envelope") or {}).get("sender", ""))


def _contradiction(rx: Prescription, decoded: script.Message) -> str | None:
    """What a cancellation says of its patient may leave things out, but may not say something else."""
    said = from_script(decoded)["patient"]
    known = rx.as_received.get("patient") or {}
    names = (rx.patient.family if rx.patient else known.get("family", ""), said["family"])
    births = (
        rx.patient.birth_on if rx.patient else day_of(known.get("birth_on", "")),
        day_of(said.get("birth_on", "")),
    )
    if all(names) and names[0].casefold() != names[1].casefold():
        return "another family name stands in it"
    if all(births) and births[0] != births[1]:
        return "another birth date stands in it"
    return None


def _because(body: script.Transaction) -> str:
    is_stopped = isinstance(body, script.CancelRx) and body.change_of_status == "D"
    return "The prescriber has discontinued it." if is_stopped else "The prescriber has cancelled it."


def _mark(rx: Prescription, *, at: datetime, because: str) -> None:
    if rx.cancel_asked_at is None:
        rx.cancel_asked_at, rx.cancel_asked_because = at, because[:200]
        rx.save(update_fields=["cancel_asked_at", "cancel_asked_because"])


def _nothing_is_left(rx: Prescription, dispensed: list[Fill]) -> bool:
    return bool(dispensed) and not rx.fills.open().exists() and len({fill.number for fill in dispensed}) > rx.refills


def _stop_fill(fill: Fill, *, act_id: UUID, by: Worker, at: datetime, because: str) -> None:
    start_reversal(fill, act_id=act_id, by=by, at=at, because=because)
    if not _cancel_fill(fill, act_id=act_id, by=by, at=at, because=because):
        _ask_the_bench(fill, by=by, at=at)


def _cancel_fill(fill: Fill, *, act_id: UUID, by: Worker, at: datetime, because: str) -> bool:
    """Take the step where the program may; stock that left its shelf goes back only by a person's hand."""
    try:
        taken = FILL.take("cancel", fill.facts(at, by, reason=because), by.roles)
    except Refused:
        return False
    fill.record(taken, act_id=act_id, by=by, at=at, station=STATION, details={"because": because})
    return True


def _end(rx: Prescription, *, act_id: UUID, by: Worker, at: datetime, because: str) -> None:
    facts = rx.facts(at, at.date(), board=board_named(rx.pharmacy.board), roles=by.roles, reason=because or "cancelled")
    try:
        taken = PRESCRIPTION.take("cancel", facts, by.roles)
    except Refused:
        return
    rx.record(taken, act_id=act_id, by=by, at=at, station=STATION, details={"because": because})


@one_act
def _finish_one(*, act_id: UUID, by: Worker, at: datetime, prescription_id: int) -> Prescription:
    rx = Prescription.objects.select_related("pharmacy").get(pk=prescription_id)
    because = rx.cancel_asked_because
    for fill in rx.fills.open().select_related("pharmacy", "prescription"):
        if fill.claims.paid().filter(answered_at__gte=rx.cancel_asked_at).exists():
            # The cancellation came while the claim was on its way: what the payer then paid is undone.
            start_reversal(fill, act_id=act_within(act_id, f"undo {fill.pk}"), by=by, at=at, because=because)
        _cancel_fill(fill, act_id=act_within(act_id, f"{fill.pk}"), by=by, at=at, because=because)
    _end(rx, act_id=act_id, by=by, at=at, because=because)
    return rx


def _in_words(rx: Prescription, dispensed: list[Fill], *, is_over: bool, by: Worker, at: datetime) -> Stopped:
    if not dispensed:
        return Stopped(is_approved=True, said="Cancelled, not dispensed.")
    last = dispensed[0]
    day = last.local_day(last.sold_at or last.made_at)
    if is_over:
        words = f"Rx {rx.rx_number} was cancelled after all of it was dispensed, last on {day:%b %-d, %Y}."
        _ask_a_person(rx, words, by=by, at=at)
        return Stopped(is_approved=False, said=f"Already dispensed on {day:%Y-%m-%d}; nothing is left to cancel.")
    words = f"Rx {rx.rx_number} was cancelled; {len(dispensed)} already dispensed, last on {day:%b %-d, %Y}."
    _ask_a_person(rx, words, by=by, at=at)
    return Stopped(is_approved=True, said=f"What is left is cancelled; last dispensed on {day:%Y-%m-%d}.")


def _reply(message: Message, rx: Prescription, answer: Stopped, *, act_id: UUID, by: Worker, at: datetime) -> None:
    outcome = script.Outcome(
        note=answer.said if answer.is_approved else "",
        denial_reason="" if answer.is_approved else answer.said,
        reason_codes=(answer.reason_code,) if answer.reason_code else (),
    )
    response = script.Response(approved=outcome) if answer.is_approved else script.Response(denied=outcome)
    _post_reply(message, script.CancelRxResponse(response=response), rx=rx, act_id=act_id, by=by, at=at)


def _post_reply(
    message: Message, body: script.CancelRxResponse, *, rx: Prescription | None, act_id: UUID, by: Worker, at: datetime
) -> None:
    header = script.decode_header(bytes(message.body))
    if header.sender is None:
        raise refuse("The cancellation does not say who sent it.", rule="sender_is_named")
    erx_messages.post(
        body,
        to=header.sender,
        partner=message.partner,
        act_id=act_within(act_id, ANSWER),
        by=by,
        at=at,
        subject=rx,
        relates_to=header.message_id,
        order_number=header.prescriber_order_number,
        like=bytes(message.body),
    )


def _answered(message: Message) -> bool:
    header = script.decode_header(bytes(message.body))
    answers = Message.objects.filter(partner=message.partner, is_outgoing=True, kind=ANSWER)
    return answers.filter(relates_to=header.message_id).exists()


def _tell_not_here(message: Message, *, at: datetime) -> None:
    program = Worker.objects.program(message.pharmacy)
    body = script.CancelRxResponse(
        response=script.Response(denied=script.Outcome(denial_reason="No such prescription at this pharmacy."))
    )
    _say_not_here(act_id=uuid5(UUID(int=message.pk), "not here"), by=program, at=at, message=message, body=body)


@one_act
def _say_not_here(
    *, act_id: UUID, by: Worker, at: datetime, message: Message, body: script.CancelRxResponse
) -> Message:
    # Two sweeps at the same instant wait for each other here: one of them tells the prescriber.
    Message.objects.select_for_update(of=("self",), no_key=True).get(pk=message.pk)
    if _answered(message):
        return message
    _post_reply(message, body, rx=None, act_id=act_id, by=by, at=at)
    Task.objects.create(
        pharmacy=message.pharmacy, kind="cancel not found", owner_role=Role.PHARMACIST.value, wakes_at=at,
        words="A cancellation came for a prescription that is not here; the prescriber was told.",
        made_by=by, made_at=at,
    )  # fmt: skip
    return message


def _ask_the_bench(fill: Fill, *, by: Worker, at: datetime) -> None:
    where = fill.bag.place.name if fill.bag and fill.bag.place else fill.basket.name if fill.basket else "the bench"
    Task.objects.create(
        pharmacy_id=fill.pharmacy_id, kind="pull cancelled", fill=fill, patient=fill.prescription.patient,
        owner_role=Role.TECHNICIAN.value, wakes_at=at, made_by=by, made_at=at,
        words=f"{fill} is cancelled by its prescriber: take it from {where} and put it back.",
    )  # fmt: skip


def _ask_a_person(rx: Prescription, words: str, *, by: Worker, at: datetime) -> None:
    Task.objects.create(
        pharmacy_id=rx.pharmacy_id, kind="cancelled", patient=rx.patient, owner_role=Role.PHARMACIST.value,
        wakes_at=at, words=words[:200], made_by=by, made_at=at, fill=rx.fills.order_by("-pk").first(),
    )  # fmt: skip
