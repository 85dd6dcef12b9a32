"""What a fill costs without a plan: the store's own formula over what the drug cost, with every step of the sum."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import ROUND_HALF_UP, Decimal

from pestle.records.catalogue import Package, Price
from pestle.records.fills import Fill
from pestle.records.pharmacies import Pharmacy
from pestle.records.stock import StockItem
from pestle.terms.decimals import plain
from pestle.terms.findings import refuse
from pestle.terms.money import Money

CENT = Decimal("0.01")


@dataclass(frozen=True, slots=True)
class UnitCost:
    """What one billing unit cost, and where that figure comes from."""

    per_unit: Decimal
    source: str


@dataclass(frozen=True, slots=True)
class CashPrice:
    """The usual and customary charge in its parts, in dollars; `steps` are lines a person can check."""

    drug: Decimal
    fee: Decimal
    total: Decimal
    steps: tuple[str, ...]
    is_reviewed: bool


def cash_price(fill: Fill, *, day: date) -> CashPrice:
    """This will give what the patient pays without a plan; raises Refused where no cost of the drug is known."""
    if ingredients := ingredient_costs(fill, day=day):
        return _priced_compound(ingredients, fill.pharmacy)
    if fill.package is None:
        raise refuse("Choose the drug to dispense.", rule="product_is_chosen", field="product")
    cost = unit_cost(fill.package, fill.pharmacy, day=day)
    if cost is None:
        raise refuse(
            f"Nobody knows what NDC {fill.package.ndc.dashed} costs: type its unit cost at its stock page.",
            rule="cost_is_known",
            cites="NCPDP 409-D9, 426-DQ",
            field="product",
        )
    return _priced(cost, fill.quantity, fill.pharmacy)


def unit_cost(package: Package, pharmacy: Pharmacy, *, day: date) -> UnitCost | None:
    """This will give what a unit cost us; else NADAC of this NDC, else the dearest NADAC of the same drug."""
    return unit_costs([package], pharmacy, day=day).get(package.pk)


def unit_costs(packages: Sequence[Package], pharmacy: Pharmacy, *, day: date) -> dict[int, UnitCost]:
    """This will give what a unit of each package cost, as `unit_cost` does; one nobody knows is left out."""
    ours = StockItem.objects.filter(pharmacy=pharmacy, package__in=packages).exclude(unit_cost=None)
    costs = {each.package_id: UnitCost(each.unit_cost, "our cost") for each in ours if each.unit_cost is not None}
    if missing := [each for each in packages if each.pk not in costs]:
        costs |= _listed(missing, day)
    if missing := [each for each in packages if each.pk not in costs]:
        costs |= _of_the_same_drug(missing, day)
    return costs


def _listed(packages: Sequence[Package], day: date) -> dict[int, UnitCost]:
    prices = Price.objects.newest_on(day).filter(ndc11__in=[each.ndc11 for each in packages])
    found = {each.ndc11: each for each in prices}
    return {each.pk: _nadac(found[each.ndc11]) for each in packages if each.ndc11 in found}


def _nadac(price: Price) -> UnitCost:
    return UnitCost(price.per_unit, f"NADAC of {price.effective_on:%b} {price.effective_on.day}")


def _of_the_same_drug(packages: Sequence[Package], day: date) -> dict[int, UnitCost]:
    dearest = Price.objects.dearest_on(day, [each.product.formulation_id for each in packages])
    found = {each.pk: dearest.get((each.product.formulation_id, each.billing_unit)) for each in packages}
    source = "NADAC of the same drug by another maker"
    return {package: UnitCost(per_unit, source) for package, per_unit in found.items() if per_unit is not None}


@dataclass(frozen=True, slots=True)
class IngredientCost:
    """What the ingredient of a compound cost us, in cents and with its source."""

    package: Package
    quantity: Decimal
    per_unit: UnitCost

    @property
    def total(self) -> Decimal:
        """Give the cost of what is used of it."""
        return _cents(self.per_unit.per_unit * self.quantity)


def ingredient_costs(fill: Fill, *, day: date) -> tuple[IngredientCost, ...]:
    """This will give what each ingredient of a compound cost; Refused where one has no known cost."""
    if not fill.prescription.is_compound:
        return ()
    found = []
    for each in fill.prescription.ingredients.select_related("package__product").order_by("pk"):
        cost = unit_cost(each.package, fill.pharmacy, day=day)
        if cost is None:
            raise refuse(
                f"Nobody knows what NDC {each.package.ndc.dashed} costs: type its unit cost at its stock page.",
                rule="cost_is_known", cites="NCPDP 449-EE", field="product",
            )  # fmt: skip
        found.append(IngredientCost(each.package, each.quantity, cost))
    return tuple(found)


def _priced_compound(ingredients: tuple[IngredientCost, ...], pharmacy: Pharmacy) -> CashPrice:
    bought = sum((each.total for each in ingredients), Decimal(0))
    lines = [
        f"{each.package.product.nonproprietary_name.lower()}: {plain(each.quantity)} × "
        f"${plain(each.per_unit.per_unit)} ({each.per_unit.source}) = {_dollars(each.total)}"
        for each in ingredients
    ]
    return _marked_up(bought, [*lines, f"Ingredients {_dollars(bought)}"], pharmacy)


def _priced(cost: UnitCost, quantity: Decimal, pharmacy: Pharmacy) -> CashPrice:
    bought = _cents(cost.per_unit * quantity)
    line = f"{plain(quantity)} × ${plain(cost.per_unit)} ({cost.source}) = {_dollars(bought)}"
    return _marked_up(bought, [line], pharmacy)


def _marked_up(bought: Decimal, lines: list[str], pharmacy: Pharmacy) -> CashPrice:
    drug = _cents(bought * (1 + pharmacy.cash_markup_percent / 100))
    reckoned = drug + pharmacy.cash_fee
    total = max(reckoned, pharmacy.cash_least)
    steps = [
        *lines,
        f"{_dollars(bought)} + {plain(pharmacy.cash_markup_percent)} % = {_dollars(drug)}",
        f"Drug {_dollars(drug)} + fee {_dollars(pharmacy.cash_fee)} = {_dollars(reckoned)}",
    ]
    if total != reckoned:
        steps.append(f"The least we charge is {_dollars(total)}")
    return CashPrice(drug, total - drug, total, tuple(steps), bool(pharmacy.settings_reviewed_by))


def _cents(amount: Decimal) -> Decimal:
    return amount.quantize(CENT, rounding=ROUND_HALF_UP)


def _dollars(amount: Decimal) -> str:
    return str(Money.rounded(amount))
