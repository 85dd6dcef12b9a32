"""What people read on a package: said by whoever has it in the hand, checked by a pharmacist, used from then on."""

from datetime import datetime
from decimal import Decimal
from uuid import UUID

from pestle.records.fills import Fill
from pestle.records.people import Worker
from pestle.records.stock import PackageFigure
from pestle.stations.acts import one_act
from pestle.stations.entry.data_entry import count_days_again, fill_in_entry
from pestle.stations.intake.drop_off import fill_of
from pestle.terms.decimals import plain
from pestle.terms.findings import refuse
from pestle.terms.roles import PHARMACISTS

STATION = "data_entry"
READ_FROM = ("carton", "package insert", "maker, by telephone", "prescriber", "payer")
MOST = Decimal(100_000)
LONGEST_IN_USE = 730


@one_act
def say_figure(
    *,
    act_id: UUID,
    by: Worker,
    at: datetime,
    fill_id: int,
    dose_unit: str,
    doses: Decimal | None,
    in_quantity: Decimal | None,
    in_use_days: int | None = None,
    read_from: str = "carton",
) -> Fill:
    """This will keep that so many doses are in so much of a fill's package, as a person read it; the days follow.

    A figure said before gives way; the database keeps it. Nothing counts as checked until a pharmacist says so.
    """
    fill = fill_in_entry(by, fill_id)
    if fill.package is None:
        raise refuse("Choose the drug first.", rule="package_is_chosen", field="product")
    if not dose_unit.strip():
        raise refuse("The directions do not say what one dose is.", rule="a_figure_has_a_unit", field="doses")
    if doses is None or not 0 < doses <= MOST:
        raise refuse("Type how many doses the package says it holds.", rule="a_figure_is_above_zero", field="doses")
    if in_quantity is None or not 0 < in_quantity <= MOST:
        raise refuse("Type in how much of the package they are.", rule="a_figure_is_above_zero", field="in_quantity")
    if in_use_days is not None and not 0 < in_use_days <= LONGEST_IN_USE:
        raise refuse("Days in use are 1 to 730.", rule="a_figure_is_above_zero", field="in_use_days")
    if read_from not in READ_FROM:
        raise refuse("Say where you read it.", rule="a_figure_has_a_source", field="read_from")
    PackageFigure.objects.update_or_create(
        pharmacy=fill.pharmacy, package=fill.package, dose_unit=dose_unit.strip()[:20],
        defaults={
            "doses": doses, "in_quantity": in_quantity, "in_use_days": in_use_days, "read_from": read_from,
            "said_by": by, "said_at": at, "checked_by": None, "checked_at": None,
        },
    )  # fmt: skip
    count_days_again(fill)
    told = {
        "ndc": fill.package.ndc11, "doses": plain(doses), "unit": dose_unit, "in": plain(in_quantity),
        "in_use_days": in_use_days, "read_from": read_from,
    }  # fmt: skip
    fill.note("package_read", act_id=act_id, by=by, at=at, station=STATION, details=told)
    return fill


@one_act
def check_figure(*, act_id: UUID, by: Worker, at: datetime, fill_id: int, figure_id: int) -> Fill:
    """This will record that a pharmacist who did not read it has held a figure against the package."""
    fill = fill_of(by, fill_id)
    row = PackageFigure.objects.filter(pk=figure_id, pharmacy_id=by.pharmacy_id, package=fill.package).first()
    if row is None:
        raise refuse("There is no such figure of this package here: look at it again.", rule="figure_is_here")
    if by.roles.isdisjoint(PHARMACISTS):
        raise refuse("A pharmacist checks what was read on a package.", rule="figures_are_checked_by_a_pharmacist")
    if row.said_by_id == by.pk:
        raise refuse("You read this one: another pharmacist checks it.", rule="checker_is_not_the_maker")
    if row.checked_by_id is None:
        row.checked_by, row.checked_at = by, at
        row.save(update_fields=["checked_by", "checked_at"])
        fill.note("package_checked", act_id=act_id, by=by, at=at, station=STATION, details={"figure": row.pk})
    return fill


def figures_of(fill: Fill) -> tuple[PackageFigure, ...]:
    """This will give what people read on the fill's package here."""
    rows = PackageFigure.objects.filter(pharmacy=fill.pharmacy, package=fill.package)
    return tuple(rows.select_related("said_by", "checked_by").order_by("dose_unit"))
