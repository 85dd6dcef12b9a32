"""Data entry: what was received becomes a prescription that can be billed, with the original beside it."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from pestle.boards import board_named
from pestle.flows.fill import FILL
from pestle.flows.prescription import PRESCRIPTION
from pestle.records.catalogue import Package, Product
from pestle.records.events import Event
from pestle.records.fills import DISPENSED, Fill
from pestle.records.people import Worker
from pestle.rules import checking, waiting
from pestle.rules.facts import FillFacts, PrescriptionFacts
from pestle.rules.rule import findings
from pestle.stations.acts import act_within, one_act
from pestle.stations.bench.verification import put_back
from pestle.stations.entry.directions import days_of, read_for, take_directions, typed_directions
from pestle.stations.entry.drug_review import review
from pestle.stations.entry.entry_fields import FILL_COLUMNS, ORDER_COLUMNS, take_all
from pestle.stations.intake import duplicates
from pestle.stations.intake.drop_off import demand, fill_of
from pestle.stations.intake.matching import package_for
from pestle.stations.payers import claims
from pestle.stations.waiting import set_wait
from pestle.terms.decimals import plain
from pestle.terms.findings import Refused, refuse
from pestle.terms.roles import PHARMACISTS, Role, spoken
from pestle.terms.schedule import Schedule, most_restrictive

STATION = "data_entry"
ACCEPTED = "accept_directions"
FUTURE_FILL = "future fill"
LONGEST_SAID = 300


@one_act
def save_entry(*, act_id: UUID, by: Worker, at: datetime, fill_id: int, typed: Mapping[str, str]) -> Fill:
    """This will keep what was typed into fields of data entry, by the names of `entry_fields.FIELDS`.

    Each earlier form of a row is kept by the database with this act, so no event is written. Raises Refused with one
    finding for each field that cannot be read, and keeps nothing then. A days' supply that nobody typed follows.
    """
    fill = fill_in_entry(by, fill_id)
    _keep(fill, typed, by=by, at=at)
    _take_in_hand(fill, by, at)
    return fill


@one_act
def choose_product(
    *, act_id: UUID, by: Worker, at: datetime, fill_id: int, product_id: int, package_id: int | None = None
) -> Fill:
    """This will set the drug; without a package, one with enough on the shelf that expires first is proposed."""
    fill = fill_in_entry(by, fill_id)
    product = Product.objects.filter(pk=product_id).first()
    if product is None:
        raise refuse(
            "That drug is not in the directory: choose one of the list.", rule="product_is_here", field="product"
        )
    rx, before = fill.prescription, fill.prescription.product
    if before is not None and before.formulation_id != product.formulation_id:
        _order_may_change(fill, by, at)
    was_counted = days_of(fill).value
    rx.product, rx.schedule = product, _schedule(fill, product).value
    fill.package = _package(fill, product, package_id)
    if typed_directions(rx) and not rx.clarification:
        take_directions(fill, typed_directions(rx))
    _recount(fill, was_counted)
    rx.save(update_fields=["product", "schedule", *ORDER_COLUMNS])
    fill.save(update_fields=["package", "days_supply"])
    review(fill, at=at)
    duplicates.look(fill, at=at)
    told = {"chosen": product.pk, "ndc": fill.package.ndc11 if fill.package else "", "before": before and before.pk}
    fill.note("choose_product", act_id=act_id, by=by, at=at, station=STATION, details=told)
    return fill


@one_act
def clarify_directions(
    *, act_id: UUID, by: Worker, at: datetime, fill_id: int, directions: str, said_by: str, how: str = "telephone"
) -> Fill:
    """This will write down what the prescriber meant: the new directions, who said so, how, when and to whom.

    Directions said anew are an order by word of mouth: the pharmacist takes it, or whom the board of pharmacy names.
    """
    fill = fill_in_entry(by, fill_id)
    rx = fill.prescription
    if not directions.strip():
        raise refuse("Type the directions as they were said.", field="directions")
    if not said_by.strip():
        raise refuse("Write who said so, with their title.", rule="clarification_names_who", field="said_by")
    facts = replace(_rx_facts(fill, by, at), is_verbal=True)
    demand(findings((waiting.new_verbal_is_taken_by_who_may,), facts), by, {})
    was_counted = days_of(fill).value
    take_directions(fill, directions)
    _must_be_clear(fill, by)
    when = at.astimezone(ZoneInfo(fill.pharmacy.time_zone))
    told = f"{when:%b} {when.day}, {when.year} {when:%I:%M %p}, {by.full_name} {by.credential} with {said_by.strip()}"
    rx.clarification = f"{told} by {how.strip()}: {directions.strip()}"[:LONGEST_SAID]
    _recount(fill, was_counted)
    rx.save(update_fields=list(ORDER_COLUMNS))
    fill.save(update_fields=["days_supply"])
    rx.note("clarify", act_id=act_id, by=by, at=at, station=STATION, details={"said_by": said_by, "how": how})
    return fill


@one_act
def accept_directions(
    *, act_id: UUID, by: Worker, at: datetime, fill_id: int, typed: Mapping[str, str] | None = None
) -> Fill:
    """This will keep what was typed last and accept the label text and the days' supply as reckoned from it.

    What was accepted stands in the history word for word; it holds until directions, quantity or drug change. Refused
    while there is something to ask, or no days' supply could be reckoned and none was typed.
    """
    fill = fill_in_entry(by, fill_id)
    _keep(fill, typed or {}, by=by, at=at)
    rx = fill.prescription
    if not rx.directions:
        raise refuse("Type the directions first.", rule="directions_are_typed", field="directions")
    if rx.directions_need_clarification and not rx.clarification:
        raise refuse(
            " ".join(map(str, read_for(fill).questions)), rule="directions_are_clear", field="directions",
            cites="ISMP: unclear directions are asked about, never guessed",
        )  # fmt: skip
    days = days_of(fill)
    if days.value is None and not fill.days_supply:
        raise refuse(days.because, rule="days_supply_is_known", field="days_supply")
    if days.value is not None:
        fill.days_supply = days.value
        fill.save(update_fields=["days_supply"])
    _take_in_hand(fill, by, at)
    steps = [str(step) for step in days.worked.steps] if days.worked else []
    fill.note(
        ACCEPTED, act_id=act_id, by=by, at=at, station=STATION, details=what_is_accepted(fill) | {"working": steps}
    )
    return fill


@one_act
def finish_entry(
    *,
    act_id: UUID,
    by: Worker,
    at: datetime,
    fill_id: int,
    typed: Mapping[str, str] | None = None,
    payment: str = "plan",
    because: Mapping[str, str] | None = None,
) -> Fill:
    """This will keep what was typed last and end data entry: the claim goes out, or the patient pays cash."""
    if typed:
        _keep(fill_in_entry(by, fill_id), typed, by=by, at=at)
    act = claims.charge_cash if payment == "cash" else claims.send_claim
    return act(act_id=act_within(act_id, payment), by=by, at=at, fill_id=fill_id, because=because)


@one_act
def store_on_profile(
    *,
    act_id: UUID,
    by: Worker,
    at: datetime,
    fill_id: int,
    wakes_at: datetime | None,
    reason: str = FUTURE_FILL,
    remark: str = "",
) -> Fill:
    """This will put a prescription on the profile to be filled later: nothing is billed, and it wakes up at a time."""
    fill = fill_of(by, fill_id)
    set_wait(fill, reason=reason, wakes_at=wakes_at, owner_role=Role.TECHNICIAN.value, remark=remark)
    taken = FILL.take("store", fill.facts(at, by), by.roles)
    fill.in_hands_of, fill.in_hands_since = None, None
    fill.save(update_fields=["in_hands_of", "in_hands_since"])
    fill.record(taken, act_id=act_id, by=by, at=at, station=STATION, details={"reason": reason, "remark": remark})
    return fill


@one_act
def refuse_to_fill(*, act_id: UUID, by: Worker, at: datetime, fill_id: int, reason: str) -> Fill:
    """This will refuse a fill on the pharmacist's judgement, and its prescription when nothing else of it is open."""
    return _end("refuse", fill_of(by, fill_id), reason, act_id=act_id, by=by, at=at)


