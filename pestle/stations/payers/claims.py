"""What a worker does with a claim: send it, send it again, wait for the payer, take cash, go on without an answer."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime, time
from decimal import Decimal
from uuid import UUID
from zoneinfo import ZoneInfo

from pestle.flows.claim import ClaimState
from pestle.flows.fill import FILL
from pestle.records.catalogue import Package
from pestle.records.claims import Claim
from pestle.records.fills import Fill
from pestle.records.handover import Task
from pestle.records.people import Worker
from pestle.stations.acts import act_within, one_act
from pestle.stations.entry.prefill import end_entry
from pestle.stations.payers.claim_cards import correct_card
from pestle.stations.payers.claim_changes import apply_change, start_reversal
from pestle.stations.payers.claim_opening import (
    Overrides,
    gather,
    newest_in_place,
    open_claim,
    plan_in_place,
    said_before,
    send_soon,
)
from pestle.stations.payers.claim_request import Asked, fingerprint
from pestle.stations.payers.claim_settling import be_paid, chain, end_promise_tasks, mark_resolved, settle
from pestle.stations.payers.pricing import cash_price
from pestle.stations.waiting import clear_wait, set_wait
from pestle.terms.findings import refuse
from pestle.terms.roles import Role

STATION = "claims"
PAYER_DATE = "payer date"
OPENS_AT = time(8)
S = ClaimState


@dataclass(frozen=True, slots=True, kw_only=True)
class Changes:
    """What is billed differently: less of it, other days, another maker of the same drug."""

    quantity: Decimal | None = None
    days_supply: int | None = None
    package_id: int | None = None


@one_act
def send_claim(
    *, act_id: UUID, by: Worker, at: datetime, fill_id: int, because: Mapping[str, str] | None = None
) -> Fill:
    """This will end data entry and send the claim in the background; the technician goes on meanwhile.

    Where an earlier claim still stands as paid, after a send-back, it is kept if nothing in it changed, else it is
    reversed and the new one follows. `because` gives a pharmacist's reason by the rule that stands in the way.
    """
    fill = the_fill(fill_id, by)
    taken = FILL.take("send_claim", fill.facts(at, by), by.roles, because=because)
    plan_in_place(fill, 1, fill.local_day(at))
    fill.entered_by, fill.payment, fill.is_unbilled_promise = by, "plan", False
    fill.save(update_fields=["entered_by", "payment", "is_unbilled_promise"])
    fill.record(taken, act_id=act_id, by=by, at=at, station=STATION)
    end_entry(fill, act_id=act_id, by=by, at=at, station=STATION)
    if not fill.claims.standing().exists():
        open_claim(fill, act_id=act_id, by=by, at=at)
    elif _asks_the_same(fill, at=at):
        settle(fill, at=at)
    else:
        start_reversal(fill, act_id=act_id, by=by, at=at, because="changed in data entry")
    return fill


@one_act
def resend(
    *,
    act_id: UUID,
    by: Worker,
    at: datetime,
    fill_id: int,
    overrides: Overrides | None = None,
    corrections: Mapping[str, str] | None = None,
    changes: Changes | None = None,
    choice: str = "",
    because: Mapping[str, str] | None = None,
) -> Fill:
    """This will send a rejected claim again as a new one, with what was put right and what is said beyond it.

    `corrections` are fields of card, patient or prescriber (see `claim_cards.CORRECTABLE`); `changes` are quantity,
    days or another maker of the same drug, what is left stays on the prescription. `choice` is the way of
    the playbook that was taken: the next time this store sees the same reject, it knows whether that worked.
    """
    fill = the_fill(fill_id, by)
    if corrections:
        correct_card(last_rejected(fill), corrections, act_id=act_id, by=by, at=at)
        fill = the_fill(fill_id, by)
    if changes is not None:
        _change(fill, changes)
    last = last_rejected(fill)
    said = _with_what_stands(overrides or Overrides(), said_before(fill, last.coverage), by=by)
    asked = gather(fill, plan_in_place(fill, last.order, fill.local_day(at)), at=at, order=last.order, overrides=said)
    _take_resend(fill, said, asked, act_id=act_id, by=by, at=at, because=because)
    mark_resolved(last, choice, by=by, at=at)
    end_promise_tasks(fill, by=by, at=at, outcome="sent again")
    open_claim(fill, act_id=act_id, by=by, at=at, order=last.order, overrides=said)
    return fill


@one_act
def ask_again_now(*, act_id: UUID, by: Worker, at: datetime, fill_id: int) -> Fill:
    """This will send an unanswered claim again at once, the same bytes, before its own next try."""
    fill = the_fill(fill_id, by)
    taken = FILL.take("resend", fill.facts(at, by), by.roles)
    fill.record(taken, act_id=act_id, by=by, at=at, station=STATION)
    clear_wait(fill)
    for claim in fill.claims.filter(state=S.UNANSWERED):
        Claim.objects.filter(pk=claim.pk).update(next_try_at=at)
        send_soon(claim)
    return fill


@one_act
def prepare_dur(
    *, act_id: UUID, by: Worker, at: datetime, fill_id: int, answers: tuple[tuple[str, str, str], ...], remark: str = ""
) -> Fill:
    """This will lay a DUR answer before the pharmacist, who sends it or chooses another; it sends nothing."""
    fill = the_fill(fill_id, by)
    details = {"answers": [list(each) for each in answers], "remark": remark.strip()[:200]}
    fill.note("prepare_dur", act_id=act_id, by=by, at=at, station=STATION, details=details)
    return fill


@one_act
def charge_cash(
    *,
    act_id: UUID,
    by: Worker,
    at: datetime,
    fill_id: int,
    choice: str = "cash",
    because: Mapping[str, str] | None = None,
) -> Fill:
    """This will take the fill on at the store's own price; a claim that may stand with a payer is reversed.

    A fill that went on unbilled stays where it is: its price is settled, its place and who has it are not touched.
    """
    fill = the_fill(fill_id, by)
    taken = FILL.take("charge_cash", fill.facts(at, by), by.roles, because=because)
    price = cash_price(fill, day=fill.local_day(at))
    fill.payment, fill.price, fill.price_steps = "cash", price.total, list(price.steps)
    fill.entered_by, fill.is_unbilled_promise = fill.entered_by or by, False
    fill.save(update_fields=["payment", "price", "price_steps", "entered_by", "is_unbilled_promise"])
    fill.record(taken, act_id=act_id, by=by, at=at, station=STATION, details={"price": str(price.total)})
    if taken.target == taken.source:
        _no_claim_is_on_its_way(fill)
        end_promise_tasks(fill, by=by, at=at, outcome="charged in cash")
    else:
        _leave_for_the_check(fill, act_id=act_id, by=by, at=at)
    for rejected in fill.claims.filter(state=S.REJECTED):
        mark_resolved(rejected, choice, by=by, at=at)
    start_reversal(fill, act_id=act_id, by=by, at=at, because="patient pays cash")
    return fill


@one_act
def go_on_unbilled(
    *, act_id: UUID, by: Worker, at: datetime, fill_id: int, because: Mapping[str, str] | None = None
) -> Fill:
    """This will take a fill on while its payer does not answer; the claim is asked again until it does."""
    fill = the_fill(fill_id, by)
    taken = FILL.take("go_on_unbilled", fill.facts(at, by), by.roles, because=because)
    fill.is_unbilled_promise = True
    fill.save(update_fields=["is_unbilled_promise"])
    fill.record(taken, act_id=act_id, by=by, at=at, station=STATION)
    clear_wait(fill)
    return fill


@one_act
def hold_until_payer_date(*, act_id: UUID, by: Worker, at: datetime, fill_id: int) -> Fill:
    """This will hold a fill until eight in the morning of the day its plan pays again; then it sends itself."""
    fill = the_fill(fill_id, by)
    last = last_rejected(fill)
    if last.next_fill_on is None or last.next_fill_on <= fill.local_day(at):
        raise refuse("The plan gave no day from which it pays again.", rule="payer_gave_a_day", field="wakes_at")
    remark = f"plan pays again {last.next_fill_on:%b} {last.next_fill_on.day}"
    wakes_at = opening_on(fill, last.next_fill_on)
    set_wait(fill, reason=PAYER_DATE, wakes_at=wakes_at, owner_role=Role.TECHNICIAN.value, remark=remark)
    taken = FILL.take("hold", fill.facts(at, by), by.roles)
    fill.record(taken, act_id=act_id, by=by, at=at, station=STATION, details={"reason": PAYER_DATE, "remark": remark})
    mark_resolved(last, "hold", by=by, at=at)
    return fill


@one_act
def ask_authorization(
    *, act_id: UUID, by: Worker, at: datetime, fill_id: int, wakes_at: datetime, remark: str = ""
) -> Fill:
    """This will wait for a prior authorization, with a task for whoever chases the prescriber and the payer."""
    fill = the_fill(fill_id, by)
    last = last_rejected(fill)
    owner_role = Role.TECHNICIAN.value
    set_wait(fill, reason="prior authorization", wakes_at=wakes_at, owner_role=owner_role, remark=remark)
    taken = FILL.take("ask_authorization", fill.facts(at, by), by.roles)
    fill.record(taken, act_id=act_id, by=by, at=at, station=STATION, details={"remark": remark})
    mark_resolved(last, "authorization", by=by, at=at)
    Task.objects.create(
        pharmacy_id=fill.pharmacy_id, kind="authorization", words=f"Prior authorization for {fill}: ask how it stands.",
        fill=fill, patient=fill.prescription.patient, owner_role=owner_role, wakes_at=wakes_at, made_by=by, made_at=at,
    )  # fmt: skip
    return fill


@one_act
def bill_next_plan(
    *, act_id: UUID, by: Worker, at: datetime, fill_id: int, because: Mapping[str, str] | None = None
) -> Fill:
    """This will bill the patient's next plan and tell it that the one before did not cover the drug (308-C8 3)."""
    fill = the_fill(fill_id, by)
    last = last_rejected(fill)
    plan_in_place(fill, last.order + 1, fill.local_day(at))
    # The plan's no is an answer for the next one, so what the reject asks of a pharmacist is asked there again.
    taken = FILL.take("resend", fill.facts(at, by, same_resubmissions=0), by.roles, because=because)
    fill.record(taken, act_id=act_id, by=by, at=at, station=STATION, details={"next plan": last.order + 1})
    _end_wait(fill)
    end_promise_tasks(fill, by=by, at=at, outcome="next plan billed")
    mark_resolved(last, "next plan", by=by, at=at)
    open_claim(fill, act_id=act_id, by=by, at=at, order=last.order + 1)
    return fill


