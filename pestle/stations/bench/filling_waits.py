"""When there is not enough: out of stock, a part now and the rest later, the clocks of the rest, and its end."""

from datetime import date, datetime, time, timedelta
from decimal import ROUND_HALF_UP, Decimal
from uuid import UUID, uuid5
from zoneinfo import ZoneInfo

from pestle.flows.fill import FILL, FillState
from pestle.flows.machine import NEW
from pestle.records.fills import Fill
from pestle.records.handover import Task
from pestle.records.people import Worker
from pestle.records.stock import Balance, StockItem
from pestle.rules.facts import PartialBasis
from pestle.stations.acts import act_within, one_act
from pestle.stations.bench.filling_hands import STATION, must_hold, out_of_hands
from pestle.stations.bench.filling_rows import load
from pestle.stations.payers.claim_changes import start_reversal
from pestle.stations.waiting import clear_wait, set_wait
from pestle.terms.days import months_after
from pestle.terms.decimals import plain
from pestle.terms.findings import Refused, refuse
from pestle.terms.roles import Role
from pestle.terms.schedule import Schedule

# When the morning's truck has been put away, unless the order says otherwise.
_TRUCK_IS_IN = time(10, 0)
_TECHNICIAN = Role.TECHNICIAN.value


@one_act
def run_out(
    *, act_id: UUID, by: Worker, at: datetime, fill_id: int, wakes_at: datetime | None = None, remark: str = ""
) -> Fill:
    """Say that nothing of this fill is on the shelf; it wakes when the order comes, or tomorrow morning."""
    fill = load(fill_id, by)
    if by.roles != {Role.PROGRAM}:
        must_hold(fill, by, at)
    when = wakes_at or stock_expected(fill, at)
    set_wait(fill, reason="stock to arrive", wakes_at=when, owner_role=_TECHNICIAN, remark=remark)
    taken = FILL.take("run_out", fill.facts(at, by), by.roles)
    forget_scans(fill)
    fill.record(taken, act_id=act_id, by=by, at=at, station=STATION, details={"wakes_at": str(when), "remark": remark})
    return fill


@one_act
def restock(*, act_id: UUID, by: Worker, at: datetime, fill_id: int) -> Fill:
    """Take a fill that was out of stock up again."""
    return _take_up(load(fill_id, by), "restock", act_id=act_id, by=by, at=at)


@one_act
def fill_the_rest(*, act_id: UUID, by: Worker, at: datetime, fill_id: int) -> Fill:
    """Take up the rest that is owed, as long as its clock allows."""
    return _take_up(load(fill_id, by), "fill_the_rest", act_id=act_id, by=by, at=at)


@one_act
def fill_part(
    *, act_id: UUID, by: Worker, at: datetime, fill_id: int, quantity: Decimal,
    basis: PartialBasis = PartialBasis.NOT_CONTROLLED, wakes_at: datetime | None = None, remark: str = "",
) -> Fill:  # fmt: skip
    """Cut a fill to what is handed over now and owe the rest as its next part; gives the part for now.

    The plan is billed once, in full, with the first part; the rest costs nothing more. Of a Schedule II drug the part
    is a pharmacist's and has one of the three grounds of 21 CFR 1306.13.
    """
    fill = load(fill_id, by)
    _must_be_a_part(fill, quantity)
    if fill.in_hands_of_id is not None and not by.roles & {Role.PHARMACIST, Role.PHARMACIST_IN_CHARGE}:
        must_hold(fill, by, at)
    rest = _rest_of(fill, quantity, basis, wakes_at, remark, at=at)
    asked = fill.facts(
        at, by, state=NEW, quantity=rest.quantity, partial_basis=basis, partial_first_at=at,
        waiting_for=rest.waiting_for, owner_is_named=True, wakes_at=rest.wakes_at,
    )  # fmt: skip
    taken = FILL.take("owe", asked, by.roles)
    told = {"now": plain(quantity), "owed": plain(rest.quantity), "basis": basis.value, "of": plain(fill.quantity)}
    fill.quantity, fill.partial_basis = quantity, basis.value
    fill.days_supply = _share(fill.days_supply, quantity, quantity + rest.quantity)
    fill.counted = fill.second_count = fill.second_counter = None
    fill.save(
        update_fields=["quantity", "partial_basis", "days_supply", "counted", "second_count", "second_counter"]
    )  # fmt: skip
    _cut_lots(fill)
    fill.note("cut_to_part", act_id=act_id, by=by, at=at, station=STATION, details=told)
    named = {"rest_of": fill.pk, "basis": basis.value}
    rest.begin(taken, act_id=act_within(act_id, "owe"), by=by, at=at, station=STATION, details=named)
    return fill


