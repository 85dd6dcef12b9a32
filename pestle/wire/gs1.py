"""Product bar codes by the GS1 General Specifications: element strings, GTIN-14, EAN-13, UPC-A and EAN-8.

The table of application identifiers is that of biip. Dates are read here, because biip reads the clock for the century.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from biip import ParseConfig, ParseError
from biip.gs1_application_identifiers import GS1ApplicationIdentifier
from biip.gs1_element_strings import GS1ElementString

from pestle.terms.days import last_day_of_month
from pestle.terms.gtin import Gtin
from pestle.terms.lot import LotNumber
from pestle.terms.ndc import Ndc
from pestle.wire import ndc as ndc_forms
from pestle.wire.errors import WireError

SEPARATOR = "\x1d"
GTIN_AI, LOT_AI, EXPIRY_AI, SERIAL_AI, US_NDC_AI = "01", "10", "17", "21", "715"
DATE_AIS = frozenset({"11", "12", "13", "15", "16", "17"})

# ISO/IEC 15424: DataMatrix, GS1-128, DataBar and QR carry element strings; EAN, UPC and ITF carry digits.
ELEMENT_SYMBOLOGIES = ("]d2", "]C1", "]e0", "]Q3")
DIGIT_SYMBOLOGIES = ("]E0", "]E4", "]I1")
UNDATED = ParseConfig(gs1_element_strings_verify_date=False)


class Written(StrEnum):
    """How the code stood in the symbol."""

    ELEMENTS = "elements"
    GTIN_14 = "gtin-14"
    EAN_13 = "ean-13"
    UPC_A = "upc-a"
    EAN_8 = "ean-8"


LENGTHS = {14: Written.GTIN_14, 13: Written.EAN_13, 12: Written.UPC_A, 8: Written.EAN_8}
DIGITS = {written: length for length, written in LENGTHS.items()}


@dataclass(frozen=True, slots=True)
class Element:
    """One application identifier with its value, as the symbol carries it."""

    ai: str
    value: str


@dataclass(frozen=True, slots=True)
class Gs1Scan:
    """A scanned product code: its elements in their order, and what they mean.

    Raises WireError naming the application identifier whose value is wrong.
    """

    elements: tuple[Element, ...]
    symbology: str = ""
    written: Written = Written.ELEMENTS

    def __post_init__(self) -> None:
        if not self.elements:
            raise WireError(where="scan", said="There is nothing in it.")
        if self.symbology and self.symbology not in ELEMENT_SYMBOLOGIES + DIGIT_SYMBOLOGIES:
            raise WireError(where=self.symbology, said="This kind of symbol carries no GS1 product code.")
        if self.written is not Written.ELEMENTS:
            _check_bare(self.elements, self.written)
        elif self.symbology in DIGIT_SYMBOLOGIES:
            raise WireError(where=self.symbology, said="This kind of symbol carries digits, no elements.")
        seen: dict[str, str] = {}
        for element in self.elements:
            _check(element)
            if seen.setdefault(element.ai, element.value) != element.value:
                raise WireError(where=f"AI {element.ai}", said="It is there twice, with different values.")

    @classmethod
    def of(cls, *, gtin: Gtin, lot: LotNumber | None = None, expiry: date | None = None, serial: str = "") -> "Gs1Scan":
        """Make the code of a package; the fixed lengths come first so that few separators are needed."""
        found = [Element(GTIN_AI, gtin.digits)]
        if expiry and not 2000 <= expiry.year <= 2099:
            raise WireError(where=f"AI {EXPIRY_AI}", said=f"Two digits cannot carry the year {expiry.year}.")
        if expiry:
            found.append(Element(EXPIRY_AI, f"{expiry:%y%m%d}"))
        if lot:
            found.append(Element(LOT_AI, lot.text))
        if serial:
            found.append(Element(SERIAL_AI, serial))
        return cls(tuple(found))

    @property
    def gtin(self) -> Gtin | None:
        """Give the trade item number (AI 01)."""
        digits = self.value_of(GTIN_AI)
        return Gtin(digits) if digits else None

    @property
    def ndc_candidates(self) -> tuple[Ndc, ...]:
        """Give the NDC of AI 715, or else the readings of the ten digits inside a US drug GTIN; more than one: ask."""
        if announced := self.value_of(US_NDC_AI):
            return _read_announced(announced)
        ten = self.gtin.us_drug_digits if self.gtin else None
        return ndc_forms.readings_of_ten(ten) if ten else ()

    @property
    def lot(self) -> LotNumber | None:
        """Give the lot number (AI 10)."""
        text = self.value_of(LOT_AI)
        return LotNumber(text) if text else None

    @property
    def expiry(self) -> date | None:
        """Give the last day of use (AI 17); day 00 is the last day of the month."""
        digits = self.value_of(EXPIRY_AI)
        return _read_date(Element(EXPIRY_AI, digits)) if digits else None

    @property
    def serial(self) -> str:
        """Give the serial number (AI 21), or nothing."""
        return self.value_of(SERIAL_AI)

    @property
    def others(self) -> tuple[Element, ...]:
        """Give the elements that no property above speaks of."""
        known = {GTIN_AI, LOT_AI, EXPIRY_AI, SERIAL_AI, US_NDC_AI}
        return tuple(element for element in self.elements if element.ai not in known)

    @property
    def doubt(self) -> str | None:
        """Warn when a lot or serial seems to have swallowed an expiry date: some scanners drop the separators."""
        if self.value_of(EXPIRY_AI):
            return None
        for ai in (LOT_AI, SERIAL_AI):
            if re.search(r"17[0-9]{2}(0[1-9]|1[0-2])([0-2][0-9]|3[01])", self.value_of(ai)):
                return f"AI {ai} {self.value_of(ai)!r} may hold an expiry date: does the scanner drop separators?"
        return None

    def value_of(self, ai: str) -> str:
        """Give the value of an application identifier, or nothing."""
        return next((element.value for element in self.elements if element.ai == ai), "")


def parse(text: str, *, separator: str = SEPARATOR) -> Gs1Scan:
    """Read what a scanner sent; `separator` is what it sends for FNC1, if not the group separator character.

    Raises WireError naming the application identifier or the check digit.
    """
    whole = text.strip(" \r\n\t").replace(separator, SEPARATOR)
    symbology = whole[:3] if whole.startswith("]") else ""
    rest = whole[len(symbology) :].lstrip(SEPARATOR)
    if symbology and symbology not in ELEMENT_SYMBOLOGIES + DIGIT_SYMBOLOGIES:
        raise WireError(where=symbology, said="This kind of symbol carries no GS1 product code.")
    if symbology not in ELEMENT_SYMBOLOGIES and _is_bare_gtin(rest, symbology):
        return _read_bare_gtin(rest, symbology)
    if symbology in DIGIT_SYMBOLOGIES:
        raise WireError(where=symbology, said=f"It carries 8, 12, 13 or 14 digits, not {rest!r}.")
    return Gs1Scan(tuple(_read_elements(rest)), symbology=symbology)


def render(scan: Gs1Scan) -> str:
    """Write the code back with the separators the standard asks for and no others."""
    if scan.written is not Written.ELEMENTS:
        return scan.symbology + scan.value_of(GTIN_AI)[-DIGITS[scan.written] :]
    text = "".join(f"{element.ai}{element.value}{_separator_after(element)}" for element in scan.elements)
    return scan.symbology + text.removesuffix(SEPARATOR)


def printed(scan: Gs1Scan) -> str:
    """Write the code as people read it under the symbol: (01)00300010123455(17)270331."""
    return "".join(f"({element.ai}){element.value}" for element in scan.elements)


def decode(octets: bytes) -> Gs1Scan:
    """Read the bytes of one scan."""
    try:
        return parse(octets.decode("ascii"))
    except UnicodeDecodeError as error:
        raise WireError(where=f"byte {error.start}", said="A GS1 code has only ASCII characters.") from error


def encode(scan: Gs1Scan) -> bytes:
    """Write the bytes of one scan."""
    return render(scan).encode("ascii")


def to_json(scan: Gs1Scan) -> dict[str, object]:
    """Give the scan as JSON values; elements, symbology and written are what `from_json` reads, the rest explains."""
    return {
        "symbology": scan.symbology,
        "written": str(scan.written),
        "elements": [{"ai": element.ai, "value": element.value} for element in scan.elements],
        "gtin": scan.gtin.digits if scan.gtin else None,
        "ndc_candidates": [ndc.dashed for ndc in scan.ndc_candidates],
        "lot": scan.lot.text if scan.lot else None,
        "expiry": scan.expiry.isoformat() if scan.expiry else None,
        "serial": scan.serial,
        "doubt": scan.doubt,
    }


def from_json(value: object) -> Gs1Scan:
    """Read what `to_json` gave."""
    fields = value if isinstance(value, dict) else {}
    try:
        elements = tuple(Element(str(item["ai"]), str(item["value"])) for item in fields["elements"])
        written = Written(fields.get("written", Written.ELEMENTS))
    except (TypeError, KeyError, ValueError) as error:
        raise WireError(
            where="elements", said="A scan in JSON has a list of elements, each with ai and value."
        ) from error
    return Gs1Scan(elements, symbology=str(fields.get("symbology", "")), written=written)


def _is_bare_gtin(text: str, symbology: str) -> bool:
    # Eight digits alone may as well be a prescription number or one date element: only the scanner can say EAN-8.
    lengths = LENGTHS if symbology else LENGTHS.keys() - {8}
    return text.isascii() and text.isdigit() and len(text) in lengths


def _read_bare_gtin(digits: str, symbology: str) -> Gs1Scan:
    try:
        gtin = Gtin.of(digits)
    except ValueError as error:
        raise WireError(where="check digit", said=str(error)) from error
    return Gs1Scan((Element(GTIN_AI, gtin.digits),), symbology=symbology, written=LENGTHS[len(digits)])


def _read_elements(text: str) -> Iterator[Element]:
    place = 0
    while place < len(text):
        rest = text[place:]
        try:
            ai = GS1ApplicationIdentifier.extract(rest)
        except ParseError as error:
            said = f"No GS1 application identifier begins with {rest[:4]!r}."
            raise WireError(where=f"position {place + 1}", said=said) from error
        try:
            found = GS1ElementString.extract(rest, config=UNDATED)
        except ParseError as error:
            raise _misshapen(ai.ai, rest.removeprefix(ai.ai).split(SEPARATOR)[0]) from error
        after = rest[len(found) :]
        if after and ai.separator_required and not after.startswith(SEPARATOR):
            raise _misshapen(ai.ai, rest.removeprefix(ai.ai).split(SEPARATOR)[0])
        yield Element(ai.ai, found.value)
        place = len(text) - len(after.lstrip(SEPARATOR))


def _check(element: Element) -> None:
    try:
        found = GS1ElementString.parse(element.ai + element.value, config=UNDATED)
    except ParseError as error:
        raise _misshapen(element.ai, element.value) from error
    if found.ai.ai != element.ai:
        raise WireError(where=f"AI {element.ai}", said="There is no such application identifier.")
    if element.ai == GTIN_AI:
        _check_gtin(element.value)
    if said := found.sscc_error or found.gln_error or (found.gtin_error if element.ai != GTIN_AI else None):
        raise WireError(where=f"AI {element.ai}", said=said)
    if element.ai in DATE_AIS:
        _read_date(element)


def _check_bare(elements: tuple[Element, ...], written: Written) -> None:
    padding = "0" * (14 - DIGITS[written])
    if len(elements) != 1 or elements[0].ai != GTIN_AI or not elements[0].value.startswith(padding):
        raise WireError(where=f"AI {GTIN_AI}", said=f"{written} carries one GTIN of {DIGITS[written]} digits.")


def _check_gtin(digits: str) -> None:
    try:
        Gtin(digits)
    except ValueError as error:
        raise WireError(where=f"AI {GTIN_AI}", said=str(error)) from error


def _read_date(element: Element) -> date:
    # Every medicine that carries a two-digit year was made in this century, so it needs no clock to be read.
    year, month, day = 2000 + int(element.value[:2]), int(element.value[2:4]), int(element.value[4:6])
    try:
        return date(year, month, day) if day else last_day_of_month(year, month)
    except ValueError as error:
        raise WireError(where=f"AI {element.ai}", said=f"{element.value} is no day of the calendar.") from error


def _read_announced(text: str) -> tuple[Ndc, ...]:
    # What stands in AI 715 is announced as an NDC, so twelve digits without dashes can only be 6-4-2.
    try:
        if len(text) == 12 and text.isdigit():
            return (ndc_forms.reading_of_twelve(text),)
        return ndc_forms.candidates(text)
    except WireError:
        return ()


def _separator_after(element: Element) -> str:
    ai = GS1ApplicationIdentifier.extract(element.ai)
    return SEPARATOR if ai.separator_required else ""


def _misshapen(ai: str, value: str) -> WireError:
    return WireError(where=f"AI {ai}", said=f"{value!r} has a wrong length or a character that is not allowed there.")
