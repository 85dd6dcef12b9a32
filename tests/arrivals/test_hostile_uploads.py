"""Files that mean harm, brought to drop-off: refused in a sentence, or kept and given back so that nothing acts."""

import io
import struct
import time
import tracemalloc
import zipfile
import zlib
from collections.abc import Callable
from itertools import islice

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.http import HttpResponse
from django.test import Client
from PIL import Image
from pypdf import PdfWriter
from pypdf.generic import ArrayObject, DictionaryObject, NameObject, TextStringObject

from pestle.config.middleware import act
from pestle.records.messages import Document
from pestle.records.people import Worker
from pestle.stations.intake import documents
from pestle.terms.findings import Refused
from tests.properties.mutator import mutants
from tests.world import World, make_world

pytestmark = pytest.mark.django_db
HTML = b"<html><script>alert(document.domain)</script></html>"
SVG = b'<svg xmlns="http://www.w3.org/2000/svg" onload="alert(1)"><script>alert(1)</script></svg>'


def picture(kind: str = "PNG", size: tuple[int, int] = (60, 40)) -> bytes:
    drawn = io.BytesIO()
    Image.new("RGB", size, "white").save(drawn, kind)
    return drawn.getvalue()


def pdf(spoil: Callable[[PdfWriter], None] = lambda writer: None, pages: int = 1) -> bytes:
    writer, written = PdfWriter(), io.BytesIO()
    for _ in range(pages):
        writer.add_blank_page(200, 200)
    spoil(writer)
    writer.write(written)
    return written.getvalue()


def action(kind: str) -> Callable[[PdfWriter], None]:
    """A PDF that acts as soon as it is opened."""

    def spoil(writer: PdfWriter) -> None:
        writer.root_object[NameObject("/OpenAction")] = DictionaryObject({
            NameObject("/S"): NameObject(kind), NameObject("/JS"): TextStringObject("app.alert(1)"),
            NameObject("/F"): TextStringObject("cmd.exe"),
        })  # fmt: skip

    return spoil


def on_the_page(writer: PdfWriter) -> None:
    """The same, where only a page leads to it."""
    acts = DictionaryObject({NameObject("/S"): NameObject("/Launch"), NameObject("/F"): TextStringObject("cmd.exe")})
    writer.pages[0][NameObject("/AA")] = DictionaryObject({NameObject("/O"): acts})


def in_the_names(writer: PdfWriter) -> None:
    """A script that the catalogue lists by name."""
    acts = DictionaryObject({NameObject("/S"): NameObject("/JavaScript")})
    names = ArrayObject([TextStringObject("a"), acts])
    tree = DictionaryObject({NameObject("/JavaScript"): DictionaryObject({NameObject("/Names"): names})})
    writer.root_object[NameObject("/Names")] = tree


def hidden(name: bytes, instead: bytes) -> bytes:
    """The same name written with #-escapes, as whoever hides it writes it."""
    return pdf(action("/JavaScript")).replace(name, instead)


