"""The FDA directory into formulations, products, packages and the words they are found by."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from functools import lru_cache

from django.db import transaction

from pestle.records.catalogue import Formulation, Package, Product, SearchWord, SourceFile
from pestle.records.loading.copying import Merged, Values, Watch, mark_missing, merge, watched
from pestle.records.loading.sources import Row, Source, day, listed
from pestle.terms.drugs.equivalence import Listing, Marks, book_marks, equivalence_code, formulation_key
from pestle.terms.drugs.listed_schedule import ControlledNames, read_listed_schedule
from pestle.terms.drugs.listed_strength import ListedStrength, read_strengths
from pestle.terms.drugs.packaging import read_packaging
from pestle.terms.drugs.search_words import index_words, words_of
from pestle.terms.drugs.substances import base_substances
from pestle.terms.quantity import BillingUnit
from pestle.terms.schedule import Schedule

Codes = Mapping[str, Mapping[Marks, frozenset[str]]]

_FILES = ("products", "packages", "equivalence", "controlled", "nadac")
_MOST_INGREDIENTS_FOUND_BY = 8
_SHORTEST_WORD = 3
_LAST_SHOWN = frozenset({"UNAPPROVED HOMEOPATHIC", "UNAPPROVED MEDICAL GAS"})


@dataclass(slots=True)
class _Group:
    """What is gathered about one formulation while its products go by."""

    listing: Listing
    kind: int
    form: str
    names: Counter[str] = field(default_factory=Counter)
    brands: set[str] = field(default_factory=set)
    strengths: Counter[str] = field(default_factory=Counter)


@dataclass(frozen=True, slots=True)
class _Read:
    """A directory row with everything that follows from it."""

    row: Row
    listing: Listing
    key: str


def load_directory(sources: Mapping[str, Source], *, at: datetime, watch: Watch, again: bool = False) -> Merged | None:
    """Load products and packages in one transaction; None if these very files are loaded already."""
    products, *others = (sources[name] for name in _FILES)
    digest = products.digest(*others)
    if not again and SourceFile.objects.filter(name="products", digest=digest).exists():
        for source in (products, sources["packages"], sources["equivalence"]):
            source.save_review()
        return None
    with transaction.atomic():
        return _load(sources, at=at, watch=watch, digest=digest)


def _load(sources: Mapping[str, Source], *, at: datetime, watch: Watch, digest: str) -> Merged:
    read = list(_read_products(sources["products"], _codes(sources["equivalence"]), watch=watch))
    sources["equivalence"].save(at=at, digest=sources["equivalence"].digest(), rows=sources["equivalence"].rows)
    groups = _grouped(read)
    formulations = _save_formulations(groups)
    file = sources["products"].save(at=at, digest=digest, rows=len(read))
    controlled = read_controlled_names(sources["controlled"])
    rows = _product_rows(read, formulations=formulations, file=file, controlled=controlled)
    saved = merge(Product, watched(rows, "products kept", watch), key=["key"])
    gone = mark_missing(Product, ["key"])
    packages = _save_packages(sources, read, at=at, watch=watch)
    Formulation.objects.filter(products__isnull=True).delete()
    _save_words(groups.values())
    return Merged(
        rows=saved.rows + packages.rows,
        new=saved.new + packages.new,
        changed=saved.changed + packages.changed,
        gone=gone + packages.gone,
    )


def read_controlled_names(source: Source) -> ControlledNames:
    """Read the list of names that mean a drug may be controlled."""
    return {row["name"]: Schedule.read(row["never_below"]) if row["never_below"] else None for row in source.read()}


def _codes(source: Source) -> Codes:
    codes: dict[str, dict[Marks, set[str]]] = defaultdict(lambda: defaultdict(set))
    for row in source.read():
        if marks := book_marks(row["strength"]):
            codes[row["appl_type"] + row["appl_no"]][marks].add(row["te_code"])
    return {number: {marks: frozenset(found) for marks, found in by.items()} for number, by in codes.items()}


def _read_products(source: Source, codes: Codes, *, watch: Watch) -> Iterator[_Read]:
    for row in watched(source.read(), "products read", watch):
        strengths = read_strengths(row["strength"], row["strength_unit"])
        listing = Listing(
            key=row["key"],
            substances=listed(row["substance"]),
            strengths=strengths,
            dosage_form=row["dosage_form"],
            routes=listed(row["route"]),
            is_prescription=row["product_type"] != "HUMAN OTC DRUG",
            application_number=row["application_number"],
            te_code=equivalence_code(strengths, codes.get(row["application_number"], {})),
        )
        yield _Read(row, listing, formulation_key(listing))


def _grouped(read: Iterable[_Read]) -> Mapping[str, _Group]:
    groups: dict[str, _Group] = {}
    for each in read:
        group = groups.get(each.key)
        if group is None:
            group = groups[each.key] = _Group(each.listing, _kind(each.row), each.listing.dosage_form)
        group.names[each.row["nonproprietary_name"].lower()] += 1
        group.brands.add(proprietary_name(each.row).lower())
        group.strengths[_strength(each.listing.strengths)] += 1
    return groups


def _save_formulations(groups: Mapping[str, _Group]) -> Mapping[str, int]:
    rows = (_formulation_row(key, group) for key, group in groups.items())
    merge(Formulation, rows, key=["key"])
    return dict(Formulation.objects.values_list("key", "pk").iterator())


def _formulation_row(key: str, group: _Group) -> Values:
    listing = group.listing
    name = min(group.names, key=lambda each: (-group.names[each], each))
    names = sorted({*group.names, *group.brands})
    strength = min(group.strengths, key=lambda each: (-group.strengths[each], each))
    first = listing.strengths[0] if listing.strengths else None
    return {
        "key": key,
        "name": name,
        "names": f"|{'|'.join(names)}|",
        "strength": strength,
        "first_strength": _sortable(first),
        "dosage_form": group.form,
        "route": "; ".join(listing.routes),
        "ingredient_count": len(listing.substances),
        "kind": group.kind,
        "words": _vector(_words(group, names)),
    }


def _words(group: _Group, names: list[str]) -> frozenset[str]:
    listing = group.listing
    texts = [*names, listing.dosage_form, *listing.routes]
    # A remedy of forty plants would be found under every one of them.
    if len(listing.substances) <= _MOST_INGREDIENTS_FOUND_BY:
        texts += [*listing.substances, *group.strengths, *_other_weights(listing.strengths)]
    return index_words(texts)


def _other_weights(strengths: Iterable[ListedStrength]) -> Iterator[str]:
    """Give the same weights as people also say them: 0.1 mg is 100 mcg, 1000 mg is 1 g."""
    for strength in strengths:
        weight = strength.milligrams
        if weight is not None:
            yield from (f"{weight:f} mg", f"{weight * 1000:f} mcg" if weight < 1 else f"{weight / 1000:f} g")


def _product_rows(
    read: list[_Read], *, formulations: Mapping[str, int], file: SourceFile, controlled: ControlledNames
) -> Iterator[Values]:
    newest = _newest_listings(read)
    for each in read:
        ndc = product_ndc(each.row["key"])
        yield {
            **_product_row(each.row, each.listing, controlled),
            "product_ndc": ndc,
            "is_newest_listing": newest[ndc] == each.row["key"],
            "formulation_id": formulations[each.key],
            "is_in_directory": True,
            "source_id": file.pk,
            "as_of_on": file.as_of_on,
        }


def _product_row(row: Row, listing: Listing, controlled: ControlledNames) -> Values:
    name = proprietary_name(row)
    schedule = read_listed_schedule(
        row["schedule"],
        names=f"{row['substance']} {row['nonproprietary_name']} {name}",
        is_prescription=row["product_type"] == "HUMAN PRESCRIPTION DRUG",
        contents_are_listed=bool(listing.substances),
        controlled=controlled,
    )
    return {
        "key": row["key"],
        "product_type": row["product_type"],
        "proprietary_name": name,
        "nonproprietary_name": row["nonproprietary_name"],
        "labeler": row["labeler"],
        "dosage_form": row["dosage_form"],
        "route": row["route"],
        "substances": list(listing.substances),
        "strengths": list(_shown(listing.strengths)),
        "base_substances": list(base_substances(listing.substances)),
        "strength": _strength(listing.strengths),
        "schedule": schedule.schedule.value,
        "schedule_because": schedule.because,
        "pharm_classes": _classes(row["classes"]),
        "marketing_category": row["marketing_category"],
        "application_number": row["application_number"],
        "te_code": listing.te_code,
        "is_brand": _is_brand(row, name),
        "started_on": day(row["start_date"]),
        "ended_on": day(row["end_date"]),
        "certified_through_on": day(row["listing_certified_through"]),
    }


def _save_packages(sources: Mapping[str, Source], read: list[_Read], *, at: datetime, watch: Watch) -> Merged:
    source = sources["packages"]
    file = source.save(at=at, digest=source.digest(), rows=source.rows)
    forms = {each.row["key"]: each.listing.dosage_form for each in read}
    products = dict(Product.objects.values_list("key", "pk").iterator())
    priced = {row["ndc11"]: BillingUnit(row["pricing_unit"]) for row in sources["nadac"].read()}
    rows = (
        {
            **_package_row(row, form=forms[row["product_key"]], priced_by=priced.get(row["ndc11"])),
            "product_id": products[row["product_key"]],
            "is_in_directory": True,
            "source_id": file.pk,
            "as_of_on": file.as_of_on,
        }
        for row in source.read()
    )
    saved = merge(Package, watched(rows, "packages kept", watch), key=["product_id", "ndc11"])
    return Merged(saved.rows, saved.new, saved.changed, mark_missing(Package, ["product_id", "ndc11"]))


def _package_row(row: Row, *, form: str, priced_by: BillingUnit | None) -> Values:
    written = package_ndc(row["product_key"], row["ndc11"])
    packaging = read_packaging(row["description"], dosage_form=form, priced_by=priced_by)
    return {
        "ndc11": row["ndc11"],
        "package_ndc": written,
        "ndc10": written.replace("-", ""),
        "description": row["description"],
        "billing_unit": packaging.unit.value if packaging.unit else "",
        "units": packaging.units,
        "started_on": day(row["start_date"]),
        "ended_on": day(row["end_date"]),
        "is_sample": row["sample_package"] == "Y",
    }


def _save_words(groups: Iterable[_Group]) -> None:
    counts: Counter[str] = Counter()
    for group in groups:
        texts = [*group.names, *group.brands]
        if len(group.listing.substances) <= _MOST_INGREDIENTS_FOUND_BY:
            texts += group.listing.substances
        counts.update(word for word in index_words(texts) if len(word) >= _SHORTEST_WORD and word.isalpha())
    rows = ({"word": word, "formulations": count} for word, count in counts.items())
    merge(SearchWord, rows, key=["word"], delete_missing=True)


def product_ndc(key: str) -> str:
    """Give the product NDC of a listing's key."""
    return key.partition("#")[0]