@one_act
def close_short(*, act_id: UUID, by: Worker, at: datetime, fill_id: int, reason: str) -> Fill:
    """End a fill of which nothing, or nothing more, will be given; whoever bills is told to cut the claim."""
    fill = load(fill_id, by)
    taken = FILL.take("close_short", fill.facts(at, by, reason=reason), by.roles)
    fill.record(taken, act_id=act_id, by=by, at=at, station=STATION, details={"reason": reason.strip()})
    clear_wait(fill)
    _cut_claim(fill, act_id=act_id, by=by, at=at)
    return fill


@one_act
def lapse(*, act_id: UUID, by: Worker, at: datetime, fill_id: int) -> Fill:
    """End a rest whose clock has run out; the prescriber of a Schedule II drug is told (21 CFR 1306.13(a))."""
    fill = load(fill_id, by)
    if not has_lapsed(fill, at):
        raise refuse(
            "The clock of this rest still runs: fill the rest before it ends.",
            rule="rest_is_past_its_clock",
            field="fill",
        )
    taken = FILL.take("lapse", fill.facts(at, by), by.roles)
    fill.record(taken, act_id=act_id, by=by, at=at, station=STATION, details={"void_at": str(void_at(fill))})
    clear_wait(fill)
    _cut_claim(fill, act_id=act_id, by=by, at=at)
    if fill.prescription.schedule == Schedule.II.value:
        words = f"Tell the prescriber: {plain(fill.quantity)} of Rx {fill.prescription.rx_number} were not supplied."
        _task(fill, "tell prescriber", words, role=Role.PHARMACIST.value, by=by, at=at)
    return fill


def lapse_due(*, at: datetime) -> int:
    """End every rest whose clock has run out, by the program; gives how many."""
    ended = 0
    for fill in Fill.objects.filter(state=FillState.OWED).select_related("pharmacy", "prescription", "rest_of"):
        if not has_lapsed(fill, at):
            continue
        program = Worker.objects.program(fill.pharmacy)
        try:
            lapse(act_id=uuid5(UUID(int=fill.pk), f"lapse {fill.version}"), by=program, at=at, fill_id=fill.pk)
        except Refused:
            continue  # Somebody moved it at the same moment.
        ended += 1
    return ended


def stock_came(*, at: datetime, by: Worker, package_id: int) -> list[Fill]:
    """Take up what waits for a product that has come, the most urgent first, as far as the shelves reach."""
    waiting = Fill.objects.filter(pharmacy_id=by.pharmacy_id, package_id=package_id)
    program = Worker.objects.program(by.pharmacy)
    woken: list[Fill] = []
    left = sum(row.quantity for row in _on_shelves(waiting.first()))
    for fill in waiting.in_state(FillState.OUT_OF_STOCK, FillState.OWED):
        if fill.quantity > left:
            continue
        act = restock if fill.state == FillState.OUT_OF_STOCK else fill_the_rest
        try:
            woken.append(
                act(act_id=uuid5(UUID(int=fill.pk), f"stock {fill.version}"), by=program, at=at, fill_id=fill.pk)
            )
        except Refused:
            continue  # Its clock has run out, or somebody moved it at the same moment.
        left -= fill.quantity
    return woken


def stock_expected(fill: Fill, at: datetime) -> datetime:
    """This will give when the product should be here: the day of its order, else the next morning's truck."""
    item = StockItem.objects.filter(pharmacy_id=fill.pharmacy_id, package=fill.package).first()
    if item and item.on_order_until and item.on_order_until > at:
        return item.on_order_until
    zone = ZoneInfo(fill.pharmacy.time_zone)
    return datetime.combine(fill.local_day(at) + timedelta(days=1), _TRUCK_IS_IN, tzinfo=zone)


def void_at(rest: Fill) -> datetime | None:
    """This will give the moment after which a rest may not be given any more; None where no clock is known.

    21 CFR 1306.13(a) 72 hours, (b) 30 days from writing, (c) 60 days from issue; 1306.22, 1306.23 six months.
    """
    rx, basis = rest.prescription, PartialBasis(rest.partial_basis)
    schedule = Schedule(rx.schedule)
    if schedule is Schedule.II and basis is PartialBasis.UNABLE_TO_SUPPLY:
        first_at = rest.rest_of.sold_at or rest.rest_of.made_at if rest.rest_of else rest.made_at
        return first_at + timedelta(hours=72)
    if schedule is Schedule.II and rx.written_on:
        days = 30 if basis is PartialBasis.ON_REQUEST else 60
        return _end_of(rx.written_on + timedelta(days=days), rest)
    if schedule in {Schedule.III, Schedule.IV} and rx.written_on:
        return _end_of(months_after(rx.written_on, 6), rest)
    return _end_of(rx.expires_on, rest) if rx.expires_on else None


def has_lapsed(rest: Fill, at: datetime) -> bool:
    """This will tell whether the clock of a rest has run out."""
    end = void_at(rest)
    return end is not None and at > end


