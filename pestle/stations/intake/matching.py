"""Who and what a prescription means: candidates of patient, prescriber and drug, each with its reasons.

Candidates are found widely and compared field by field by `pestle.terms.matching`; nothing here decides.
"""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import reduce
from operator import or_
from typing import Generic, TypeVar

from django.db import models
from django.db.models import Q

from pestle.ledger.places import ON_SHELVES
from pestle.records import search
from pestle.records.catalogue import Package, Product
from pestle.records.patients import Patient
from pestle.records.pharmacies import Pharmacy
from pestle.records.prescribers import Prescriber
from pestle.records.stock import Balance, StockItem
from pestle.stations.intake.originals import Original, drug_said, person_said, prescriber_said
from pestle.terms.drugs.search_words import words_of
from pestle.terms.matching import (
    SIMILAR,
    DrugFacts,
    Match,
    PersonFacts,
    PrescriberFacts,
    match_drug,
    match_person,
    match_prescriber,
)
from pestle.terms.schedule import Schedule

Row = TypeVar("Row", bound=models.Model)
MOST_COMPARED = 200
MOST_SHOWN = 5
LONGEST_NAME_WORDS = 4


@dataclass(frozen=True, slots=True)
class Candidate(Generic[Row]):
    """A row that may be meant, compared with what was said."""

    row: Row
    match: Match

    @property
    def score(self) -> int:
        """Give how much agrees, 0 to 100."""
        return self.match.score


@dataclass(frozen=True, slots=True)
class Matches:
    """The candidates of the three, the best first."""

    patients: tuple[Candidate[Patient], ...]
    prescribers: tuple[Candidate[Prescriber], ...]
    products: tuple[Candidate[Product], ...]


def matches_of(original: Original, pharmacy: Pharmacy, *, today: date) -> Matches:
    """This will give who and what an original may mean at this pharmacy."""
    return Matches(
        patients=patients_like(person_said(original), pharmacy),
        prescribers=prescribers_like(prescriber_said(original), pharmacy),
        products=products_like(drug_said(original), pharmacy, today=today),
    )


def patients_like(said: PersonFacts, pharmacy: Pharmacy) -> tuple[Candidate[Patient], ...]:
    """This will give the patients who may be meant: by birth date, by the beginning of the name, by telephone."""
    wanted = [Q(birth_on=said.birth_on)] if said.birth_on else []
    if said.family:
        wanted.append(Q(search_text__startswith=said.family.lower()[:4]))
    wanted += [Q(search_text__contains=phone) for phone in said.phones if len(phone) == 10]
    if not wanted:
        return ()
    rows = Patient.objects.filter(reduce(or_, wanted), pharmacy=pharmacy).order_by("pk")[:MOST_COMPARED]
    return _best(Candidate(row, match_person(said, person_known(row))) for row in rows)


def prescribers_like(said: PrescriberFacts, pharmacy: Pharmacy) -> tuple[Candidate[Prescriber], ...]:
    """This will give the prescribers who may be meant: by NPI, by DEA number, by family name."""
    wanted = [Q(npi=said.npi)] if said.npi else []
    if said.dea_number:
        wanted.append(Q(dea_number=said.dea_number.partition("-")[0].upper()))
    if said.family:
        wanted.append(Q(family__iexact=said.family))
    if not wanted:
        return ()
    rows = Prescriber.objects.filter(reduce(or_, wanted), pharmacy=pharmacy, is_active=True)[:MOST_COMPARED]
    compared = (Candidate(row, match_prescriber(said, prescriber_known(row))) for row in rows)
    # Everybody of the family name is shown, also where nothing more was said: a person chooses.
    return _best(compared, least=1)


def products_like(said: DrugFacts, pharmacy: Pharmacy, *, today: date) -> tuple[Candidate[Product], ...]:
    """This will give the products that may be meant: by code, by name among what is stocked, else in the directory."""
    stocked = search.stocked_products(pharmacy.pk)
    found = {row.pk: row for row in _by_code(said.ndcs)}
    found |= {row.pk: row for row in _in_stock(said.description, stocked)}
    if not found and said.description:
        answer = search.search(said.description, on=today, stocked=stocked)
        ids = [each.product_id for group in answer.formulations for each in group.products[:3]]
        found |= Product.objects.in_bulk(ids[:MOST_COMPARED])
    codes = _codes(found)
    compared = (Candidate(row, match_drug(said, drug_known(row, codes.get(row.pk, ())))) for row in found.values())
    return _best(compared, prefer=stocked, least=1)


def certain(candidates: tuple[Candidate[Row], ...]) -> Row | None:
    """This will give the one row of which everything strong agrees, if no other is like it; otherwise nothing."""
    sure = [each for each in candidates if each.match.is_certain]
    return sure[0].row if len(sure) == 1 else None


