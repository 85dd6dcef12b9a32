"""What came of the made-up day, and whether everything that must hold does."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from statistics import fmean
from typing import Any

from django.db.models import Count, F
from django.utils import timezone

from pestle.demo.day.desk import Desk
from pestle.flows.claim import ClaimState
from pestle.flows.fill import FILL, FillState
from pestle.records.claims import Claim, ClaimReject
from pestle.records.fills import DISPENSED, Fill
from pestle.records.handover import SaleItem
from pestle.records.messages import Message
from pestle.records.prescriptions import Prescription
from pestle.stations import board

S = FillState
# Where a fill may stand at the end of the day: at its end, asleep with a reason, or ready for its patient.
MAY_STAND = FILL.finals | FILL.waits | {S.IN_WILL_CALL}
Key = tuple[str, int, int, str, int]


@dataclass(frozen=True, slots=True)
class Before:
    """What the book said in the morning."""

    with_patients: dict[int, Any]
    labels: int


def report(desk: Desk, before: Before, *, sent: Sequence[str], labels: int, wall_seconds: float) -> dict[str, Any]:
    """This will gather the whole day; `ok` is true only if everything holds that must.

    `sent` are the order numbers that prescribers sent over the wire.
    """
    fills = Fill.objects.filter(pharmacy=desk.pharmacy, made_at__gte=desk.began_at)
    states = dict(fills.values_list("state").annotate(number=Count("pk")).order_by("state"))
    checked, claims = board.sum_check(desk.pharmacy), _claims(desk)
    told = {
        "prescriptions": Prescription.objects.filter(pharmacy=desk.pharmacy, fills__in=fills).distinct().count(),
        "fills": sum(states.values()),
        "by_state": states,
        "rejects": _rejects(desk),
        "duplicates": _duplicates(desk),
        "lost": _lost(desk, sent),
        "sold_though_cancelled": _sold_though_cancelled(desk),
        "sum_check": checked.holds,
        "open": {"from_events": checked.begun_and_open, "in_queues": checked.in_queues},
        "claims": claims,
        "stock": _stock(desk, before),
        "labels": _labels(desk, labels - before.labels),
        "messages_unsent": Message.objects.filter(pharmacy=desk.pharmacy).going_out().count(),
        "met": dict(sorted(desk.met.items())),
        "refusals": dict(desk.refusals.most_common()),
        "stuck": _stuck(desk),
        "faults": desk.faults,
        "seconds": _seconds(desk),
        "wall_seconds": round(wall_seconds, 1),
    }
    return {"ok": _holds(told), **told}


def _holds(told: dict[str, Any]) -> bool:
    return (
        told["sum_check"]
        and not any(told["duplicates"].values())
        and not told["lost"]
        and not told["sold_though_cancelled"]
        and told["claims"]["equal"]
        and told["stock"]["equal"]
        and told["labels"]["equal"]
        and not told["messages_unsent"]
        and not told["stuck"]
        and not told["faults"]
    )


def _rejects(desk: Desk) -> dict[str, int]:
    rows = ClaimReject.objects.filter(claim__pharmacy=desk.pharmacy, claim__answered_at__gte=desk.began_at)
    return dict(rows.values_list("code").annotate(number=Count("pk")).order_by("code"))


def _duplicates(desk: Desk) -> dict[str, list[Any]]:
    """Whatever was done twice that may be done once only; every list must be empty."""
    mine = {"pharmacy": desk.pharmacy}
    numbered = Prescription.objects.filter(**mine).exclude(order_number="").values_list("order_number")
    by_message = Prescription.objects.filter(**mine).exclude(message=None).values_list("message")
    paid = Claim.objects.filter(**mine, state=ClaimState.PAID).values_list("fill", "order")
    sold = SaleItem.objects.filter(sale__pharmacy=desk.pharmacy, fill__state__in=DISPENSED).values_list("fill")
    return {
        "prescriptions of one order": _twice(numbered),
        "prescriptions of one message": _twice(by_message),
        "claims paid here": _twice(paid),
        "claims paid at the payer": _more_than_once(key for key, _ in _payers_paid(desk)),
        "bags sold": _twice(sold),
        "orders given twice": _orders_given_twice(desk),
    }


def _twice(rows: Any) -> list[Any]:
    return list(rows.annotate(times=Count("pk")).filter(times__gt=1).order_by())


def _orders_given_twice(desk: Desk) -> list[str]:
    given = set(
        Prescription.objects.filter(pharmacy=desk.pharmacy, fills__state__in=DISPENSED).values_list(
            "order_number", flat=True
        )
    )
    return [order.number for order in desk.orders.values() if order.repeats and {order.number, order.repeats} <= given]


def _lost(desk: Desk, sent: Sequence[str]) -> list[str]:
    here = Prescription.objects.filter(pharmacy=desk.pharmacy, order_number__in=sent)
    return sorted(set(sent) - set(here.values_list("order_number", flat=True)))


def _sold_though_cancelled(desk: Desk) -> list[str]:
    sold = Fill.objects.filter(pharmacy=desk.pharmacy, sold_at__gt=F("prescription__cancel_asked_at"))
    return list(sold.values_list("prescription__order_number", flat=True).order_by("pk"))


def _claims(desk: Desk) -> dict[str, Any]:
    """What stands as paid here against what the payers' own book holds as paid for this pharmacy."""
    here = {
        _key_of(claim): (str(claim.patient_pays), str(claim.plan_pays))
        for claim in Claim.objects.filter(pharmacy=desk.pharmacy, state=ClaimState.PAID).select_related(
            "coverage__plan", "fill__prescription"
        )
    }
    there = dict(_payers_paid(desk))
    moved = [
        claim.pk
        for claim in Claim.objects.filter(pharmacy=desk.pharmacy, state__in=[ClaimState.SENT, ClaimState.REVERSING])
    ]
    only_here = [key for key in here if key not in there]
    only_there = [key for key in there if key not in here]
    other_amounts = [key for key, amounts in here.items() if key in there and there[key] != amounts]
    return {
        "paid_here": len(here),
        "paid_at_the_payers": len(there),
        "equal": not (only_here or only_there or other_amounts or moved),
        "only_here": only_here,
        "only_at_the_payers": only_there,
        "other_amounts": other_amounts,
        "under_way": moved,
    }


