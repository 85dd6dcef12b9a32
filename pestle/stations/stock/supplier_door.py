"""What suppliers bring: kept before it is read, read once, answered the same however often it comes."""

import logging
from collections.abc import Callable
from datetime import datetime, timedelta
from hashlib import sha256
from uuid import UUID, uuid5

from django.db import IntegrityError, transaction
from django.utils import timezone

from pestle.flows.machine import NEW
from pestle.flows.message import MESSAGE, MessageState
from pestle.links import signed
from pestle.links.failures import NoAnswer, NotTaken
from pestle.links.signed import BadToken
from pestle.records.messages import Message
from pestle.records.people import Worker
from pestle.records.pharmacies import Partner, PartnerKind
from pestle.rules.facts import MessageFacts
from pestle.stations.outbox import courier
from pestle.stations.stock import supplier_papers, tracing
from pestle.stations.stock.order_papers import edi_id
from pestle.terms.findings import Refused
from pestle.terms.roles import Role
from pestle.wire import epcis, x12
from pestle.wire.epcis import EpcisError
from pestle.wire.x12 import X12Error
from pestle.wire.x12.envelopes import Address, enveloped, read_receipt, receipt_of

PROGRAM = frozenset({Role.PROGRAM})
LARGEST = 16 * 1024 * 1024
TAKES = timedelta(seconds=30)
X12_TYPE = "application/edi-x12"
TRACED = "EPCIS"
NotSigned = BadToken
log = logging.getLogger(__name__)


def knock(raw: bytes, *, token: str, at: datetime, is_tracing: bool = False) -> bytes:
    """This will keep what arrived, deal with it, and give the answer; raises BadToken for what is not signed.

    X12 is answered with a 997; tracing data with a sentence, since EPCIS has no answer of its own.
    """
    partner = _who_signed(raw, token, at)
    return deal_with(_keep(raw, partner, at, kind=TRACED if is_tracing else "unread").pk, at=at)


def deal_with(message_id: int, *, at: datetime) -> bytes:
    """This will read a kept message once and give its answer; a second time it gives the first answer again."""
    with transaction.atomic():
        rows = Message.objects.select_for_update(of=("self",)).select_related("partner", "pharmacy")
        message = rows.get(pk=message_id)
        if MESSAGE.step("read", message.state) is None:
            return bytes(message.answer or b"")
        read = _read_tracing if message.kind == TRACED else _read_x12
        return read(message, at)


def sweep_arrived(*, at: datetime) -> int:
    """This will take up what was kept but not dealt with, because a process died or failed meanwhile."""
    waiting = Message.objects.filter(
        partner__kind=PartnerKind.WHOLESALER, state=MessageState.ARRIVED, state_since__lt=at - TAKES
    )
    ids = list(waiting.order_by("pk").values_list("pk", flat=True)[:200])
    for pk in ids:
        try:
            deal_with(pk, at=at)
        except Exception as fault:
            log.exception("message_not_dealt_with", extra={"message": pk})
            Message.objects.filter(pk=pk).update(last_error=f"The program failed at it: {type(fault).__name__}.")
    return len(ids)


@courier(PartnerKind.WHOLESALER)
def carry(partner: Partner, message: Message) -> bytes:
    """This will bring one order to its supplier and give the 997; raises NoAnswer, or NotTaken where it was refused."""
    try:
        keys = signed.keys_from(signed.find_secret(partner.secret_name))
    except signed.NoSecret as missing:
        raise NoAnswer(str(missing)) from missing
    body = bytes(message.body)
    token = signed.sign(
        body, keys=keys, sender=message.pharmacy.ncpdp_id,
        receiver=signed.address(partner.host, partner.port, partner.path), message_id=message.external_id,
        at=timezone.now(),
    )  # fmt: skip
    door = signed.Door(partner.host, partner.port, partner.path, float(partner.seconds_to_answer))
    answer = signed.post(body, door=door, token=token, content_type=X12_TYPE, who="The supplier")
    try:
        receipts = [read_receipt(each) for each in x12.decode(answer).sets if each.kind == "997"]
    except X12Error as fault:
        raise NoAnswer(f"The supplier's answer could not be read: {fault}") from fault
    sets = [each for receipt in receipts for each in receipt.sets]
    if not sets:
        raise NoAnswer("The supplier's answer says nothing of the order.")
    if not all(each.is_accepted for each in sets):
        raise NotTaken("The supplier could not read the order.")
    return answer


