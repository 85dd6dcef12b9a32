"""Undoing and changing what a payer holds: reversals, by wire or by telephone, and change and bill again."""

from collections.abc import Mapping
from copy import copy
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from uuid import UUID

from pestle.flows.claim import CLAIM, ClaimState
from pestle.flows.fill import FILL, HAS_STOCK_IN_BASKET, FillState
from pestle.records.catalogue import Package
from pestle.records.claims import Claim
from pestle.records.fills import Fill
from pestle.records.people import Worker
from pestle.stations.acts import act_within, one_act
from pestle.stations.bench.verification import put_back
from pestle.stations.payers.adjudication import go_on_reversing
from pestle.stations.payers.claim_opening import open_claim, send_soon
from pestle.stations.payers.claim_settling import chain, end_promise_tasks, settle
from pestle.terms.decimals import plain
from pestle.terms.findings import refuse

STATION = "claims"
S = ClaimState
UNDONE_FROM = (S.PAID, S.REVERSAL_FAILED, S.UNANSWERED)
DISPENSE_AS_WRITTEN = "1"
ON_ITS_WAY = (S.WAITING, S.SENT, S.REVERSING)


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """What a fill would be billed as: its whole quantity, days and package, whether they differ or not."""

    quantity: Decimal
    days_supply: int | None
    package: Package | None

    def on(self, fill: Fill) -> Fill:
        """This will give the fill as it would be, not to be saved."""
        changed = copy(fill)
        changed.quantity, changed.days_supply, changed.package = self.quantity, self.days_supply, self.package
        return changed


def start_reversal(fill: Fill, *, act_id: UUID, by: Worker, at: datetime, because: str) -> int:
    """This will ask every payer that may hold a claim of this fill as paid to undo it, the last payer first.

    To be called inside an act. Gives how many claims are to be undone; what a payer answers comes later, and
    `FillFacts.reversal_is_done` tells when nothing stands any more.
    """
    standing = list(fill.claims.filter(state__in=UNDONE_FROM).order_by("-number"))
    for claim in standing:
        taken = CLAIM.take("reverse", claim.facts(at, roles=by.roles, reason=because), by.roles)
        claim.next_try_at = at
        claim.save(update_fields=["next_try_at"])
        claim.record(
            taken, act_id=act_within(act_id, f"reverse {claim.pk}"), by=by, at=at, station=STATION,
            details={"because": because},
        )  # fmt: skip
        send_soon(claim)
    return len(standing)


@one_act
def reverse(*, act_id: UUID, by: Worker, at: datetime, fill_id: int, because: str) -> Fill:
    """This will undo the claims of a fill at their payers, the last payer first; the fill stays where it is."""
    fill = _fill(fill_id, by)
    if not because.strip():
        raise refuse("Give the reason.", rule="reason_is_given", field="reason")
    if not start_reversal(fill, act_id=act_id, by=by, at=at, because=because.strip()):
        raise refuse("No claim of this fill stands with a payer.", rule="a_claim_stands", field="claim")
    return fill


@one_act
def reverse_by_hand(*, act_id: UUID, by: Worker, at: datetime, claim_id: int, proof: str) -> Claim:
    """This will record that a payer undid a claim by telephone: whom one spoke to, and the reference."""
    claim = Claim.objects.select_related("fill__pharmacy", "fill__prescription").get(
        pk=claim_id, pharmacy_id=by.pharmacy_id
    )
    taken = CLAIM.take("reverse_by_hand", claim.facts(at, roles=by.roles, reason=proof), by.roles)
    claim.next_try_at = None
    claim.save(update_fields=["next_try_at"])
    claim.record(taken, act_id=act_id, by=by, at=at, station=STATION, details={"proof": proof.strip()[:300]})
    go_on_reversing(claim.fill, at=at)
    settle(claim.fill, at=at)
    return claim


@one_act
def change_and_rebill(
    *,
    act_id: UUID,
    by: Worker,
    at: datetime,
    fill_id: int,
    quantity: Decimal | None = None,
    days_supply: int | None = None,
    package_id: int | None = None,
    because: Mapping[str, str] | None = None,
) -> Fill:
    """This will change product, quantity or days of a fill that was billed, in one step.

    Stock in the basket goes back to its shelf, the claims are undone, and the changed claim follows when they are.
    After the pharmacist's check a change of drug or quantity is the pharmacist's; another maker is the technician's.
    """
    fill = _fill(fill_id, by)
    if fill.claims.filter(state__in=ON_ITS_WAY).exists():
        raise refuse("A claim of this fill is on its way: its answer comes first.", rule="no_claim_is_on_its_way")
    before = _billed(fill)
    package = Package.objects.select_related("product").get(pk=package_id) if package_id else fill.package
    change = Change(
        quantity=fill.quantity if quantity is None else quantity,
        days_supply=fill.days_supply if days_supply is None else days_supply,
        package=package,
    )
    _as_written(fill, package)
    changed = changes_the_order(fill, change)
    facts = fill.facts(at, by, changes_the_order=changed, quantity=change.quantity)
    taken = FILL.take("rebill", facts, by.roles, because=because)
    if taken.moves == "put_back":
        put_back(fill, act_id=act_within(act_id, "put back"), by=by, at=at, because="changed and billed again")
    elif taken.source == FillState.QUEUED:
        _off_the_bench(fill)
    apply_change(fill, package=package, quantity=quantity, days_supply=days_supply)
    if _billed(fill) == before:
        raise refuse("Nothing is changed yet: change a field first.", rule="something_is_changed", field="quantity")
    told = {"before": before, "after": _billed(fill)}
    fill.record(taken, act_id=act_id, by=by, at=at, station=STATION, details=told)
    _no_promise_any_more(fill, by=by, at=at, outcome="changed and billed again")
    if start_reversal(fill, act_id=act_id, by=by, at=at, because="changed and billed again"):
        return fill
    last = chain(fill)[-1:]
    if last and last[0].state == S.REJECTED:
        open_claim(fill, act_id=act_id, by=by, at=at, order=last[0].order)
    else:
        settle(fill, at=at)
    return fill


