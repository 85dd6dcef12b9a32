"""The drug-use review of a fill: what the lists and the profile say against it, for a pharmacist to decide.

42 CFR 456.705(b) asks for duplicate therapy, interactions, allergies and early refills before each fill. The lists are
not reviewed by a pharmacist and not complete; each finding carries its source, and nothing found is never proof.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from pestle.flows.fill import FillState
from pestle.records import drug_warnings
from pestle.records.catalogue import Product
from pestle.records.fills import DurFinding, Fill
from pestle.records.patients import Patient
from pestle.terms.drugs.drug_facts import AllergyFact, AllergyRelation, InteractionSeverity, ListSource

# A medicine counts as taken until its supply ends and this long after; patients keep what is left over.
AFTER_SUPPLY = timedelta(days=15)
_NO_ALERT = frozenset({AllergyRelation.SEPARATE, AllergyRelation.HISTORIC})
AHEAD = (
    FillState.ADJUDICATING, FillState.AWAITING_CHECK, FillState.QUEUED, FillState.OUT_OF_STOCK, FillState.FILLED,
    FillState.VERIFIED, FillState.BAGGED, FillState.IN_WILL_CALL, FillState.OUT_FOR_DELIVERY,
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Found:
    """One thing found, before it is written down. `code` is NCPDP 439-E4, reason for service."""

    code: str
    sentence: str
    against: str
    is_serious: bool
    source: str
    is_reviewed: bool


def review(fill: Fill, *, at: datetime) -> list[DurFinding]:
    """This will screen a fill against the patient's profile and write down what is new; to be called inside an act.

    A decision about the same finding on the last fill of the same prescription is carried over, and shown as carried.
    Findings that no longer hold and were not decided are taken away.
    """
    found = {(each.code, each.against): each for each in screen(fill, at=at)}
    kept = {(row.code, row.against): row for row in fill.dur_findings.all()}
    for key, row in kept.items():
        if key not in found and row.decided_by_id is None:
            row.delete()
    fresh = [_written(fill, each) for key, each in found.items() if key not in kept]
    return DurFinding.objects.bulk_create(fresh)


def screen(fill: Fill, *, at: datetime) -> Iterator[Found]:
    """This will give everything the lists and the profile say against a fill, the gravest kinds first."""
    patient, package = fill.prescription.patient, fill.package
    if patient is None or package is None:
        return
    day = fill.local_day(at)
    yield from _allergies(package.product, patient)
    taken = medicines_taken(patient, day=day, but=fill)
    yield from _interactions(package.product, taken)
    yield from _duplicates(package.product, taken)
    yield from _too_soon(fill, day)
    yield from _age(fill, patient, day)
    yield from _pregnancy(package.product, patient)


def medicines_taken(patient: Patient, *, day: date, but: Fill | None = None) -> list[Product]:
    """This will give the products a patient takes on a day: sold and not long used up, or about to be handed over."""
    rows = Fill.objects.of_patient(patient.pk).select_related("package__product", "pharmacy")
    products: dict[int, Product] = {}
    for row in rows.filter(package__isnull=False):
        if but is not None and row.prescription_id == but.prescription_id:
            continue
        if row.package is not None and _is_taken(row, day):
            products.setdefault(row.package.product.formulation_id, row.package.product)
    return list(products.values())


def _is_taken(row: Fill, day: date) -> bool:
    if row.state in AHEAD:
        return True
    if row.sold_at is None or row.state not in {FillState.SOLD, FillState.RECALL_NOTIFIED}:
        return False
    return day <= row.local_day(row.sold_at) + timedelta(days=row.days_supply or 30) + AFTER_SUPPLY


def _allergies(product: Product, patient: Patient) -> Iterator[Found]:
    names = [each.allergen for each in patient.allergies.filter(ended_on=None)]
    for fact in drug_warnings.allergy_matches(product, names):
        if fact.relation in _NO_ALERT:
            continue
        words = f"Allergy to {fact.allergen}: {fact.substance} is {_how_near(fact)}."
        is_serious = fact.relation in {AllergyRelation.EXACT, AllergyRelation.SAME_CLASS}
        yield _found("DA", words, fact.allergen, fact.source, is_serious=is_serious)


def _interactions(product: Product, taken: list[Product]) -> Iterator[Found]:
    for other in taken:
        for fact in drug_warnings.interactions_between(product.base_substances, other.base_substances):
            is_serious = fact.severity is InteractionSeverity.CRITICAL
            words = f"{fact.substance} with {fact.other}: {_how_grave(fact.severity)} interaction."
            yield _found("DD", _sentence(words), fact.other, fact.source, is_serious=is_serious)


def _duplicates(product: Product, taken: list[Product]) -> Iterator[Found]:
    for other in taken:
        same = sorted(set(product.base_substances) & set(other.base_substances))
        if same:
            words = f"Already takes {other.nonproprietary_name.lower()} {other.strength}: the same ingredient twice."
            yield Found("ID", words, same[0], is_serious=True, source="this pharmacy's profile", is_reviewed=True)
            continue
        for fact in drug_warnings.shared_duplicate_classes(product, other):
            words = f"Already takes {other.nonproprietary_name.lower()}: two of the class {fact.name}."
            yield _found("TD", words, other.nonproprietary_name.lower()[:80], fact.source, is_serious=False)


def _too_soon(fill: Fill, day: date) -> Iterator[Found]:
    last = fill.last_dispensed() if fill.number > 1 else None
    if last is None or last.sold_at is None or not last.days_supply:
        return
    used = (day - fill.local_day(last.sold_at)).days
    if used * 100 < last.days_supply * 75:
        words = f"Last filled {used} days ago for {last.days_supply} days: refilled early."
        yield Found("ER", words, str(last.number), is_serious=False, source="this pharmacy's profile", is_reviewed=True)


def _age(fill: Fill, patient: Patient, day: date) -> Iterator[Found]:
    age = patient.age_on(day)
    if age >= 12 or fill.package is None:
        return
    words = f"{patient.given} is {age}: a child's dose is checked by weight."
    yield Found("PA", words, "age", is_serious=False, source="standard of practice", is_reviewed=False)


def _pregnancy(product: Product, patient: Patient) -> Iterator[Found]:
    if patient.is_pregnant:
        words = f"{patient.given} is pregnant: {product.nonproprietary_name.lower()} is looked up by the pharmacist."
        yield Found("PG", words, "pregnancy", is_serious=True, source="the patient's profile", is_reviewed=True)


def _found(code: str, sentence: str, against: str, source: ListSource, *, is_serious: bool) -> Found:
    told = f"{source.title}, {source.as_of_on:%Y-%m-%d}"
    return Found(code, sentence[:300], against[:80], is_serious, told[:120], bool(source.reviewed_by))


def _how_near(fact: AllergyFact) -> str:
    nearness = {
        AllergyRelation.EXACT: "the same drug",
        AllergyRelation.SAME_CLASS: f"of the same class ({fact.group})",
        AllergyRelation.CROSS_REACTS: f"known to cross-react ({fact.group})",
        AllergyRelation.EXCIPIENT: "made with something that may react",
    }
    return nearness.get(fact.relation, f"seldom a problem ({fact.group})")


def _sentence(words: str) -> str:
    return words[:1].upper() + words[1:]


def _how_grave(severity: InteractionSeverity) -> str:
    return {InteractionSeverity.CRITICAL: "critical", InteractionSeverity.SIGNIFICANT: "significant"}.get(
        severity, "known, severity not given,"
    )


def _written(fill: Fill, found: Found) -> DurFinding:
    before = _decided_before(fill, found)
    row = DurFinding(
        fill=fill, code=found.code, sentence=found.sentence, against=found.against, is_serious=found.is_serious,
        source=found.source, is_reviewed=found.is_reviewed,
    )  # fmt: skip
    if before is not None:
        row.carried_from, row.decided_by, row.decided_at = before, before.decided_by, before.decided_at
        row.decision, row.service_code, row.result_code = before.decision, before.service_code, before.result_code
    return row


def _decided_before(fill: Fill, found: Found) -> DurFinding | None:
    if fill.number == 1 or found.code == "ER":
        return None
    earlier = DurFinding.objects.filter(fill__prescription_id=fill.prescription_id, code=found.code)
    return earlier.filter(against=found.against, decided_by__isnull=False).exclude(fill=fill).order_by("-pk").first()
