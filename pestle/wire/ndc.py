"""Every written form of a National Drug Code. Where the dashes were lost, every reading is given, never a guess.

Forms: 21 CFR 207.33 (4-4-2, 5-3-2, 5-4-1), 45 CFR 162.1002 (5-4-2 in claims), 91 FR 10749 of 5 March 2026 (6-4-2).
"""

import re
from dataclasses import dataclass
from enum import StrEnum

from pestle.terms.gtin import gs1_check_digit
from pestle.terms.ndc import Ndc
from pestle.wire.errors import WireError

DASHES = str.maketrans("\u2010\u2011\u2012\u2013\u2014\u2212", "-" * 6)
LEADING_WORD = re.compile(r"NDC\s*[:#]?\s*", re.IGNORECASE)


class NdcForm(StrEnum):
    """How an NDC was written: the lengths of its parts, or the count of its digits when there were no dashes."""

    LABELER_SHORT = "4-4-2"
    PRODUCT_SHORT = "5-3-2"
    PACKAGE_SHORT = "5-4-1"
    BILLING = "5-4-2"
    TWELVE = "6-4-2"
    RELATED_ITEM_4 = "4-6"
    RELATED_ITEM_5 = "5-5"
    TEN_DIGITS = "10"
    ELEVEN_DIGITS = "11"
    UPC_A = "UPC-A"


@dataclass(frozen=True, slots=True)
class NdcReading:
    """What was written, its form, and every NDC it can mean, best known first; more than one means: ask."""

    text: str
    form: NdcForm
    candidates: tuple[Ndc, ...]

    @property
    def ndc(self) -> Ndc | None:
        """Give the NDC when there is only one reading."""
        return self.candidates[0] if len(self.candidates) == 1 else None


class AmbiguousNdc(WireError):
    """The text can be several NDCs; `candidates` holds them for the person to choose from."""

    def __init__(self, reading: NdcReading) -> None:
        choices = ", ".join(ndc.dashed for ndc in reading.candidates)
        super().__init__(where="NDC", said=f"{reading.text!r} has lost its dashes; it can be {choices}.")
        self.candidates = reading.candidates


def read(text: str) -> NdcReading:
    """Read any written form with all that it can mean; WireError names what is wrong with any other text."""
    written = LEADING_WORD.sub("", text.strip(), count=1).translate(DASHES)
    if not re.fullmatch(r"[0-9]+(-[0-9]+)*", written):
        raise WireError(where="NDC", said=f"{text!r} is not an NDC: it has only digits and dashes.")
    parts = written.split("-")
    form, candidates = _read_digits(parts[0]) if len(parts) == 1 else _read_parts(parts)
    return NdcReading(text=text, form=form, candidates=candidates)


def candidates(text: str) -> tuple[Ndc, ...]:
    """Give every NDC the text can mean; WireError when it is none."""
    return read(text).candidates


def parse(text: str) -> Ndc:
    """Give the one NDC the text means; AmbiguousNdc when there are several, WireError when there is none."""
    reading = read(text)
    if reading.ndc is None:
        raise AmbiguousNdc(reading)
    return reading.ndc


def readings_of_ten(digits: str) -> tuple[Ndc, ...]:
    """Give the three ways to put the dashes back into ten digits, without repeats."""
    readings = (f"0{digits}", f"{digits[:5]}0{digits[5:]}", f"{digits[:9]}0{digits[9:]}")
    return tuple(Ndc(reading) for reading in dict.fromkeys(readings))


def reading_of_twelve(digits: str) -> Ndc:
    """Give the NDC of twelve digits known to be 6-4-2; a labeler of six real digits has no billing form yet."""
    if digits[0] != "0":
        raise WireError(
            where="NDC labeler", said=f"{digits[:6]} has six digits: there is no eleven-digit billing form for it."
        )
    return Ndc(digits[1:])


def ten_digit_forms(ndc: Ndc) -> tuple[str, ...]:
    """Give the ten-digit forms, with dashes, that the label may carry; more than one needs the drug file to decide."""
    forms = []
    if ndc.labeler[0] == "0":
        forms.append(f"{ndc.labeler[1:]}-{ndc.product}-{ndc.package}")
    if ndc.product[0] == "0":
        forms.append(f"{ndc.labeler}-{ndc.product[1:]}-{ndc.package}")
    if ndc.package[0] == "0":
        forms.append(f"{ndc.labeler}-{ndc.product}-{ndc.package[1:]}")
    return tuple(forms)