@one_act
def go_on_with_what_is_paid(*, act_id: UUID, by: Worker, at: datetime, fill_id: int) -> Fill:
    """This will take a fill on with what the earlier plans pay, after a later plan said no."""
    fill = the_fill(fill_id, by)
    last = last_rejected(fill)
    if not fill.claims.paid().exists():
        raise refuse("No plan has paid for this fill.", rule="an_earlier_plan_has_paid")
    # What the last plan asks of a pharmacist is not asked here: nothing goes to it. That it said no stays a fact.
    said_no = tuple(replace(each, is_pharmacists=False) for each in fill.facts(at, by).rejects)
    taken = FILL.take("resend", fill.facts(at, by, rejects=said_no, same_resubmissions=0), by.roles)
    fill.record(taken, act_id=act_id, by=by, at=at, station=STATION, details={"without plan": last.order})
    _end_wait(fill)
    mark_resolved(last, "without it", by=by, at=at)
    return be_paid(fill, at=at)


def send_itself(fill: Fill, *, by: Worker, at: datetime, act_id: UUID) -> Fill:
    """This will send a claim again on the day a worker chose to hold it for; under the program's name."""
    last = last_rejected(fill)
    taken = FILL.take("resend", fill.facts(at, by, same_resubmissions=0), by.roles)
    fill.record(taken, act_id=act_id, by=by, at=at, station=STATION, details={"because": "the payer's date has come"})
    open_claim(fill, act_id=act_id, by=by, at=at, order=last.order)
    return fill


