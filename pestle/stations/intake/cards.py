"""An insurance card, scanned or photographed: its code read into proposals that a person confirms. Nothing is kept."""

from dataclasses import dataclass
from io import BytesIO

import zxingcpp
from PIL import Image, UnidentifiedImageError

from pestle.terms.findings import refuse
from pestle.wire.health_card import CardRead, read_card

MOST_BYTES = 12 * 1024 * 1024
MOST_PIXELS = 40_000_000


@dataclass(frozen=True, slots=True)
class Proposed:
    """What a card was read as, beside the text it was read from."""

    read: CardRead
    text: str


def propose(text: str) -> Proposed:
    """This will read what a scanner sent from a card's code, or what somebody typed off the card."""
    if not text.strip():
        raise refuse("Scan the code on the card, or type what it says.", rule="card_is_read", field="card_text")
    return _proposed(text)


def propose_from_picture(content: bytes) -> Proposed:
    """This will read the two-dimensional code in a picture of a card; printed words alone are not read by Pestle."""
    if len(content) > MOST_BYTES:
        raise refuse("This picture is larger than 12 MB: take it smaller.", rule="picture_fits", field="card_picture")
    try:
        picture = Image.open(BytesIO(content))
        if picture.width * picture.height > MOST_PIXELS:
            raise refuse("This picture is too large: take it smaller.", rule="picture_fits", field="card_picture")
        found = zxingcpp.read_barcodes(picture.convert("L"))
    except (UnidentifiedImageError, OSError, ValueError, Image.DecompressionBombError) as fault:
        raise refuse("This is no picture that can be read.", rule="picture_is_one", field="card_picture") from fault
    texts = [each.text for each in found if each.text.strip()]
    if not texts:
        raise refuse(
            "No code was found in the picture. Printed words are not read: type them from the card.",
            rule="card_is_read", field="card_picture",
        )  # fmt: skip
    return _proposed("\n".join(texts))


def _proposed(text: str) -> Proposed:
    read = read_card(text)
    if not read.values and not read.doubts:
        raise refuse(
            "The code was read, but nothing in it is labelled BIN, PCN, group or ID: type them from the card.",
            rule="card_is_read", field="card_text",
        )  # fmt: skip
    return Proposed(read, text)
