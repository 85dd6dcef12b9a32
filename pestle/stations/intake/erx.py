"""E-prescribing: what knocks is kept before it is read, read once, and answered the same however often it comes."""

import logging
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from hashlib import sha256
from uuid import UUID, uuid5

from django.db import IntegrityError, transaction
from django.utils import timezone

from pestle.flows.machine import NEW
from pestle.flows.message import MESSAGE, MessageState
from pestle.links import erx
from pestle.links.erx import BadToken
from pestle.links.failures import NoAnswer
from pestle.records.messages import Message
from pestle.records.people import Worker
from pestle.records.pharmacies import Partner, PartnerKind
from pestle.records.work import Work
from pestle.rules.facts import MessageFacts
from pestle.stations.intake import cancellations, prescriber_answers
from pestle.stations.intake.drop_off import receive_new_rx
from pestle.stations.intake.erx_messages import SOFTWARE, confirm, in_version_of, message_id_for
from pestle.stations.intake.originals import from_script
from pestle.stations.outbox import courier
from pestle.terms.findings import Refused
from pestle.terms.roles import Role
from pestle.wire import script
from pestle.wire.script import ScriptError

PROGRAM = frozenset({Role.PROGRAM})
LARGEST = 1024 * 1024
TAKES = timedelta(seconds=30)
NotSigned = BadToken
log = logging.getLogger(__name__)


def knock(raw: bytes, *, token: str, at: datetime) -> bytes:
    """This will keep a message that arrived, deal with it, and give the answer; raises BadToken for an unsigned one."""
    partner = _who_signed(raw, token, at)
    return deal_with(_keep(raw, partner, at).pk, at=at)


def deal_with(message_id: int, *, at: datetime) -> bytes:
    """This will read a kept message once and give its answer; a second time it gives the first answer again."""
    with transaction.atomic():
        rows = Message.objects.select_for_update(of=("self",)).select_related("partner", "pharmacy")
        message = rows.get(pk=message_id)
        if MESSAGE.step("read", message.state) is None:
            return bytes(message.answer or b"")
        try:
            with transaction.atomic():
                subject = _read(message, at)
        except (ScriptError, Refused) as refusal:
            return _answer(message, "not_read", _refusal(refusal), at=at, error=str(refusal))
        return _answer(message, "read", script.Status(code="010"), at=at, subject=subject)


def sweep_arrived(*, at: datetime) -> int:
    """This will take up messages that were kept but not dealt with, because a process died or failed meanwhile."""
    waiting = Message.objects.filter(state=MessageState.ARRIVED, state_since__lt=at - TAKES)
    ids = list(waiting.order_by("pk").values_list("pk", flat=True)[:200])
    for pk in ids:
        try:
            deal_with(pk, at=at)
        except Exception as fault:
            # One message we fail at must not stop the others; it stays, and shows among the messages in trouble.
            log.exception("message_not_dealt_with", extra={"message": pk})
            Message.objects.filter(pk=pk).update(last_error=f"The program failed at it: {type(fault).__name__}.")
    return len(ids)


@courier(PartnerKind.ERX)
def carry(partner: Partner, message: Message) -> bytes:
    """This will bring one message to the network and give its answer."""
    try:
        keys = erx.keys_from(erx.find_secret(partner.secret_name))
    except erx.NoSecret as missing:
        raise NoAnswer(str(missing)) from missing
    body = bytes(message.body)
    token = erx.sign(
        body,
        keys=keys,
        sender=message.pharmacy.ncpdp_id,
        receiver=erx.address(partner.host, partner.port, partner.path),
        message_id=message.external_id,
        at=timezone.now(),
    )
    door = erx.Door(partner.host, partner.port, partner.path, float(partner.seconds_to_answer))
    return erx.understand(erx.send(body, door=door, token=token), message_id=message.external_id)


