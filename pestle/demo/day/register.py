"""The register on the made-up day: who comes, what they say, which bags are scanned, what is paid and signed."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from decimal import Decimal

from django.db import connection
from django.utils import timezone

from pestle.demo.day.bags import collects, still_to_come
from pestle.demo.day.desk import AWAY, Desk, is_somebody_faster
from pestle.demo.day.work import FOR_GOOD
from pestle.flows.fill import FillState
from pestle.records.fills import Fill
from pestle.records.handover import Bag
from pestle.records.patients import Patient
from pestle.records.people import Worker
from pestle.stations import scanning
from pestle.stations.handover import counselling, pickup
from pestle.stations.handover.identifiers import Identifiers, collects_for
from pestle.stations.handover.payments import Tender
from pestle.terms.findings import Refused
from pestle.terms.schedule import Schedule

A_SIGNATURE = [[[10, 60], [40, 20], [70, 62], [110, 30]]]
CENTS = Decimal("0.01")


def at_register(desk: Desk, by: Worker) -> bool:
    """This will serve the next person who comes for their bags; gives whether there was one."""
    waiting = Fill.objects.filter(pharmacy=desk.pharmacy, state=FillState.IN_WILL_CALL).with_names()
    for fill in waiting.order_by("state_since", "pk")[:60]:
        patient = fill.prescription.patient
        if patient is None or not collects(desk, fill) or desk.is_left("register", patient.pk):
            continue
        with desk.at_work_on(("register", patient.pk)) as is_free:
            if not is_free:
                continue
            if still_to_come(desk, patient.pk):
                desk.leave(("register", patient.pk), 1.0)
            elif _served(desk, by, patient):
                return True
    return False


@dataclass(frozen=True, slots=True)
class Visit:
    """One person at the counter: who they are, what they say, which bags are theirs."""

    patient: Patient
    said: Identifiers
    bags: tuple[Bag, ...]
    fills: tuple[Fill, ...]

    @property
    def ids(self) -> list[int]:
        """The fills to be handed over."""
        return [fill.pk for fill in self.fills]


def _served(desk: Desk, by: Worker, patient: Patient) -> bool:
    said = Identifiers(f"{patient.given} {patient.family}", patient.birth_on)
    if patient not in collects_for(by, said, timezone.localdate()):
        desk.faults.append(f"patient {patient.pk} was not found by the two identifiers")
        return False
    bags = tuple(Bag.objects.filter(patient=patient, is_open=True).exclude(place=None).order_by("pk"))
    fills = tuple(Fill.objects.filter(bag__in=bags, state=FillState.IN_WILL_CALL).with_names().order_by("pk"))
    if not fills:
        return False
    try:
        _hand_over(desk, by, Visit(patient, said, bags, fills))
    except Refused as refusal:
        desk.leave(("register", patient.pk), 1.0 if is_somebody_faster(refusal) else FOR_GOOD)
        if not is_somebody_faster(refusal):
            desk.meet("left in will-call: " + ", ".join(sorted({each.rule for each in refusal.findings})))
    except AWAY:
        connection.close()
        desk.leave(("register", patient.pk), 1.0)
    except Exception:
        desk.note_fault(f"the sale for patient {patient.pk}")
        desk.leave(("register", patient.pk), FOR_GOOD)
    return True


def _hand_over(desk: Desk, by: Worker, visit: Visit) -> None:
    patient = visit.patient
    if desk.dice.happens(3, "wrong bag", patient.pk):
        _wrong_bag(desk, by, visit)
    wants_talk = desk.dice.happens(30, "talk", patient.pk) or any(fill.counsel_because for fill in visit.fills)
    answer = "accepted" if wants_talk and not desk.dice.happens(25, "in a hurry", patient.pk) else "refused"
    if answer == "accepted":
        remark = "how to take it, what to watch"
        desk.act(counselling.counsel, by=desk.workers["Ben"], fill_ids=visit.ids, remark=remark)
        desk.meet("counselled")
    told = _told(desk, visit, answer)
    if desk.dice.happens(3, "mistyped", patient.pk):
        _mistyped(desk, by, told, visit.ids)
    desk.act(pickup.sell, by=by, fill_ids=visit.ids, hand_over=told)
    for pk in visit.ids:
        desk.tally.handed_over(pk)


def _told(desk: Desk, visit: Visit, answer: str) -> pickup.HandOver:
    is_controlled = any(Schedule(fill.prescription.schedule).may_be_controlled for fill in visit.fills)
    return pickup.HandOver(
        signature=A_SIGNATURE, answers={visit.patient.pk: answer}, said=visit.said,
        tenders=_tenders(desk, visit.patient, pickup.price_of(visit.fills)),
        scanned=[scanning.bag_code(bag) for bag in visit.bags],
        identification="driver's licence MI 4471" if is_controlled else "",
    )  # fmt: skip


def _tenders(desk: Desk, patient: Patient, total: Decimal) -> tuple[Tender, ...]:
    if total <= 0:
        return ()
    if patient.account_is_open:
        return (Tender("account", total),)
    if desk.dice.happens(50, "card", patient.pk):
        return (Tender("card", total, reference=f"A{desk.dice.number('card', patient.pk) % 10**8:08}"),)
    notes = (total / 20).to_integral_value(rounding="ROUND_UP") * 20
    return (Tender("cash", total, tendered=notes.quantize(CENTS)),)


def _wrong_bag(desk: Desk, by: Worker, visit: Visit) -> None:
    others = Fill.objects.filter(pharmacy=desk.pharmacy, state=FillState.IN_WILL_CALL, price__isnull=False)
    stranger = others.exclude(prescription__patient=visit.patient).with_names().order_by("pk").first()
    if stranger is None or stranger.bag is None:
        return
    both = replace(visit, bags=(*visit.bags, stranger.bag), fills=(*visit.fills, stranger))
    try:
        desk.act(pickup.sell, by=by, fill_ids=both.ids, hand_over=_told(desk, both, "refused"))
    except Refused:
        desk.meet("wrong bags stopped")
    else:
        desk.faults.append(f"fill {stranger.pk}: a stranger's bag was sold")


def _mistyped(desk: Desk, by: Worker, told: pickup.HandOver, ids: Sequence[int]) -> None:
    if told.said is None:
        return
    born = told.said.birth_on
    wrong = Identifiers(told.said.name, born.replace(year=born.year - 1, day=1))
    try:
        desk.act(pickup.sell, by=by, fill_ids=ids, hand_over=replace(told, said=wrong))
    except Refused:
        desk.meet("wrong birth dates stopped")
    else:
        desk.faults.append(f"fills {ids}: sold on a wrong birth date")
