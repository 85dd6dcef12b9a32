"""Whether what a prescription says and what a record says are the same person, prescriber or drug, field by field.

Scores rank; they never decide. `is_certain` is true only when every strong identifier is there and agrees; anything
less is a person's choice. The weights are ours, unreviewed, and only order a list.
"""

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from pestle.terms.dea_number import DeaNumber
from pestle.terms.drugs.search_words import words_of
from pestle.terms.npi import Npi
from pestle.terms.schedule import Schedule

HIGH = 80
"""From this score on a new record is not made beside the old one without somebody saying why."""
SIMILAR = 55
"""From this score on a person is shown as similar."""


class Outcome(StrEnum):
    """How two values of one field compare."""

    AGREES = "agrees"
    ALIKE = "alike"
    DIFFERS = "differs"
    MISSING = "missing"


@dataclass(frozen=True, slots=True)
class Reason:
    """One field: what was said, what is known, and how they compare."""

    field: str
    said: str
    known: str
    outcome: Outcome
    weight: int
    is_strong: bool = False
    words: str = ""


@dataclass(frozen=True, slots=True)
class Match:
    """One candidate, compared: 0 to 100, the reasons, and whether all strong identifiers agree."""

    score: int
    reasons: tuple[Reason, ...]
    is_certain: bool

    @property
    def warnings(self) -> tuple[str, ...]:
        """Give a sentence for each field that nearly agrees, which is how people are mixed up."""
        return tuple(each.words for each in self.reasons if each.words)

    @property
    def agreeing(self) -> int:
        """Count the strong fields that agree."""
        return sum(each.is_strong and each.outcome is Outcome.AGREES for each in self.reasons)

    @property
    def compared(self) -> int:
        """Count the strong fields."""
        return sum(each.is_strong for each in self.reasons)

    def of(self, field: str) -> Reason:
        """Give the reason of one field; KeyError when it was not compared."""
        for each in self.reasons:
            if each.field == field:
                return each
        raise KeyError(field)


@dataclass(frozen=True, slots=True)
class PersonFacts:
    """What is said or known of a patient."""

    family: str
    given: str
    birth_on: date | None = None
    sex: str = ""
    address: str = ""
    postal_code: str = ""
    phones: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class PrescriberFacts:
    """What is said or known of a prescriber at one place of practice."""

    family: str
    given: str
    npi: str = ""
    dea_number: str = ""
    practice: str = ""
    address: str = ""
    phones: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class DrugFacts:
    """What is said or known of a drug. What is said may be only a description; what is known has names and strength."""

    description: str
    names: tuple[str, ...] = ()
    strength: str = ""
    form: str = ""
    ndcs: tuple[str, ...] = ()
    schedule: Schedule = Schedule.UNKNOWN


def match_person(said: PersonFacts, known: PersonFacts) -> Match:
    """Compare a patient. Certain: names, birth date, sex where given, and address or telephone all agree."""
    reasons = (
        _name("family name", said.family, known.family, weight=25),
        _name("given name", said.given, known.given, weight=20),
        _birth(said.birth_on, known.birth_on),
        _same("sex", _sex(said.sex), _sex(known.sex), weight=5),
        _address(_joined(said), _joined(known)),
        _phones(said.phones, known.phones),
    )
    by_field = {each.field: each.outcome for each in reasons}
    certain = (
        all(each.outcome is Outcome.AGREES for each in reasons if each.is_strong)
        and by_field["sex"] is not Outcome.DIFFERS
        and Outcome.AGREES in {by_field["address"], by_field["phone"]}
    )
    return Match(_score(reasons), reasons, certain)


def match_prescriber(said: PrescriberFacts, known: PrescriberFacts) -> Match:
    """Compare a prescriber. Certain: a valid NPI and the family name agree, and no DEA number speaks against it."""
    reasons = (
        _same("NPI", said.npi, known.npi, weight=45, is_strong=True),
        _name("family name", said.family, known.family, weight=20),
        _name("given name", said.given, known.given, weight=10, is_strong=False),
        _same("DEA number", said.dea_number.upper(), known.dea_number.upper(), weight=10),
        _same(
            "practice", _folded(said.practice), _folded(known.practice), weight=5, shown=(said.practice, known.practice)
        ),
        _address(said.address, known.address),
        _phones(said.phones, known.phones),
    )
    by_field = {each.field: each.outcome for each in reasons}
    certain = (
        by_field["NPI"] is Outcome.AGREES
        and by_field["family name"] is Outcome.AGREES
        and by_field["DEA number"] is not Outcome.DIFFERS
        and is_npi(said.npi)
    )
    return Match(_score(reasons), reasons, certain)


