"""Any code is understood anywhere: what a scanned or typed text is, and the compact codes Pestle prints itself.

A code of ours is PX, a letter for its kind, a body, and a check character: PXF7204418-01G. Capital letters, digits and
dashes only, so Code 128 prints it narrow and a keyboard-wedge scanner sends it without a shift key. The check character
is ISO 7064 MOD 37-2 over kind and body, with the dash as the 37th character; the 37th check character is written "/".
It finds every single wrong character and every pair of neighbours swapped.
"""

import re
from dataclasses import dataclass
from enum import StrEnum

from pestle.terms.ndc import Ndc
from pestle.wire import gs1, ndc
from pestle.wire.errors import WireError

OURS = "PX"
ALPHABET = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ-"
CHECK_CHARACTERS = ALPHABET[:-1] + "/"
BODY = re.compile(r"[0-9A-Z]+(-[0-9A-Z]+)*")
RX_BODY = re.compile(r"(?P<rx>[0-9]{1,12})-(?P<fill>[0-9]{2,3})")
MOST_CHARACTERS = 24


class ScanKind(StrEnum):
    """What a code stands on."""

    PRODUCT = "product"
    RX_LABEL = "rx label"
    BAG = "bag"
    BASKET = "basket"
    LOCATION = "location"
    BADGE = "badge"
    DOCUMENT = "document"
    UNKNOWN = "unknown"


LETTERS = {
    ScanKind.RX_LABEL: "F",
    ScanKind.BAG: "B",
    ScanKind.BASKET: "T",
    ScanKind.LOCATION: "L",
    ScanKind.BADGE: "W",
    ScanKind.DOCUMENT: "D",
}
KINDS = {letter: kind for kind, letter in LETTERS.items()}


@dataclass(frozen=True, slots=True)
class Scan:
    """A scanned text and what it is; one that cannot be read keeps its text, and `said` tells why."""

    kind: ScanKind
    text: str
    body: str = ""
    product: gs1.Gs1Scan | None = None
    ndc_candidates: tuple[Ndc, ...] = ()
    said: str = ""

    @property
    def rx_number(self) -> str:
        """Give the prescription number on a label, or nothing."""
        return self._rx_part("rx")

    @property
    def fill_number(self) -> int | None:
        """Give the fill number on a label, 0 for the first fill; None when this is no prescription label."""
        fill = self._rx_part("fill")
        return int(fill) if fill else None

    def _rx_part(self, name: str) -> str:
        found = RX_BODY.fullmatch(self.body) if self.kind is ScanKind.RX_LABEL else None
        return found[name] if found else ""


def read(text: str, *, separator: str = gs1.SEPARATOR) -> Scan:
    """Say what a scanned or typed text is; it never fails, what it does not know is UNKNOWN."""
    wanted = text.strip(" \r\n\t")
    bare = re.sub(r"^\][A-Za-z][0-9]", "", wanted)
    if bare.upper().startswith(OURS):
        return _read_ours(text, bare.upper())
    return _read_product(text, wanted, separator) or _read_ndc(text, bare)


def render_code(kind: ScanKind, body: str) -> str:
    """Give the code to print for a thing of that kind; WireError when the body does not fit the kind."""
    if kind not in LETTERS:
        raise WireError(where="kind", said=f"Pestle prints no codes of its own for: {kind}.")
    if len(body) > MOST_CHARACTERS or not BODY.fullmatch(body):
        raise WireError(
            where=kind, said=f"{body!r} must be 1 to {MOST_CHARACTERS} capital letters, digits and single dashes."
        )
    if kind is ScanKind.RX_LABEL and not RX_BODY.fullmatch(body):
        raise WireError(where=kind, said=f"{body!r} must be a prescription number, a dash and the fill number.")
    payload = LETTERS[kind] + body
    return OURS + payload + check_character(payload)


def render_rx_label(*, rx_number: str, fill_number: int) -> str:
    """Give the code of one fill's labels."""
    return render_code(ScanKind.RX_LABEL, f"{rx_number}-{fill_number:02d}")


def check_character(payload: str) -> str:
    """Give the ISO 7064 MOD 37-2 check character of kind letter and body."""
    total = 0
    for character in payload:
        total = (total + ALPHABET.index(character)) * 2 % 37
    return CHECK_CHARACTERS[(1 - total) % 37]


def _read_ours(text: str, code: str) -> Scan:
    payload, check = code.removeprefix(OURS)[:-1], code[-1]
    kind = KINDS.get(payload[:1])
    if kind is None:
        return Scan(ScanKind.UNKNOWN, text, said=f"{code} begins like a Pestle code, but has no kind we know.")
    try:
        expected = render_code(kind, payload[1:])
    except WireError as error:
        return Scan(ScanKind.UNKNOWN, text, said=str(error))
    if expected[-1] != check:
        return Scan(ScanKind.UNKNOWN, text, said=f"{code} is misread or mistyped: its check character is wrong.")
    return Scan(kind, text, body=payload[1:])


def _read_product(text: str, wanted: str, separator: str) -> Scan | None:
    try:
        product = gs1.parse(wanted, separator=separator)
    except WireError as error:
        return Scan(ScanKind.UNKNOWN, text, said=str(error)) if _is_surely_gs1(wanted, separator) else None
    if product.gtin is None:
        return Scan(ScanKind.UNKNOWN, text, said="It names no product.") if product.symbology else None
    return Scan(ScanKind.PRODUCT, text, product=product, ndc_candidates=product.ndc_candidates)


def _is_surely_gs1(wanted: str, separator: str) -> bool:
    return wanted.startswith(gs1.ELEMENT_SYMBOLOGIES + gs1.DIGIT_SYMBOLOGIES) or separator in wanted


def _read_ndc(text: str, bare: str) -> Scan:
    try:
        return Scan(ScanKind.PRODUCT, text, ndc_candidates=ndc.candidates(bare))
    except WireError as error:
        said = str(error) if re.fullmatch(r"[0-9-]{10,14}", bare) else "This is no product, and not a code of Pestle's."
        return Scan(ScanKind.UNKNOWN, text, said=said)


def decode(octets: bytes) -> Scan:
    """Read the bytes of one scan."""
    try:
        return read(octets.decode("utf-8").strip(" \r\n\t"))
    except UnicodeDecodeError as error:
        raise WireError(where=f"byte {error.start}", said="A scan is plain text.") from error


def encode(scan: Scan) -> bytes:
    """Give back the text as it was scanned."""
    return scan.text.encode()


def to_json(scan: Scan) -> dict[str, object]:
    """Give the scan as JSON values."""
    return {
        "text": scan.text,
        "kind": str(scan.kind),
        "body": scan.body,
        "product": gs1.to_json(scan.product) if scan.product else None,
        "ndc_candidates": [candidate.dashed for candidate in scan.ndc_candidates],
        "said": scan.said,
    }


def from_json(value: object) -> Scan:
    """Read what `to_json` gave; only the text counts, the rest follows from it."""
    text = value.get("text") if isinstance(value, dict) else None
    if not isinstance(text, str) or any("\ud800" <= character <= "\udfff" for character in text):
        raise WireError(where="text", said="A scan in JSON is an object with the scanned text.")
    return read(text)
