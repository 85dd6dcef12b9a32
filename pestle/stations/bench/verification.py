"""The pharmacist's two checks, the order before filling and the product after, and sending work back."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from uuid import UUID

from pestle.flows.fill import FILL, HAS_STOCK_IN_BASKET, FillState
from pestle.ledger.places import PlaceKind
from pestle.records.fills import DurFinding, Fill
from pestle.records.people import Worker
from pestle.records.stock import Place
from pestle.stations import book
from pestle.stations.acts import one_act
from pestle.stations.handover import counselling
from pestle.stations.handover.bags import close_if_empty
from pestle.terms.findings import refuse

STATION = "verification"
FIELDS = (
    # name as forms and pages use it; words; where it is put right
    ("patient", "patient", "entry"),
    ("prescriber", "prescriber", "entry"),
    ("product", "drug", "entry"),
    ("quantity", "quantity", "entry"),
    ("days_supply", "days' supply", "entry"),
    ("refills", "refills", "entry"),
    ("directions", "directions", "entry"),
    ("daw", "DAW", "entry"),
    ("written_on", "date written", "entry"),
    ("scan", "product in the vial", "filling"),
    ("count", "count", "filling"),
    ("lots", "lot or expiry", "filling"),
    ("label", "label", "filling"),
    ("closure", "cap", "filling"),
)
FILLING_FIELDS = frozenset(name for name, _, where in FIELDS if where == "filling")


@one_act
def decide_alert(
    *, act_id: UUID, by: Worker, at: datetime, finding_id: int, decision: str, service_code: str, result_code: str
) -> Fill:
    """Record the pharmacist's decision about one finding of the drug-use review, with its NCPDP codes."""
    finding = DurFinding.objects.select_related("fill").get(pk=finding_id, fill__pharmacy_id=by.pharmacy_id)
    fill = finding.fill
    _may_be_decided(fill, by)
    if not decision.strip():
        raise refuse("Write why it may go on, or what was agreed.", rule="a_decision_has_a_reason", field="decision")
    _codes_have_two_characters(service_code, result_code)
    finding.decided_by, finding.decided_at, finding.decision = by, at, decision.strip()[:200]
    finding.service_code, finding.result_code = service_code, result_code
    finding.save(update_fields=["decided_by", "decided_at", "decision", "service_code", "result_code"])
    told = {"code": finding.code, "against": finding.against, "decision": finding.decision}
    fill.note("alert_decided", act_id=act_id, by=by, at=at, station="pre-check", details=told)
    return fill


@one_act
def approve(
    *, act_id: UUID, by: Worker, at: datetime, fill_id: int, because: Mapping[str, str] | None = None, remark: str = ""
) -> Fill:
    """Accept the typed prescription against its original and the drug-use review; it may then be filled."""
    fill = _fill(fill_id, by)
    taken = FILL.take("approve", fill.facts(at, by), by.roles, because=because)
    fill.approved_by, fill.marked_fields, fill.sent_back_because = by, [], ""
    fill.remark = remark.strip()[:300] or fill.remark
    fill.save(update_fields=["approved_by", "marked_fields", "sent_back_because", "remark"])
    fill.record(taken, act_id=act_id, by=by, at=at, station="pre-check", details={"remark": remark})
    return fill


@one_act
def verify(
    *, act_id: UUID, by: Worker, at: datetime, fill_id: int, checked: Collection[str],
    counsel_because: str | None = None, because: Mapping[str, str] | None = None,
) -> Fill:  # fmt: skip
    """Record the pharmacist's final check; the fill is then ready to bag.

    `checked` names what the pharmacist answered for: data and product. `counsel_because` says why counselling is due;
    None leaves it to what the profile shows (a new drug, a changed dose), empty takes that flag away.
    """
    fill = _fill(fill_id, by)
    taken = FILL.take("verify", fill.facts(at, by, checked=frozenset(checked)), by.roles, because=because)
    fill.verified_by, fill.verified_at = by, at
    reason = counselling.why_due(fill) if counsel_because is None else counsel_because.strip()
    fill.counsel_because = reason[:80]
    fill.marked_fields, fill.sent_back_because = [], ""
    fill.save(update_fields=["verified_by", "verified_at", "counsel_because", "marked_fields", "sent_back_because"])
    told = {"counsel": fill.counsel_because, "checked": sorted(checked)}
    fill.record(taken, act_id=act_id, by=by, at=at, station=STATION, details=told)
    return fill


