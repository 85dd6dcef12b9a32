"""A refill asked for by label, number or telephone: the next fill, or a plain word why not and what can be done."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from pestle.boards import board_named
from pestle.flows.fill import FILL, FillState
from pestle.flows.machine import NEW
from pestle.records.fills import COUNTS_AGAINST_AUTHORITY, FINAL, Fill
from pestle.records.people import Worker
from pestle.records.prescriptions import Prescription
from pestle.rules import authority, entry
from pestle.rules.facts import FillFacts
from pestle.rules.rule import findings
from pestle.stations.acts import act_within, one_act
from pestle.stations.intake.drop_off import demand, today_at
from pestle.stations.intake.promises import promise
from pestle.terms.findings import Finding, refuse

STATION = "drop_off"
RULES = next(step for step in FILL.steps if step.verb == "begin_entry" and FillState.PROFILED in step.sources).rules


@dataclass(frozen=True, slots=True)
class Answer:
    """What a person at the counter needs to know before a refill is taken."""

    prescription: Prescription
    number: int
    under_way: Fill | None
    stored: Fill | None
    findings: tuple[Finding, ...]
    may_ask_prescriber: bool

    @property
    def is_open(self) -> bool:
        """Say whether the refill can be taken as it is."""
        return self.under_way is None and not self.findings


@one_act
def ask_refill(
    *,
    act_id: UUID,
    by: Worker,
    at: datetime,
    prescription_id: int,
    promised_at: datetime | None = None,
    is_waiter: bool = False,
    is_for_delivery: bool = False,
    group: UUID | None = None,
    because: Mapping[str, str] | None = None,
) -> Fill:
    """This will take a refill: the next fill of the prescription, or the stored one taken up, ready for data entry.

    Raises Refused with every rule in the way: none left, too soon, too old, cancelled; `because` lifts what may be.
    """
    rx = _prescription(prescription_id, by)
    # Two who ask at the same instant wait for each other here: the second sees the fill that the first has made.
    Prescription.objects.select_for_update(no_key=True).get(pk=rx.pk)
    under_way = _under_way(rx)
    if under_way is not None and under_way.state != FillState.PROFILED:
        where = under_way.state.replace("_", " ")
        raise refuse(f"Fill {under_way.number} of this prescription is already here: {where}.", rule="one_live_fill")
    earliest = promise(by.pharmacy, at, is_waiter=is_waiter).at
    leaving = {
        "promised_at": promised_at or earliest,
        "is_waiter": is_waiter,
        "is_for_delivery": is_for_delivery,
        "group": group,
    }
    if under_way is not None:
        return _take_up(under_way, leaving, act_id=act_id, by=by, at=at, because=because)
    facts = FillFacts(
        state=NEW,
        at=at,
        today=today_at(by.pharmacy, at),
        board=board_named(by.pharmacy.board),
        roles=by.roles,
        promised_at=promised_at or earliest,
        earliest_promise_at=earliest,
    )
    taken = FILL.take("receive", facts, by.roles, because=because)
    fill = _next_fill(rx, at, **leaving)
    fill.begin(taken, act_id=act_id, by=by, at=at, station=STATION, details={"refill": fill.number - 1})
    found = _in_the_way(fill, by=by, at=at)
    demand(found, by, because)
    if found:
        lifted = {each.rule: (because or {}).get(each.rule, "") for each in found}
        fill.note("lift", act_id=act_within(act_id, "lift"), by=by, at=at, station=STATION, details=lifted)
    return fill


def answer(prescription_id: int, *, by: Worker, at: datetime) -> Answer:
    """This will tell what would come of asking for a refill now, and what else can be done. Writes nothing."""
    rx = _prescription(prescription_id, by)
    under_way = _under_way(rx)
    stored = under_way if under_way is not None and under_way.state == FillState.PROFILED else None
    last = _last(rx)
    found: tuple[Finding, ...] = ()
    if under_way is None and last is not None:
        # The last fill's facts, read as if it were the next one; nothing of it is saved.
        facts = last.facts(
            at,
            by,
            number=_next_number(rx),
            quantity_dispensed_before=last.quantity_given_before() + last.quantity,
            last_dispensed_on=last.local_day(last.sold_at) if last.sold_at else None,
            last_days_supply=last.days_supply,
        )
        found = findings((*RULES, entry.refill_is_not_too_soon), facts)
    nothing_left = {authority.refills_remain.name, authority.schedule_ii_is_never_refilled.name}
    return Answer(
        prescription=rx,
        number=_next_number(rx),
        under_way=None if stored else under_way,
        stored=stored,
        findings=found,
        may_ask_prescriber=bool(nothing_left & {each.rule for each in found}),
    )


def _take_up(
    fill: Fill,
    leaving: Mapping[str, object],
    *,
    act_id: UUID,
    by: Worker,
    at: datetime,
    because: Mapping[str, str] | None,
) -> Fill:
    taken = FILL.take("begin_entry", fill.facts(at, by), by.roles, because=because)
    for name, value in {**leaving, "waiting_for": "", "waiting_note": "", "wakes_at": None}.items():
        setattr(fill, name, value)
    fill.save(update_fields=[*leaving, "waiting_for", "waiting_note", "wakes_at"])
    fill.record(taken, act_id=act_id, by=by, at=at, station=STATION)
    return fill


def _next_fill(rx: Prescription, at: datetime, **leaving: object) -> Fill:
    last = _last(rx)
    fill = Fill(
        pharmacy=rx.pharmacy,
        prescription=rx,
        number=_next_number(rx),
        made_at=at,
        quantity=last.quantity if last else rx.quantity_written or 0,
        days_supply=last.days_supply if last else None,
        package=last.package if last else None,
        payment=last.payment if last else "plan",
    )
    for name, value in leaving.items():
        setattr(fill, name, value)
    return fill


def _in_the_way(fill: Fill, *, by: Worker, at: datetime) -> tuple[Finding, ...]:
    return findings((*RULES, entry.refill_is_not_too_soon), fill.facts(at, by))


def _prescription(prescription_id: int, by: Worker) -> Prescription:
    rows = Prescription.objects.select_related("pharmacy", "patient", "prescriber", "product")
    found = rows.filter(pk=prescription_id, pharmacy_id=by.pharmacy_id).first()
    if found is None:
        raise refuse("There is no such prescription in this pharmacy: find it with F3.", rule="prescription_is_here")
    return found


def _under_way(rx: Prescription) -> Fill | None:
    return rx.fills.exclude(state__in=FINAL).select_related("pharmacy", "prescription").order_by("-number").first()


def _last(rx: Prescription) -> Fill | None:
    fills = rx.fills.filter(state__in=COUNTS_AGAINST_AUTHORITY, part=1)
    newest = fills.select_related("package", "pharmacy", "prescription").order_by("-number").first()
    return newest or rx.fills.select_related("package", "pharmacy", "prescription").order_by("-pk").first()


def _next_number(rx: Prescription) -> int:
    newest = rx.fills.filter(state__in=COUNTS_AGAINST_AUTHORITY).order_by("-number").first()
    return newest.number + 1 if newest else 1
