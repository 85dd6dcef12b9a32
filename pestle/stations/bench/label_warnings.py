"""Which auxiliary labels go on a vial: only what the order itself says, or a loaded list says of this very drug."""

from collections.abc import Iterator

from pestle.records.catalogue import Product
from pestle.records.fills import Fill
from pestle.records.safety_lists import DoNotCrush
from pestle.records.statements.prepared import Prepared
from pestle.stations.bench.label_texts import MOST_WARNINGS, Warning

# What a direction says in words is said again with a picture; nothing is added to the order.
_IN_DIRECTIONS = (
    ("empty stomach", Warning(words="Take on an empty stomach.", picture="empty", source="directions")),
    ("with food", Warning(words="Take with food.", picture="food", source="directions")),
    ("with meals", Warning(words="Take with food.", picture="food", source="directions")),
    ("full glass of water", Warning(words="Take with a full glass of water.", picture="water", source="directions")),
)
_SHAKE = Warning(words="Shake well.", picture="shake", source="dosage form")
_OUTSIDE = Warning(words="For external use only.", picture="outside", source="route")
_EASY_CAP = Warning(
    words="Not child-resistant: keep out of children's reach.", picture="", source="16 CFR 1700.14: easy cap"
)
_CHANGED = Warning(
    words="Same medicine as before; it may look different.", picture="changed", source="another maker than last time"
)


def warnings_for(fill: Fill) -> tuple[Warning, ...]:
    """This will give at most three auxiliary labels, the most important first."""
    product = fill.package.product if fill.package else None
    if product is None:
        return ()
    found = dict.fromkeys(_all(fill, product))
    return tuple(found)[:MOST_WARNINGS]


def _all(fill: Fill, product: Product) -> Iterator[Warning]:
    row = _CRUSHED.first(product.nonproprietary_name, product.dosage_form)
    if row is not None and "CHEWABLE" not in product.dosage_form:
        yield Warning(words="Swallow whole. Do not crush or chew.", picture="whole", source=row.source.title)
    if product.route == "TOPICAL":
        yield _OUTSIDE
    if "SUSPENSION" in product.dosage_form and product.route == "ORAL":
        yield _SHAKE
    said = fill.prescription.directions.lower()
    yield from (warning for words, warning in _IN_DIRECTIONS if words in said)
    if not fill.has_child_resistant_cap:
        yield _EASY_CAP
    last = fill.last_dispensed()
    if last is not None and last.package and last.package.product.labeler != product.labeler:
        yield _CHANGED


_CRUSHED = Prepared(
    lambda name, form: (
        DoNotCrush.objects.filter(generic_name__iexact=name, dosage_form=form)
        .select_related("source")
        .order_by("pk")[:1]
    ),
    (str, str),
)
