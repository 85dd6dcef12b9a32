"""Reads a fill with all that filling and printing ask of it."""

from pestle.records.fills import Fill
from pestle.records.people import Worker
from pestle.records.statements.prepared import Prepared
from pestle.terms.findings import refuse

_WHOLE = Prepared(
    lambda fill, pharmacy: Fill.objects.select_related(
        "pharmacy", "prescription__patient", "prescription__prescriber", "prescription__product", "package__product",
        "basket", "in_hands_of",
    ).filter(pk=fill, pharmacy=pharmacy),
    (int, int),
)  # fmt: skip


def load(fill_id: int, by: Worker) -> Fill:
    """This will give a fill of the worker's pharmacy with what filling reads of it."""
    found = _WHOLE.first(fill_id, by.pharmacy_id)
    if found is None:
        raise refuse("This fill is not here.", rule="fill_exists", field="fill")
    return found