def _more_than_once(keys: Iterable[Key]) -> list[Key]:
    return [key for key, times in Counter(keys).items() if times > 1]


def _payers_paid(desk: Desk) -> list[tuple[Key, tuple[str, str]]]:
    rows = desk.lines.payer("book")["claims"]
    mine = (row for row in rows if row["provider"] == desk.pharmacy.npi and row["state"] == "paid")
    return [
        (
            (row["plan"], int(row["rx"]), int(row["fill"]), row["service_on"], int(row["place"])),
            (row["patient_pays"], row["plan_pays"]),
        )
        for row in mine
    ]


def _key_of(claim: Claim) -> Key:
    plan, fill = claim.asked, claim.fill
    return (
        f"{plan['bin']}/{plan['pcn']}", fill.prescription.rx_number, fill.number - 1, claim.service_on.isoformat(),
        claim.order,
    )  # fmt: skip


def _stock(desk: Desk, before: Before) -> dict[str, Any]:
    wrong = desk.tally.differences(desk.pharmacy, before.with_patients)
    return {"equal": not wrong, "differences": wrong, "packages": len({package for package, _ in desk.tally.shelf})}


def _labels(desk: Desk, printed: int) -> dict[str, Any]:
    sent = Message.objects.filter(pharmacy=desk.pharmacy, kind__in=["label", "bag tag"], made_at__gte=desk.began_at)
    taken = sent.filter(state="taken").count()
    return {"asked": sent.count(), "taken": taken, "printed": printed, "equal": taken == sent.count() <= printed}


def _stuck(desk: Desk) -> list[str]:
    rows = Fill.objects.filter(pharmacy=desk.pharmacy).exclude(state__in=MAY_STAND).select_related("prescription")
    return [f"{fill} has been {fill.state} since {fill.state_since:%H:%M:%S}" for fill in rows.order_by("pk")]


def _seconds(desk: Desk) -> dict[str, Any]:
    by_station: dict[str, list[float]] = defaultdict(list)
    for name, taken in desk.seconds.items():
        by_station[name.partition(".")[0]] += taken
    stations = {name: _figures(taken) for name, taken in sorted(by_station.items())}
    acts = {name: _figures(taken) for name, taken in sorted(desk.seconds.items())}
    return {"by_station": stations, "by_act": acts, "measured_at": timezone.now().isoformat()}


def _figures(taken: list[float]) -> dict[str, float]:
    ordered = sorted(taken)
    return {
        "acts": len(ordered),
        "mean": round(fmean(ordered), 4),
        "p95": round(ordered[min(len(ordered) * 95 // 100, len(ordered) - 1)], 4),
    }
