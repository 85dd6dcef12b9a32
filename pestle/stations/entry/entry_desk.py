"""What the page of data entry shows: the fill with its original, its numbers, its drug and what stands in the way."""

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.db.models import Sum

from pestle.flows.fill import FILL, FillState
from pestle.ledger.places import ON_SHELVES
from pestle.records import drug_warnings, search
from pestle.records.catalogue import Package, Product
from pestle.records.claims import Claim
from pestle.records.fills import DISPENSED, DurFinding, Fill
from pestle.records.patients import Coverage, Plan
from pestle.records.people import Worker
from pestle.records.pharmacies import Pharmacy
from pestle.records.stock import Balance, StockItem
from pestle.rules.claim_rejects import NOT_COVERED
from pestle.stations.entry.data_entry import order_is_open
from pestle.stations.entry.directions import Comparison, Days, compared, days_of, read_for
from pestle.stations.entry.drug_review import medicines_taken
from pestle.stations.entry.entry_fields import FIELDS
from pestle.stations.intake.drop_off import fill_of
from pestle.stations.intake.matching import drug_known
from pestle.stations.intake.originals import Original, drug_said
from pestle.stations.payers.claim_opening import plans_of
from pestle.stations.payers.pricing import UnitCost, unit_costs
from pestle.terms.drugs.search_words import words_of
from pestle.terms.findings import Finding
from pestle.terms.matching import Match, Outcome, match_drug
from pestle.terms.sig import Question

MOST_ROWS = 6
MOST_BEFORE = 3


@dataclass(frozen=True, slots=True)
class PlanHint:
    """What the patient's first plan last said of a drug; empty words where it was never asked."""

    words: str = "not asked yet"
    kind: str = "wait"


@dataclass(frozen=True, slots=True)
class DrugRow:
    """One package that could be dispensed: how much is here, what so much of it costs, what the plan said."""

    package: Package
    on_hand: Decimal
    cost: Decimal | None
    plan: PlanHint
    is_chosen: bool = False

    @property
    def product(self) -> Product:
        return self.package.product


@dataclass(frozen=True, slots=True)
class NameWarning:
    """A look-alike of the chosen drug; `is_wrong` where the original says the other name."""

    name: str
    other: str
    is_wrong: bool
    said: str


@dataclass(frozen=True, slots=True)
class Sheet:
    """One fill in data entry."""

    fill: Fill
    values: dict[str, str]
    days: Days
    comparison: Comparison
    questions: tuple[Question, ...]
    findings: tuple[Finding, ...]
    alerts: tuple[DurFinding, ...]
    before: tuple[Fill, ...]
    coverages: tuple[Coverage, ...]
    medicines: tuple[str, ...]
    drugs: tuple[DrugRow, ...]
    name_warnings: tuple[NameWarning, ...]
    drug_match: Match | None
    order_is_open: bool

    @property
    def pays_cash(self) -> bool:
        """Say whether there is no plan to bill."""
        return not self.coverages

    @property
    def verb(self) -> str:
        return "charge_cash" if self.pays_cash else "send_claim"

    @property
    def marked(self) -> frozenset[str]:
        return frozenset(self.fill.marked_fields)

    @property
    def said_drug(self) -> str:
        """Give the drug as the original wrote it."""
        return said_of_drug(self.fill.prescription.as_received)

    @property
    def differences(self) -> tuple[str, ...]:
        """Give what of the chosen drug the original says otherwise: name, strength, form or schedule."""
        reasons = self.drug_match.reasons if self.drug_match else ()
        return tuple(each.field for each in reasons if each.outcome is Outcome.DIFFERS and each.field != "NDC")

    @property
    def first_field(self) -> str:
        """Give the field a person lands on: the first marked one, else the first that stands in the way."""
        names = ("product", *(each.name for each in FIELDS))
        marked = next((name for name in names if name in self.marked), "")
        in_the_way = {each.field for each in self.findings}
        wrong = next((name for name in names if name in in_the_way), "")
        return marked or wrong or "directions"


