"""Writes laid-out labels for a thermal printer of 203 dots per inch."""

from collections.abc import Iterable, Iterator
from dataclasses import replace

from PIL import Image, ImageDraw

from pestle.stations.bench.label_pictures import strokes
from pestle.stations.bench.label_sheets import (
    POINTS_PER_INCH,
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
from pestle.wire import zpl
from pestle.wire.zpl.field import Field

_DASH = 3.0


def write(sheets: Iterable[Sheet]) -> bytes:
    """Give the bytes to send to the printer, one label for each sheet."""
    return zpl.encode(tuple(_label(each) for each in sheets))


def marked(labels: bytes, mark: str) -> bytes:
    """Give the same labels with a mark on each."""
    return zpl.encode(tuple(_with_mark(each, mark) for each in zpl.decode(labels)))


def _label(sheet: Sheet) -> zpl.Label:
    label = zpl.Label(
        width=_dots(sheet.width),
        height=_dots(sheet.height),
        fields=tuple(field for item in sheet.items for field in _fields(item)),
    )
    return _with_mark(label, sheet.mark) if sheet.mark else label


def _with_mark(label: zpl.Label, mark: str) -> zpl.Label:
    at = label.width - _dots(SIDE + width_of(mark, 9, is_bold=True))
    return replace(label, reprint=zpl.Text(x=at, y=label.height - _dots(13), height=_dots(9), text=mark))


def _fields(item: Item) -> Iterator[Field]:
    match item:
        case Words():
            if item.text:
                yield zpl.Text(x=_dots(item.x), y=_dots(item.y), height=_dots(item.size), text=item.text)
        case Stroke():
            yield from _line(item)
        case Stripes():
            yield zpl.Code128(
                x=_dots(item.x), y=_dots(item.y), height=_dots(item.height), text=item.text, module=_dots(item.module)
            )
        case Square():
            yield zpl.DataMatrix(x=_dots(item.x), y=_dots(item.y), text=item.text, module=_dots(item.module))
        case Picture():
            if strokes(item.name):
                yield zpl.Raw(_bitmap(item))


def _line(item: Stroke) -> Iterator[Field]:
    length = item.to_x - item.x
    if not item.is_dashed:
        yield zpl.Box(x=_dots(item.x), y=_dots(item.y), width=_dots(length), height=3, thickness=3)
        return
    for at in range(int(length / (2 * _DASH))):
        yield zpl.Box(x=_dots(item.x + at * 2 * _DASH), y=_dots(item.y), width=_dots(_DASH), height=2, thickness=2)


def _bitmap(item: Picture) -> str:
    """Draw a picture in dots, written as ^GFA: rows of whole bytes in hexadecimal, dark is 1."""
    side = (_dots(item.size) + 7) // 8 * 8
    picture = Image.new("1", (side, side), 0)
    pen = ImageDraw.Draw(picture)
    for stroke in strokes(item.name):
        points = [(x * side / 24, y * side / 24) for x, y in stroke]
        pen.line(points, fill=1, width=max(side // 12, 2), joint="curve")
    octets = picture.tobytes()
    return f"^FO{_dots(item.x)},{_dots(item.y)}^GFA,{len(octets)},{len(octets)},{side // 8},{octets.hex().upper()}^FS"


def _dots(points: float) -> int:
    return round(points * zpl.DOTS_PER_INCH / POINTS_PER_INCH)
