"""A PDF that somebody sends: how many pages it has, and whether it is more than a picture of them."""

import io
from collections.abc import Iterator

from pypdf import PdfReader
from pypdf.generic import ArrayObject, DictionaryObject, IndirectObject

from pestle.terms.findings import refuse

MOST_PAGES = 30
MOST_OBJECTS = 20_000
# What makes a PDF more than a picture of a page: ISO 32000-2, 12.6 (actions), 7.11.4 (embedded files), 12.7.8 (XFA).
ACTIVE_KEYS = frozenset({"/JS", "/JavaScript", "/EmbeddedFiles", "/EF", "/XFA", "/RichMediaContent"})
ACTIONS = frozenset({
    "/JavaScript", "/Launch", "/SubmitForm", "/ImportData", "/GoToR", "/GoToE", "/Rendition", "/Movie", "/Sound",
})  # fmt: skip
ACTIVE_KINDS = frozenset({"/EmbeddedFile", "/FileAttachment", "/RichMedia", "/Movie", "/Screen", "/3D"})


def pages_of(content: bytes) -> int:
    """This will count the pages; raises Refused for a PDF that is locked, holds a program or a file, or is too long."""
    reader = PdfReader(io.BytesIO(content))
    if reader.is_encrypted:
        raise _no("This PDF is locked with a password.")
    pages = len(reader.pages)
    if any(_is_active(each) for each in _dictionaries(reader)):
        raise _no("This PDF holds a program or another file inside: print it, and scan the paper.")
    if not 1 <= pages <= MOST_PAGES:
        raise _no(f"A document has 1 to {MOST_PAGES} pages.")
    return pages


def _dictionaries(reader: PdfReader) -> Iterator[DictionaryObject]:
    """Give every dictionary of a PDF, also those that nothing on a page leads to."""
    numbers = {(number, generation) for generation, table in reader.xref.items() for number in table}
    numbers |= {(number, 0) for number in reader.xref_objStm}
    if len(numbers) > MOST_OBJECTS:
        raise _no("This PDF is put together of too many parts: print it, and scan the paper.")
    left: list[object] = [reader.trailer, *(reader.get_object(IndirectObject(*each, reader)) for each in numbers)]
    while left:
        one = left.pop()
        if isinstance(one, DictionaryObject):
            yield one
            # What is meant by a number is in the list already.
            left += [value for value in one.values() if not isinstance(value, IndirectObject)]
        elif isinstance(one, ArrayObject):
            left += [value for value in one if not isinstance(value, IndirectObject)]


def _is_active(one: DictionaryObject) -> bool:
    kinds = {str(one.get(name)) for name in ("/Type", "/Subtype")}
    return not ACTIVE_KEYS.isdisjoint(one) or str(one.get("/S")) in ACTIONS or not ACTIVE_KINDS.isdisjoint(kinds)


def _no(sentence: str) -> Exception:
    return refuse(sentence, rule="document_can_be_read", field="document")