@one_act
def send_back(*, act_id: UUID, by: Worker, at: datetime, fill_id: int, fields: Sequence[str], reason: str) -> Fill:
    """Send a fill back to where the marked fields are put right: filling if all are about the product, else entry.

    The technician lands on the first marked field; everything else stays as it was. Stock in the basket goes back.
    """
    fill = _fill(fill_id, by)
    in_hand = fill.state in HAS_STOCK_IN_BASKET
    _fields_are_known(fields, in_hand=in_hand)
    verb = _way_back(fill, fields)
    taken = FILL.take(verb, fill.facts(at, by, marked_fields=tuple(fields), reason=reason), by.roles)
    fill.marked_fields, fill.sent_back_because = list(fields), reason.strip()[:200]
    fill.save(update_fields=["marked_fields", "sent_back_because"])
    if taken.moves:
        put_back(fill, act_id=act_id, by=by, at=at, because="sent back")
    told = {"fields": list(fields), "reason": reason.strip()}
    station = STATION if in_hand else "pre-check"
    fill.record(taken, act_id=act_id, by=by, at=at, station=station, details=told)
    return fill


def put_back(fill: Fill, *, act_id: UUID, by: Worker, at: datetime, because: str) -> None:
    """Return what a fill holds in its basket to the shelves it came from, and forget its scans and counts.

    To be called inside an act, with a step whose row says that it moves `put_back`.
    """
    if fill.basket is None:
        raise refuse("This fill has no basket.", rule="a_fill_in_hand_has_a_basket")
    for taken in fill.lots.select_related("source", "lot__package"):
        entry = book.move_lot(taken, "put back", source=fill.basket, target=taken.source, because=because)
        book.post(entry, act_id=act_id, by=by, at=at, fill=fill)
    forget_product(fill)


def forget_product(fill: Fill) -> None:
    """Forget what was scanned, counted, checked and bagged for a fill, so that it is filled anew; inside an act."""
    fill.lots.all().delete()
    the_bag = fill.bag
    fill.counted = fill.second_count = fill.second_counter = None
    fill.filled_by = fill.filled_at = fill.verified_by = fill.verified_at = None
    fill.rest_misses = 0
    fill.label_scan_at = fill.bottle_scan_at = fill.rest_counted_at = fill.use_before_on = fill.bag = None
    fill.save(
        update_fields=[
            "counted", "second_count", "second_counter", "filled_by", "filled_at", "verified_by", "verified_at",
            "label_scan_at", "bottle_scan_at", "rest_counted_at", "rest_misses", "use_before_on", "bag",
        ]
    )  # fmt: skip
    close_if_empty(the_bag)


def _way_back(fill: Fill, fields: Sequence[str]) -> str:
    is_about_the_product = bool(fields) and set(fields) <= FILLING_FIELDS
    has_a_bench = FILL.step("send_back_to_filling", fill.state) is not None
    return "send_back_to_filling" if is_about_the_product and has_a_bench else "send_back_to_entry"


def to_quarantine(fill: Fill, *, act_id: UUID, by: Worker, at: datetime) -> None:
    """Move what a fill holds, in its basket or in will-call, to quarantine; to be called inside an act."""
    place = fill.basket if fill.state in HAS_STOCK_IN_BASKET else _bag_place(fill)
    target = book.the_place(by, PlaceKind.QUARANTINE)
    if place is None:
        raise refuse("This fill is at no place.", rule="a_fill_in_hand_has_a_place")
    book.post(book.move_fill(fill, "recall", source=place, target=target), act_id=act_id, by=by, at=at, fill=fill)


def _bag_place(fill: Fill) -> Place | None:
    return fill.bag.place if fill.bag else None


def _fill(fill_id: int, by: Worker) -> Fill:
    rows = Fill.objects.select_related(
        "pharmacy", "prescription__patient", "prescription__prescriber", "package", "basket"
    )
    return rows.get(pk=fill_id, pharmacy_id=by.pharmacy_id)


def _may_be_decided(fill: Fill, by: Worker) -> None:
    # The right to decide an alert is the right to approve the fill: who may not take that step may not prepare it so.
    step = FILL.step("approve", FillState.AWAITING_CHECK)
    if step is None or by.roles.isdisjoint(step.who):
        raise refuse(
            "A pharmacist decides alerts.", rule="alerts_are_the_pharmacists", cites="42 CFR 456.705(b)", field="dur"
        )
    if fill.state in FILL.finals:
        raise refuse("This fill is at its end: nothing is left to decide.", rule="only_along_the_table", field="dur")


def _codes_have_two_characters(*codes: str) -> None:
    if any(code and len(code) != 2 for code in codes):
        raise refuse(
            "A service or result code has two characters: choose one from the list.",
            rule="dur_codes",
            cites="NCPDP 440-E5, 441-E6",
            field="dur",
        )


def _fields_are_known(fields: Sequence[str], *, in_hand: bool) -> None:
    known = {name for name, _, where in FIELDS if in_hand or where == "entry"}
    unknown = [name for name in fields if name not in known]
    if unknown:
        raise refuse(
            f"There is no field “{unknown[0]}” to mark.", rule="marked_fields_are_fields", field="marked_fields"
        )
