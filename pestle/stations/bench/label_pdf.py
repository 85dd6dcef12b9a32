"""Draws laid-out labels as PDF, fonts embedded, bar codes as filled squares."""

from collections.abc import Iterable, Iterator
from io import BytesIO

import zxingcpp
from reportlab.pdfgen.canvas import Canvas

from pestle.stations.bench.label_pictures import strokes
from pestle.stations.bench.label_sheets import (
    BOLD,
    PLAIN,
    SIDE,
    Item,
    Picture,
    Sheet,
    Square,
    Stripes,
    Stroke,
    Words,
    width_of,
)

_FORMATS = {Stripes: zxingcpp.BarcodeFormat.Code128, Square: zxingcpp.BarcodeFormat.DataMatrix}


def draw(sheets: Iterable[Sheet], *, title: str) -> bytes:
    """Give a PDF of one page for each sheet, in the sheet's own size. `title` names no patient."""
    kept = BytesIO()
    canvas = Canvas(kept, invariant=True, pageCompression=False)
    canvas.setTitle(title)
    for sheet in sheets:
        canvas.setPageSize((sheet.width, sheet.height))
        for item in (*sheet.items, *_mark(sheet)):
            _draw(canvas, item, sheet.height)
        canvas.showPage()
    canvas.save()
    return kept.getvalue()


def cells(item: Stripes | Square) -> Iterator[tuple[int, int, int]]:
    """Give the dark runs of a bar code as (row, first column, how many), in modules; a Code 128 has one row."""
    options = {"force_square": True} if isinstance(item, Square) else {}
    picture = zxingcpp.create_barcode(item.text, _FORMATS[type(item)], **options).to_image(scale=1)
    height, width = picture.shape
    octets = memoryview(picture).tobytes()  # type: ignore[arg-type]  # An image is a buffer; its stub does not say so.
    rows = [octets[at * width : (at + 1) * width] for at in range(height)]
    for row, line in enumerate([rows[height // 2]] if isinstance(item, Stripes) else rows):
        yield from ((row, start, length) for start, length in _dark_runs(line))


def _dark_runs(line: bytes) -> Iterator[tuple[int, int]]:
    start = None
    for column, shade in enumerate((*line, 255)):
        if shade < 128 and start is None:
            start = column
        elif shade >= 128 and start is not None:
            yield start, column - start
            start = None


def _mark(sheet: Sheet) -> Iterator[Item]:
    if sheet.mark:
        wide = width_of(sheet.mark, 9, is_bold=True)
        yield Words(x=sheet.width - SIDE - wide, y=sheet.height - 13, size=9, text=sheet.mark, is_bold=True)


def _draw(canvas: Canvas, item: Item, height: float) -> None:
    match item:
        case Words():
            canvas.setFont(BOLD if item.is_bold else PLAIN, item.size)
            # The ascent of the font: where its letters stand below the top of the line.
            canvas.drawString(item.x, height - item.y - 0.93 * item.size, item.text)
        case Stroke():
            canvas.setLineWidth(1.1)
            canvas.setDash(*([3, 3] if item.is_dashed else []))
            canvas.line(item.x, height - item.y, item.to_x, height - item.to_y)
            canvas.setDash()
        case Picture():
            _draw_picture(canvas, item, height)
        case Stripes() | Square():
            _draw_code(canvas, item, height)


def _draw_code(canvas: Canvas, item: Stripes | Square, height: float) -> None:
    tall = item.height if isinstance(item, Stripes) else item.module
    for row, start, length in cells(item):
        y = height - item.y - row * tall - tall
        canvas.rect(item.x + start * item.module, y, length * item.module, tall, stroke=0, fill=1)


def _draw_picture(canvas: Canvas, item: Picture, height: float) -> None:
    scale = item.size / 24
    canvas.setLineWidth(2 * scale)
    canvas.setLineCap(1)
    for stroke in strokes(item.name):
        path = canvas.beginPath()
        (x, y), *further = stroke
        path.moveTo(item.x + x * scale, height - item.y - y * scale)
        for x, y in further:
            path.lineTo(item.x + x * scale, height - item.y - y * scale)
        canvas.drawPath(path)
    canvas.setLineCap(0)
