"""Out of stock, parts and what is owed, and the clocks of the rest."""

from datetime import date, datetime, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest

from pestle.flows.fill import FILL, FillState
from pestle.records.fills import Fill
from pestle.records.handover import Task
from pestle.rules.facts import PartialBasis
from pestle.stations.bench import filling
from pestle.terms.findings import Refused
from tests.stations.bench import act, bottle, in_hand, queued, the_lot
from tests.world import World, an_act, make_world

OXYCODONE = "oxycodone 5 mg"


@pytest.fixture
def world(db: None) -> World:
    return make_world()


def ten_now(world: World, fill: Fill) -> tuple[Fill, Fill]:
    filling.take_in_hand(**act(world), fill_id=fill.pk)
    now = filling.fill_part(**act(world), fill_id=fill.pk, quantity=Decimal(10))
    return now, Fill.objects.get(rest_of=now)


def test_what_is_out_of_stock_waits_for_the_morning_truck(world: World) -> None:
    fill = in_hand(world, queued(world))

    fill = filling.run_out(**act(world), fill_id=fill.pk)

    assert fill.state == FillState.OUT_OF_STOCK
    assert fill.wakes_at == datetime(2026, 11, 24, 10, 0, tzinfo=ZoneInfo("America/Detroit"))
    assert (fill.waiting_for, fill.owner_role, fill.in_hands_of) == ("stock to arrive", "technician", None)


def test_a_wait_for_stock_never_wakes_in_the_past(world: World) -> None:
    fill = in_hand(world, queued(world))

    with pytest.raises(Refused, match="wakes up"):
        filling.run_out(**act(world), fill_id=fill.pk, wakes_at=world.now - timedelta(hours=1))


def test_ten_of_thirty_now_owes_twenty(world: World) -> None:
    fill = queued(world)

    now, rest = ten_now(world, fill)

    assert (now.state, now.quantity, now.days_supply, now.part) == (FillState.QUEUED, 10, 10, 1)
    assert (rest.state, rest.quantity, rest.days_supply, rest.part) == (FillState.OWED, 20, 20, 2)
    assert all((rest.wakes_at, rest.waiting_for, rest.owner_role))
    assert (rest.price, rest.payment) == (0, "cash")
    assert now.quantity + now.quantity_given_before() == 30


def test_a_part_is_counted_bottled_and_finished_by_itself(world: World) -> None:
    fill = in_hand(world, queued(world))
    filling.scan_bottle(**act(world), fill_id=fill.pk, text=bottle(the_lot(world)))

    filling.fill_part(**act(world), fill_id=fill.pk, quantity=Decimal(10))
    filling.count(**act(world), fill_id=fill.pk, counted=Decimal(10))
    done = filling.finish(**act(world), fill_id=fill.pk)

    assert done.lots.get().quantity == 10


@pytest.mark.parametrize("quantity", [Decimal(0), Decimal(30), Decimal(31), Decimal(-1)])
def test_a_part_is_less_than_the_whole(world: World, quantity: Decimal) -> None:
    fill = queued(world)

    with pytest.raises(Refused, match="A part is"):
        filling.fill_part(**act(world), fill_id=fill.pk, quantity=quantity)


def test_a_part_of_a_part_is_the_third(world: World) -> None:
    _, rest = ten_now(world, queued(world))
    filling.fill_the_rest(**act(world), fill_id=rest.pk)

    filling.fill_part(**act(world), fill_id=rest.pk, quantity=Decimal(5))

    third = Fill.objects.get(prescription=rest.prescription, part=3)
    assert (third.quantity, third.rest_of) == (15, rest.rest_of)


def test_a_part_of_schedule_ii_is_a_pharmacists_on_one_of_three_grounds(world: World) -> None:
    fill = queued(world, OXYCODONE)

    with pytest.raises(Refused, match="Choose why only a part") as refusal:
        filling.fill_part(**act(world, world.ben), fill_id=fill.pk, quantity=Decimal(10))
    with pytest.raises(Refused, match="a pharmacist confirms it"):
        filling.fill_part(
            **act(world), fill_id=fill.pk, quantity=Decimal(10), basis=PartialBasis.UNABLE_TO_SUPPLY
        )  # fmt: skip
    filling.fill_part(
        **act(world, world.ben), fill_id=fill.pk, quantity=Decimal(10), basis=PartialBasis.UNABLE_TO_SUPPLY
    )  # fmt: skip

    assert refusal.value.findings[0].cites == "21 CFR 1306.13"
    assert Fill.objects.get(rest_of=fill).wakes_at < world.now + timedelta(hours=72)