def match_drug(said: DrugFacts, known: DrugFacts) -> Match:
    """Compare a drug. Certain: the code names a package of this product, and name, strength, form and schedule agree.

    The code alone is never enough: senders get it wrong, so the words must say the same.
    """
    words = tuple(words_of(said.description))
    reasons = (
        _code(said.ndcs, known.ndcs),
        _drug_name(said.description, words, known.names),
        _strength(said.description, words, known.strength),
        _form(words, known.form),
        _schedule(said.schedule, known.schedule),
    )
    by_field = {each.field: each.outcome for each in reasons}
    certain = (
        all(each.outcome is Outcome.AGREES for each in reasons if each.is_strong)
        and by_field["form"] is not Outcome.DIFFERS
        and by_field["schedule"] is not Outcome.DIFFERS
    )
    return Match(_score(reasons), reasons, certain)


def is_npi(text: str) -> bool:
    """Say whether this is a well-formed NPI with the right check digit."""
    try:
        Npi(text)
    except ValueError:
        return False
    return True


def is_dea_number(text: str) -> bool:
    """Say whether this is a well-formed DEA number with the right check digit."""
    try:
        DeaNumber.read(text)
    except ValueError:
        return False
    return True


def is_one_slip(one: str, other: str) -> bool:
    """Say whether two texts differ in one letter, one letter more, or two neighbours swapped."""
    if one == other or abs(len(one) - len(other)) > 1:
        return False
    if len(one) == len(other):
        at = [index for index, pair in enumerate(zip(one, other, strict=True)) if pair[0] != pair[1]]
        swapped = len(at) == 2 and at[1] == at[0] + 1 and one[at[0]] == other[at[1]] and one[at[1]] == other[at[0]]
        return len(at) == 1 or swapped
    longer, shorter = (one, other) if len(one) > len(other) else (other, one)
    return any(longer[:at] + longer[at + 1 :] == shorter for at in range(len(longer)))


_CREDIT = {Outcome.AGREES: 1.0, Outcome.ALIKE: 0.5, Outcome.DIFFERS: 0.0, Outcome.MISSING: 0.0}
_STREETS = {
    "street": "st", "avenue": "ave", "road": "rd", "court": "ct", "drive": "dr", "lane": "ln", "boulevard": "blvd",
    "place": "pl", "square": "sq", "terrace": "ter", "circle": "cir", "parkway": "pkwy", "highway": "hwy",
    "apartment": "apt", "north": "n", "south": "s", "east": "e", "west": "w",
}  # fmt: skip
_FORMS = {
    "tab": "tablet", "tabs": "tablet", "tablets": "tablet", "cap": "capsule", "caps": "capsule",
    "capsules": "capsule", "soln": "solution", "sol": "solution", "susp": "suspension", "oint": "ointment",
    "crm": "cream", "inj": "injection", "injectable": "injection", "supp": "suppository", "inhaler": "aerosol",
    "hfa": "aerosol", "inhalation": "aerosol", "spr": "spray", "lot": "lotion", "patches": "patch", "film": "film",
    "vial": "injection", "drops": "drops",
}  # fmt: skip
_FORM_WORDS = frozenset(_FORMS.values()) | {"gel", "foam", "powder", "syrup", "elixir", "kit", "shampoo", "patch"}
_RELEASED_SLOWLY = frozenset({"er", "xr", "xl", "sr", "cr", "la", "extended"})


def _score(reasons: Iterable[Reason]) -> int:
    # A strong field that is missing counts against the match; a weak one counts only when both sides have it.
    counted = [each for each in reasons if each.is_strong or each.outcome is not Outcome.MISSING]
    possible = sum(each.weight for each in counted)
    return round(100 * sum(each.weight * _CREDIT[each.outcome] for each in counted) / possible) if possible else 0


def _name(field: str, said: str, known: str, *, weight: int, is_strong: bool = True) -> Reason:
    one, other = _folded(said), _folded(known)
    outcome, words = Outcome.DIFFERS, ""
    if not one or not other:
        outcome = Outcome.MISSING
    elif one == other:
        outcome = Outcome.AGREES
    elif is_one_slip(one, other):
        outcome, words = Outcome.ALIKE, f"The {field} differs in one letter: {said}, {known}."
    elif one.startswith(other) or other.startswith(one) or set(one.split()) & set(other.split()):
        outcome, words = Outcome.ALIKE, f"Only a part of the {field} agrees: {said}, {known}."
    return Reason(field, said, known, outcome, weight, is_strong=is_strong, words=words)


def _birth(said: date | None, known: date | None) -> Reason:
    shown = tuple(f"{day:%b %-d, %Y}" if day else "" for day in (said, known))
    outcome, words = Outcome.DIFFERS, ""
    if said is None or known is None:
        outcome = Outcome.MISSING
    elif said == known:
        outcome = Outcome.AGREES
    elif _is_turned_around(said, known):
        outcome, words = Outcome.ALIKE, f"The birth date is nearly the same: {shown[0]}, {shown[1]}."
    return Reason("birth date", shown[0], shown[1], outcome, 35, is_strong=True, words=words)


