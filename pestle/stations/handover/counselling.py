"""Counselling by the pharmacist: why it is due for a fill, and that it was done."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from pestle.boards import board_named
from pestle.flows.fill import FILL
from pestle.records.fills import DISPENSED, Fill
from pestle.records.people import Worker
from pestle.stations.acts import one_act
from pestle.terms.findings import refuse
from pestle.terms.roles import PHARMACISTS

NEW_DRUG, NEW_DOSE = "new drug", "dose changed"
REASONS = (NEW_DRUG, NEW_DOSE, "new directions", "pharmacist asks")


def why_due(fill: Fill) -> str:
    """This will say why a patient should be counselled about a fill; nothing where it is what they had before.

    New: nothing with this ingredient was handed over here before. Changed: the last one had another strength.
    """
    product = fill.package.product if fill.package else None
    if product is None:
        return ""
    earlier = last_like(fill)
    if earlier is None:
        return NEW_DRUG
    if earlier.package and earlier.package.product.strength != product.strength:
        return NEW_DOSE
    if earlier.prescription_id != fill.prescription_id and _words(earlier) != _words(fill):
        return "new directions"
    named = board_named(fill.pharmacy.board).counsel_is_required_for
    return "every fill: board of pharmacy" if "every fill" in named else ""


def last_like(fill: Fill) -> Fill | None:
    """This will give the last fill with one of the same ingredients that this patient was handed, if any."""
    product, patient_id = fill.package.product if fill.package else None, fill.prescription.patient_id
    if product is None or patient_id is None:
        return None
    rows = Fill.objects.of_patient(patient_id).filter(state__in=DISPENSED, package__isnull=False).exclude(pk=fill.pk)
    same = rows.filter(package__product__base_substances__overlap=product.base_substances)
    return same.select_related("package__product", "prescription").order_by("-sold_at", "-pk").first()


@one_act
def counsel(*, act_id: UUID, by: Worker, at: datetime, fill_ids: Sequence[int], remark: str = "") -> Fill:
    """Record that the pharmacist has talked to the person about these medicines of one patient."""
    if by.roles.isdisjoint(PHARMACISTS):
        raise refuse(
            "Counselling is the pharmacist's.", rule="counselling_is_the_pharmacists", cites="42 CFR 456.705(c)"
        )
    fills = list(Fill.objects.filter(pk__in=list(fill_ids), pharmacy_id=by.pharmacy_id).order_by("pk"))
    if not fills or len(fills) != len(set(fill_ids)):
        raise refuse("One of these fills is not here: scan the bags again.", rule="fill_exists", field="fill")
    for fill in fills:
        if fill.state in FILL.finals:
            raise refuse(
                "This was handed over or ended before: clear the register.",
                rule="only_along_the_table",
                field="counsel",
            )
        fill.note("counselled", act_id=act_id, by=by, at=at, station="pickup", details={"remark": remark.strip()})
    return fills[0]


def who_counselled(fill: Fill) -> Worker | None:
    """This will give the pharmacist who recorded a talk about this fill last; nobody where there was none."""
    told = fill.events().filter(verb="counselled").select_related("worker").last()
    return told.worker if told else None


def was_counselled(fill: Fill) -> bool:
    """This will tell whether a pharmacist recorded a talk about this fill."""
    return fill.events().filter(verb="counselled").exists()


def _words(fill: Fill) -> str:
    return " ".join(fill.prescription.directions.casefold().split()).rstrip(".")
