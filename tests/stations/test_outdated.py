"""Outdated stock: never taken for a fill, listed with its value, pulled in time, sent back, credited."""

from datetime import date
from decimal import Decimal

import pytest

from pestle.ledger.places import PlaceKind
from pestle.records.safety_lists import WasteCode
from pestle.records.stock import Balance, Lot
from pestle.records.withdrawn import Return
from pestle.stations.bench import filling
from pestle.stations.stock import receiving
from pestle.stations.stock.receiving import InHand
from pestle.stations.withdrawn import outdated, returning
from pestle.terms.findings import Refused
from tests.recalls import screened
from tests.stations.bench import act, bottle, held, in_hand, queued
from tests.street import walk
from tests.supplier import join_supplier
from tests.world import TODAY, World, make_world

pytestmark = pytest.mark.django_db
YESTERDAY = date(2026, 11, 22)
DRUG = "lisinopril 10 mg"


@pytest.fixture
def world() -> World:
    return make_world()


def at_kind(lot: Lot, kind: PlaceKind) -> Decimal:
    row = Balance.objects.filter(lot=lot, place__kind=kind.value).first()
    return row.quantity if row else Decimal(0)


def where(lot: Lot) -> str:
    """What is schedule II stands in the vault, all else on the shelf."""
    return Balance.objects.get(lot=lot, is_inside=True, quantity__gt=0).place.name


def on(world: World, back: Return, lot: Lot, place: str = "shelf") -> dict[str, int]:
    return {"return_id": back.pk, "lot_id": lot.pk, "place_id": world.places[place].pk}


def test_an_expired_bottle_is_refused_at_the_bench_and_the_next_to_expire_is_taken(world: World) -> None:
    old = world.receive(DRUG, "OLD1", YESTERDAY, "100")
    fill = in_hand(world, queued(world))

    with pytest.raises(Refused, match="expired Nov 22, 2026"):
        filling.scan_bottle(**act(world), fill_id=fill.pk, text=bottle(old))
    good = world.receive(DRUG, "NEAR1", date(2026, 12, 23), "100")
    filling.scan_bottle(**act(world), fill_id=fill.pk, text=bottle(good))

    assert [each.lot_id for each in fill.lots.all()] == [good.pk]


def test_an_expired_package_is_not_received(world: World) -> None:
    opened = receiving.open_unannounced(**act(world), number="SLIP-1")
    package = world.packages[DRUG]

    with pytest.raises(Refused, match="expired"):
        receiving.take_in(
            **act(world), delivery_id=opened.pk,
            in_hand=InHand(package.pk, lot_number="OLD9", expires_on=YESTERDAY, packages=1),
        )  # fmt: skip


def test_the_lists_hold_each_lot_once_with_its_value(world: World) -> None:
    for number, day in (("E1", YESTERDAY), ("E2", TODAY), ("E3", date(2026, 12, 23)), ("E4", date(2027, 5, 22))):
        world.receive(DRUG, number, day, "100")

    found = outdated.expiring(world.pharmacy, world.now)
    drawn = outdated.bars(found)

    assert [each.row.lot.number for each in found] == ["E1", "E2", "E3", "E4"]
    assert [(each.words, each.lots) for each in drawn] == [
        ("expired", 1), ("0 to 30 days", 1), ("30 to 60 days", 1), ("60 to 90 days", 0), ("90 to 180 days", 0),
    ]  # fmt: skip
    assert found[0].value == Decimal("5.00")


def test_the_window_for_credit_closes_to_the_day(world: World) -> None:
    partner = join_supplier(world)
    told = {"partner_id": partner.pk, "days_before": 180, "days_after": 10, "credit_percent": 80}
    with pytest.raises(Refused, match="lead technician"):
        outdated.set_window(**act(world), **told)
    outdated.set_window(**act(world, world.dana), **told)
    world.receive(DRUG, "W1", date(2026, 11, 13), "100")
    world.receive(DRUG, "W2", date(2026, 11, 12), "100")

    late, in_time = outdated.expiring(world.pharmacy, world.now)

    assert (late.window, in_time.window) == ("too late for credit", "credit for 0 more days")


def test_old_stock_is_pulled_and_what_lasts_or_is_controlled_is_not(world: World) -> None:
    old, near = world.receive(DRUG, "OLD1", YESTERDAY, "100"), world.receive(DRUG, "NEAR1", date(2027, 5, 22), "60")
    oxycodone = world.receive("oxycodone 5 mg", "OLD2", YESTERDAY, "100")
    shelf = world.places["shelf"].pk

    outdated.pull_outdated(**act(world), lot_id=old.pk, place_id=shelf)
    outdated.pull_outdated(**act(world), lot_id=near.pk, place_id=shelf)

    assert (held(world, old, "shelf"), at_kind(old, PlaceKind.OUTDATED)) == (0, 100)
    assert at_kind(near, PlaceKind.OUTDATED) == 60
    with pytest.raises(Refused, match="leave it on the shelf"):
        outdated.pull_outdated(**act(world), lot_id=world.lots["98001A"].pk, place_id=shelf)
    with pytest.raises(Refused, match="in the vault"):
        outdated.pull_outdated(**act(world), lot_id=oxycodone.pk, place_id=world.places["vault"].pk)
    with pytest.raises(Refused, match="Nothing of this lot stands there"):
        outdated.pull_outdated(**act(world), lot_id=old.pk, place_id=shelf)