def resend_all(
    fills: list[Fill], *, act_id: UUID, by: Worker, at: datetime, choice: str, because: Mapping[str, str] | None = None
) -> int:
    """This will send the rejects of several fills again as one set, inside the caller's act; gives how many went."""
    for fill in fills:
        last = last_rejected(fill)
        facts = fill.facts(at, by, same_resubmissions=0)
        fill.record(
            FILL.take("resend", facts, by.roles, because=because),
            act_id=act_within(act_id, f"resend {fill.pk}"), by=by, at=at, station=STATION, details={"choice": choice},
        )  # fmt: skip
        mark_resolved(last, choice, by=by, at=at)
        open_claim(
            fill, act_id=act_within(act_id, f"open {fill.pk}"), by=by, at=at, order=last.order, overrides=Overrides()
        )
    return len(fills)


def the_fill(fill_id: int, by: Worker) -> Fill:
    """This will load a fill of the worker's own pharmacy with what claims need of it."""
    rows = Fill.objects.select_related(
        "prescription__patient", "prescription__prescriber", "package__product", "pharmacy", "basket"
    )
    return rows.get(pk=fill_id, pharmacy_id=by.pharmacy_id)


def opening_on(fill: Fill, day: date) -> datetime:
    """This will give eight in the morning at the pharmacy."""
    return datetime.combine(day, OPENS_AT, tzinfo=ZoneInfo(fill.pharmacy.time_zone))