def _who_signed(raw: bytes, token: str, at: datetime) -> Partner:
    receiver = erx.receiver_of(token)
    partners = Partner.objects.filter(kind=PartnerKind.ERX, is_in_use=True, pharmacy__ncpdp_id=receiver)
    for partner in partners.select_related("pharmacy"):
        try:
            erx.check(token, raw, keys=erx.keys_from(erx.find_secret(partner.secret_name)), receiver=receiver, at=at)
        except (BadToken, erx.NoSecret):
            continue
        return partner
    raise BadToken("The token is not one we can accept.")


def _keep(raw: bytes, partner: Partner, at: datetime) -> Message:
    """Keep the bytes in a transaction of their own, before anything is made of them."""
    header = _header(raw)
    external_id = _external_id(raw, header)
    known = Message.objects.filter(partner=partner, is_outgoing=False)
    first = known.filter(external_id=external_id).first()
    if first is not None and bytes(first.body) != raw:
        # The same number with other content is another message, kept beside the first and refused.
        external_id = f"{sha256(raw).hexdigest()[:16]}~{external_id}"[:64]
        first = known.filter(external_id=external_id).first()
    if first is not None:
        return first
    message = Message(
        pharmacy=partner.pharmacy,
        partner=partner,
        is_outgoing=False,
        kind="unread",
        external_id=external_id,
        relates_to=header.relates_to[:64] if header else "",
        order_number=header.prescriber_order_number[:35] if header else "",
        body=raw,
        made_at=at,
    )
    taken = MESSAGE.take("arrive", MessageFacts(state=NEW, at=at, roles=PROGRAM), PROGRAM)
    program = Worker.objects.program(partner.pharmacy)
    try:
        with transaction.atomic():
            return message.begin(taken, act_id=_act_of(partner, external_id), by=program, at=at)
    except IntegrityError:
        return known.get(external_id=external_id)


def _read(message: Message, at: datetime) -> Work | None:
    """Decode a kept message and do what it says; raises ScriptError or Refused where it is not taken."""
    raw = bytes(message.body)
    decoded = script.decode(raw)
    message.kind = decoded.name[:24]
    header = decoded.header
    if message.external_id != _external_id(raw, header):
        raise ScriptError(
            where="/Message/Header/MessageID", said="came before with other content", description_code="220"
        )
    if header.to is None or header.to.identifier != message.pharmacy.ncpdp_id:
        raise ScriptError(where="/Message/Header/To", said="is not this pharmacy", description_code="4000")
    if (unspoken := script.answer_unspoken(decoded)) is not None:
        raise ScriptError(where="/Message/Body", said=unspoken.description, description_code="4040")
    reader = _READERS.get(type(decoded.body))
    if reader is None:
        raise ScriptError(where="/Message/Body", said=f"{decoded.name} is not taken here", description_code="4040")
    subject = reader(message, decoded, at)
    act_id = _act_of(message.partner, f"{message.external_id} receipt")
    confirm(message, decoded, act_id=act_id, at=at, subject=subject)
    return subject


def _new_rx(message: Message, decoded: script.Message, at: datetime) -> Work:
    _demand_what_a_prescription_needs(decoded)
    program = Worker.objects.program(message.pharmacy)
    act_id = _act_of(message.partner, f"{message.external_id} receive")
    fill = receive_new_rx(act_id=act_id, by=program, at=at, original=from_script(decoded), message=message)
    cancellations.apply_kept(fill.prescription, act_id=act_id, by=program, at=at)
    return fill.prescription


def _demand_what_a_prescription_needs(decoded: script.Message) -> None:
    """Refuse a NewRx that nobody could fill or ask about, so that its prescriber hears of it at once."""
    body = decoded.body
    if not isinstance(body, script.NewRx):
        return
    original = from_script(decoded)
    patient, drug, prescriber = original["patient"], original["drug"], original["prescriber"]
    needed = (
        ("Patient/HumanPatient/Name/LastName", patient["family"] or patient["is_animal"]),
        ("Patient/HumanPatient/DateOfBirth", patient.get("birth_on") or patient["is_animal"]),
        ("Prescriber/NonVeterinarian/Name/LastName", prescriber["family"]),
        ("MedicationPrescribed/DrugDescription", drug["description"]),
        ("MedicationPrescribed/Quantity/Value", drug["quantity"]),
        ("MedicationPrescribed/WrittenDate", drug["written_on"]),
        ("MedicationPrescribed/Sig/SigText", drug["directions"]),
    )
    for where, said in needed:
        if not said:
            raise ScriptError(where=f"/Message/Body/NewRx/{where}", said="is missing", description_code="3000")