def bomb_png(side: int) -> bytes:
    """A PNG of a few bytes that says it is huge."""

    def chunk(kind: bytes, body: bytes) -> bytes:
        return struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))

    head = struct.pack(">IIBBBBB", side, side, 1, 0, 0, 0, 0)
    rows = zlib.compress(b"\0" * (side // 8 + 1) * min(side, 2000), 9)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", rows) + chunk(b"IEND", b"")


def bomb_zip() -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as file:
        file.writestr("a.pdf", b"\0" * 20_000_000)
    return packed.getvalue()


def bomb_pdf() -> bytes:
    """A PDF whose own table is a stream of a few bytes that unpacks to very many."""
    table = zlib.compress(b"\0" * 400_000_000, 9)
    body = b"%PDF-1.5\n1 0 obj\n<</Type/XRef/Size 9/W[1 2 1]/Root 2 0 R/Filter/FlateDecode/Length "
    body += str(len(table)).encode() + b">>stream\n" + table + b"\nendstream endobj\nstartxref\n9\n%%EOF"
    return body


REFUSED = {
    "an SVG with a script": SVG,
    "an SVG that says it is a picture": b"\x89PNG\r\n\x1a\n" + SVG,
    "HTML": HTML,
    "HTML behind the mark of a PDF": b"%PDF-1.4\n" + HTML,
    "a GIF that is HTML too": b"GIF89a/*" + HTML + b"*/=1;",
    "a zip bomb": bomb_zip(),
    "a picture bomb": bomb_png(60_000),
    "a picture with too many dots": bomb_png(8_000),
    "a PDF bomb": bomb_pdf(),
    "a PDF of too many pages": pdf(pages=31),
    "a PDF with a script": pdf(action("/JavaScript")),
    "a PDF with a script in its list of names": pdf(in_the_names),
    "a PDF with a script under an escaped name": hidden(b"/JavaScript", b"/Java#53cript"),
    "a PDF with a script under an escaped key": hidden(b"/JS", b"/J#53"),
    "a PDF that starts a program": pdf(action("/Launch")),
    "a PDF that starts a program from a page": pdf(on_the_page),
    "a PDF that sends a form": pdf(action("/SubmitForm")),
    "a PDF that opens another": pdf(action("/GoToR")),
    "a PDF with a file inside": pdf(lambda writer: writer.add_attachment("a.exe", b"MZ")),
    "half a picture": picture()[:60],
    "half a PDF": pdf()[:200],
    "nothing": b"",
}
KEPT = {
    "a PNG": (picture(), "image/png"),
    "a PNG that is HTML too": (picture() + HTML, "image/png"),
    "a JPEG that is HTML too": (picture("JPEG") + HTML, "image/jpeg"),
    "a WebP": (picture("WEBP"), "image/webp"),
    "a PDF that is HTML too": (pdf() + HTML, "application/pdf"),
    "a PDF": (pdf(), "application/pdf"),
}


@pytest.fixture
def client_of(world: World) -> Client:
    assert world.ada.account is not None
    client = Client()
    client.force_login(world.ada.account, "django.contrib.auth.backends.ModelBackend")
    return client


@pytest.fixture
def world(db: None) -> World:
    return make_world()


def bring(client: Client, content: bytes, name: str = "scan.png", kind: str = "image/png") -> HttpResponse:
    return client.post(
        "/drop-off/new/original/", {"kind": "paper", "original": SimpleUploadedFile(name, content, content_type=kind)}
    )


@pytest.mark.parametrize("what", REFUSED)
def test_a_file_that_means_harm_is_refused_in_a_sentence(world: World, client_of: Client, what: str) -> None:
    for name, kind in (("scan.png", "image/png"), ("scan.pdf", "application/pdf"), ("a.svg", "image/svg+xml")):
        answer = bring(client_of, REFUSED[what], name, kind)

        assert answer.status_code == 409
        assert not Document.objects.exists()


@pytest.mark.parametrize("what", KEPT)
def test_a_picture_is_given_back_by_what_it_is_and_can_do_nothing(world: World, client_of: Client, what: str) -> None:
    content, media_type = KEPT[what]

    bring(client_of, content, "evil.html\r\nX: y", "text/html")
    kept = Document.objects.get()
    answer = client_of.get(f"/drop-off/documents/{kept.pk}/")

    assert (kept.media_type, answer["Content-Type"]) == (media_type, media_type)
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert answer["X-Frame-Options"] == "SAMEORIGIN"
    assert answer["Content-Disposition"] == "inline"
    policy = answer["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "script-src" not in policy
    assert ("sandbox" in policy) == media_type.startswith("image/")


def test_a_document_of_an_unknown_kind_is_only_ever_downloaded(world: World, client_of: Client) -> None:
    bring(client_of, picture())
    kept = Document.objects.get()
    Document.objects.update(media_type="text/html")

    answer = client_of.get(f"/drop-off/documents/{kept.pk}/")

    assert answer["Content-Type"] == "application/octet-stream"
    assert answer["Content-Disposition"] == "attachment"


def test_a_body_without_end_is_refused_before_it_is_read(world: World, client_of: Client) -> None:
    answer = client_of.generic(
        "POST", "/drop-off/new/original/", b"x", content_type="multipart/form-data; boundary=a",
        CONTENT_LENGTH=str(act.MOST_BYTES + 1),
    )  # fmt: skip

    assert answer.status_code == 413
    assert "16 MB" in answer.content.decode()


@pytest.mark.parametrize("what", [name for name in REFUSED if "bomb" in name])
def test_a_bomb_takes_neither_time_nor_memory(what: str) -> None:
    tracemalloc.start()
    start = time.process_time()

    with pytest.raises(Refused):
        documents.look(REFUSED[what])

    most = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    # pypdf unpacks at most 75 MB, and holds them twice for a moment.
    assert most < 200_000_000
    # The processor's own time, and far more than is ever needed.
    assert time.process_time() - start < 20


@pytest.mark.slow
def test_damaged_files_are_pictures_or_refused() -> None:
    samples = [picture(), picture("JPEG"), picture("WEBP"), pdf(), pdf(pages=3), pdf(action("/Launch"))]
    words = (
        b"/JS",
        b"/Kids [1 0 R]",
        b"/Count 99999999",
        b"obj",
        b"endobj",
        b"stream",
        b"IHDR",
        b"IDAT",
        b"%PDF-",
        b"<<",
    )
    looked = refused = 0

    for content in islice(mutants(11, samples, words), 400):
        try:
            looked += documents.look(content).pages > 0
        except Refused:
            refused += 1

    assert looked + refused == 400
    assert looked > 20
    assert refused > 20


def test_only_the_bench_brings_originals(world: World) -> None:
    hana: Worker = world.hana
    client = Client()
    assert hana.account is not None
    client.force_login(hana.account, "django.contrib.auth.backends.ModelBackend")

    assert bring(client, picture()).status_code == 409
    assert not Document.objects.exists()