def certain_patient(candidates: tuple[Candidate[Patient], ...]) -> Patient | None:
    """This will give the certain patient; with a second person of similar name and birth date, nobody is certain."""
    others = [each for each in candidates if not each.match.is_certain and each.score >= SIMILAR]
    return None if others else certain(candidates)


def package_for(product: Product, pharmacy: Pharmacy, *, quantity: Decimal, ndc11: str = "") -> Package | None:
    """This will propose what to fill from: this product or an equal one where enough is here, else what was named."""
    on_shelf = _on_shelf(product, pharmacy)
    items = StockItem.objects.filter(pharmacy=pharmacy, package__product__formulation_id=product.formulation_id)
    stocked = [item.package for item in items.select_related("package__product").order_by("pk")]
    enough = [each for each in stocked if on_shelf.get(each.pk, Decimal(0)) >= quantity]
    named = list(product.packages.order_by("-is_in_directory", "is_sample", "pk"))
    by_code = [each for each in named if each.ndc11 == ndc11]
    same = [each for each in enough if each.product_id == product.pk]
    return next(
        iter([*same, *enough, *(each for each in stocked if each.product_id == product.pk), *by_code, *named]), None
    )


def person_known(patient: Patient) -> PersonFacts:
    """This will give what a patient's record says, ready to be compared."""
    return PersonFacts(
        family=patient.family,
        given=patient.given,
        birth_on=patient.birth_on,
        sex=patient.sex,
        address=patient.address,
        postal_code=patient.postal_code,
        phones=(patient.phone,) if patient.phone else (),
    )


def prescriber_known(row: Prescriber) -> PrescriberFacts:
    """This will give what a prescriber's record says, ready to be compared."""
    return PrescriberFacts(
        family=row.family,
        given=row.given,
        npi=row.npi,
        dea_number=row.dea_number,
        practice=row.practice,
        address=row.address,
        phones=tuple(filter(None, (row.phone, row.fax))),
    )


def drug_known(row: Product, ndcs: tuple[str, ...]) -> DrugFacts:
    """This will give what the directory says of a product, ready to be compared."""
    combined = " ".join(row.base_substances)
    names = (row.nonproprietary_name, row.proprietary_name, *((combined,) if len(row.base_substances) > 1 else ()))
    single = tuple(row.base_substances) if len(row.base_substances) == 1 else ()
    return DrugFacts(
        description=str(row),
        names=tuple(dict.fromkeys(filter(None, (*names, *single)))),
        strength=row.strength,
        form=row.dosage_form,
        ndcs=ndcs,
        schedule=Schedule(row.schedule),
    )


def _by_code(ndcs: tuple[str, ...]) -> Iterable[Product]:
    wanted = [ndc[:9] for ndc in ndcs]
    if not wanted:
        return ()
    by_product = reduce(or_, (Q(packages__ndc11__startswith=each) for each in wanted))
    return Product.objects.filter(by_product, is_newest_listing=True).distinct()[:MOST_COMPARED]


def _in_stock(description: str, stocked: Collection[int]) -> Iterable[Product]:
    words = [word for word in words_of(description) if word[0].isalpha()]
    phrases = {
        " ".join(words[at : at + length])
        for length in range(1, LONGEST_NAME_WORDS + 1)
        for at in range(len(words) - length + 1)
    }
    if not phrases or not stocked:
        return ()
    by_name = Q(base_substances__overlap=sorted(phrases)) | Q(proprietary_name__in=[*phrases, *map(str.title, phrases)])
    return Product.objects.filter(by_name, pk__in=stocked)[:MOST_COMPARED]


def _codes(products: dict[int, Product]) -> dict[int, tuple[str, ...]]:
    codes: dict[int, tuple[str, ...]] = {}
    for product_id, ndc11 in Package.objects.filter(product_id__in=products).values_list("product_id", "ndc11"):
        codes[product_id] = (*codes.get(product_id, ()), ndc11)
    return codes


def _on_shelf(product: Product, pharmacy: Pharmacy) -> dict[int, Decimal]:
    rows = Balance.objects.filter(
        pharmacy=pharmacy,
        lot__package__product__formulation_id=product.formulation_id,
        place__kind__in=ON_SHELVES,
        lot__is_recalled=False,
    )
    return dict(rows.values_list("lot__package_id").annotate(held=models.Sum("quantity")))


def _best(
    candidates: Iterable[Candidate[Row]], *, prefer: Collection[int] | None = None, least: int = 35
) -> tuple[Candidate[Row], ...]:
    kept = [each for each in candidates if each.score >= least]
    kept.sort(key=lambda each: (not each.match.is_certain, -each.score, each.row.pk not in (prefer or ()), each.row.pk))
    return tuple(kept[:MOST_SHOWN])
