"""Recall notices for tests: one that names a lot of the small pharmacy, in the words of the enforcement reports."""

from datetime import date
from typing import Any

from pestle.records.catalogue import SourceFile
from pestle.records.reference_lists import RecallNotice
from pestle.records.stock import Lot
from pestle.records.withdrawn import Recall, RecallMatch
from pestle.stations.withdrawn import recall_screening
from tests.stations.bench import act
from tests.world import World


def notice(lot: Lot, number: str = "D-0123-2026", **given: Any) -> RecallNotice:
    """A notice of class II that names this lot for certain; `given` changes what it says."""
    source = SourceFile.objects.get(name="test products")
    product = lot.package.product
    said: dict[str, Any] = {
        "number": number, "event": "99001", "classification": "Class II", "status": "Ongoing", "firm": "Lupin",
        "product_description": f"{product.nonproprietary_name} tablets {product.strength}, {product.labeler}",
        "reason": "Failed dissolution specifications", "lots_text": f"Lot # {lot.number}, Exp {lot.expires_on:%m/%y}",
        "started_on": date(2026, 11, 20), "ndc11s": [lot.package.ndc11], "source": source,
        "as_of_on": date(2026, 11, 20), **given,
    }  # fmt: skip
    return RecallNotice.objects.create(**said)


def screened(world: World, lot: Lot, number: str = "D-0123-2026", **given: Any) -> Recall:
    """The recall that a screening opens for a notice which names a lot for certain."""
    notice(lot, number, **given)
    recall_screening.screen(**act(world))
    return Recall.objects.get(pharmacy=world.pharmacy, notice_number=number)


def question(world: World, lot: Lot, number: str = "D-0124-2026") -> RecallMatch:
    """A match that a pharmacist must judge: the notice names the lot with another expiry."""
    notice(lot, number, lots_text=f"Lot # {lot.number}, Exp 01/27")
    recall_screening.screen(**act(world))
    return RecallMatch.objects.get(pharmacy=world.pharmacy, notice_number=number)
