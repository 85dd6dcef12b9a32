"""Return to stock in one scan: the claim is undone, the vial goes back as a lot of its own, the refill is right again.

What the payer has not undone yet keeps the bag on the list of returns with what it waits for; it completes by itself.
"""

from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from uuid import UUID, uuid5

from django.db.models import QuerySet

from pestle.flows.claim import ClaimState
from pestle.flows.fill import FILL, FillState
from pestle.ledger.entries import together
from pestle.ledger.places import PlaceKind
from pestle.records.claims import Claim
from pestle.records.fills import Fill, FillLot
from pestle.records.handover import Task
from pestle.records.people import Worker
from pestle.records.stock import Entry, Lot, Place
from pestle.rules.handover import reversal_was_accepted
from pestle.stations import book
from pestle.stations.acts import act_within, one_act
from pestle.stations.handover.bags import close_if_empty
from pestle.stations.handover.returned_printing import send_returned_labels
from pestle.stations.handover.used_up import next_fill_from, reopen
from pestle.stations.payers.claim_changes import start_reversal
from pestle.stations.waiting import clear_wait, set_wait
from pestle.terms.days import months_after
from pestle.terms.findings import Refused, refuse
from pestle.terms.roles import Role

STATION = "returns"
REVERSAL = "payer takes the claim back"
TELEPHONE = "payer refused: telephone it"
ASKS_AGAIN = timedelta(hours=1)
TELEPHONES = timedelta(days=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """Who asked for a return, before whom, and why somebody who may went on in spite of a rule."""

    by: Worker
    witness: Worker | None
    because: Mapping[str, str]


@one_act
def return_to_stock(
    *,
    act_id: UUID,
    by: Worker,
    at: datetime,
    fill_id: int,
    witness: Worker | None = None,
    because: Mapping[str, str] | None = None,
) -> Fill:
    """Return what stands in will-call: at once where no payer holds a claim, else as soon as the payer has let go.

    `witness` is the second person a controlled drug asks for, proved by badge and PIN before this is called. Raises
    Refused for everything that stands in the way but the payer's answer.
    """
    fill = _fill(fill_id, by)
    asked = Asked(by=by, witness=witness, because=dict(because or {}))
    if _is_settled(fill) or reversal_was_accepted.name in asked.because:
        return _complete(fill, asked, act_id=act_id, by=by, at=at)
    # All but the payer's answer is asked now, so that nobody learns of it after the claim is undone.
    FILL.take(
        "return_to_stock", fill.facts(at, by, reversal_is_done=True, **_witnessed(asked)), by.roles, because=because
    )
    told = {"witness": witness.pk if witness else None, "because": asked.because}
    fill.note("return_asked", act_id=act_id, by=by, at=at, station=STATION, details=told)
    start_reversal(fill, act_id=act_id, by=by, at=at, because="returned to stock")
    if fill.state == FillState.IN_WILL_CALL:
        program = Worker.objects.program(fill.pharmacy)
        due = FILL.take("come_due", fill.facts(at, program), program.roles)
        fill.record(due, act_id=act_within(act_id, "come due"), by=program, at=at, station=STATION)
    role = Role.TECHNICIAN.value
    set_wait(fill, reason=REVERSAL, wakes_at=at + ASKS_AGAIN, owner_role=role, remark="it returns by itself then")
    return fill


def go_on(*, at: datetime) -> int:
    """Complete every return whose payer has let go, and tell of those whose payer refused; gives how many returned."""
    done = 0
    for fill in waiting_for_payer():
        with suppress(Refused):
            done += _go_on_with(fill, at=at)
    return done


def go_on_with_claim(claim_id: int, *, at: datetime) -> bool:
    """Complete the return that waits for one claim, if any does and nothing is missing."""
    fill = waiting_for_payer().filter(claims__pk=claim_id).first()
    return fill is not None and _go_on_with(fill, at=at)


def waiting_for_payer() -> QuerySet[Fill]:
    """This will give the returns that a payer's answer holds up, the oldest first."""
    rows = Fill.objects.filter(state=FillState.RETURN_DUE, waiting_for__in=[REVERSAL, TELEPHONE])
    return rows.select_related("pharmacy").order_by("state_since", "pk")


@one_act
def complete(*, act_id: UUID, by: Worker, at: datetime, fill_id: int) -> Fill:
    """Complete a return that was asked for, under the program's name; who asked stays in its history."""
    fill = _fill(fill_id, by)
    asked = _asked(fill)
    if asked is None:
        raise refuse("Nobody asked for this return.", rule="return_was_asked")
    return _complete(fill, asked, act_id=act_id, by=by, at=at)


@one_act
def telephone(*, act_id: UUID, by: Worker, at: datetime, fill_id: int) -> Fill:
    """Let a return wait for somebody to telephone a payer that refused to take its claim back."""
    fill = _fill(fill_id, by)
    if fill.waiting_for == TELEPHONE:
        raise refuse("Somebody was asked to telephone this payer already.", rule="asked_once")
    refused = fill.claims.filter(state=ClaimState.REVERSAL_FAILED).select_related("coverage__plan").order_by("number")
    claim = refused.last()
    if claim is None:
        raise refuse("No payer has refused a reversal of this fill.", rule="a_reversal_failed")
    words = _words(claim)
    set_wait(fill, reason=TELEPHONE, wakes_at=at + TELEPHONES, owner_role=Role.LEAD_TECHNICIAN.value, remark=words)
    fill.note("reversal_refused", act_id=act_id, by=by, at=at, station=STATION, details={"payer": claim.payer_message})
    _task(fill, "reversal", words, Role.LEAD_TECHNICIAN, by=by, at=at)
    return fill


def returned_lots(fill: Fill) -> list[Lot]:
    """This will give the lots that a fill became when it went back to stock."""
    rows = Lot.objects.filter(returned_fill=fill).select_related(
        "package__product", "pharmacy", "returned_fill__pharmacy"
    )
    return list(rows.order_by("pk"))


def _go_on_with(fill: Fill, *, at: datetime) -> bool:
    program = Worker.objects.program(fill.pharmacy)
    act_id = uuid5(UUID(int=fill.pk), f"return {fill.version}")
    if _is_settled(fill):
        complete(act_id=act_id, by=program, at=at, fill_id=fill.pk)
        return True
    states = set(fill.claims.standing().values_list("state", flat=True))
    if fill.waiting_for == REVERSAL and states == {ClaimState.REVERSAL_FAILED}:
        telephone(act_id=act_id, by=program, at=at, fill_id=fill.pk)
    return False


def _complete(fill: Fill, asked: Asked, *, act_id: UUID, by: Worker, at: datetime) -> Fill:
    facts = fill.facts(at, by, **_witnessed(asked))
    # What the asker may lift, the program completes in the asker's name; who may take the step at all is asked of both.
    taken = FILL.take("return_to_stock", facts, by.roles | asked.by.roles, because=asked.because)
    entry = _back_to_shelf(fill, asked, act_id=act_id, by=by, at=at)
    old_bag, rx = fill.bag, fill.prescription
    fill.bag = None
    fill.return_due_on = None
    fill.save(update_fields=["bag", "return_due_on"])
    reopen(fill, act_id=act_id, at=at)
    fill.record(taken, act_id=act_id, by=by, at=at, station=STATION, details=_told(fill, asked, entry))
    close_if_empty(old_bag)
    send_returned_labels(fill, act_id=act_id, by=by, at=at)
    if fill.waiting_for:
        clear_wait(fill)
    _end_tasks(fill, by=by, at=at)
    if not _is_settled(fill):
        _task(
            fill,
            "unreversed claim",
            f"{fill} is back in stock and its claim still paid.",
            Role.LEAD_TECHNICIAN,
            by=by,
            at=at,
        )
    if rx.patient is not None:
        words = f"Tell {rx.patient.list_name}: Rx {rx.rx_number} went back to stock and is filled again on request."
        _task(fill, "tell patient", words, Role.TECHNICIAN, by=by, at=at)
    return fill


def _back_to_shelf(fill: Fill, asked: Asked, *, act_id: UUID, by: Worker, at: datetime) -> Entry:
    """Move each lot out of its bag and in again as a returned vial of the same number with its own last day."""
    place = fill.bag.place if fill.bag else None
    if place is None:
        raise refuse("This bag has no place: scan it to its place at Will-call.", rule="a_fill_in_hand_has_a_place")
    between = relabelled(by)
    moves = []
    for taken in fill.lots.select_related("source", "lot__package").order_by("pk"):
        again = _as_returned(taken, fill)
        target = _where_to(taken, again, fill.local_day(at), by)
        moves.append(book.move_lot(taken, "returned", source=place, target=between))
        new = FillLot(fill=fill, lot=again, source=target, quantity=taken.quantity)
        moves.append(book.move_lot(new, "returned", source=between, target=target))
    entry = together("returned to stock", moves)
    return book.post(entry, act_id=act_id, by=by, at=at, fill=fill, witness=asked.witness)


def relabelled(by: Worker) -> Place:
    """This will give the account that vials pass through when they become a lot of their own."""
    kind = PlaceKind.RELABELLED.value
    found = Place.objects.filter(pharmacy_id=by.pharmacy_id, kind=kind).order_by("pk").first()
    return found or Place.objects.create(pharmacy_id=by.pharmacy_id, kind=kind, name="Relabelled", is_inside=False)


def _as_returned(taken: FillLot, fill: Fill) -> Lot:
    lot = taken.lot
    again, _ = Lot.objects.get_or_create(
        pharmacy_id=fill.pharmacy_id, package_id=lot.package_id, number=lot.number, expires_on=last_day(lot, fill),
        returned_fill=fill,
    )  # fmt: skip
    return again


def last_day(lot: Lot, fill: Fill) -> date | None:
    """This will give the last day of a returned vial: the lot's own, at most one year from when it was first filled."""
    if lot.expires_on is None or fill.filled_at is None:
        return None
    first = lot.returned_fill.filled_at if lot.returned_fill and lot.returned_fill.filled_at else fill.filled_at
    return min(lot.expires_on, months_after(fill.local_day(first), 12))


def _where_to(taken: FillLot, again: Lot, day: date, by: Worker) -> Place:
    """Give the shelf it came from; what is out of date, or without a date, goes to quarantine."""
    if again.expires_on is None or again.expires_on < day:
        return book.the_place(by, PlaceKind.QUARANTINE)
    return taken.source


def _is_settled(fill: Fill) -> bool:
    return not fill.claims.standing().exists()


def _witnessed(asked: Asked) -> dict[str, int | None]:
    return {"worker_id": asked.by.pk, "witness_id": asked.witness.pk if asked.witness else None}


def _asked(fill: Fill) -> Asked | None:
    event = fill.events().filter(verb="return_asked").select_related("worker").last()
    if event is None:
        return None
    witness = Worker.objects.filter(pk=event.details.get("witness"), pharmacy_id=fill.pharmacy_id).first()
    return Asked(by=event.worker, witness=witness, because=event.details.get("because") or {})


def _told(fill: Fill, asked: Asked, entry: Entry) -> dict[str, object]:
    again = next_fill_from(fill.prescription)
    return {
        "entry": entry.pk,
        "asked_by": asked.by.short_name,
        "witness": asked.witness.short_name if asked.witness else "",
        "next_fill_from": again.isoformat() if again else "",
    }


def _words(claim: Claim) -> str:
    plan = claim.coverage.plan
    phone = claim.help_desk_phone or plan.help_desk_phone
    return f"{plan.name} refused to take the claim back: telephone {phone}, then record whom you spoke to."[:200]


def _task(fill: Fill, kind: str, words: str, role: Role, *, by: Worker, at: datetime) -> None:
    Task.objects.create(
        pharmacy_id=fill.pharmacy_id, kind=kind, words=words[:200], fill=fill, patient=fill.prescription.patient,
        owner_role=role.value, wakes_at=at, made_by=by, made_at=at,
    )  # fmt: skip


def _end_tasks(fill: Fill, *, by: Worker, at: datetime) -> None:
    open_tasks = Task.objects.filter(fill=fill, kind="reversal", done_at=None)
    open_tasks.update(done_by=by, done_at=at, outcome="returned to stock")


def _fill(fill_id: int, by: Worker) -> Fill:
    rows = Fill.objects.select_related(
        "pharmacy", "prescription__patient", "prescription__prescriber", "bag__place", "package__product"
    )
    found = rows.filter(pk=fill_id, pharmacy_id=by.pharmacy_id).first()
    if found is None:
        raise refuse("This fill is not here.", rule="fill_exists", field="fill")
    return found