def _is_turned_around(said: date, known: date) -> bool:
    is_swapped = (said.year, said.month, said.day) == (known.year, known.day, known.month)
    return is_swapped or is_one_slip(f"{said:%Y%m%d}", f"{known:%Y%m%d}")


def _same(
    field: str, said: str, known: str, *, weight: int, is_strong: bool = False, shown: tuple[str, str] | None = None
) -> Reason:
    outcome = Outcome.MISSING if not said or not known else Outcome.AGREES if said == known else Outcome.DIFFERS
    words = ""
    if outcome is Outcome.DIFFERS and is_strong and is_one_slip(said, known):
        outcome, words = Outcome.ALIKE, f"The {field} differs in one place: {said}, {known}."
    return Reason(field, *(shown or (said, known)), outcome, weight, is_strong=is_strong, words=words)


def _address(said: str, known: str) -> Reason:
    one, other = _street(said), _street(known)
    if not one or not other:
        outcome = Outcome.MISSING
    elif one == other:
        outcome = Outcome.AGREES
    else:
        outcome = Outcome.ALIKE if one[:2] == other[:2] else Outcome.DIFFERS
    return Reason("address", said, known, outcome, 10)


def _phones(said: tuple[str, ...], known: tuple[str, ...]) -> Reason:
    one, other = {_digits(each) for each in said if each}, {_digits(each) for each in known if each}
    outcome = Outcome.MISSING if not one or not other else Outcome.AGREES if one & other else Outcome.DIFFERS
    return Reason("phone", ", ".join(said), ", ".join(known), outcome, 5)


def _code(said: tuple[str, ...], known: tuple[str, ...]) -> Reason:
    products = {each[:9] for each in known}
    if not said or not known:
        outcome = Outcome.MISSING
    else:
        outcome = Outcome.AGREES if {each[:9] for each in said} & products else Outcome.DIFFERS
    return Reason("NDC", ", ".join(said), ", ".join(known[:1]), outcome, 30, is_strong=True)


def _drug_name(said: str, words: tuple[str, ...], names: tuple[str, ...]) -> Reason:
    found = [name for name in names if _holds(words, tuple(words_of(name)))]
    outcome = Outcome.MISSING if not words else Outcome.AGREES if found else Outcome.DIFFERS
    return Reason("name", said, ", ".join(names[:2]), outcome, 35, is_strong=True)


def _strength(said: str, words: tuple[str, ...], known: str) -> Reason:
    wanted = [word for word in words_of(known) if word[0].isdigit()]
    stated = [word for word in words if word[0].isdigit()]
    if not wanted or not stated:
        outcome = Outcome.MISSING
    else:
        outcome = Outcome.AGREES if all(number in stated for number in wanted) else Outcome.DIFFERS
    return Reason("strength", " ".join(stated) or said, known, outcome, 25, is_strong=True)


def _form(words: tuple[str, ...], known: str) -> Reason:
    stated = {_FORMS.get(word, word) for word in words} & _FORM_WORDS
    parts = tuple(words_of(known))
    is_slow, slow_is_said = "extended" in parts, not _RELEASED_SLOWLY.isdisjoint(words)
    if not parts or not stated:
        outcome = Outcome.MISSING
    else:
        outcome = Outcome.AGREES if _FORMS.get(parts[0], parts[0]) in stated else Outcome.DIFFERS
    said = " ".join(sorted(stated)) + (" extended release" if slow_is_said else "")
    if parts and is_slow != slow_is_said:
        outcome = Outcome.DIFFERS
    return Reason("form", said, known.lower(), outcome, 10)


def _schedule(said: Schedule, known: Schedule) -> Reason:
    if not said.is_known or not known.is_known:
        outcome = Outcome.MISSING
    else:
        outcome = Outcome.AGREES if said is known else Outcome.DIFFERS
    return Reason("schedule", said.label, known.label, outcome, 10)


def _holds(words: tuple[str, ...], wanted: tuple[str, ...]) -> bool:
    """Whether the wanted words stand in the text, in this order and next to each other."""
    if not wanted:
        return False
    return any(words[at : at + len(wanted)] == wanted for at in range(len(words) - len(wanted) + 1))


def _sex(text: str) -> str:
    return text if text in {"F", "M"} else ""


def _joined(person: PersonFacts) -> str:
    return " ".join(filter(None, (person.address, person.postal_code[:5])))


def _street(text: str) -> tuple[str, ...]:
    return tuple(_STREETS.get(word, word) for word in _folded(text).split())


def _digits(text: str) -> str:
    return re.sub(r"[^0-9]", "", text)[-10:]


def _folded(text: str) -> str:
    plain = unicodedata.normalize("NFKD", text.casefold())
    kept = "".join(letter for letter in plain if not unicodedata.combining(letter))
    return " ".join(re.sub(r"[^a-z0-9]+", " ", kept.replace("'", "")).split())
