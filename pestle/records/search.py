"""Find a drug as somebody types or scans: by name, strength and form in any order, misspelt, or by NDC.

What is found are formulations with their products: the page shows alike drugs together, the cheapest price among them.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.db import connection
from django.db.models import Q, QuerySet

from pestle.records.catalogue import Formulation, Package, Product
from pestle.records.reference_lists import SearchAbbreviation
from pestle.terms.drugs.search_words import SearchTerm, is_ndc_like, search_terms
from pestle.terms.ndc import Ndc
from pestle.terms.quantity import BillingUnit
from pestle.terms.schedule import Schedule, most_restrictive

MOST_GROUPS = 12
MOST_PRODUCTS = 40
_SHORTEST = 2
_SHOWN_COLUMNS = """
product_ndc formulation proprietary_name nonproprietary_name labeler strength dosage_form is_brand te_code schedule
is_in_directory
"""
_SHOWN = tuple(_SHOWN_COLUMNS.split())
_LOWEST_PRICES = """
    SELECT DISTINCT ON (package.product_id) package.product_id, price.per_unit, price.billing_unit, price.effective_on
    FROM (SELECT DISTINCT product_id, ndc11 FROM records_package WHERE product_id = ANY(%s)) package
    CROSS JOIN LATERAL (
        SELECT per_unit, billing_unit, effective_on FROM records_price
        WHERE ndc11 = package.ndc11 AND effective_on <= %s ORDER BY effective_on DESC LIMIT 1
    ) price
    ORDER BY package.product_id, price.per_unit
"""


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


def search(text: str, *, on: date, stocked: Collection[int] = (), groups: int = MOST_GROUPS) -> SearchAnswer:
    """Find what somebody types, priced as of that day; `stocked` are ids of the products that come first."""
    if is_ndc_like(text):
        products = by_ndc(text)[: groups * 4].values_list("formulation_id", flat=True)
        found = list(dict.fromkeys(products))
        return _answer(found, {}, on=on, stocked=stocked, groups=groups)
    terms = search_terms(text, dict(SearchAbbreviation.objects.values_list("typed", "means")))
    if not any(_is_name(term) for term in terms):
        return SearchAnswer((), {}, is_more=False)
    found = _matching(terms, stocked=stocked, limit=groups + 1)
    if found:
        return _answer(found, {}, on=on, stocked=stocked, groups=groups)
    mended, understood = _mended(terms)
    return _answer(
        _matching(mended, stocked=stocked, limit=groups + 1) if understood else [],
        understood,
        on=on,
        stocked=stocked,
        groups=groups,
    )


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


def equivalents(product: Product, *, on: date, stocked: Collection[int] = ()) -> FoundFormulation:
    """Give the product's formulation with every product of it, brand and generic, priced."""
    found = _answer([product.formulation_id], {}, on=on, stocked=stocked, groups=1, products=None)
    return found.formulations[0]


def _is_name(term: SearchTerm) -> bool:
    return not term.is_number and len(term.words[0]) >= _SHORTEST


def _matching(terms: Sequence[SearchTerm], *, stocked: Collection[int], limit: int) -> list[int]:
    """Give formulations that have every term: stocked first, then names that begin with what was typed."""
    first = next(term.words[-1] for term in terms if _is_name(term))
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT id FROM records_formulation WHERE words @@ %s::tsquery ORDER BY "
            "id IN (SELECT formulation_id FROM records_product WHERE id = ANY(%s)) DESC, "
            "names LIKE %s DESC, names LIKE %s DESC, kind, ingredient_count = 0, ingredient_count, "
            "name, first_strength NULLS LAST, dosage_form, id LIMIT %s",
            [_tsquery(terms), list(stocked), f"%|{_like(first)}%", f"%|{_like(first)}|%", limit],
        )
        return [row[0] for row in cursor.fetchall()]


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
    found: Sequence[int],
    understood: Mapping[str, str],
    *,
    on: date,
    stocked: Collection[int],
    groups: int,
    products: int | None = MOST_PRODUCTS,
) -> SearchAnswer:
    shown = found[:groups]
    rows = {row.pk: row for row in Formulation.objects.filter(pk__in=shown)}
    members = _products(shown, on=on, stocked=stocked)
    formulations = tuple(_found(rows[pk], members.get(pk, ()), most=products) for pk in shown)
    return SearchAnswer(formulations, understood, is_more=len(found) > groups)


def _found(row: Formulation, members: Sequence[FoundProduct], *, most: int | None) -> FoundFormulation:
    return FoundFormulation(
        formulation_id=row.pk,
        name=row.name,
        strength=row.strength,
        dosage_form=row.dosage_form,
        route=row.route,
        products=tuple(members[:most]),
        product_count=len(members),
    )


def _products(formulations: Sequence[int], *, on: date, stocked: Collection[int]) -> Mapping[int, list[FoundProduct]]:
    listed = Product.objects.filter(formulation__in=formulations, is_newest_listing=True)
    rows = list(listed.only(*_SHOWN))
    prices = _prices([row.pk for row in rows], on=on)
    kept = set(stocked)
    members: dict[int, list[FoundProduct]] = {}
    for row in rows:
        found = _found_product(row, price=prices.get(row.pk), is_stocked=row.pk in kept)
        members.setdefault(row.formulation_id, []).append(found)
    for group in members.values():
        group.sort(key=_first_to_show)
    return members


def _found_product(row: Product, *, price: FoundPrice | None, is_stocked: bool) -> FoundProduct:
    return FoundProduct(
        product_id=row.pk,
        product_ndc=row.product_ndc,
        name=row.proprietary_name,
        nonproprietary_name=row.nonproprietary_name,
        labeler=row.labeler,
        strength=row.strength,
        dosage_form=row.dosage_form,
        is_brand=row.is_brand,
        te_code=row.te_code,
        schedule=row.dea_schedule,
        is_in_directory=row.is_in_directory,
        is_stocked=is_stocked,
        price=price,
    )


def _prices(products: Sequence[int], *, on: date) -> Mapping[int, FoundPrice]:
    """Give each product the lowest price in force among its packages."""
    with connection.cursor() as cursor:
        cursor.execute(_LOWEST_PRICES, [list(products), on])
        return {row[0]: FoundPrice(row[1], BillingUnit(row[2]), row[3]) for row in cursor.fetchall()}


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