def sheet(by: Worker, fill_id: int, at: datetime) -> Sheet:
    """This will gather what the page of one fill shows; Refused where there is no such fill."""
    fill = fill_of(by, fill_id)
    rx = fill.prescription
    day = fill.local_day(at)
    coverages = tuple(plans_of(rx.patient, day)) if rx.patient else ()
    plan = coverages[0].plan if coverages else None
    return Sheet(
        fill=fill,
        values={each.name: each.show(fill) for each in FIELDS},
        days=days_of(fill),
        comparison=compared(rx),
        questions=read_for(fill).questions if rx.directions else (),
        findings=_in_the_way(fill, by, at, "send_claim" if coverages else "charge_cash"),
        alerts=tuple(fill.dur_findings.order_by("-is_serious", "pk")),
        before=_same_drug_before(fill),
        coverages=coverages,
        medicines=tuple(
            each.nonproprietary_name.lower() for each in medicines_taken(rx.patient, day=day, but=fill)
        ) if rx.patient else (),
        drugs=chosen_rows(fill, plan, day=day),
        name_warnings=name_warnings(fill),
        drug_match=_drug_match(fill),
        order_is_open=order_is_open(fill, by, at),
    )  # fmt: skip


def numbers_written(by: Worker, fill_id: int) -> dict[str, Any]:
    """This will give the days' supply and the quantity to dispense as they stand on a fill."""
    found = Fill.objects.filter(pk=fill_id, pharmacy_id=by.pharmacy_id).values("days_supply", "quantity").first()
    return dict(found) if found else {"days_supply": None, "quantity": None}


def found_rows(text: str, by: Worker, fill_id: int, at: datetime) -> tuple[Fill, tuple[DrugRow, ...]]:
    """This will find drugs as somebody types, what is on our shelves first, with stock, cost and the plan's word."""
    fill = fill_of(by, fill_id)
    day = fill.local_day(at)
    answer = search.search(text, on=day, stocked=search.stocked_products(fill.pharmacy_id), groups=MOST_ROWS)
    packages = _packages_of(answer, fill.pharmacy)
    plans = plans_of(fill.prescription.patient, day) if fill.prescription.patient else []
    return fill, _rows(packages[:MOST_ROWS], fill, plans[0].plan if plans else None, day=day)


def chosen_rows(fill: Fill, plan: Plan | None, *, day: date) -> tuple[DrugRow, ...]:
    """This will give the chosen package and the others of the same drug on our shelves."""
    if fill.package is None:
        return ()
    alike = StockItem.objects.filter(
        pharmacy=fill.pharmacy, package__product__formulation_id=fill.package.product.formulation_id
    ).select_related("package__product")
    others = [item.package for item in alike if item.package_id != fill.package_id]
    return _rows([fill.package, *others][:3], fill, plan, day=day)


def name_warnings(fill: Fill) -> tuple[NameWarning, ...]:
    """This will give the look-alikes of the chosen drug, those the original may have meant first."""
    if fill.package is None:
        return ()
    said = str((fill.prescription.as_received.get("drug") or {}).get("description", ""))
    words = set(words_of(said))
    found = [
        NameWarning(fact.name, fact.other, _is_said(fact.other, words) and not _is_said(fact.name, words), said)
        for fact in drug_warnings.look_alikes(fill.package.product)
    ]
    return tuple(sorted(found, key=lambda each: not each.is_wrong))


def in_entry(pharmacy: Pharmacy) -> list[Fill]:
    """This will give the queue of data entry, the most urgent first."""
    return list(
        Fill.objects.filter(pharmacy=pharmacy)
        .in_state(FillState.IN_ENTRY)
        .with_names()
        .select_related("prescription__product", "in_hands_of")
    )


def at_drop_off(pharmacy: Pharmacy) -> int:
    """This will count what waits before data entry."""
    return Fill.objects.filter(pharmacy=pharmacy, state=FillState.RECEIVED).count()


def said_of_drug(original: Original) -> str:
    """This will give the drug as the original wrote it."""
    return str((original.get("drug") or {}).get("description", ""))


def _in_the_way(fill: Fill, by: Worker, at: datetime, verb: str) -> tuple[Finding, ...]:
    ways = FILL.steps_open_to(fill.facts(at, by), by.roles)
    return next((way.findings for way in ways if way.step.verb == verb), ())


def _same_drug_before(fill: Fill) -> tuple[Fill, ...]:
    rx = fill.prescription
    if rx.patient is None or fill.package is None:
        return ()
    same = Fill.objects.of_patient(rx.patient.pk).filter(
        state__in=DISPENSED, package__product__base_substances__overlap=fill.package.product.base_substances
    )
    return tuple(
        same.exclude(pk=fill.pk).select_related("package__product", "prescription").order_by("-sold_at")[:MOST_BEFORE]
    )


