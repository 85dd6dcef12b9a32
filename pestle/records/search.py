"""Find a drug as somebody types or scans: by name, strength and form in any order, misspelt, or by NDC.

What is found are formulations with their products: the page shows alike drugs together, the cheapest price among them.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from types import MappingProxyType
from typing import Any, NamedTuple

from django.db import connection
from django.db.models import Q, QuerySet

from pestle.records.catalogue import Formulation, Package, Product
from pestle.records.reference_lists import SearchAbbreviation
from pestle.records.statements.prepared import running
from pestle.terms.drugs.search_words import SearchTerm, is_ndc_like, search_terms
from pestle.terms.ndc import Ndc
from pestle.terms.quantity import BillingUnit
from pestle.terms.schedule import Schedule, most_restrictive

MOST_GROUPS = 12
MOST_PRODUCTS = 40
_SHORTEST = 2
NONE_STOCKED: Mapping[int, int] = MappingProxyType({})
_STOCKED = """
    SELECT id, formulation_id FROM records_product WHERE id = ANY(ARRAY(
        SELECT product_id FROM records_package
        WHERE id = ANY(ARRAY(SELECT package_id FROM records_stockitem WHERE pharmacy_id = %s))
    ))
"""
_MATCHING = """
    SELECT id, name, strength, dosage_form, route FROM records_formulation WHERE words @@ %s::tsquery
    ORDER BY id = ANY(%s) DESC,
        names LIKE %s DESC, names LIKE %s DESC, kind, ingredient_count = 0, ingredient_count,
        name, first_strength NULLS LAST, dosage_form, id
    LIMIT %s
"""
# Each with the lowest price in force among its packages. The NDCs go to the prices as one list, which reads the index
# of prices once through; asked one by one they cost more than all the rest of a search.
_LISTED = """
    WITH listed AS MATERIALIZED (
        SELECT formulation_id, id, product_ndc, proprietary_name, nonproprietary_name, labeler, strength, dosage_form,
            is_brand, te_code, schedule, is_in_directory
        FROM records_product WHERE formulation_id = ANY(%s) AND is_newest_listing
    ), packaged AS MATERIALIZED (
        SELECT product_id, ndc11 FROM records_package WHERE product_id = ANY(ARRAY(SELECT id FROM listed))
    ), in_force AS MATERIALIZED (
        SELECT DISTINCT ON (ndc11) ndc11, per_unit, billing_unit, effective_on FROM records_price
        WHERE ndc11 = ANY(ARRAY(SELECT ndc11 FROM packaged)) AND effective_on <= %s
        ORDER BY ndc11, effective_on DESC
    ), lowest AS (
        SELECT DISTINCT ON (product_id) product_id, per_unit, billing_unit, effective_on
        FROM packaged JOIN in_force USING (ndc11) ORDER BY product_id, per_unit
    )
    SELECT listed.*, lowest.per_unit, lowest.billing_unit, lowest.effective_on
    FROM listed LEFT JOIN lowest ON lowest.product_id = listed.id
"""


class _Alike(NamedTuple):
    """A formulation as a search finds it."""

    id: int
    name: str
    strength: str
    dosage_form: str
    route: str


@dataclass(frozen=True, slots=True)
class FoundPrice:
    """The price of one billing unit, and since when."""

    per_unit: Decimal
    unit: BillingUnit
    effective_on: date


@dataclass(frozen=True, slots=True)
class FoundProduct:
    """One labeler's product of a formulation."""

    product_id: int
    product_ndc: str
    name: str
    nonproprietary_name: str
    labeler: str
    strength: str
    dosage_form: str
    is_brand: bool
    te_code: str
    schedule: Schedule
    is_in_directory: bool
    is_stocked: bool
    price: FoundPrice | None


@dataclass(frozen=True, slots=True)
class FoundFormulation:
    """Products with the same ingredients, strengths, form and route: alike, though not all substitutable."""

    formulation_id: int
    name: str
    strength: str
    dosage_form: str
    route: str
    products: tuple[FoundProduct, ...]
    product_count: int

    @property
    def schedule(self) -> Schedule:
        """Give the strictest schedule among the products shown."""
        return most_restrictive(product.schedule for product in self.products)

    @property
    def cheapest(self) -> FoundProduct | None:
        """Give the product with the lowest price per billing unit; None without prices, or in unlike units."""
        priced = [product for product in self.products if product.price is not None]
        if len({product.price.unit for product in priced if product.price}) != 1:
            return None
        return min(priced, key=_per_unit)


