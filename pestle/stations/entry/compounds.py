"""Compounds at data entry: made of which packages, in what form. Billed by ingredients; made elsewhere as yet."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from types import MappingProxyType
from uuid import UUID

from pestle.records.fills import Fill
from pestle.records.people import Worker
from pestle.records.prescriptions import CompoundIngredient
from pestle.stations.acts import one_act
from pestle.stations.bench.mapped_codes import package_by_ndc
from pestle.stations.entry.data_entry import fill_in_entry
from pestle.terms.decimals import plain
from pestle.terms.findings import refuse

STATION = "data_entry"
MOST_INGREDIENTS = 25
MOST = Decimal(10) ** 7
# NCPDP 450-EF and 451-EG.
FORMS: Mapping[str, str] = MappingProxyType(
    {
        "03": "cream", "02": "ointment", "13": "lotion", "12": "suspension", "11": "solution", "01": "capsule",
        "04": "suppository", "05": "powder", "06": "emulsion", "07": "liquid", "10": "tablet", "14": "shampoo",
        "15": "elixir", "16": "syrup", "17": "lozenge", "18": "enema",
    }
)  # fmt: skip
UNITS: Mapping[str, str] = MappingProxyType({"2": "g", "3": "mL", "1": "each"})


@dataclass(frozen=True, slots=True)
class Made:
    """A compound as it is typed so far, beside what the original names."""

    form: str
    unit: str
    ingredients: tuple[CompoundIngredient, ...]
    said: tuple[str, ...]


def made_of(fill: Fill) -> Made | None:
    """This will give the compound of a fill; None where it is none."""
    rx = fill.prescription
    if not rx.is_compound:
        return None
    rows = rx.ingredients.select_related("package__product").order_by("pk")
    said = (rx.as_received.get("drug") or {}).get("ingredients") or ()
    told = tuple(f"{each.get('description', '')} {each.get('quantity', '')}".strip() for each in said)
    return Made(FORMS.get(rx.compound_form, ""), UNITS.get(rx.compound_unit, ""), tuple(rows), told)


@one_act
def set_ingredient(
    *, act_id: UUID, by: Worker, at: datetime, fill_id: int, form: str, unit: str, ndc: str, quantity: Decimal | None
) -> Fill:
    """This will make a prescription a compound of this form and unit, and add an ingredient or change its quantity.

    The first ingredient stands for the compound where one product is shown.
    """
    fill = fill_in_entry(by, fill_id)
    rx = fill.prescription
    if form not in FORMS or unit not in UNITS:
        raise refuse("Choose the form of the compound and its unit.", rule="compound_has_a_form", field="form")
    if quantity is None or not 0 < quantity < MOST:
        raise refuse("Type how much of it goes in.", rule="ingredient_has_a_quantity", field="ingredient_quantity")
    package = package_by_ndc(ndc, fill.pharmacy)
    rows = rx.ingredients.exclude(package=package)
    if rows.count() >= MOST_INGREDIENTS:
        raise refuse(
            "A claim takes 25 ingredients: ask the pharmacist.", rule="compound_fits_the_claim", cites="NCPDP 447-EC"
        )
    CompoundIngredient.objects.update_or_create(prescription=rx, package=package, defaults={"quantity": quantity})
    rx.compound_form, rx.compound_unit = form, unit
    if fill.package is None or not rows.exists():
        rx.product, fill.package = package.product, package
    rx.save(update_fields=["compound_form", "compound_unit", "product"])
    fill.save(update_fields=["package"])
    told = {"ndc": package.ndc11, "quantity": plain(quantity), "form": form, "unit": unit}
    fill.note("ingredient_set", act_id=act_id, by=by, at=at, station=STATION, details=told)
    return fill


@one_act
def drop_ingredient(*, act_id: UUID, by: Worker, at: datetime, fill_id: int, ingredient_id: int) -> Fill:
    """This will take an ingredient out; without any, and unless it came as a compound, it is no compound any more."""
    fill = fill_in_entry(by, fill_id)
    rx = fill.prescription
    row = rx.ingredients.filter(pk=ingredient_id).select_related("package").first()
    if row is None:
        raise refuse("There is no such ingredient: load the page again.", rule="ingredient_is_here")
    ndc11 = row.package.ndc11
    row.delete()
    if not rx.ingredients.exists():
        rx.compound_form, rx.compound_unit = "", ""
        rx.save(update_fields=["compound_form", "compound_unit"])
    fill.note("ingredient_dropped", act_id=act_id, by=by, at=at, station=STATION, details={"ndc": ndc11})
    return fill