@one_act
def cancel_fill(*, act_id: UUID, by: Worker, at: datetime, fill_id: int, reason: str) -> Fill:
    """This will cancel a fill that was not handed over; what is in a basket goes back to its shelf."""
    return _end("cancel", fill_of(by, fill_id), reason, act_id=act_id, by=by, at=at)


def fill_in_entry(by: Worker, fill_id: int) -> Fill:
    """This will give a fill whose fields are open; Refused once it has gone on."""
    fill = fill_of(by, fill_id)
    step = FILL.step("send_claim", fill.state)
    if step is None:
        raise refuse(
            "This is not in data entry now: its fields are closed. A pharmacist can send it back.",
            rule="only_along_the_table",
            cites="table of steps: fill",
        )
    if by.roles.isdisjoint(step.who):
        raise refuse(f"Data entry is for {spoken(step.who)}.", rule="who_may", cites="table of steps: fill")
    return fill


def what_is_accepted(fill: Fill) -> dict[str, Any]:
    """This will give what is accepted: the label text, what was typed for it, and the days with their quantity."""
    rx = fill.prescription
    return {
        "typed": typed_directions(rx), "label": rx.directions, "days_supply": fill.days_supply,
        "quantity": plain(fill.quantity), "ndc": fill.package.ndc11 if fill.package else "",
    }  # fmt: skip


