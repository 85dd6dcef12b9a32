"""What a label says, as values: nothing here knows a database, a page or a printer.

The order and weight of the parts follow the ideas of USP <17>: patient, medicine and directions first, all else after.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from pestle.terms.decimals import plain
from pestle.terms.schedule import Schedule

# 21 CFR 290.5, in its own words.
TRANSFER_CAUTION = (
    "Caution: Federal law prohibits the transfer of this drug to any person other than the patient for whom it was "
    "prescribed."
)
CAUTIONED = frozenset({Schedule.II, Schedule.III, Schedule.IV})
MOST_WARNINGS = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class Warning:
    """An auxiliary label: a sentence or two, the name of the picture beside it, and why it applies."""

    words: str
    picture: str = ""
    source: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class VialLabel:
    """Everything a vial label says. Days are calendar days at the pharmacy; texts are ready to print."""

    code: str
    patient: str
    born_on: date | None
    medicine: str
    generic_for: str = ""
    directions: str
    purpose: str = ""
    directions_other: str = ""
    language_other: str = ""
    quantity: str
    part: str = ""
    refills: str
    use_before_on: date | None
    rx_number: str
    filled_on: date
    prescriber: str
    checked_by: str = ""
    looks: str = ""
    maker: str = ""
    pharmacy: str
    address: str
    phone: str
    caution: str = ""
    warnings: tuple[Warning, ...] = ()
    leaflet: str = ""
    mark: str = ""
    is_practice: bool = False

    def __post_init__(self) -> None:
        if len(self.warnings) > MOST_WARNINGS:
            raise ValueError(f"A vial carries at most {MOST_WARNINGS} auxiliary labels, not {len(self.warnings)}.")


# What 21 U.S.C. 353(b)(2) asks of every label, and what all boards add in one form or another.
_NEEDED = (
    ("patient", "the patient's name"),
    ("medicine", "drug and strength"),
    ("directions", "directions"),
    ("quantity", "the quantity"),
    ("rx_number", "the prescription number"),
    ("filled_on", "the date of filling"),
    ("prescriber", "the prescriber"),
    ("pharmacy", "the pharmacy's name"),
    ("address", "the pharmacy's address"),
    ("phone", "the pharmacy's telephone"),
    ("use_before_on", "the use-before date"),
    ("refills", "the refills left"),
    ("maker", "the maker"),
    ("code", "the bar code"),
)


def missing(label: VialLabel) -> tuple[str, ...]:
    """Give the words for everything a vial label must say and does not."""
    return tuple(words for name, words in _NEEDED if not str(getattr(label, name) or "").strip())


def has_caution(label: VialLabel) -> bool:
    """Say whether the caution against transfer stands on the label, whole."""
    return label.caution == TRANSFER_CAUTION


def caution_for(schedule: Schedule) -> str:
    """Give the caution that a schedule's label carries: Schedules II to IV, and one that nobody has decided."""
    return TRANSFER_CAUTION if schedule in CAUTIONED or schedule is Schedule.UNKNOWN else ""


def direction_lines(directions: str) -> tuple[str, ...]:
    """Part directions where a new dose or sentence begins, so that each stands on a line of its own."""
    parted = directions.strip().replace("; ", ";\n").replace(". ", ".\n").replace(", and ", ",\nand ")
    return tuple(line.strip() for line in parted.split("\n") if line.strip())


def quantity_words(quantity: Decimal, *, unit: str, form: str) -> str:
    """Give a quantity as a patient reads it: 30 tablets, 1 capsule, 237 mL."""
    if unit:
        return f"{plain(quantity)} {unit}"
    return f"{plain(quantity)} {form if quantity == 1 else plural(form)}".strip()


def plural(form: str) -> str:
    """Give the plural of a dosage form: patches for patch, tablets for tablet."""
    if not form or form.endswith("s"):
        return form
    return f"{form}es" if form.endswith(("ch", "x")) else f"{form}s"


def refill_words(left: int, *, until: date | None) -> str:
    """Give the refills as a label says them."""
    if left <= 0:
        return "No refills: call your prescriber"
    last = f" until {until:%b} {until.day}, {until.year}" if until else ""
    return f"{left} refill{'' if left == 1 else 's'}{last}"


def said_day(day: date) -> str:
    """Give a day as labels print it: Jan 31, 2027."""
    return f"{day:%b} {day.day}, {day.year}"


@dataclass(frozen=True, slots=True, kw_only=True)
class BagTag:
    """What hangs on a bag; it names no drug."""

    code: str
    name: str
    place: str = ""
    items: str
    since: str
    flags: tuple[str, ...] = ()
    rows: tuple[tuple[str, str, str], ...] = ()
    is_practice: bool = False


def names_on(tag: BagTag) -> Iterable[str]:
    """Give every text of a tag, for the test that no drug is named on it."""
    yield from (tag.name, tag.place, tag.items, tag.since, *tag.flags)
    for row in tag.rows:
        yield from row
