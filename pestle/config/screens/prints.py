"""What the pharmacy prints, as pictures at 300 dots an inch, and the bar codes read back from each picture."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import datetime
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING

import zxingcpp
from django.utils import timezone

from pestle.config.screens.contact_sheet import Taken
from pestle.demo import long_names
from pestle.records.fills import Fill
from pestle.records.handover import Bag, Sale
from pestle.records.pharmacies import Pharmacy
from pestle.stations.bench import label_pdf, labels, printing
from pestle.stations.bench.label_sheets import sheets_of
from pestle.stations.bench.label_texts import VialLabel
from pestle.stations.handover import receipts

if TYPE_CHECKING:
    from PIL.Image import Image

# As an office printer draws a PDF; a label printer gets ZPL in its own dots.
DOTS_PER_INCH, POINTS_PER_INCH = 300, 72
SPANISH = "Tome 1 tableta por la boca 2 veces al día, en la mañana y en la noche, con comida. Para la presión."


def pictures_of(pdf: bytes) -> "list[Image]":
    """Give each page of a PDF as a label printer would draw it."""
    import pypdfium2

    with pypdfium2.PdfDocument(BytesIO(pdf)) as document:
        return [page.render(scale=DOTS_PER_INCH / POINTS_PER_INCH).to_pil() for page in document]


def codes_in(picture: "Image") -> list[str]:
    """Give what a scanner reads in a picture."""
    return sorted(found.text for found in zxingcpp.read_barcodes(picture))


def take(pharmacy: Pharmacy, folder: Path, wants: Callable[[str], bool]) -> Iterator[Taken]:
    """Keep a picture of each page of each print; says what its bar codes say."""
    for name, make in _prints(pharmacy, timezone.now()):
        if not wants(name):
            continue
        for number, picture in enumerate(pictures_of(make()), 1):
            file = f"prints-{name.replace(' ', '-')}-{number}.png"
            picture.save(folder / file)
            read = codes_in(picture)
            yield Taken("prints", name, file=file, view=f"page {number}, reads {', '.join(read) or 'no code'}")


def _prints(pharmacy: Pharmacy, at: datetime) -> Iterator[tuple[str, Callable[[], bytes]]]:
    fills = Fill.objects.filter(pharmacy=pharmacy).with_names().select_related("package__product", "pharmacy")
    filled = fills.filter(filled_at__isnull=False).order_by("-pk")
    for name, found in (
        ("label", filled.filter(prescription__schedule="none").first() or filled.first()),
        ("label controlled", filled.filter(prescription__schedule__in=["II", "III", "IV"]).first()),
    ):
        if found is not None:
            yield name, lambda fill=found: printing.label_as_pdf(fill, at)  # type: ignore[misc]
    if (fill := filled.first()) is not None:
        label = labels.vial_label(fill, at)
        spanish = replace(label, directions_other=SPANISH, language_other="Spanish")
        yield "label Spanish", lambda: _drawn(spanish)
        yield "label long names", lambda: _drawn(longest(spanish))
        yield "ticket", lambda: printing.ticket_as_pdf(fill)
    if (bag := Bag.objects.filter(pharmacy=pharmacy, place__isnull=False).order_by("-pk").first()) is not None:
        yield "bag tag", lambda: printing.tag_as_pdf(bag)
    if (sale := Sale.objects.filter(pharmacy=pharmacy).order_by("-pk").first()) is not None:
        shown = receipts.receipt(sale.worker, sale.pk)
        if shown is not None:
            yield "receipt", lambda: receipts.as_pdf(shown)


def longest(label: VialLabel) -> VialLabel:
    """Give a label with the longest names."""
    return replace(
        label, patient=f"{long_names.GIVEN} {long_names.FAMILY}",
        medicine=f"{long_names.DRUG} {long_names.STRENGTH} extended-release tablet",
    )  # fmt: skip


def _drawn(label: VialLabel) -> bytes:
    return label_pdf.draw(sheets_of(label), title="Label")
