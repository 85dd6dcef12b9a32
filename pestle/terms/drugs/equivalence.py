"""Which listings are the same drug: same ingredients, strengths, form and route (docs/decisions/0010)."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from pestle.terms.drugs.listed_strength import ListedStrength
from pestle.terms.drugs.substances import without_water

# A coat that only hides the taste does not make another form; FDA's Orange Book calls these TABLET and CAPSULE too.
_COATS = frozenset({"FILM COATED", "COATED", "SUGAR COATED", "GELATIN COATED"})
# Where the dose is measured out of the bottle, only the concentration counts.
_MEASURED_OUT = frozenset({"ORAL", "TOPICAL", "OPHTHALMIC", "NASAL", "AURICULAR (OTIC)", "DENTAL"})
_PART = re.compile(r"(?P<amount>\d[\d,]*\.?\d*|\.\d+)\s*(?P<unit>%|[A-Z]+)[^/;(]*(?:/\s*(?P<per>\d*\.?\d*)\s*ML\b)?")
_MILLIGRAMS = {"MG": Decimal(1), "GM": Decimal(1000), "G": Decimal(1000), "MCG": Decimal("0.001"), "%": Decimal(10)}

Marks = tuple[Decimal, ...]


@dataclass(frozen=True, slots=True)
class Listing:
    """What a directory entry says of the drug itself."""

    key: str
    substances: tuple[str, ...]
    strengths: tuple[ListedStrength, ...]
    dosage_form: str
    routes: tuple[str, ...]
    is_prescription: bool
    application_number: str
    te_code: str = ""


def formulation_key(listing: Listing) -> str:
    """Give a text that is equal for listings of the same drug; a listing that says too little stands alone.

    Extended-release forms of one strength differ in how long they last: only a shared code or application joins them.
    A numbered code (AB1, AB2) always keeps its own, whatever form the entry claims.
    """
    if not listing.substances or len(listing.substances) != len(listing.strengths):
        return f"alone {listing.key}"
    parts = [
        "; ".join(sorted(_ingredients(listing))),
        folded_form(listing.dosage_form),
        "; ".join(sorted(set(listing.routes))),
        "prescription" if listing.is_prescription else "other",
    ]
    if "EXTENDED RELEASE" in listing.dosage_form or any(letter.isdigit() for letter in listing.te_code):
        parts.append(listing.te_code or listing.application_number or listing.key)
    return " | ".join(parts)


def folded_form(dosage_form: str) -> str:
    """Give the dosage form without a coat that makes no difference: TABLET for TABLET, FILM COATED."""
    return ", ".join(part for part in dosage_form.split(", ") if part not in _COATS)


def _ingredients(listing: Listing) -> Iterable[str]:
    by_concentration = _MEASURED_OUT.issuperset(listing.routes) and bool(listing.routes)
    for substance, strength in zip(listing.substances, listing.strengths, strict=True):
        yield f"{without_water(substance)} {strength.key(by_concentration=by_concentration)}"


def book_marks(strength: str) -> Marks:
    """Read an Orange Book strength ("EQ 5MG BASE;50MG", "160MG/5ML", "0.1%") into milligrams of each ingredient.

    Of a liquid or a percentage they are per mL or per g. Empty where any part cannot be read.
    """
    marks = [_mark(part) for part in strength.upper().split(";")]
    return tuple(sorted(mark for mark in marks if mark is not None)) if None not in marks else ()


def listed_marks(strengths: Sequence[ListedStrength]) -> tuple[Marks, Marks]:
    """Give the same numbers for a listing: once per mL or per g, once for the whole vial, syringe or tablet."""
    whole = [strength.milligrams for strength in strengths]
    if not whole or None in whole:
        return (), ()
    amounts = [amount for amount in whole if amount is not None]
    divided = [_per_one(strength, amount) for strength, amount in zip(strengths, amounts, strict=True)]
    return tuple(sorted(divided)), tuple(sorted(amounts))


def equivalence_code(strengths: Sequence[ListedStrength], codes: Mapping[Marks, frozenset[str]]) -> str:
    """Give the one code an application has for this strength, or nothing where that is not certain."""
    for marks in listed_marks(strengths):
        found = codes.get(marks, frozenset()) if marks else frozenset()
        if len(found) == 1:
            return next(iter(found))
    return ""


def _mark(part: str) -> Decimal | None:
    match = _PART.search(part)
    if match is None or match["unit"] not in _MILLIGRAMS:
        return None
    amount = Decimal(match["amount"].replace(",", "")) * _MILLIGRAMS[match["unit"]]
    return _even(amount / Decimal(match["per"] or 1))


def _per_one(strength: ListedStrength, amount: Decimal) -> Decimal:
    if strength.percent is not None:
        return _even(strength.percent * 10)
    return _even(amount / strength.per) if strength.per_unit == "ml" and strength.per else _even(amount)


def _even(amount: Decimal) -> Decimal:
    return amount.quantize(Decimal("0.000001")).normalize()
