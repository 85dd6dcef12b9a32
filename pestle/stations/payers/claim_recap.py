"""Change and bill again, before it is done: what differs, what it does to the price, and whose it is."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from decimal import Decimal

from pestle.flows.fill import FILL
from pestle.records.catalogue import Package
from pestle.records.fills import Fill
from pestle.records.people import Worker
from pestle.stations.payers.claim_changes import ON_ITS_WAY, Change, changes_the_order
from pestle.stations.payers.claim_options import packages_of
from pestle.stations.payers.claim_request import Difference
from pestle.stations.payers.pricing import cash_price
from pestle.terms.decimals import half_up, plain, typed_decimal, typed_whole
from pestle.terms.findings import Finding, Refused, refuse
from pestle.terms.money import Money


@dataclass(frozen=True, slots=True)
class Recap:
    """All about a change that is not done yet; `findings` say what stands in its way, none means F10 does it."""

    fill: Fill
    change: Change
    differences: tuple[Difference, ...]
    price: tuple[str, ...]
    then: tuple[str, ...]
    packages: tuple[tuple[str, str], ...]
    is_pharmacists: bool
    findings: tuple[Finding, ...]


def may_change(fill: Fill) -> bool:
    """This will tell whether the table has a step that changes this fill and bills it again."""
    return FILL.step("rebill", fill.state) is not None


def read_change(typed: Mapping[str, str], fill: Fill) -> Change:
    """This will read quantity, days and product as typed; raises Refused naming the field that is wrong."""
    return Change(
        quantity=_number(typed["quantity"]) if typed.get("quantity", "").strip() else fill.quantity,
        days_supply=_whole(typed["days_supply"], "days_supply") if typed.get("days_supply") else fill.days_supply,
        package=_package(typed["package"], fill) if typed.get("package") else fill.package,
    )


def recap_typed(fill: Fill, typed: Mapping[str, str], by: Worker, *, at: datetime) -> Recap:
    """This will tell what was typed comes to; what cannot be read is among the findings."""
    try:
        return recap(fill, read_change(typed, fill), by, at=at)
    except Refused as unreadable:
        as_it_is = Change(quantity=fill.quantity, days_supply=fill.days_supply, package=fill.package)
        return replace(recap(fill, as_it_is, by, at=at), findings=unreadable.findings)


def recap(fill: Fill, change: Change, by: Worker, *, at: datetime) -> Recap:
    """This will tell what a change comes to before it is done."""
    changed = changes_the_order(fill, change)
    differing = _differences(fill, change)
    facts = fill.facts(at, by, changes_the_order=changed, quantity=change.quantity)
    way = next((each for each in FILL.steps_open_to(facts, by.roles) if each.step.verb == "rebill"), None)
    return Recap(
        fill,
        change,
        differing,
        price=_price(fill, change, at=at),
        then=_then(fill),
        packages=packages_of(fill, chosen=change.package),
        is_pharmacists=changed,
        findings=(way.findings if way else (_gone(fill),)) or _not_yet(fill, differing),
    )


def _differences(fill: Fill, change: Change) -> tuple[Difference, ...]:
    rows = (
        ("Product", _maker(fill.package), _maker(change.package)),
        ("NDC", fill.package.ndc.dashed if fill.package else "", change.package.ndc.dashed if change.package else ""),
        ("Quantity", plain(fill.quantity), plain(change.quantity)),
        ("Days", str(fill.days_supply or ""), str(change.days_supply or "")),
        ("A day", _a_day(fill.quantity, fill.days_supply), _a_day(change.quantity, change.days_supply)),
    )
    return tuple(Difference(label, before, after) for label, before, after in rows if before != after)


def _price(fill: Fill, change: Change, *, at: datetime) -> tuple[str, ...]:
    now = f"{Money.rounded(fill.price)} now" if fill.price is not None else "not known now"
    patient = fill.prescription.patient
    who = patient.given if patient else "the patient"
    lines = [f"What {who} pays is {now}. The plan's answer to the changed claim sets it anew, and may be a no."]
    before, after = _without_plan(fill, at=at), _without_plan(change.on(fill), at=at)
    if before != after:
        lines.append(f"Without a plan it would be {after} instead of {before}.")
    return tuple(lines)


def _without_plan(fill: Fill, *, at: datetime) -> str:
    try:
        return str(Money.rounded(cash_price(fill, day=fill.local_day(at)).total))
    except Refused:
        return "a price nobody knows yet"


def _then(fill: Fill) -> tuple[str, ...]:
    step = FILL.step("rebill", fill.state)
    stands = fill.claims.paid().count()
    lines = []
    if stands:
        lines.append(f"The paid claim{'s' if stands > 1 else ''} will be reversed, the last plan first.")
    lines.append("The changed claim goes out by itself; if the plan says no, it is in the list of claims.")
    if step is not None and step.moves:
        where = f" from basket {fill.basket.name}" if fill.basket else ""
        lines.append(f"What was counted goes back to its shelf{where}.")
    lines.append("A pharmacist checks it once more; its label prints anew.")
    return tuple(lines)


def _gone(fill: Fill) -> Finding:
    sentence = f"This fill is {fill.state_words}: it is not changed from there. In will-call, return it to stock first."
    return Finding(rule="only_along_the_table", sentence=sentence, cites="table of steps: fill")


def _not_yet(fill: Fill, differing: tuple[Difference, ...]) -> tuple[Finding, ...]:
    if fill.claims.filter(state__in=ON_ITS_WAY).exists():
        words = "A claim of this fill is on its way: its answer comes first."
        return (Finding(rule="no_claim_is_on_its_way", sentence=words),)
    if not differing:
        return (
            Finding(
                rule="something_is_changed", sentence="Nothing is changed yet: change a field first.", field="quantity"
            ),
        )
    return ()


def _maker(package: Package | None) -> str:
    return f"{package.product.nonproprietary_name.lower()}, {package.product.labeler}" if package else ""


def _a_day(quantity: Decimal, days: int | None) -> str:
    return plain((quantity / days).quantize(Decimal("0.01"))) if days else ""


def _number(text: str) -> Decimal:
    number = typed_decimal(text)
    if number is None:
        raise refuse("Type a number.", rule="field_is_a_number", field="quantity")
    if number <= 0 or number != half_up(number, places=3):
        raise refuse("Type the quantity to dispense.", rule="quantity_is_given", field="quantity")
    return number


def _whole(text: str, name: str) -> int:
    days = typed_whole(text.strip())
    if days is None or not 1 <= days <= 999:
        raise refuse("Type the days' supply: 1 to 999.", rule="days_supply_is_given", field=name)
    return days


def _package(text: str, fill: Fill) -> Package:
    found = Package.objects.select_related("product").filter(pk=typed_whole(text) or 0).first()
    same = found and fill.package and found.product.formulation_id == fill.package.product.formulation_id
    if found is None or not same:
        raise refuse(
            "Another drug, strength or form is the prescriber's: ask for a change of the prescription.",
            rule="another_drug_is_the_prescribers", cites="21 U.S.C. 353(b)(1)", field="package",
        )  # fmt: skip
    return found
