"""A bench with a fill that the pharmacist has approved, and bottles with codes, for the tests of filling."""

from datetime import timedelta
from decimal import Decimal
from typing import Any

from pestle.flows.fill import FILL
from pestle.records.fills import Fill
from pestle.records.people import Worker
from pestle.records.stock import Balance, Lot
from pestle.stations.bench import filling, verification
from pestle.stations.scanning import label_code
from pestle.terms.gtin import Gtin
from pestle.terms.lot import LotNumber
from pestle.wire import gs1
from tests.world import World, an_act


def queued(world: World, drug: str = "lisinopril 10 mg", **given: Any) -> Fill:
    """A fill that the pharmacist has approved."""
    rx = world.prescribe(
        drug, refills=0 if drug.startswith("oxycodone") else 2, quantity_written=given.get("quantity", 30)
    )
    fill = world.fill(rx, payment="cash", price=Decimal(10), **given)
    for verb in ("begin_entry", "charge_cash"):
        _take(world, fill, verb, world.ben)
    verification.approve(act_id=an_act(), by=world.ben, at=world.now, fill_id=fill.pk)
    fill.refresh_from_db()
    return fill


def _take(world: World, fill: Fill, verb: str, by: Worker) -> None:
    cash = {"controlled_for_cash_beside_a_plan_is_the_pharmacists": "asked for by the patient"}
    taken = FILL.take(verb, fill.facts(world.now, by), by.roles, because=cash)
    fill.record(taken, act_id=an_act(), by=by, at=world.now)


def bottle(lot: Lot) -> str:
    """The GS1 code of a bottle of a lot, as a 2D scanner sends it."""
    gtin = Gtin.for_us_drug(lot.package.ndc10)
    return gs1.render(gs1.Gs1Scan.of(gtin=gtin, lot=LotNumber(lot.number), expiry=lot.expires_on))


def the_lot(world: World, drug: str = "lisinopril 10 mg") -> Lot:
    return Lot.objects.filter(package=world.packages[drug]).order_by("pk")[0]


def act(world: World, by: Worker | None = None, *, later: int = 0) -> dict[str, Any]:
    return {"act_id": an_act(), "by": by or world.ada, "at": world.now + timedelta(minutes=later)}


def in_hand(world: World, fill: Fill) -> Fill:
    """The fill in Ada's hand, in basket B-07, its label scanned."""
    filling.take_in_hand(**act(world), fill_id=fill.pk)
    filling.assign_basket(**act(world), fill_id=fill.pk, place_id=world.places["B-07"].pk)
    return filling.scan_label(**act(world), fill_id=fill.pk, text=label_code(fill))


def held(world: World, lot: Lot, place: str) -> Decimal:
    row = Balance.objects.filter(place=world.places[place], lot=lot).first()
    return row.quantity if row else Decimal(0)