def _who_signed(raw: bytes, token: str, at: datetime) -> Partner:
    receiver = signed.receiver_of(token)
    partners = Partner.objects.filter(kind=PartnerKind.WHOLESALER, is_in_use=True, pharmacy__ncpdp_id=receiver)
    for partner in partners.select_related("pharmacy"):
        try:
            keys = signed.keys_from(signed.find_secret(partner.secret_name))
            signed.check(token, raw, keys=keys, receiver=receiver, at=at)
        except (BadToken, signed.NoSecret):
            continue
        return partner
    raise BadToken("The token is not one we can accept.")


def _keep(raw: bytes, partner: Partner, at: datetime, *, kind: str) -> Message:
    """Keep the bytes in a transaction of their own; the same bytes again are the same message."""
    external_id = f"{kind}/{sha256(raw).hexdigest()[:48]}"
    known = Message.objects.filter(partner=partner, is_outgoing=False, external_id=external_id)
    if (first := known.first()) is not None:
        return first
    message = Message(
        pharmacy=partner.pharmacy, partner=partner, is_outgoing=False, kind=kind, external_id=external_id, body=raw,
        made_at=at,
    )  # fmt: skip
    taken = MESSAGE.take("arrive", MessageFacts(state=NEW, at=at, roles=PROGRAM), PROGRAM)
    program = Worker.objects.program(partner.pharmacy)
    try:
        with transaction.atomic():
            return message.begin(taken, act_id=act_of(partner, external_id), by=program, at=at)
    except IntegrityError:
        return known.get()


def act_of(partner: Partner, name: str) -> UUID:
    """This will give the id of an act that follows from a partner's message, the same each time."""
    return uuid5(UUID(int=partner.pk), name)


def _read_x12(message: Message, at: datetime) -> bytes:
    raw = bytes(message.body)
    try:
        received = x12.split(raw)
    except X12Error as fault:
        return _answer(message, "not_read", f"This is no X12 interchange. {fault}".encode(), at=at, error=str(fault))
    message.kind = "+".join(dict.fromkeys(each.kind for each in received.sets))[:24] or "X12"
    unreadable: set[str] = set()
    errors: list[str] = []
    for each in received.sets:
        try:
            with transaction.atomic():
                for miscount in x12.set_faults(each):
                    raise miscount
                _take_set(each, message, at)
        except X12Error as fault:
            unreadable.add(each.control_number)
            errors.append(f"{each.kind}: {fault}")
        except Refused as refusal:
            # It could be read, so its sender is told nothing is wrong with it; a person here deals with it.
            errors.append(f"{each.kind}: {refusal}")
    bodies = receipt_of(received, unreadable)
    address = Address(sender=message.pharmacy.ncpdp_id, receiver=edi_id(message.partner))
    answer = x12.encode(enveloped(bodies, address=address, number=message.pk, at=at)) if bodies else b"no documents"
    return _answer(message, "not_read" if errors else "read", answer, at=at, error=" ".join(errors))


def _take_set(found: x12.TransactionSet, message: Message, at: datetime) -> None:
    readers: dict[str, Callable[[x12.TransactionSet, Message, datetime], None]] = {
        "855": supplier_papers.take_acknowledgement,
        "856": supplier_papers.take_ship_notice,
        "810": supplier_papers.take_invoice,
        "997": lambda *_: None,
    }
    if found.kind not in readers:
        raise X12Error("ST01", f"is {found.kind[:3]}, which is not taken here")
    readers[found.kind](found, message, at)


def _read_tracing(message: Message, at: datetime) -> bytes:
    try:
        with transaction.atomic():
            count = tracing.take(epcis.decode(bytes(message.body)), message, at)
    except (EpcisError, Refused) as fault:
        return _answer(message, "not_read", f"not taken: {fault}".encode(), at=at, error=str(fault))
    return _answer(message, "read", f"taken: {count} packages".encode(), at=at)


def _answer(message: Message, verb: str, answer: bytes, *, at: datetime, error: str = "") -> bytes:
    message.answer, message.last_error = answer, error[:300]
    message.save(update_fields=["answer", "last_error", "kind"])
    taken = MESSAGE.take(verb, message.facts(at), PROGRAM)
    program = Worker.objects.program(message.pharmacy)
    message.record(taken, act_id=act_of(message.partner, f"{message.external_id} {verb}"), by=program, at=at)
    return answer