def _change(fill: Fill, changes: Changes) -> None:
    if fill.is_unbilled_promise:
        raise refuse("This fill has gone on: use “Change and bill again”.", rule="past_the_claims_station")
    package = Package.objects.get(pk=changes.package_id) if changes.package_id else fill.package
    old = fill.package
    if package is not None and old is not None and package.product.formulation_id != old.product.formulation_id:
        raise refuse(
            "Another drug, strength or form is the prescriber's: ask for a change of the prescription.",
            rule="another_drug_is_the_prescribers", cites="21 U.S.C. 353(b)(1)", field="package",
        )  # fmt: skip
    if changes.quantity is not None and changes.quantity > fill.quantity:
        raise refuse(
            "Less than was ordered may be billed, not more: change the quantity.",
            rule="no_more_than_ordered",
            field="quantity",
        )
    apply_change(fill, package=package, quantity=changes.quantity, days_supply=changes.days_supply)


def _take_resend(
    fill: Fill,
    said: Overrides,
    asked: Asked,
    *,
    act_id: UUID,
    by: Worker,
    at: datetime,
    because: Mapping[str, str] | None,
) -> None:
    facts = fill.facts(
        at,
        by,
        same_resubmissions=_same_before(fill, fingerprint(asked)),
        clarification_codes=said.clarification_codes,
        reason=said.reason,
        gives_dur_answer=bool(said.dur) and said.dur_decided_by == by,
    )
    taken = FILL.take("resend", facts, by.roles, because=because)
    details = {
        "codes": list(said.clarification_codes),
        "reason": said.reason,
        "authorization": said.authorization_number,
        "dur": [list(each) for each in said.dur],
    }
    fill.record(taken, act_id=act_id, by=by, at=at, station=STATION, details=details)
    _end_wait(fill)


def _end_wait(fill: Fill) -> None:
    # A fill that went on unbilled may wait for something else than its claim: for stock, or to be returned.
    if not fill.is_unbilled_promise:
        clear_wait(fill)


def _leave_for_the_check(fill: Fill, *, act_id: UUID, by: Worker, at: datetime) -> None:
    fill.return_due_on = None
    fill.save(update_fields=["return_due_on"])
    end_entry(fill, act_id=act_id, by=by, at=at, station=STATION)
    clear_wait(fill)


def _no_claim_is_on_its_way(fill: Fill) -> None:
    if fill.claims.filter(state__in=[S.WAITING, S.SENT]).exists():
        raise refuse("A claim of this fill is on its way: its answer comes first.", rule="no_claim_is_on_its_way")


def _with_what_stands(given: Overrides, before: Overrides, *, by: Worker) -> Overrides:
    """Keep an authorization and a pharmacist's DUR answer from the last try; codes are said anew each time."""
    has_number = bool(given.authorization_number or given.authorization_kind)
    return replace(
        given,
        authorization_kind=given.authorization_kind if has_number else before.authorization_kind,
        authorization_number=given.authorization_number if has_number else before.authorization_number,
        dur=given.dur or before.dur,
        dur_decided_by=by if given.dur else before.dur_decided_by,
    )


def _same_before(fill: Fill, asked: str) -> int:
    run = 0
    for each in fill.claims.order_by("-number").values_list("fingerprint", flat=True):
        if each != asked:
            break
        run += 1
    return run


def _asks_the_same(fill: Fill, *, at: datetime) -> bool:
    standing = chain(fill)
    if any(each.state != S.PAID for each in standing):
        return False
    return all(_is_unchanged(fill, each, at=at) for each in standing)


def _is_unchanged(fill: Fill, claim: Claim, *, at: datetime) -> bool:
    said = Overrides(
        clarification_codes=tuple(claim.clarification_codes),
        authorization_kind=claim.authorization_kind,
        authorization_number=claim.authorization_number,
        dur=tuple((each.reason, each.service, each.result) for each in claim.dur_overrides.order_by("position")),
    )
    asked = gather(fill, claim.coverage, at=at, order=claim.order, overrides=said, service_on=claim.service_on)
    return fingerprint(asked) == claim.fingerprint


def last_rejected(fill: Fill) -> Claim:
    """This will give the claim a worker clears now: the last one in the order of billing; raises Refused for none."""
    claims = chain(fill)
    last = claims[-1] if claims else newest_in_place(fill, 1)
    if last is None:
        raise refuse("No claim was sent for this fill.", rule="a_claim_was_sent")
    return last


__all__ = [
    "Changes", "Overrides", "ask_again_now", "ask_authorization", "bill_next_plan", "charge_cash", "go_on_unbilled",
    "go_on_with_what_is_paid", "hold_until_payer_date", "last_rejected", "open_claim", "opening_on", "prepare_dur",
    "resend", "resend_all", "send_claim", "send_itself", "the_fill",
]  # fmt: skip