@dataclass(frozen=True, slots=True)
class SearchAnswer:
    """What was found, and how misspelt words were understood."""

    formulations: tuple[FoundFormulation, ...]
    understood: Mapping[str, str]
    is_more: bool


def search(
    text: str, *, on: date, stocked: Mapping[int, int] = NONE_STOCKED, groups: int = MOST_GROUPS
) -> SearchAnswer:
    """Find what somebody types, priced as of that day; `stocked` are the products that come first."""
    if is_ndc_like(text):
        products = by_ndc(text)[: groups * 4].values_list("formulation_id", flat=True)
        return _answer(_formulations(dict.fromkeys(products)), {}, on=on, stocked=stocked, groups=groups)
    terms = search_terms(text, dict(SearchAbbreviation.objects.values_list("typed", "means")))
    if not any(_is_name(term) for term in terms):
        return SearchAnswer((), {}, is_more=False)
    found = _matching(terms, stocked=stocked, limit=groups + 1)
    if found:
        return _answer(found, {}, on=on, stocked=stocked, groups=groups)
    mended, understood = _mended(terms)
    found = _matching(mended, stocked=stocked, limit=groups + 1) if understood else []
    return _answer(found, understood, on=on, stocked=stocked, groups=groups)


def stocked_products(pharmacy_id: int) -> dict[int, int]:
    """Give the products of which a pharmacy keeps a package, each id with that of its formulation."""
    with running(_STOCKED, [pharmacy_id]) as cursor:
        return dict(cursor.fetchall())


def by_ndc(typed: str) -> QuerySet[Product]:
    """Give the products whose NDC begins with what was typed, with dashes or without, in ten digits or eleven."""
    digits = typed.strip().replace("-", "")
    packages = Q(ndc11__startswith=digits) | Q(ndc10__startswith=digits)
    if "-" in typed:
        packages = Q(package_ndc__startswith=typed.strip())
        for beginning in _padded(typed.strip()):
            packages |= Q(ndc11__startswith=beginning)
    meant = Package.objects.filter(packages).values("product_id")
    return Product.objects.filter(pk__in=meant, is_newest_listing=True).order_by("product_ndc")


def by_scan(candidates: Iterable[Ndc]) -> list[Package]:
    """Give the packages a scanned code may mean: one for each NDC, of its newest listing, those still listed first."""
    packages = (
        Package.objects.filter(ndc11__in=[ndc.digits for ndc in candidates])
        .select_related("product", "product__formulation", "product__source")
        .order_by("ndc11", "-is_in_directory", "-product__is_newest_listing", "-product__started_on", "pk")
        .distinct("ndc11")
    )
    return sorted(packages, key=lambda package: not package.is_in_directory)


def equivalents(product: Product, *, on: date, stocked: Mapping[int, int] = NONE_STOCKED) -> FoundFormulation:
    """Give the product's formulation with every product of it, brand and generic, priced."""
    found = _answer(_formulations([product.formulation_id]), {}, on=on, stocked=stocked, groups=1, products=None)
    return found.formulations[0]


def _is_name(term: SearchTerm) -> bool:
    return not term.is_number and len(term.words[0]) >= _SHORTEST


def _matching(terms: Sequence[SearchTerm], *, stocked: Mapping[int, int], limit: int) -> list[_Alike]:
    """Give formulations that have every term: stocked first, then names that begin with what was typed."""
    first = _like(next(term.words[-1] for term in terms if _is_name(term)))
    given = [_tsquery(terms), list({*stocked.values()}), f"%|{first}%", f"%|{first}|%", limit]
    with running(_MATCHING, given) as cursor:
        return [_Alike(*row) for row in cursor.fetchall()]


def _formulations(ids: Iterable[int]) -> list[_Alike]:
    wanted = list(ids)
    rows = Formulation.objects.filter(pk__in=wanted).values_list("pk", "name", "strength", "dosage_form", "route")
    found = {row[0]: _Alike(*row) for row in rows}
    return [found[each] for each in wanted]


def _mended(terms: Sequence[SearchTerm]) -> tuple[tuple[SearchTerm, ...], Mapping[str, str]]:
    """Replace each word that no drug name begins with by the likest ones there are."""
    mended, understood = [], {}
    for term in terms:
        likest = () if term.is_number or _is_known(term) else _likest(term.words[0])
        mended.append(SearchTerm(likest, is_prefix=False) if likest else term)
        if likest:
            understood[term.words[0]] = likest[0]
    return tuple(mended), understood


