"""Scenes of counting: what remains after a controlled fill, and discrepancies."""

from decimal import Decimal
from typing import Any

from pestle.records.counting import Discrepancy
from pestle.records.fills import Fill
from pestle.stations.bench import filling
from pestle.stations.stock import discrepancies
from tests.at_once.scenes import lot_of, plain
from tests.stations.bench import act, bottle, in_hand, queued
from tests.world import World

OXYCODONE = "oxycodone 5 mg"


def to_count_back(world: World) -> Fill:
    """A Schedule II fill in Ada's hand, its one bottle scanned and counted."""
    world.receive(OXYCODONE, f"OX{Fill.objects.count()}", world.now.date().replace(year=2029), "100")
    lot = next(reversed(world.lots.values()))
    fill = in_hand(world, queued(world, OXYCODONE))
    filling.scan_bottle(**act(world), fill_id=fill.pk, text=bottle(lot))
    return filling.count(**act(world), fill_id=fill.pk, counted=Decimal(30))


def missed(world: World) -> Discrepancy:
    """A discrepancy that three wrong counts opened."""
    fill = to_count_back(world)
    for _ in range(3):
        filling.back_count(**act(world), fill_id=fill.pk, remains=Decimal("0.5"))
    return Discrepancy.objects.get(fill=fill)


def explained(world: World) -> Discrepancy:
    return discrepancies.explain(
        **act(world), discrepancy_id=missed(world).pk, words="A bottle stood behind the others."
    )


def of(row: Discrepancy, **more: Any) -> dict[str, Any]:
    return {"discrepancy_id": row.pk, **more}


plain("back_counts.back_count", lambda world: {"fill_id": to_count_back(world).pk, "remains": Decimal("0.5")},
      both="each try is written down for itself")  # fmt: skip


def a_move(world: World) -> dict[str, Any]:
    return {
        "source_id": world.places["shelf"].pk, "target_id": world.places["fridge"].pk, "lot_id": lot_of(world).pk,
        "quantity": Decimal(600),
    }  # fmt: skip


plain("moving.move_stock", a_move)
plain("discrepancies.explain", lambda world: of(missed(world), words="Looked behind."), both="each says what they saw")
plain("discrepancies.escalate", lambda world: of(missed(world)), by="ben")
plain("discrepancies.close", lambda world: of(explained(world), outcome="recounted"), by="ben")