def test_a_return_to_the_supplier_is_authorized_sent_and_credited_with_its_difference(world: World) -> None:
    partner = join_supplier(world)
    outdated.set_window(
        **act(world, world.dana), partner_id=partner.pk, days_before=180, days_after=180, credit_percent=80
    )
    lot = world.receive(DRUG, "OLD1", YESTERDAY, "200")
    back = returning.begin(**act(world), goes_to="supplier", to_whom="Lakeside Drug")
    returning.put_on(**act(world), **on(world, back, lot))

    with pytest.raises(Refused, match="authorization number"):
        returning.send(**act(world, world.ben), return_id=back.pk)
    returning.authorize(**act(world), return_id=back.pk, number="RA-4471")
    with pytest.raises(Refused, match="lead technician or a pharmacist"):
        returning.send(**act(world), return_id=back.pk)
    returning.send(**act(world, world.dana), return_id=back.pk)

    assert held(world, lot, "shelf") == 0
    assert back.expected == Decimal("8.00")
    told = {"return_id": back.pk, "credited": Decimal("6.50")}
    with pytest.raises(Refused, match=r"1\.50 dollars are missing"):
        returning.credit(**act(world, world.dana), **told)
    done = returning.credit(**act(world, world.dana), **told, note="Claimed on November 30.")
    assert (done.state, done.missing) == ("credited", Decimal("1.50"))


def test_what_is_controlled_hazardous_or_partial_does_not_go_on_a_supplier_return(world: World) -> None:
    source = world.packages[DRUG].source
    WasteCode.objects.create(ndc11="00093172101", code="P001", source=source, as_of_on=TODAY)
    back = returning.begin(**act(world), goes_to="supplier", to_whom="Lakeside Drug")
    lots = {drug: world.receive(drug, "OLD1", YESTERDAY, "100") for drug in ("oxycodone 5 mg", "zolpidem 10 mg")}
    part = world.receive(DRUG, "PART1", YESTERDAY, "37")
    warfarin = world.receive("warfarin 5 mg", "WASTE1", YESTERDAY, "100")

    for lot, words in (
        (lots["oxycodone 5 mg"], "form 222"),
        (lots["zolpidem 10 mg"], "own invoice"),
        (part, "part of a package"),
        (warfarin, "EPA code P001"),
    ):
        with pytest.raises(Refused, match=words):
            returning.put_on(**act(world), **on(world, back, lot, where(lot)))
    reverse = returning.begin(**act(world), goes_to="reverse distributor", to_whom="Northern Returns")
    returning.put_on(**act(world), **on(world, reverse, warfarin))
    returning.put_on(**act(world), **on(world, reverse, part))
    returning.send(**act(world, world.ben), return_id=reverse.pk)

    assert at_kind(warfarin, PlaceKind.REVERSE_DISTRIBUTOR) == 100
    assert reverse.lines.get(lot=warfarin).waste_code == "P001"


def test_what_a_patient_brings_back_is_taken_only_where_the_law_lets_us(world: World) -> None:
    fill = walk(world, to="sold")
    lot = world.lots["98001A"]

    with pytest.raises(Refused) as refusal:
        returning.take_from_patient(**act(world), fill_id=fill.pk)
    assert "1317" in refusal.value.findings[0].cites
    screened(world, lot)
    returning.take_from_patient(**act(world), fill_id=fill.pk)

    assert at_kind(lot, PlaceKind.RECALL_HOLD) == 30
    with pytest.raises(Refused, match="not handed over"):
        returning.take_from_patient(
            **act(world), fill_id=walk(world, world.fill(world.prescribe("warfarin 5 mg")), to="filled").pk
        )


def test_what_was_given_in_error_goes_to_quarantine_and_never_back_to_the_shelf(world: World) -> None:
    fill = walk(world, to="sold")

    returning.take_from_patient(**act(world), fill_id=fill.pk, is_our_error=True)

    assert held(world, world.lots["98001A"], "quarantine") == 30
    with pytest.raises(Refused, match="No more comes back than was handed over"):
        returning.take_from_patient(**act(world), fill_id=fill.pk, is_our_error=True)
    assert held(world, world.lots["98001A"], "shelf") == 70