def _take_up(fill: Fill, verb: str, *, act_id: UUID, by: Worker, at: datetime) -> Fill:
    taken = FILL.take(verb, fill.facts(at, by), by.roles)
    fill.record(taken, act_id=act_id, by=by, at=at, station=STATION)
    clear_wait(fill)
    return fill


def _rest_of(
    fill: Fill, now: Decimal, basis: PartialBasis, wakes_at: datetime | None, remark: str, *, at: datetime
) -> Fill:
    """Make the next part, not yet saved; it keeps the promise to wake before its clock runs out."""
    owed = fill.quantity - now
    rest = Fill(
        pharmacy=fill.pharmacy, prescription=fill.prescription, number=fill.number, part=_next_part(fill),
        rest_of=fill.rest_of or fill, partial_basis=basis.value, made_at=at, quantity=owed,
        days_supply=_share(fill.days_supply, owed, fill.quantity), package=fill.package, payment="cash",
        price=Decimal(0), price_steps=["Paid with the first part"], promised_at=fill.promised_at, group=fill.group,
        allergies_were_asked=fill.allergies_were_asked, approved_by=fill.approved_by, entered_by=fill.entered_by,
        is_for_delivery=fill.is_for_delivery, has_child_resistant_cap=fill.has_child_resistant_cap,
        waiting_for="stock to arrive" if basis is PartialBasis.UNABLE_TO_SUPPLY else "the rest to be given",
        waiting_note=remark.strip()[:200], owner_role=_TECHNICIAN,
    )  # fmt: skip
    rest.wakes_at = wakes_at or stock_expected(fill, at)
    end = void_at(rest)
    if end is not None and end < rest.wakes_at:
        rest.wakes_at = end - timedelta(hours=1)
    rest.promised_at = rest.wakes_at
    return rest


def _must_be_a_part(fill: Fill, quantity: Decimal) -> None:
    if FILL.step("count", fill.state) is None:
        raise refuse(
            "Only what is being filled now is parted: take it in hand first.", rule="only_along_the_table", field="fill"
        )
    if not Decimal(0) < quantity < fill.quantity:
        raise refuse(
            f"A part is more than nothing and less than {plain(fill.quantity)}.",
            rule="a_part_is_less",
            field="quantity",
        )


def _next_part(fill: Fill) -> int:
    last = Fill.objects.filter(prescription=fill.prescription, number=fill.number).order_by("-part").first()
    return (last.part if last else fill.part) + 1


def _share(days: int | None, part: Decimal, whole: Decimal) -> int | None:
    if not days:
        return days
    return max(int((Decimal(days) * part / whole).quantize(Decimal(1), ROUND_HALF_UP)), 1)


def _cut_lots(fill: Fill) -> None:
    """Keep from what was scanned only as much as the part needs, first scanned first."""
    left = fill.quantity
    for row in fill.lots.order_by("pk"):
        row.quantity = min(row.quantity, left)
        left -= row.quantity
        if row.quantity:
            row.save(update_fields=["quantity"])
        else:
            row.delete()


def forget_scans(fill: Fill) -> None:
    """This will forget what was scanned and counted into a fill whose stock never left its shelf."""
    fill.lots.all().delete()
    fill.counted = fill.second_count = fill.second_counter = None
    fill.rest_misses = 0
    fill.label_scan_at = fill.bottle_scan_at = fill.rest_counted_at = None
    scanned = (
        "counted",
        "second_count",
        "second_counter",
        "label_scan_at",
        "bottle_scan_at",
        "rest_counted_at",
        "rest_misses",
    )
    fill.save(update_fields=[*scanned, *out_of_hands(fill)])


def _cut_claim(fill: Fill, *, act_id: UUID, by: Worker, at: datetime) -> None:
    """Undo the claim where nothing was given; ask for a cut where a plan was billed for more than was given."""
    billed = fill.rest_of or fill
    if billed.pk == fill.pk:
        start_reversal(fill, act_id=act_id, by=by, at=at, because="closed short")
    elif billed.claims.paid().exists():
        number, given = billed.prescription.rx_number, plain(billed.quantity)
        words = f"Cut the claim of Rx {number}: {given} were given, the rest never will be."
        _task(billed, "cut claim", words, role=_TECHNICIAN, by=by, at=at)


def _task(fill: Fill, kind: str, words: str, *, role: str, by: Worker, at: datetime) -> None:
    Task.objects.create(
        pharmacy_id=fill.pharmacy_id, kind=kind, words=words, fill=fill, patient=fill.prescription.patient,
        owner_role=role, wakes_at=at, made_by=by, made_at=at,
    )  # fmt: skip


def _on_shelves(fill: Fill | None) -> list[Balance]:
    if fill is None or fill.package is None:
        return []
    rows = Balance.objects.on_shelves(fill.package, fill.pharmacy)
    return list(rows.filter(lot__is_recalled=False))


def _end_of(day: date, fill: Fill) -> datetime:
    return datetime.combine(day, time(23, 59, 59), tzinfo=ZoneInfo(fill.pharmacy.time_zone))