@one_act
def take_back(*, act_id: UUID, by: Worker, at: datetime, fill_id: int, reason: str) -> Fill:
    """This will bring a fill that went on unbilled, and whose plan then said no, back to the claims station.

    Stock in its basket goes back to its shelf; what stands in will-call goes back through return to stock instead.
    """
    fill = _fill(fill_id, by)
    taken = FILL.take("take_back", fill.facts(at, by, reason=reason), by.roles)
    if taken.moves == "put_back":
        put_back(fill, act_id=act_within(act_id, "put back"), by=by, at=at, because="taken back to claims")
    elif taken.source == FillState.QUEUED:
        _off_the_bench(fill)
    fill.record(taken, act_id=act_id, by=by, at=at, station=STATION, details={"reason": reason.strip()[:200]})
    _no_promise_any_more(fill, by=by, at=at, outcome="taken back to claims")
    return fill


@one_act
def try_reversal_again(*, act_id: UUID, by: Worker, at: datetime, claim_id: int) -> Claim:
    """This will send a reversal that the payer refused once more."""
    claim = Claim.objects.select_related("fill__pharmacy").get(pk=claim_id, pharmacy_id=by.pharmacy_id)
    if claim.state != S.REVERSAL_FAILED:
        raise refuse(
            "Only a reversal the plan refused is sent again: look at the claim again.", rule="only_along_the_table"
        )
    start_reversal(claim.fill, act_id=act_id, by=by, at=at, because="tried again")
    claim.refresh_from_db()
    return claim


def _fill(fill_id: int, by: Worker) -> Fill:
    rows = Fill.objects.select_related("prescription__patient", "package__product", "pharmacy", "basket")
    return rows.get(pk=fill_id, pharmacy_id=by.pharmacy_id)


def _off_the_bench(fill: Fill) -> None:
    """Forget what was scanned and counted into a fill whose stock never left its shelf, and who had it in hand."""
    fill.lots.all().delete()
    fill.counted = fill.second_count = fill.second_counter = None
    fill.rest_misses = 0
    fill.label_scan_at = fill.bottle_scan_at = fill.rest_counted_at = None
    fill.in_hands_of = fill.in_hands_since = None
    fill.save(
        update_fields=[
            "counted", "second_count", "second_counter", "label_scan_at", "bottle_scan_at", "rest_counted_at",
            "rest_misses", "in_hands_of", "in_hands_since",
        ]
    )  # fmt: skip


def _no_promise_any_more(fill: Fill, *, by: Worker, at: datetime, outcome: str) -> None:
    if fill.is_unbilled_promise:
        fill.is_unbilled_promise = False
        fill.save(update_fields=["is_unbilled_promise"])
        end_promise_tasks(fill, by=by, at=at, outcome=outcome)


def _billed(fill: Fill) -> dict[str, object]:
    ndc = fill.package.ndc11 if fill.package else ""
    return {"quantity": plain(fill.quantity), "days": fill.days_supply, "ndc": ndc}


def changes_the_order(fill: Fill, change: Change) -> bool:
    """This will tell whether a change is the pharmacist's: another drug or quantity after the check."""
    # Before the pharmacist's check a technician may still put right what was typed.
    if fill.state not in {FillState.QUEUED, *HAS_STOCK_IN_BASKET}:
        return False
    now, then = fill.package, change.package
    same_drug = (then and then.product.formulation_id) == (now and now.product.formulation_id)
    return not same_drug or change.quantity != fill.quantity


def _as_written(fill: Fill, package: Package | None) -> None:
    brands = {each.product.is_brand for each in (fill.package, package) if each is not None}
    if fill.prescription.daw == DISPENSE_AS_WRITTEN and len(brands) > 1:
        raise refuse(
            "The prescriber wrote “dispense as written”: call for another prescription.", rule="dispense_as_written",
            cites="board of pharmacy: substitution", field="package",
        )  # fmt: skip


def apply_change(
    fill: Fill, *, package: Package | None, quantity: Decimal | None = None, days_supply: int | None = None
) -> None:
    """This will change what is billed of a fill, inside the caller's act; raises Refused for what cannot be."""
    if quantity is not None and quantity <= 0:
        raise refuse("Type the quantity to dispense.", rule="quantity_is_given", field="quantity")
    if days_supply is not None and not 1 <= days_supply <= 999:
        raise refuse("Type the days' supply: 1 to 999.", rule="days_supply_is_given", field="days_supply")
    fill.package = package
    fill.quantity = quantity if quantity is not None else fill.quantity
    fill.days_supply = days_supply if days_supply is not None else fill.days_supply
    fill.price, fill.price_steps, fill.payment = None, [], "plan"
    fill.save(update_fields=["package", "quantity", "days_supply", "price", "price_steps", "payment"])