def _word_about_ours(message: Message, decoded: script.Message, at: datetime) -> Work | None:
    """Status, Error or Verify that comes later, about a message of ours."""
    ours = Message.objects.filter(
        partner=message.partner, is_outgoing=True, external_id=decoded.header.relates_to
    ).first()
    if ours is None:
        raise ScriptError(where="/Message/Header/RelatesToMessageID", said="names no message of ours")
    program = Worker.objects.program(message.pharmacy)
    act_id = _act_of(message.partner, f"{message.external_id} word")
    verb = f"hear_{type(decoded.body).__name__.lower()}"
    ours.note(verb, act_id=act_id, by=program, at=at, details={"message": message.pk})
    if isinstance(decoded.body, script.Error):
        prescriber_answers.tell_of_error(ours, decoded.body, by=program, at=at)
    return ours


_READERS: dict[type, Callable[[Message, script.Message, datetime], Work | None]] = {
    script.NewRx: _new_rx,
    script.CancelRx: cancellations.take,
    script.RxRenewalResponse: prescriber_answers.take_renewal,
    script.RxChangeResponse: prescriber_answers.take_change,
    script.Status: _word_about_ours,
    script.Error: _word_about_ours,
    script.Verify: _word_about_ours,
}


def _answer(
    message: Message,
    verb: str,
    said: script.Transaction,
    *,
    at: datetime,
    subject: Work | None = None,
    error: str = "",
) -> bytes:
    answer = _reply(message, said, at)
    message.answer, message.last_error = answer, error[:300]
    if subject is not None:
        message.subject_kind, message.subject_id = subject.MACHINE.name, subject.pk
    message.save(update_fields=["answer", "last_error", "kind", "subject_kind", "subject_id"])
    taken = MESSAGE.take(verb, message.facts(at), PROGRAM)
    program = Worker.objects.program(message.pharmacy)
    message.record(taken, act_id=_act_of(message.partner, f"{message.external_id} {verb}"), by=program, at=at)
    return answer


def _reply(message: Message, said: script.Transaction, at: datetime) -> bytes:
    raw = bytes(message.body)
    number = message_id_for(_act_of(message.partner, f"{message.external_id} answer"))
    header = _header(raw)
    if header is None or header.sender is None or header.to is None or not header.message_id:
        header = script.Header(
            to=script.Endpoint(qualifier="P", identifier=message.pharmacy.ncpdp_id),
            sender=script.Endpoint(qualifier="ZZZ", identifier="unknown"),
            message_id="unknown",
        )
    reply = script.reply_header(header, message_id=number, sent_at=at, software=SOFTWARE)
    return in_version_of(raw, replace(reply, rx_reference_number=""), said)


def _refusal(refusal: ScriptError | Refused) -> script.Error:
    if isinstance(refusal, ScriptError):
        return script.answer_refusal(refusal)
    return script.Error(code="900", description_codes=("2000",), description=str(refusal)[:70])


def _header(raw: bytes) -> script.Header | None:
    try:
        return script.decode_header(raw)
    except ScriptError:
        return None


def _external_id(raw: bytes, header: script.Header | None) -> str:
    # A MessageID is unique for its sender only; what has none is known by its bytes.
    if header is None or not header.message_id:
        return f"raw/{sha256(raw).hexdigest()[:60]}"
    return f"{header.sender.identifier if header.sender else ''}/{header.message_id}"[:64]


def _act_of(partner: Partner, name: str) -> UUID:
    return uuid5(UUID(int=partner.pk), name)
