"""Numbers, days and parties as X12 elements write them; errors name the element."""

import calendar
import re
from dataclasses import dataclass
from datetime import date, time
from decimal import Decimal
from typing import Final

from pestle.wire.x12.errors import X12Error
from pestle.wire.x12.interchange import Segment

# R: an explicit decimal point, a minus sign in front. Nothing in purchasing is longer.
REAL: Final = re.compile(r"-?(?:[0-9]{1,15}(?:\.[0-9]{0,6})?|\.[0-9]{1,6})")
IMPLIED: Final = re.compile(r"-?[0-9]{1,15}")
NDC_QUALIFIERS: Final = ("N4", "ND")


@dataclass(frozen=True, slots=True, kw_only=True)
class Party:
    """One N1 loop: who plays which part (BY buyer, ST ship to, SE seller, SF ship from, BT bill to)."""

    role: str
    name: str
    qualifier: str = ""
    id: str = ""
    street: tuple[str, ...] = ()
    city: str = ""
    state: str = ""
    postal_code: str = ""


def real(segment: Segment, number: int) -> Decimal:
    """Read a number with an explicit decimal point; raises X12Error."""
    text = segment[number]
    if not REAL.fullmatch(text):
        raise X12Error(f"{segment.id}{number:02}", "is not a number")
    return Decimal(text)


def implied(segment: Segment, number: int, *, places: int = 2) -> Decimal:
    """Read a number with implied decimals (N2: cents); raises X12Error."""
    text = segment[number]
    if not IMPLIED.fullmatch(text):
        raise X12Error(f"{segment.id}{number:02}", "is not a whole number")
    return Decimal(text).scaleb(-places)


def write_real(amount: Decimal) -> str:
    """Write a number without superfluous zeros."""
    text = f"{amount:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def write_implied(amount: Decimal, *, where: str, places: int = 2) -> str:
    """Write a number with implied decimals; raises X12Error where it has more than fit."""
    scaled = amount.scaleb(places)
    if scaled != scaled.to_integral_value():
        raise X12Error(where, f"has more than {places} decimal places")
    return f"{scaled:.0f}"


def day(segment: Segment, number: int) -> date:
    """Read CCYYMMDD; raises X12Error."""
    return _day(segment[number], f"{segment.id}{number:02}", month_end=False)


def expiry(segment: Segment, number: int) -> date:
    """Read CCYYMMDD, or CCYYMM00 for the last day of the month as GS1 labels write it; raises X12Error."""
    return _day(segment[number], f"{segment.id}{number:02}", month_end=True)


def _day(text: str, where: str, *, month_end: bool) -> date:
    if not re.fullmatch(r"[0-9]{8}", text):
        raise X12Error(where, "is not a day as CCYYMMDD")
    year, month, number = int(text[:4]), int(text[4:6]), int(text[6:])
    try:
        if number == 0 and month_end:
            number = calendar.monthrange(year, month)[1]
        return date(year, month, number)
    except (ValueError, calendar.IllegalMonthError):
        raise X12Error(where, "is no day of the calendar") from None


def clock(segment: Segment, number: int) -> time:
    """Read HHMM or HHMMSS; raises X12Error."""
    digits = segment[number]
    fault = X12Error(f"{segment.id}{number:02}", "is not a time as HHMM or HHMMSS")
    if not re.fullmatch(r"[0-9]{4}(?:[0-9]{2})?", digits):
        raise fault
    try:
        return time(int(digits[:2]), int(digits[2:4]), int(digits[4:] or 0))
    except ValueError:
        raise fault from None


def write_day(on: date) -> str:
    """Write CCYYMMDD."""
    return f"{on:%Y%m%d}"


def text(segment: Segment, number: int) -> str:
    """Read an element that must not be empty; raises X12Error."""
    if not segment[number].strip():
        raise X12Error(f"{segment.id}{number:02}", "is empty")
    return segment[number]


def parties(body: tuple[Segment, ...]) -> tuple[Party, ...]:
    """Read every N1 loop of a body with its N3 and N4."""
    found: list[Party] = []
    for at, segment in enumerate(body):
        if segment.id == "N1":
            found.append(_party(segment, body[at + 1 :]))
    return tuple(found)


def _party(segment: Segment, after: tuple[Segment, ...]) -> Party:
    street: list[str] = []
    place = Segment("N4")
    for each in after:
        if each.id == "N3":
            street += [line for line in each.elements if line]
        elif each.id == "N4":
            place = each
        elif each.id not in {"N2", "PER", "REF"}:
            break
    return Party(
        role=text(segment, 1), name=segment[2], qualifier=segment[3], id=segment[4],
        street=tuple(street), city=place[1], state=place[2], postal_code=place[3],
    )  # fmt: skip


def write_party(party: Party) -> tuple[Segment, ...]:
    """Write an N1 loop."""
    found = [filled("N1", party.role, party.name, party.qualifier, party.id)]
    if party.street:
        found.append(filled("N3", *party.street[:2]))
    if party.city or party.postal_code:
        found.append(filled("N4", party.city, party.state, party.postal_code))
    return tuple(found)


def filled(name: str, *elements: str) -> Segment:
    """Make a segment without empty elements at its end."""
    kept = list(elements)
    while kept and not kept[-1]:
        kept.pop()
    return Segment(name, tuple(kept))


def flat(pairs: tuple[tuple[str, str], ...]) -> tuple[str, ...]:
    """Write (qualifier, value) pairs as elements."""
    return tuple(part for pair in pairs for part in pair)


def ndc_of(pairs: tuple[tuple[str, str], ...]) -> str:
    """Give the NDC among product ids, as it was sent, or "": N4 is the eleven digits of 5-4-2, ND an older way."""
    return next((value for wanted in NDC_QUALIFIERS for qualifier, value in pairs if qualifier == wanted), "")


def values(body: tuple[Segment, ...], name: str) -> tuple[tuple[str, str], ...]:
    """Give the (qualifier, value) of every REF or DTM of a body, in order."""
    return tuple((each[1], each[2]) for each in body if each.id == name)