@pytest.mark.parametrize(
    ("basis", "hours", "goes"),
    [
        # 21 CFR 1306.13(a): 72 hours. (b): 30 days from writing. (c): 60 days from issue.
        (PartialBasis.UNABLE_TO_SUPPLY, 71,      True),
        (PartialBasis.UNABLE_TO_SUPPLY, 73,      False),
        (PartialBasis.ON_REQUEST,       73,      True),
        (PartialBasis.ON_REQUEST,       24 * 30, True),
        (PartialBasis.ON_REQUEST,       24 * 31, False),
        (PartialBasis.LONG_TERM_CARE,   24 * 60, True),
        (PartialBasis.LONG_TERM_CARE,   24 * 61, False),
    ],
)  # fmt: skip
def test_the_rest_of_schedule_ii_has_a_clock(world: World, basis: PartialBasis, hours: int, goes: bool) -> None:
    fill = queued(world, OXYCODONE)
    filling.fill_part(**act(world, world.ben), fill_id=fill.pk, quantity=Decimal(10), basis=basis)
    rest = Fill.objects.get(rest_of=fill)

    if goes:
        assert filling.lapse_due(at=world.now + timedelta(hours=hours)) == 0
        taken = filling.fill_the_rest(**act(world, later=hours * 60), fill_id=rest.pk)
        assert taken.state == FillState.QUEUED
        return
    with pytest.raises(Refused):
        filling.fill_the_rest(**act(world, later=hours * 60), fill_id=rest.pk)
    assert filling.lapse_due(at=world.now + timedelta(hours=hours)) == 1
    rest.refresh_from_db()
    assert rest.state == FillState.CLOSED_SHORT
    assert Task.objects.get(kind="tell prescriber").owner_role == "pharmacist"


def test_nobody_lapses_a_rest_whose_clock_still_runs(world: World) -> None:
    _, rest = ten_now(world, queued(world))

    with pytest.raises(Refused, match="still runs"):
        filling.lapse(**act(world, world.program), fill_id=rest.pk)


def test_when_the_truck_comes_what_waits_goes_on_by_itself_most_urgent_first(world: World) -> None:
    first = queued(world, quantity=Decimal(60), days_supply=60)
    second = queued(world, quantity=Decimal(60), days_supply=60)
    third = queued(world, quantity=Decimal(40), days_supply=40)
    for fill in (first, second, third):
        filling.run_out(**act(world), fill_id=fill.pk)

    # 100 stand on the shelf: 60 for the first, then 40 for the third; the second waits on.
    woken = filling.stock_came(at=world.now, by=world.ada, package_id=world.packages["lisinopril 10 mg"].pk)

    assert woken == [first, third]
    second.refresh_from_db()
    assert second.state == FillState.OUT_OF_STOCK
    assert (woken[0].waiting_for, woken[0].wakes_at) == ("", None)


def test_closing_short_has_a_reason_and_ends_the_rest(world: World) -> None:
    _, rest = ten_now(world, queued(world))

    with pytest.raises(Refused, match="reason"):
        filling.close_short(**act(world), fill_id=rest.pk, reason="")
    closed = filling.close_short(**act(world), fill_id=rest.pk, reason="patient does not want the rest")

    assert closed.state == FillState.CLOSED_SHORT
    assert closed.state in FILL.finals


def test_a_double_click_owes_once(world: World) -> None:
    fill, same = queued(world), {"act_id": an_act(), "by": world.ada, "at": world.now}

    for _ in range(2):
        filling.fill_part(**same, fill_id=fill.pk, quantity=Decimal(10))

    assert Fill.objects.filter(rest_of=fill).count() == 1


def test_the_rest_of_an_ordinary_drug_lapses_with_its_prescription(world: World) -> None:
    fill = queued(world)
    fill.prescription.expires_on = date(2027, 11, 23)
    fill.prescription.save()
    _, rest = ten_now(world, fill)

    assert filling.lapse_due(at=datetime(2027, 11, 23, 20, 0, tzinfo=ZoneInfo("America/Detroit"))) == 0
    assert filling.lapse_due(at=datetime(2027, 11, 24, 0, 1, tzinfo=ZoneInfo("America/Detroit"))) == 1
    rest.refresh_from_db()
    assert rest.state == FillState.CLOSED_SHORT
