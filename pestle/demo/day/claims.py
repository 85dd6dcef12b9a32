"""Rejects on the made-up day: every no of a payer is cleared by a way of the playbook, by whom it belongs to."""

import re
from collections.abc import Callable
from datetime import date, timedelta

from pestle.demo.day.desk import Desk
from pestle.demo.day.work import NotNow, next_fill
from pestle.flows.fill import FillState
from pestle.records.claims import Claim
from pestle.records.fills import Fill
from pestle.records.people import Worker
from pestle.stations.payers.claim_answers import read_answer
from pestle.stations.payers.claim_settling import chain
from pestle.stations.payers.claim_ways import take_way
from pestle.terms.findings import Refused
from pestle.terms.roles import PHARMACISTS

MOST_CLAIMS = 5
SHOULD_BE = re.compile(r"(?P<what>GROUP|PERSON CODE) SHOULD BE (?P<value>\S+)")
LIMIT = re.compile(r"PLAN LIMIT (?P<quantity>[0-9.]+) PER (?P<days>[0-9]+) DAYS")
DAYS_LIMIT = re.compile(r"DAYS SUPPLY LIMIT (?P<days>[0-9]+)")
Way = tuple[str, dict[str, str]]
CASH: Way = ("cash", {})


def at_claims(desk: Desk, by: Worker) -> bool:
    """This will clear the next reject that is this worker's; gives whether there was one."""
    return next_fill(desk, by, (FillState.REJECTED,), _clear)


def _clear(desk: Desk, by: Worker, fill: Fill) -> None:
    last = chain(fill)[-1]
    rejects = list(last.rejects.order_by("position"))
    if any(each.is_pharmacists for each in rejects) and by.roles.isdisjoint(PHARMACISTS):
        raise NotNow
    codes = [each.code for each in rejects]
    key, typed = _chosen(desk, fill, last, codes)
    if key == "aside":
        desk.put_aside(fill, f"Rejected {' '.join(codes)}: the patient brings the card.", by=by)
        return
    try:
        desk.act(take_way, by=by, fill_id=fill.pk, key=key, typed=typed)
    except Refused:
        # What a technician may not lift, the pharmacist does with a reason, or the patient is asked first.
        if by.roles.isdisjoint(PHARMACISTS) or key != "cash":
            _with_the_pharmacist(desk, fill, key, typed)
        else:
            _with_the_pharmacist(desk, fill, *CASH)
    desk.meet(f"reject {codes[0] if codes else '?'}: {key}")


def _with_the_pharmacist(desk: Desk, fill: Fill, key: str, typed: dict[str, str]) -> None:
    because = {
        "controlled_for_cash_beside_a_plan_is_the_pharmacists": "the plan does not cover it; PMP looked at",
        "third_same_claim_asks_the_pharmacist": "the plan was telephoned",
        "therapy_rejects_are_the_pharmacists": "looked at with the prescriber",
    }
    desk.act(take_way, by=desk.workers["Ben"], fill_id=fill.pk, key=key, typed=typed, because=because)


def _chosen(desk: Desk, fill: Fill, last: Claim, codes: list[str]) -> Way:
    about = (fill.prescription.rx_number, fill.number, last.number)
    if last.number >= MOST_CLAIMS:
        return CASH
    choices: tuple[tuple[frozenset[str], Callable[[], Way]], ...] = (
        (frozenset({"88"}), lambda: _dur(last)),
        (frozenset({"06", "08"}), lambda: _put_right(last)),
        (frozenset({"79"}), lambda: _too_soon(desk, last, about)),
        (frozenset({"76", "7X"}), lambda: _limit(fill, last.payer_message)),
        (frozenset({"75", "70", "78"}), lambda: _authorization(desk, fill, last, about, "75" in codes)),
        (frozenset({"65", "67", "68", "69"}), lambda: _new_card(desk, last, about)),
        (frozenset({"07", "52", "41"}), lambda: ("aside", {})),
    )
    return next((choose() for some, choose in choices if some & set(codes)), CASH)


def _put_right(last: Claim) -> Way:
    said = SHOULD_BE.search(last.payer_message)
    if said is None:
        return "aside", {}
    return "correct", {"group" if said["what"] == "GROUP" else "person_code": said["value"]}


def _dur(last: Claim) -> Way:
    kept = last.exchanges.exclude(response=None).order_by("-number").first()
    answer = read_answer(bytes(kept.response), is_reversal=False) if kept and kept.response else None
    conflict = answer.dur[0].reason if answer and answer.dur and answer.dur[0].reason else "DD"
    return "dur", {"dur_reason": conflict, "dur_service": "M0", "dur_result": "1G"}


def _too_soon(desk: Desk, last: Claim, about: tuple[object, ...]) -> Way:
    if last.number == 1 and desk.dice.happens(40, "vacation", *about):
        leaves = last.service_on + timedelta(days=2)
        days = {"leaves": f"{leaves:%m/%d/%Y}", "returns": f"{leaves + timedelta(days=14):%m/%d/%Y}"}
        return "vacation", {**days, "told_by": "patient"}
    return ("hold", {}) if last.next_fill_on else CASH


def _limit(fill: Fill, text: str) -> Way:
    if (said := LIMIT.search(text)) is not None:
        return "limit", {"quantity": said["quantity"], "days_supply": said["days"]}
    said = DAYS_LIMIT.search(text)
    if said is None or not fill.days_supply:
        return CASH
    days = min(int(said["days"]), fill.days_supply)
    quantity = fill.quantity * days // fill.days_supply
    return ("limit", {"quantity": str(quantity), "days_supply": str(days)}) if quantity else CASH


def _authorization(desk: Desk, fill: Fill, last: Claim, about: tuple[object, ...], is_asked_for: bool) -> Way:
    drawn = desk.dice.number("authorization", *about) % 100
    if drawn < 40 and is_asked_for and fill.package is not None:
        number = f"{desk.dice.number('number', *about) % 10**9 + 1:09}"
        desk.lines.payer("authorize", number=number, member=last.coverage.cardholder_id, product=fill.package.ndc11[:9])
        return "authorization", {"authorization_kind": "1", "authorization_number": number}
    if drawn < 75:
        wakes_on = _working_day(last.service_on)
        return "ask", {"wakes_on": f"{wakes_on:%m/%d/%Y}", "remark": "faxed to the office"}
    return CASH


def _new_card(desk: Desk, last: Claim, about: tuple[object, ...]) -> Way:
    # A card that was replaced a moment ago has no new one: this claim went out with the old one.
    if last.coverage.until_on is not None or not desk.dice.happens(50, "new card", *about):
        return CASH
    coverage = last.coverage
    ended = last.service_on - timedelta(days=1)
    number = f"{coverage.cardholder_id[:2]}{600_000 + coverage.pk}"
    return "new card", {
        "old_ends_on": f"{ended:%m/%d/%Y}", "bin": coverage.plan.bin, "pcn": coverage.plan.pcn,
        "group": coverage.group, "cardholder_id": number, "person_code": "01",
    }  # fmt: skip


def _working_day(day: date) -> date:
    later = day + timedelta(days=1)
    return later + timedelta(days=(7 - later.weekday()) % 7 if later.weekday() > 4 else 0)
