"""Which oral drugs may leave without a child-resistant cap: 16 CFR 1700.14(a)(10), clause by clause, as listed.

What a listing and a quantity prove is certain; what turns on the package it leaves in is for a pharmacist to say.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from types import MappingProxyType

from pestle.terms.drugs.listed_strength import ListedStrength

CITES = "16 CFR 1700.14(a)(10)"


@dataclass(frozen=True, slots=True, kw_only=True)
class Dispensed:
    """What is dispensed, as far as the exemptions ask: ingredients without salts, form, routes, strengths, how many."""

    substances: tuple[str, ...]
    names: str
    dosage_form: str
    routes: str
    strengths: tuple[ListedStrength, ...]
    quantity: Decimal
    is_whole_package: bool = False

    @property
    def milligrams(self) -> Decimal | None:
        """Give the milligrams of the one ingredient in all that is dispensed; None where that is not certain."""
        if len(self.strengths) != 1 or self.strengths[0].milligrams is None:
            return None
        strength = self.strengths[0]
        return strength.milligrams * self.quantity / (strength.per or 1) if strength.milligrams else None

    def is_alone(self, *words: str) -> bool:
        """Tell whether the one ingredient is named by all of these words."""
        return len(self.substances) == 1 and all(word in f"{self.substances[0]} {self.names}" for word in words)


@dataclass(frozen=True, slots=True)
class Exemption:
    """The clause that fits, whether listing and quantity prove it, and in what words."""

    clause: str
    words: str
    is_certain: bool

    @property
    def cites(self) -> str:
        return f"{CITES}({self.clause})"


def exemption_of(dispensed: Dispensed, listed: Mapping[str, str]) -> Exemption | None:
    """Give the clause under which a drug may be exempt, the certain one first; `listed` holds words by clause.

    A clause that is not on the list is no exemption, whatever is known here.
    """
    found = [
        Exemption(clause, listed[clause], is_certain=is_certain)
        for clause, test in _CLAUSES.items()
        if clause in listed and (is_certain := test(dispensed)) is not None
    ]
    return min(found, key=lambda each: not each.is_certain, default=None)


Test = Callable[[Dispensed], bool | None]


def _up_to(most_mg: str, *words: str, forms: tuple[str, ...] = ("TABLET",)) -> Test:
    """One ingredient, in one of these forms, no more than so many mg in all that is dispensed."""

    def test(given: Dispensed) -> bool | None:
        if not given.is_alone(*words) or not given.dosage_form.startswith(forms):
            return None
        total = given.milligrams
        return True if total is not None and total <= Decimal(most_mg) else None

    return test


def _in_forms(*words: str, forms: tuple[str, ...]) -> Test:
    return lambda given: True if given.is_alone(*words) and given.dosage_form.startswith(forms) else None


def _in_the_package(*words: str, most_mg: str = "") -> Test:
    """It must leave in the maker's own memory package: only a person sees that."""

    def test(given: Dispensed) -> bool | None:
        if not given.is_alone(*words) or not given.is_whole_package:
            return None
        total = given.milligrams
        return False if not most_mg or (total is not None and total <= Decimal(most_mg)) else None

    return test


def _nitroglycerin(given: Dispensed) -> bool | None:
    return True if given.is_alone("nitroglycerin") and given.routes == "SUBLINGUAL" else None


def _isosorbide_dinitrate(given: Dispensed) -> bool | None:
    fits = given.routes == "SUBLINGUAL" or "CHEWABLE" in given.dosage_form
    strength = given.strengths[0].milligrams if len(given.strengths) == 1 else None
    return True if given.is_alone("isosorbide", "dinitrate") and fits and (strength or 11) <= 10 else None


def _hormones(given: Dispensed) -> bool | None:
    is_kit = given.dosage_form.startswith("KIT") or "estradiol" in given.names or "norethindrone" in given.names
    return False if is_kit and "ORAL" in given.routes and given.is_whole_package else None


def _hormone_replacement(given: Dispensed) -> bool | None:
    is_one = any(given.is_alone(word) for word in ("estradiol", "estrogens", "progesterone", "medroxyprogesterone"))
    return False if is_one and given.routes == "ORAL" else None


_CLAUSES: Mapping[str, Test] = MappingProxyType(
    {
        "i": _nitroglycerin,
        "ii": _isosorbide_dinitrate,
        "iii": _up_to("8000", "erythromycin", "ethylsuccinate", forms=("GRANULE", "SUSPENSION", "POWDER")),
        "iv": _hormones,
        "v": _in_forms("cholestyramine", forms=("POWDER",)),
        "viii": _in_the_package("betamethasone", most_mg="12.6"),
        "ix": _in_forms("pancrelipase", forms=("TABLET", "CAPSULE", "POWDER")),
        "x": _up_to("105", "prednisone"),
        "xiii": _up_to("600", "mebendazole"),
        "xiv": _up_to("84", "methylprednisolone"),
        "xv": _up_to("5000", "colestipol", forms=("POWDER", "GRANULE")),
        "xvi": _up_to("16000", "erythromycin", "ethylsuccinate"),
        "xvii": _in_the_package("estrogens", "conjugated", most_mg="32"),
        "xviii": _in_the_package("norethindrone", "acetate", most_mg="50"),
        "xix": _in_forms("medroxyprogesterone", forms=("TABLET",)),
        "xx": _in_forms("sacrosidase", forms=("SOLUTION", "LIQUID")),
        "xxi": _hormone_replacement,
        "xxii": _up_to("3750", "colesevelam", forms=("POWDER",)),
        "xxiii": _up_to("2400", "sevelamer", "carbonate", forms=("POWDER",)),
    }
)