def billing(ndc: Ndc) -> str:
    """Give the eleven digits without dashes that claims carry (field 407-D7)."""
    return ndc.digits


def twelve(ndc: Ndc) -> str:
    """Give the 6-4-2 form, with dashes, that labels carry from 7 March 2033."""
    return f"0{ndc.dashed}"


def decode(octets: bytes) -> NdcReading:
    """Read one NDC, as a file or a scanner gives it."""
    try:
        return read(octets.decode("utf-8").strip())
    except UnicodeDecodeError as error:
        raise WireError(where=f"byte {error.start}", said="An NDC is plain text.") from error


def encode(reading: NdcReading) -> bytes:
    """Give back the text as it was written."""
    return reading.text.encode()


def to_json(reading: NdcReading) -> dict[str, object]:
    """Give the reading as JSON values; candidates are in billing form."""
    return {
        "text": reading.text,
        "form": str(reading.form),
        "candidates": [{"billing": billing(ndc), "dashed": ndc.dashed} for ndc in reading.candidates],
    }


def from_json(value: object) -> NdcReading:
    """Read what `to_json` gave; only the text counts, the rest follows from it."""
    if not isinstance(value, dict) or not isinstance(value.get("text"), str):
        raise WireError(where="text", said="An NDC in JSON is an object with the written form as text.")
    return read(value["text"])


def _read_digits(digits: str) -> tuple[NdcForm, tuple[Ndc, ...]]:
    if len(digits) == 10:
        return NdcForm.TEN_DIGITS, readings_of_ten(digits)
    if len(digits) == 11:
        return NdcForm.ELEVEN_DIGITS, (Ndc(digits),)
    if len(digits) == 12:
        return NdcForm.UPC_A, readings_of_ten(_ten_inside_upc(digits))
    raise WireError(where="NDC", said=f"{digits} has {len(digits)} digits; an NDC has 10 or 11, its bar code 12.")


def _ten_inside_upc(digits: str) -> str:
    # Twelve digits that begin with 0 are a 6-4-2 NDC or a shop's UPC; without dashes nobody can tell.
    if digits[0] != "3":
        raise WireError(
            where="number system", said=f"The UPC of a drug begins with 3, not {digits[0]}; write an NDC with dashes."
        )
    expected = gs1_check_digit(digits[:11])
    if digits[11] != expected:
        raise WireError(
            where="check digit", said=f"{digits} ends in {digits[11]}; its check digit would be {expected}."
        )
    return digits[1:11]


def _read_parts(parts: list[str]) -> tuple[NdcForm, tuple[Ndc, ...]]:
    lengths = "-".join(str(len(part)) for part in parts)
    joined = "".join(parts)
    if lengths == NdcForm.TWELVE:
        return NdcForm.TWELVE, (reading_of_twelve(joined),)
    if lengths in {"6-3-2", "6-4-1"}:
        raise WireError(
            where="NDC labeler", said=f"{parts[0]} has six digits: there is no eleven-digit billing form for it."
        )
    # A health related item shows only where its labeler ends, which leaves one place for the zero, or two.
    match lengths:
        case NdcForm.BILLING:
            readings: tuple[str, ...] = (joined,)
        case NdcForm.LABELER_SHORT | NdcForm.RELATED_ITEM_4:
            readings = (f"0{joined}",)
        case NdcForm.PRODUCT_SHORT:
            readings = (f"{joined[:5]}0{joined[5:]}",)
        case NdcForm.PACKAGE_SHORT:
            readings = (f"{joined[:9]}0{joined[9:]}",)
        case NdcForm.RELATED_ITEM_5:
            readings = (f"{joined[:5]}0{joined[5:]}", f"{joined[:9]}0{joined[9:]}")
        case _:
            raise WireError(
                where="NDC", said=f"Parts of {lengths} digits are no NDC; they are 4-4-2, 5-3-2, 5-4-1, 5-4-2 or 6-4-2."
            )
    return NdcForm(lengths), tuple(Ndc(reading) for reading in dict.fromkeys(readings))
