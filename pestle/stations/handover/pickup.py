"""Handing over, at the register or at the door: who stands there, what they pay, what was said and signed."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from pestle.flows.fill import FILL, FillState
from pestle.flows.machine import Taken
from pestle.ledger.places import PlaceKind
from pestle.records.fills import Fill
from pestle.records.handover import Sale, SaleItem
from pestle.records.patients import Patient
from pestle.records.people import Worker
from pestle.stations import book
from pestle.stations.acts import one_act
from pestle.stations.handover.bags import close_if_empty, fills_in, open_bag
from pestle.stations.handover.counselling import who_counselled
from pestle.stations.handover.identifiers import Identifiers, may_collect
from pestle.stations.handover.payments import Tender, must_be_right, shares, take_money
from pestle.stations.handover.scans_in_hand import in_hand
from pestle.stations.handover.signatures import is_signature
from pestle.stations.handover.used_up import use_up
from pestle.terms.findings import Finding, Refused, refuse

STATION = "pickup"
ANSWERS = ("accepted", "refused")


@dataclass(frozen=True, slots=True, kw_only=True)
class HandOver:
    """What was said, scanned, signed and paid when bags changed hands.

    `scanned` holds the codes as they were scanned: bags, or vials by their labels. `answers` gives, by patient, whether
    the offer to talk to the pharmacist was accepted or refused; that it was done only the pharmacist records.
    `is_by_tag` says that the name was compared with the bag's tag, not typed.
    """

    signature: Sequence[Any]
    answers: Mapping[int, str]
    tenders: Sequence[Tender] = ()
    said: Identifiers | None = None
    scanned: Sequence[str] = ()
    taken_by: str = ""
    relation: str = "self"
    identification: str = ""
    because: Mapping[str, str] = field(default_factory=dict)
    is_by_tag: bool = False


@one_act
def sell(*, act_id: UUID, by: Worker, at: datetime, fill_ids: Sequence[int], hand_over: HandOver) -> Sale:
    """Hand over every chosen fill at the register, or none: one sale for each patient, the first of them is given.

    The person at the register may collect for several patients; all their sales carry the same `act_id`. Raises
    Refused with what stands in the way of each fill; nothing is handed over then.
    """
    fills = _fills(fill_ids, by)
    scanned = in_hand(hand_over.scanned, by)
    given = {fill.pk: _said_for(fill, hand_over, at) | {"bag_was_scanned": fill.pk in scanned} for fill in fills}
    return _hand_over("sell", fills, hand_over, given, act_id=act_id, by=by, at=at)


@one_act
def deliver(*, act_id: UUID, by: Worker, at: datetime, bag_id: int, hand_over: HandOver) -> Sale:
    """Record that a bag was handed over at the door, with the signature the driver brought back."""
    fills = _fills([fill.pk for fill in fills_in(open_bag(bag_id, by))], by)
    return _hand_over("deliver", fills, hand_over, {fill.pk: {} for fill in fills}, act_id=act_id, by=by, at=at)


def price_of(fills: Sequence[Fill]) -> Decimal:
    """This will add up what fills cost; raises Refused where one has no price yet."""
    unpriced = [fill for fill in fills if fill.price is None]
    if unpriced:
        raise refuse(
            f"{unpriced[0]} has no price yet: the plan has not said what the patient owes.", rule="price_is_known",
            field="payment",
        )  # fmt: skip
    return sum((fill.price for fill in fills if fill.price is not None), Decimal(0))


def _hand_over(
    verb: str,
    fills: Sequence[Fill],
    told: HandOver,
    given: Mapping[int, Mapping[str, Any]],
    *,
    act_id: UUID,
    by: Worker,
    at: datetime,
) -> Sale:
    if not fills:
        raise refuse("Nothing is chosen for this sale.", rule="fill_exists", field="scan")
    groups = _by_patient(fills)
    _answers_are_answers(told.answers)
    if told.signature and not is_signature(told.signature):
        raise refuse("The signature cannot be read: sign again.", rule="signature_is_captured", field="signature")
    totals = [price_of(group) for group in groups.values()]
    must_be_right(told.tenders, sum(totals, Decimal(0)))
    steps = _all_steps(verb, fills, told, given, by=by, at=at)
    sales: list[Sale] = []
    parted = shares(told.tenders, totals)
    for (patient, group), total, tenders in zip(groups.items(), totals, parted, strict=True):
        sale = _sale(patient, group, told, total=total, act_id=act_id, by=by, at=at)
        take_money(sale, tenders, by=by, at=at)
        for fill in group:
            _leave(fill, steps[fill.pk], sale, is_by_tag=told.is_by_tag, act_id=act_id, by=by, at=at)
        sales.append(sale)
    return sales[0]


def _by_patient(fills: Sequence[Fill]) -> dict[Patient, list[Fill]]:
    groups: dict[Patient, list[Fill]] = {}
    for fill in fills:
        if fill.prescription.patient is None:
            raise refuse("This fill has no patient.", rule="patient_is_known")
        groups.setdefault(fill.prescription.patient, []).append(fill)
    return groups


def _said_for(fill: Fill, told: HandOver, at: datetime) -> dict[str, Any]:
    patient = fill.prescription.patient
    agrees = told.said is not None and patient is not None and may_collect(told.said, patient, fill.local_day(at))
    return {"identifiers_agree": agrees}


def _all_steps(
    verb: str,
    fills: Sequence[Fill],
    told: HandOver,
    given: Mapping[int, Mapping[str, Any]],
    *,
    by: Worker,
    at: datetime,
) -> dict[int, Taken]:
    """Take every step or refuse with everything that stands in the way, each sentence once."""
    steps: dict[int, Taken] = {}
    standing: dict[str, Finding] = {}
    for fill in fills:
        facts = fill.facts(
            at,
            by,
            counsel_answer=_answer(fill, told),
            signature_is_captured=bool(told.signature),
            identification_is_recorded=bool(told.identification.strip()),
            is_paid_for=True,
            **given[fill.pk],
        )
        try:
            steps[fill.pk] = FILL.take(verb, facts, by.roles, because=told.because)
        except Refused as refusal:
            standing |= {finding.sentence: finding for finding in refusal.findings}
    if standing:
        raise Refused(tuple(standing.values()))
    return steps


def _answer(fill: Fill, told: HandOver) -> str:
    return "done" if who_counselled(fill) else told.answers.get(fill.prescription.patient_id or 0, "")


def _sale(
    patient: Patient, group: Sequence[Fill], told: HandOver, *, total: Decimal, act_id: UUID, by: Worker, at: datetime
) -> Sale:
    counsellor = next(filter(None, map(who_counselled, group)), None)
    return Sale.objects.create(
        pharmacy_id=by.pharmacy_id, patient=patient, worker=by, taken_by=_taker(patient, told),
        relation=told.relation.strip()[:30], identification=told.identification.strip()[:60],
        counsel_answer=told.answers.get(patient.pk, "") or ("done" if counsellor else ""), counselled_by=counsellor,
        signature=list(told.signature), total=total, at=at, act_id=act_id,
    )  # fmt: skip


def _taker(patient: Patient, told: HandOver) -> str:
    said, named = told.said, told.taken_by.strip()[:80]
    return named or (patient.full_name if said is None or said.agree_with(patient) else said.name.strip()[:80])


def _leave(fill: Fill, taken: Taken, sale: Sale, *, is_by_tag: bool, act_id: UUID, by: Worker, at: datetime) -> None:
    place, bag = fill.bag.place if fill.bag else None, fill.bag
    if place is None:
        raise refuse("This bag has no place: scan it to its place at Will-call.", rule="a_fill_in_hand_has_a_place")
    reason = "delivered" if fill.state == FillState.OUT_FOR_DELIVERY else "sold"
    entry = book.move_fill(fill, reason, source=place, target=book.the_place(by, PlaceKind.PATIENT))
    book.post(entry, act_id=act_id, by=by, at=at, fill=fill)
    SaleItem.objects.create(sale=sale, fill=fill, price=fill.price or Decimal(0))
    fill.sold_at = at
    fill.save(update_fields=["sold_at"])
    kept = {"sale": sale.pk, **({"name": "compared with the tag of the bag"} if is_by_tag else {})}
    fill.record(taken, act_id=act_id, by=by, at=at, station=STATION, details=kept)
    close_if_empty(bag)
    use_up(fill, act_id=act_id, at=at)


def _answers_are_answers(answers: Mapping[int, str]) -> None:
    # That counselling was done stands in the pharmacist's own event, never in what the register says.
    if any(answer and answer not in ANSWERS for answer in answers.values()):
        raise refuse("The offer is accepted or refused.", rule="counselling_was_offered", field="counsel")


def _fills(fill_ids: Sequence[int], by: Worker) -> list[Fill]:
    rows = Fill.objects.select_related(
        "pharmacy", "prescription__patient", "prescription__prescriber", "bag__place", "package__product"
    )
    found = list(rows.filter(pk__in=list(fill_ids), pharmacy_id=by.pharmacy_id).order_by("pk"))
    if len(found) != len(set(fill_ids)):
        raise refuse("One of these fills is not here: scan the bags again.", rule="fill_exists", field="fill")
    return found
