"""Scenes at the bench: filling, labels, both checks."""

from datetime import timedelta
from decimal import Decimal
from typing import Any

from pestle.records.catalogue import Package
from pestle.records.fills import DurFinding, Fill
from pestle.records.handover import Bag
from pestle.records.stock import StockItem
from pestle.rules.checking import CHECKS
from pestle.rules.facts import PartialBasis
from pestle.stations.bench import filling
from pestle.stations.scanning import label_code
from pestle.terms.findings import refuse
from tests.at_once.scenes import lot_of, plain
from tests.stations.bench import act, bottle, in_hand, queued
from tests.street import walk
from tests.world import World

ANEW = "each is written down with who and when; the last one holds"
ONE_CAN = "a scan, a count or a print may be made again; nothing moves by it"


def ready(world: World) -> Fill:
    """A fill in Ada's hand, its bottle scanned."""
    fill = in_hand(world, queued(world))
    return filling.scan_bottle(**act(world), fill_id=fill.pk, text=bottle(lot_of(world)))


def counted(world: World) -> Fill:
    return filling.count(**act(world), fill_id=ready(world).pk, counted=Decimal(30))


def part(world: World) -> Fill:
    fill = in_hand(world, queued(world))
    filling.fill_part(**act(world), fill_id=fill.pk, quantity=Decimal(10))
    return Fill.objects.get(rest_of=fill)


def lacking(world: World) -> Fill:
    return filling.run_out(**act(world), fill_id=in_hand(world, queued(world)).pk, remark="none")


def alert(world: World) -> DurFinding:
    return DurFinding.objects.create(
        fill=walk(world, to="awaiting_check"), code="DD", sentence="Warfarin with ibuprofen: bleeding.",
        against="ibuprofen", is_serious=True, source="test list",
    )  # fmt: skip


def other_maker(world: World) -> Package:
    """The same tablets in another maker's bottle."""
    ours = world.packages["lisinopril 10 mg"]
    theirs = Package.objects.filter(product__labeler="Hikma").first()
    if theirs is not None:
        return theirs
    package = Package.objects.select_related("product").get(pk=ours.pk)
    product = package.product
    product.pk, product.key, product.product_ndc, product.labeler = None, "0143-9713", "0143-9713", "Hikma"
    product.save()
    package.pk, package.product = None, product
    package.ndc11, package.package_ndc, package.ndc10 = "00143971301", "0143-9713-01", "0143971301"
    package.save()
    StockItem.objects.create(pharmacy=world.pharmacy, package=package, shelf=world.places["shelf"], unit_cost=1)
    return package


def lapsed(world: World) -> dict[str, Any]:
    """A rest of Schedule II, three days and an hour after its first part."""
    fill = queued(world, "oxycodone 5 mg")
    filling.fill_part(
        **act(world, world.ben), fill_id=fill.pk, quantity=Decimal(10), basis=PartialBasis.UNABLE_TO_SUPPLY
    )
    return of(Fill.objects.get(rest_of=fill), at=world.now + timedelta(hours=73))


def of(fill: Fill, **more: Any) -> dict[str, Any]:
    return {"fill_id": fill.pk, **more}


plain("filling.count", lambda world: of(ready(world), counted=Decimal(30)), both=ANEW)
plain("filling.second_count", lambda world: of(counted(world), counted=Decimal(30)), by="gil", both=ANEW)
plain("filling_extras.set_cap", lambda world: of(ready(world), is_child_resistant=True), both=ANEW)
plain("filling.finish", lambda world: of(counted(world)))
plain(
    "filling_hands.take_next", lambda world: {"bench_id": None} if queued(world) else {}, both="each takes another fill"
)
plain("filling_hands.take_in_hand", lambda world: of(queued(world)), both="the same person takes what they hold")
plain(
    "filling_hands.put_down", lambda world: of(in_hand(world, queued(world))),
    both="Whoever comes second leaves what nobody has any more: nothing changes by it.",
)  # fmt: skip
plain(
    "filling_hands.assign_basket",
    lambda world: of(filling.take_in_hand(**act(world), fill_id=queued(world).pk), place_id=world.places["B-07"].pk),
    both=ANEW,
)
plain("filling_scans.scan_label", lambda world: _label(world, in_hand(world, queued(world))), both=ONE_CAN)
plain("filling_scans.scan_vial", lambda world: _label(world, walk(world, to="filled")), both=ONE_CAN)
plain(
    "filling_scans._take_bottle",
    lambda world: of(in_hand(world, queued(world)), text=bottle(lot_of(world)), package_id=None, because=None),
    both=ONE_CAN,
)
plain(
    "filling_scans.override_scan",
    lambda world: of(in_hand(world, queued(world)), lot_id=lot_of(world).pk, reason="the code is torn"),
    by="ben",
    both=ONE_CAN,
)
plain(
    "filling_scans.set_lot_quantities",
    lambda world: of(ready(world), quantities={lot_of(world).pk: Decimal(30)}),
    both=ANEW,
)
plain("filling_waits.run_out", lambda world: of(in_hand(world, queued(world)), remark="none"))
plain("filling_waits.restock", lambda world: of(lacking(world)))
plain("filling_waits.fill_the_rest", lambda world: of(part(world)))
plain("filling_waits.fill_part", lambda world: of(in_hand(world, queued(world)), quantity=Decimal(10)))
plain("filling_waits.close_short", lambda world: of(part(world), reason="does not want the rest"))
plain("printing.print_label", lambda world: of(in_hand(world, queued(world))))
plain(
    "printing.print_bag_tag", lambda world: {"bag_id": Bag.objects.get(fills=walk(world, to="bagged")).pk}, both=ONE_CAN
)
plain(
    "verification.decide_alert",
    lambda world: {"finding_id": alert(world).pk, "decision": "asked", "service_code": "M0", "result_code": "1G"},
    by="ben",
    both=ANEW,
)
plain("verification.approve", lambda world: of(walk(world, to="awaiting_check")), by="ben")
plain("verification.verify", lambda world: of(walk(world, to="filled"), checked=CHECKS), by="ben")
plain(
    "verification.send_back",
    lambda world: of(walk(world, to="awaiting_check"), fields=["days_supply"], reason="reckon again"),
    by="ben",
)


def _label(world: World, fill: Fill) -> dict[str, Any]:
    return of(fill, text=label_code(fill))


plain(
    "filling_scans.note_attempt",
    lambda world: of(
        in_hand(world, queued(world)), text="0000", attempt="bottle", refusal=refuse("No drug.", rule="every_bottle")
    ),
    both=ANEW,
)
plain(
    "filling.use_other_maker",
    lambda world: of(in_hand(world, queued(world)), package_id=other_maker(world).pk),
)
plain("filling_extras.set_leaflet", lambda world: of(in_hand(world, queued(world)), answer="attached"), both=ANEW)
plain("filling_waits.lapse", lapsed, by="program")
