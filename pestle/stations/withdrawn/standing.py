"""What of a lot stands at a place from which it may be taken out of use."""

from collections.abc import Iterable

from pestle.ledger.places import PlaceKind
from pestle.records.people import Worker
from pestle.records.stock import Balance, Lot, Place
from pestle.records.withdrawn import Suspect
from pestle.terms.findings import refuse


def what_stands(lot_id: int, place_id: int, by: Worker, *, kinds: Iterable[PlaceKind]) -> Balance:
    """This will give what stands of a lot at a place of these kinds; Refused where nothing does."""
    rows = Balance.objects.select_related("lot__package__product", "place")
    named = rows.filter(pharmacy_id=by.pharmacy_id, lot_id=lot_id, place_id=place_id, quantity__gt=0)
    held = named.filter(place__kind__in=[kind.value for kind in kinds]).first()
    if held is None:
        raise refuse(
            "Nothing of this lot stands there: look at where it stands again.", rule="lot_stands_there", field="lot"
        )
    return held


def is_suspect(lot: Lot, place: Place) -> bool:
    """This will tell whether what stands of a lot at a place is suspect product whose case is not closed."""
    return place.kind == PlaceKind.QUARANTINE and Suspect.objects.filter(lot=lot).standing().exists()