def package_ndc(product_key: str, ndc11: str) -> str:
    """Give the ten digits of the label with their dashes: the last part is as long as the first two leave room for."""
    ndc = product_ndc(product_key)
    return f"{ndc}-{ndc11[-(11 - len(ndc)) :]}"


def proprietary_name(row: Row) -> str:
    """Give the name on the label with what the directory keeps apart: Diovan and HCT."""
    name, suffix = row["proprietary_name"], row["proprietary_suffix"]
    return f"{name} {suffix}" if suffix and suffix.lower() not in name.lower() else name


def _newest_listings(read: Iterable[_Read]) -> Mapping[str, str]:
    newest: dict[str, tuple[str, str, str]] = {}
    for each in read:
        row = each.row
        ndc = product_ndc(row["key"])
        rank = (row["start_date"], row["listing_certified_through"], row["key"])
        newest[ndc] = max(newest.get(ndc, rank), rank)
    return {ndc: rank[2] for ndc, rank in newest.items()}


def _kind(row: Row) -> int:
    if row["marketing_category"] in _LAST_SHOWN or "ALLERGENIC" in row["product_type"]:
        return 2
    return 1 if row["product_type"] == "HUMAN OTC DRUG" else 0


def _is_brand(row: Row, name: str) -> bool:
    own = set(words_of(row["nonproprietary_name"]))
    return row["marketing_category"] in {"NDA", "BLA"} and not own.intersection(words_of(name))


@lru_cache(maxsize=32_768)
def _shown(strengths: tuple[ListedStrength, ...]) -> tuple[str, ...]:
    return tuple(map(str, strengths))


def _strength(strengths: tuple[ListedStrength, ...]) -> str:
    return " / ".join(_shown(strengths))


def _sortable(strength: ListedStrength | None) -> Decimal | None:
    if strength is None:
        return None
    weight = strength.milligrams
    amount = strength.amount if weight is None else weight
    return amount if amount < Decimal(10) ** 15 else None


def _vector(words: Iterable[str]) -> str:
    return " ".join("'" + word.replace("'", "''") + "'" for word in sorted(words))


def _classes(text: str) -> list[str]:
    return [part.strip(", ") + "]" for part in text.split("]") if part.strip(", ")]
