"""Originals on paper or by fax: looked at before they are kept, kept as they came, shown page by page."""

import io
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from uuid import UUID

from PIL import Image

from pestle.records.messages import Document
from pestle.records.people import Worker
from pestle.stations.acts import one_act
from pestle.terms.findings import Refused, refuse
from pestle.terms.roles import BENCH

LARGEST = 12 * 1024 * 1024
# A letter at 600 dots per inch has 34 million; each costs four bytes while it is looked at.
MOST_PIXELS = 40_000_000
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
    # Reading PDF takes a tenth of a page server's memory, and most never are sent one.
    from pestle.stations.intake.pdf_files import pages_of

    return Looked(PDF, pages_of(content))


def _no(sentence: str) -> Exception:
    return refuse(sentence, rule="document_can_be_read", field="document")