def _is_known(term: SearchTerm) -> bool:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT EXISTS (SELECT 1 FROM records_formulation WHERE words @@ %s::tsquery)", [_tsquery([term])]
        )
        return bool(cursor.fetchone()[0])


def _likest(word: str) -> tuple[str, ...]:
    """Give up to three words likest to this one, compared as a whole and as the beginning that was typed so far."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT word FROM records_searchword WHERE word %% %s ORDER BY "
            "greatest(similarity(word, %s), similarity(left(word, %s), %s)) DESC, formulations DESC, word LIMIT 3",
            [word, word, len(word) + 1, word],
        )
        return tuple(row[0] for row in cursor.fetchall())


def _answer(
    found: Sequence[_Alike],
    understood: Mapping[str, str],
    *,
    on: date,
    stocked: Mapping[int, int],
    groups: int,
    products: int | None = MOST_PRODUCTS,
) -> SearchAnswer:
    shown = found[:groups]
    members = _products([row.id for row in shown], on=on, stocked=stocked)
    formulations = tuple(_found(row, members.get(row.id, ()), most=products) for row in shown)
    return SearchAnswer(formulations, understood, is_more=len(found) > groups)


def _found(row: _Alike, members: Sequence[FoundProduct], *, most: int | None) -> FoundFormulation:
    return FoundFormulation(
        formulation_id=row.id,
        name=row.name,
        strength=row.strength,
        dosage_form=row.dosage_form,
        route=row.route,
        products=tuple(members[:most]),
        product_count=len(members),
    )


def _products(formulations: Sequence[int], *, on: date, stocked: Mapping[int, int]) -> Mapping[int, list[FoundProduct]]:
    members: dict[int, list[FoundProduct]] = {}
    with running(_LISTED, [list(formulations), on]) as cursor:
        for formulation, *row in cursor.fetchall():
            members.setdefault(formulation, []).append(_found_product(row, stocked))
    for group in members.values():
        group.sort(key=_first_to_show)
    return members


def _found_product(row: Sequence[Any], stocked: Mapping[int, int]) -> FoundProduct:
    product_id, ndc, name, nonproprietary, labeler, strength, form, is_brand, te_code, schedule, is_listed, *price = row
    return FoundProduct(
        product_id=product_id,
        product_ndc=ndc,
        name=name,
        nonproprietary_name=nonproprietary,
        labeler=labeler,
        strength=strength,
        dosage_form=form,
        is_brand=is_brand,
        te_code=te_code,
        schedule=Schedule(schedule),
        is_in_directory=is_listed,
        is_stocked=product_id in stocked,
        price=None if price[0] is None else FoundPrice(price[0], BillingUnit(price[1]), price[2]),
    )


def _first_to_show(product: FoundProduct) -> tuple[bool, bool, bool, Decimal, str, int]:
    return (
        not product.is_stocked,
        not product.is_in_directory,
        product.price is None,
        _per_unit(product),
        product.labeler,
        product.product_id,
    )


def _per_unit(product: FoundProduct) -> Decimal:
    return product.price.per_unit if product.price else Decimal(0)


def _padded(typed: str) -> set[str]:
    """Give what eleven digits may begin with when dashed digits are typed: the last part may not yet be whole."""
    labeler, *rest = typed.split("-")
    if len(rest) == 1:
        return {labeler.zfill(5) + rest[0], labeler.zfill(5) + rest[0].zfill(4)} if len(rest[0]) > 1 else set()
    if len(rest) == 2:
        start = labeler.zfill(5) + rest[0].zfill(4)
        return {start + rest[1], start + rest[1].zfill(2)} if rest[1] else {start}
    return set()


def _tsquery(terms: Sequence[SearchTerm]) -> str:
    return " & ".join(
        "(" + " | ".join(_lexeme(word, is_prefix=term.is_prefix) for word in term.words) + ")" for term in terms
    )


def _lexeme(word: str, *, is_prefix: bool) -> str:
    quoted = "'" + word.replace("\\", "").replace("'", "''") + "'"
    return f"{quoted}:*" if is_prefix else quoted


def _like(word: str) -> str:
    return word.replace("\\", "").replace("%", r"\%").replace("_", r"\_")