def _drug_match(fill: Fill) -> Match | None:
    said = drug_said(fill.prescription.as_received)
    if fill.package is None or not (said.description or said.ndcs):
        return None
    product = fill.package.product
    codes = tuple(Package.objects.filter(product=product).values_list("ndc11", flat=True))
    return match_drug(said, drug_known(product, codes))


def _packages_of(answer: search.SearchAnswer, pharmacy: Pharmacy) -> list[Package]:
    """Give of each formulation every package on our shelves; where there is none, one of the first product listed."""
    groups = answer.formulations
    stocked = _stocked([each.product_id for group in groups for each in group.products if each.is_stocked], pharmacy)
    firsts = {group.formulation_id: group.products[0].product_id for group in groups if group.products}
    listed = _listed(list(firsts.values()))
    packages: list[Package] = []
    for group in groups:
        here = [package for each in group.products for package in stocked.get(each.product_id, ())]
        packages += here or listed.get(firsts.get(group.formulation_id, 0), [])
    return packages


def _stocked(products: list[int], pharmacy: Pharmacy) -> dict[int, list[Package]]:
    stocked: dict[int, list[Package]] = {}
    items = StockItem.objects.filter(pharmacy=pharmacy, package__product_id__in=products)
    for item in items.select_related("package__product").order_by("pk"):
        stocked.setdefault(item.package.product_id, []).append(item.package)
    return stocked


def _listed(products: list[int]) -> dict[int, list[Package]]:
    rows = Package.objects.filter(product_id__in=products, is_sample=False).select_related("product")
    first = rows.order_by("product_id", "-is_in_directory", "-units", "pk").distinct("product_id")
    return {package.product_id: [package] for package in first}


def _rows(packages: list[Package], fill: Fill, plan: Plan | None, *, day: date) -> tuple[DrugRow, ...]:
    held = on_hand([package.pk for package in packages], fill.pharmacy)
    costs = unit_costs(packages, fill.pharmacy, day=day)
    hints = _hints({package.product.formulation_id for package in packages}, fill.pharmacy, plan)
    return tuple(
        DrugRow(
            package,
            held.get(package.pk, Decimal(0)),
            _cost(costs.get(package.pk), fill),
            hints.get(package.product.formulation_id, PlanHint()),
            is_chosen=package.pk == fill.package_id,
        )
        for package in packages
    )


def on_hand(package_ids: list[int], pharmacy: Pharmacy) -> dict[int, Decimal]:
    """This will tell how much of each package is on the shelves and not recalled."""
    rows = Balance.objects.filter(
        pharmacy=pharmacy, lot__package_id__in=package_ids, lot__is_recalled=False, place__kind__in=ON_SHELVES
    )
    return dict(rows.values_list("lot__package_id").annotate(held=Sum("quantity")))


def _cost(found: UnitCost | None, fill: Fill) -> Decimal | None:
    return found.per_unit * fill.quantity if found and fill.quantity else None


def _hints(formulations: set[int], pharmacy: Pharmacy, plan: Plan | None) -> dict[int, PlanHint]:
    """Give what the plan last answered for each drug, whoever the patient was: a hint, never a promise."""
    if plan is None:
        return dict.fromkeys(formulations, PlanHint("no plan", "plain"))
    asked = (
        Claim.objects.filter(pharmacy=pharmacy, coverage__plan=plan, answered_at__isnull=False)
        .filter(fill__package__product__formulation_id__in=formulations)
        .order_by("fill__package__product__formulation_id", "-answered_at")
        .distinct("fill__package__product__formulation_id")
        .select_related("fill__package__product")
        .prefetch_related("rejects")
    )
    return {each.fill.package.product.formulation_id: _hint(each) for each in asked if each.fill.package}


def _hint(claim: Claim) -> PlanHint:
    codes = {reject.code for reject in claim.rejects.all()}
    if codes & NOT_COVERED:
        return PlanHint("not covered", "stop")
    if codes:
        return PlanHint(f"said {min(codes)}", "warn")
    return PlanHint("covered", "ok")


def _is_said(name: str, words: set[str]) -> bool:
    return bool(set(words_of(name))) and set(words_of(name)) <= words