def acceptance(fill: Fill) -> Event | None:
    """This will give who accepted directions and days as they stand now; None once something changed."""
    last = fill.events().filter(verb=ACCEPTED).select_related("worker").last()
    now = what_is_accepted(fill)
    return last if last is not None and {name: last.details.get(name) for name in now} == now else None


def count_days_again(fill: Fill) -> None:
    """This will set the days' supply where none stands yet; to be called inside an act."""
    if fill.days_supply is None:
        fill.days_supply = days_of(fill).value
        fill.save(update_fields=["days_supply"])


def order_is_open(fill: Fill, by: Worker, at: datetime) -> bool:
    """This will tell whether this worker may still change what the prescriber ordered."""
    return not findings((checking.order_changes_are_the_pharmacists,), _facts_of_change(fill, by, at))


def _must_be_clear(fill: Fill, by: Worker) -> None:
    if fill.prescription.directions_need_clarification and by.roles.isdisjoint(PHARMACISTS):
        asked = read_for(fill).questions[0]
        raise refuse(f"This is still not clear: ask again. {asked}", rule="directions_are_clear", field="directions")


def _keep(fill: Fill, typed: Mapping[str, str], *, by: Worker, at: datetime) -> None:
    was_counted = days_of(fill).value
    was_cleared = fill.prescription.clarification
    changed, wrong = take_all(fill, typed)
    if wrong:
        raise Refused(wrong)
    if not changed:
        return
    names = {each.name for each in changed}
    if any(each.is_of_the_order for each in changed):
        _order_may_change(fill, by, at)
    if "directions" in names and was_cleared:
        raise refuse(
            "These directions were clarified with the prescriber: write the new call down as a clarification.",
            rule="clarified_directions_stand",
            field="directions",
        )
    if "days_supply" not in names:
        _recount(fill, was_counted)
    fill.prescription.save(update_fields=list(ORDER_COLUMNS))
    fill.save(update_fields=list(FILL_COLUMNS))


def _take_in_hand(fill: Fill, by: Worker, at: datetime) -> None:
    if fill.in_hands_of_id != by.pk:
        fill.in_hands_of, fill.in_hands_since = by, at
        fill.save(update_fields=["in_hands_of", "in_hands_since"])


def _recount(fill: Fill, was_counted: int | None) -> None:
    """Let the days' supply follow, unless somebody typed another one than was reckoned."""
    if fill.days_supply in {None, was_counted}:
        fill.days_supply = days_of(fill).value


def _order_may_change(fill: Fill, by: Worker, at: datetime) -> None:
    demand(findings((checking.order_changes_are_the_pharmacists,), _facts_of_change(fill, by, at)), by, {})


def _facts_of_change(fill: Fill, by: Worker, at: datetime) -> FillFacts:
    # What was dispensed once stands behind refills, claims and audits: changing it is no typing any more.
    others = Fill.objects.filter(prescription_id=fill.prescription_id, state__in=DISPENSED).exclude(pk=fill.pk)
    return fill.facts(at, by, changes_the_order=others.exists())


def _package(fill: Fill, product: Product, package_id: int | None) -> Package | None:
    if package_id is None:
        ndc11 = (fill.prescription.as_received.get("drug") or {}).get("ndc11", "")
        return package_for(product, fill.pharmacy, quantity=fill.quantity, ndc11=ndc11)
    package = Package.objects.filter(pk=package_id).select_related("product").first()
    if package is None or package.product.formulation_id != product.formulation_id:
        raise refuse("That package holds another drug, strength or form.", rule="package_is_the_drug", field="product")
    return package


def _schedule(fill: Fill, product: Product) -> Schedule:
    said = Schedule.read((fill.prescription.as_received.get("drug") or {}).get("schedule", ""))
    known = Schedule(product.schedule)
    return most_restrictive((said, known)) if said.is_known else known


def _end(verb: str, fill: Fill, reason: str, *, act_id: UUID, by: Worker, at: datetime) -> Fill:
    taken = FILL.take(verb, fill.facts(at, by, reason=reason), by.roles)
    if taken.moves == "put_back":
        put_back(fill, act_id=act_id, by=by, at=at, because=verb)
    fill.in_hands_of, fill.in_hands_since = None, None
    fill.save(update_fields=["in_hands_of", "in_hands_since"])
    fill.record(taken, act_id=act_id, by=by, at=at, station=STATION, details={"reason": reason})
    rx = fill.prescription
    facts = _rx_facts(fill, by, at, reason=reason)
    if verb == "refuse" and PRESCRIPTION.step(verb, rx.state) is not None and not facts.open_fills:
        rx.record(PRESCRIPTION.take(verb, facts, by.roles), act_id=act_id, by=by, at=at, station=STATION)
    return fill


def _rx_facts(fill: Fill, by: Worker, at: datetime, *, reason: str = "") -> PrescriptionFacts:
    board = board_named(fill.pharmacy.board)
    return fill.prescription.facts(at, fill.local_day(at), board=board, roles=by.roles, reason=reason)
