"""Originals on paper or by fax: looked at before they are kept, kept as they came, shown page by page."""

import io
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from uuid import UUID

from PIL import Image
from pypdf import PdfReader
from pypdf.generic import ArrayObject, DictionaryObject, IndirectObject

from pestle.records.messages import Document
from pestle.records.people import Worker
from pestle.stations.acts import one_act
from pestle.terms.findings import Refused, refuse
from pestle.terms.roles import BENCH

LARGEST = 12 * 1024 * 1024
# A letter at 600 dots per inch has 34 million; each costs four bytes while it is looked at.
MOST_PIXELS = 40_000_000
MOST_PAGES = 30
MOST_OBJECTS = 20_000
# What makes a PDF more than a picture of a page: ISO 32000-2, 12.6 (actions), 7.11.4 (embedded files), 12.7.8 (XFA).
ACTIVE_KEYS = frozenset({"/JS", "/JavaScript", "/EmbeddedFiles", "/EF", "/XFA", "/RichMediaContent"})
ACTIONS = frozenset({
    "/JavaScript", "/Launch", "/SubmitForm", "/ImportData", "/GoToR", "/GoToE", "/Rendition", "/Movie", "/Sound",
})  # fmt: skip
ACTIVE_KINDS = frozenset({"/EmbeddedFile", "/FileAttachment", "/RichMedia", "/Movie", "/Screen", "/3D"})
PICTURES = {"PNG": "image/png", "JPEG": "image/jpeg", "WEBP": "image/webp"}
PDF = "application/pdf"
KINDS = ("paper", "fax", "card")


@dataclass(frozen=True, slots=True)
class Looked:
    """What an upload really is, whatever it called itself."""

    media_type: str
    pages: int


def look(content: bytes) -> Looked:
    """This will tell what an upload is; raises Refused for what is no picture or PDF, too large, or too many pages."""
    if not content:
        raise _no("Choose a picture or a PDF.")
    if len(content) > LARGEST:
        raise _no(f"This file is larger than {LARGEST // 1024 // 1024} MB: scan it with fewer dots per inch.")
    is_pdf = content.startswith(b"%PDF-")
    try:
        return _look_at_pdf(content) if is_pdf else _look_at_picture(content)
    except Refused:
        raise
    except Exception as fault:
        # Whatever a library of others says of such bytes, they are no original to us.
        sentence = "This PDF cannot be read." if is_pdf else "This is no PNG, JPEG or WebP picture and no PDF."
        raise _no(sentence) from fault


@one_act
def keep(*, act_id: UUID, by: Worker, at: datetime, content: bytes, kind: str = "paper") -> Document:
    """This will keep an original as it came; the same file twice is one document."""
    if by.roles.isdisjoint(BENCH):
        raise refuse("Taking in originals is for a technician, an intern or a pharmacist.", rule="who_may")
    if kind not in KINDS:
        raise _no("Say whether this came on paper, by fax, or is a card.")
    looked, digest = look(content), sha256(content).hexdigest()
    known = Document.objects.filter(pharmacy_id=by.pharmacy_id, sha256=digest).first()
    return known or Document.objects.create(
        pharmacy_id=by.pharmacy_id,
        kind=kind,
        media_type=looked.media_type,
        content=content,
        sha256=digest,
        pages=looked.pages,
        uploaded_by=by,
        uploaded_at=at,
    )


def document_of(by: Worker, document_id: int) -> Document:
    """This will give a document of the worker's own pharmacy; Refused where there is none."""
    found = Document.objects.filter(pk=document_id, pharmacy_id=by.pharmacy_id).first()
    if found is None:
        raise refuse("There is no such document in this pharmacy: scan its sheet again.", rule="document_is_here")
    return found


def _look_at_picture(content: bytes) -> Looked:
    with Image.open(io.BytesIO(content), formats=tuple(PICTURES)) as picture:
        kind, (width, height) = picture.format or "", picture.size
        if width * height > MOST_PIXELS:
            raise _no("This picture has too many dots: scan it with fewer dots per inch.")
        picture.verify()
    with Image.open(io.BytesIO(content), formats=(kind,)) as again:
        again.load()
    return Looked(PICTURES[kind], 1)


def _look_at_pdf(content: bytes) -> Looked:
    reader = PdfReader(io.BytesIO(content))
    if reader.is_encrypted:
        raise _no("This PDF is locked with a password.")
    pages = len(reader.pages)
    if any(_is_active(each) for each in _dictionaries(reader)):
        raise _no("This PDF holds a program or another file inside: print it, and scan the paper.")
    if not 1 <= pages <= MOST_PAGES:
        raise _no(f"A document has 1 to {MOST_PAGES} pages.")
    return Looked(PDF, pages)


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
