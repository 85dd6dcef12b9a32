"""A report built from what was dispensed, each part as field number to text: {"DSP02": "7001234", ...}."""

import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from itertools import groupby
from typing import Final

from pestle.wire.asap.codec import ZERO
from pestle.wire.asap.errors import AsapError
from pestle.wire.asap.report import ELEMENT, Report, Segment
from pestle.wire.asap.table import FIELDS, SEGMENTS

# Names and addresses are cut at their largest length; a number that does not fit is an error.
_CUT: Final = {
    "IS": (2, 3),
    "PHA": (4, 5, 6, 7, 11),
    "PAT": (*range(7, 15), 23),
    "DSP": (23,),
    "PRE": (5, 6, 7),
    "AIR": (7, 8, 9, 10),
}
CUT: Final = frozenset(f"{name}{number:02}" for name, numbers in _CUT.items() for number in numbers)
Fields = Mapping[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Dispensing:
    """One fill as it is reported; ingredients only for a compound, who came to the counter only where a state asks."""

    patient: Fields
    dispensing: Fields
    prescriber: Fields
    ingredients: tuple[Fields, ...] = ()
    counter: Fields | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Sender:
    """Whose report this is: version, the source's id and name, and the pharmacy's own fields (PHA01 and so on)."""

    version: str
    source_id: str
    source_name: str
    pharmacy: Fields
    is_test: bool = False


def report_of(
    dispensings: Iterable[Dispensing], *, sender: Sender, control_number: str, at: datetime, terminator: str = "~"
) -> Report:
    """Build the report of one pharmacy; a patient's fills stand together. Raises AsapError where a field cannot be."""
    inside: list[Segment] = [segment("PHA", sender.pharmacy, terminator)]
    for patient, fills in groupby(dispensings, key=lambda each: tuple(sorted(each.patient.items()))):
        inside.append(segment("PAT", dict(patient), terminator))
        for fill in fills:
            inside.append(segment("DSP", fill.dispensing, terminator))
            inside += [segment("CDI", each, terminator) for each in fill.ingredients]
            inside.append(segment("PRE", fill.prescriber, terminator))
            if fill.counter is not None:
                inside.append(segment("AIR", fill.counter, terminator))
    return _enclosed(inside, sender, control_number=control_number, at=at, terminator=terminator)


def zero_report(
    *, sender: Sender, control_number: str, since: date, until: date, at: datetime, terminator: str = "~"
) -> Report:
    """Build the report that nothing was dispensed from one day to another, in the form the large clearinghouse asks."""
    last, first = ZERO
    inside = [
        segment("PHA", sender.pharmacy, terminator),
        segment("PAT", {"PAT07": last, "PAT08": first}, terminator),
        segment("DSP", {"DSP05": f"{at:%Y%m%d}"}, terminator),
        Segment("PRE", ("",)),
    ]
    message = f"#{since:%Y%m%d}#-#{until:%Y%m%d}#"
    return _enclosed(inside, sender, control_number=control_number, at=at, terminator=terminator, message=message)


def segment(name: str, fields: Fields, terminator: str = "~") -> Segment:
    """Build one segment from field numbers to text; raises AsapError for a number the table does not have."""
    shapes = SEGMENTS[name]
    unknown = set(fields) - {each.id for each in shapes}
    if unknown:
        raise AsapError(min(unknown), f"is no field of {name}")
    texts = [fitted(each.id, fields.get(each.id, ""), terminator) for each in shapes]
    while texts and not texts[-1]:
        texts.pop()
    return Segment(name, tuple(texts))


def fitted(field: str, text: str, terminator: str = "~") -> str:
    """Give a text as the report writes it: capitals, ASCII, no separators; raises AsapError where it cannot be."""
    plain = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode("ascii").upper()
    plain = "".join(" " if each in (ELEMENT, terminator) or not each.isprintable() else each for each in plain).strip()
    if text.strip() and not plain:
        raise AsapError(field, "has no character that ASCII can write")
    shape = FIELDS[field]
    if field in CUT:
        plain = plain[: shape.most].rstrip()
    said = shape.fault_of(plain) if plain else ""
    if said:
        raise AsapError(field, said)
    return plain


def _enclosed(
    inside: list[Segment], sender: Sender, *, control_number: str, at: datetime, terminator: str, message: str = ""
) -> Report:
    head = ("TH", sender.version, control_number, "01", "", f"{at:%Y%m%d}", f"{at:%H%M%S}")
    source = {"IS01": sender.source_id, "IS02": sender.source_name, "IS03": message}
    segments = (
        Segment(head[0], (*head[1:], "T" if sender.is_test else "P", "")),
        segment("IS", source, terminator),
        *inside,
        Segment("TP", (str(len(inside) + 1),)),
    )
    return Report(segments=(*segments, Segment("TT", (control_number, str(len(segments) + 1)))), terminator=terminator)
