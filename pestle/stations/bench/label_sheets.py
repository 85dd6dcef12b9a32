"""Lays a label out: where each word, line, code and picture stands, in points from the upper left corner.

One layout serves paper and thermal printer, so that both say the same. Nothing is shortened, squeezed or hyphenated:
what does not fit goes to a second label, and what cannot go anywhere is an error.
"""

import re
from dataclasses import dataclass, field, replace
from functools import cache, lru_cache

from reportlab.pdfbase.pdfmetrics import registerFont, stringWidth
from reportlab.pdfbase.ttfonts import TTFont

from pestle.stations.bench.label_texts import BagTag, VialLabel, Warning, direction_lines, said_day

# Bitstream Vera, which comes with ReportLab; its licence lets it be embedded. Wider than a thermal printer's own font,
# so what fits here fits there.
PLAIN, BOLD = "Vera", "VeraBd"
POINTS_PER_INCH = 72
WIDTH, HEIGHT = 4 * POINTS_PER_INCH, 6 * POINTS_PER_INCH
TAG_SIZES = (18.0, 15.0, 12.0)
VIAL_ENDS, WARNINGS_END = 3.0 * POINTS_PER_INCH, 3.62 * POINTS_PER_INCH
SIDE, TOP = 0.13 * POINTS_PER_INCH, 0.09 * POINTS_PER_INCH
INNER = WIDTH - 2 * SIDE
# USP <17>: 12 points or more and 25 to 30 percent leading for what a patient must read.
LARGE, SMALLEST_CRITICAL, OTHER, STAFF = 13.5, 12.0, 9.0, 7.5
LEADING = 1.27
PRACTICE = "PRACTICE: not for use by a patient"
GOES_ON = "The directions continue on the next label."


class DoesNotFit(ValueError):
    """Something that must be on the label does not fit or cannot be printed; the message names it."""


class NoRoom(DoesNotFit):
    """Not even one line of directions fits between head and foot of a label of the usual height."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Words:
    """One line of words; `y` is the top of the line."""

    x: float
    y: float
    size: float
    text: str
    is_bold: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Stroke:
    """A straight line."""

    x: float
    y: float
    to_x: float
    to_y: float
    is_dashed: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Stripes:
    """A Code 128; `module` is the width of its narrowest bar."""

    x: float
    y: float
    height: float
    text: str
    module: float = 2 * POINTS_PER_INCH / 203


@dataclass(frozen=True, slots=True, kw_only=True)
class Square:
    """A DataMatrix; `module` is the side of its smallest square."""

    x: float
    y: float
    text: str
    module: float = 4 * POINTS_PER_INCH / 203


@dataclass(frozen=True, slots=True, kw_only=True)
class Picture:
    """A picture of an auxiliary label, by its name."""

    x: float
    y: float
    size: float
    name: str


Item = Words | Stroke | Stripes | Square | Picture


@dataclass(frozen=True, slots=True, kw_only=True)
class Sheet:
    """One sheet with all that stands on it; `mark` is REPRINT or empty."""

    items: tuple[Item, ...]
    width: float = WIDTH
    height: float = HEIGHT
    mark: str = ""


def sheets_of(label: VialLabel, tag: BagTag | None = None) -> tuple[Sheet, ...]:
    """Lay out a vial label with its warnings and the tag below it; long directions and a translation follow.

    Raises DoesNotFit for what cannot stand on a label whole.
    """
    lower = (*_warnings(label.warnings), *(_bag(tag) if tag else ()))
    directions = direction_lines(label.directions)
    try:
        first, left = _vial(label, directions)
        sheets = [Sheet(items=(*first, *lower))]
    except NoRoom:
        # Very long names: the vial's part takes a whole sheet, the rest goes on the next one.
        first, left = _vial(label, directions, ends=HEIGHT)
        sheets = [Sheet(items=tuple(first)), *([Sheet(items=lower)] if lower else [])]
    while left:
        more, left = _vial(label, left, is_more=True)
        sheets.append(Sheet(items=tuple(more)))
    if label.directions_other:
        sheets += _other_language(label)
    return tuple(replace(each, mark=label.mark) for each in sheets)


def bag_sheet(tag: BagTag) -> Sheet:
    """Lay out a bag tag by itself."""
    top = WARNINGS_END
    moved = tuple(_up(item, top) for item in _bag(tag))
    return Sheet(items=moved, height=HEIGHT - top)


def width_of(text: str, size: float, *, is_bold: bool = False) -> float:
    """Give how wide words are."""
    return _width_at_one_point(text, BOLD if is_bold else PLAIN) * size


@lru_cache(maxsize=8192)
def _width_at_one_point(text: str, font: str) -> float:
    _fonts()
    return float(stringWidth(text, font, 1))


def wrapped(text: str, size: float, width: float, *, is_bold: bool = False) -> tuple[str, ...]:
    """Break a text at spaces into lines that fit, and a word too wide for a line at the hyphens that are its own.

    Raises DoesNotFit where a part alone is too wide or cannot be printed.
    """
    _must_be_printable(text)
    lines: list[str] = []
    for word in filter(None, text.split(" ")):
        for number, part in enumerate(_parts_of(word, size, width, is_bold=is_bold)):
            longer = f"{lines[-1]}{'' if number else ' '}{part}" if lines else part
            if lines and width_of(longer, size, is_bold=is_bold) <= width:
                lines[-1] = longer
            elif width_of(part, size, is_bold=is_bold) <= width:
                lines.append(part)
            else:
                raise DoesNotFit(f"“{part}” is wider than the label.")
    return tuple(lines)


def _parts_of(word: str, size: float, width: float, *, is_bold: bool) -> list[str]:
    is_too_wide = width_of(word, size, is_bold=is_bold) > width
    return re.findall(r"[^-]*-+|[^-]+", word) if is_too_wide else [word]


@dataclass(slots=True)
class _Column:
    """Writes line under line and keeps where it is."""

    x: float
    y: float
    width: float
    items: list[Item] = field(default_factory=list)

    def write(self, text: str, size: float, *, is_bold: bool = False, leading: float = LEADING) -> None:
        for line in wrapped(text, size, self.width, is_bold=is_bold):
            self.items.append(Words(x=self.x, y=self.y, size=size, text=line, is_bold=is_bold))
            self.y += size * leading

    def rule(self) -> None:
        self.items.append(Stroke(x=self.x, y=self.y + 1, to_x=self.x + self.width, to_y=self.y + 1))
        self.y += 4


def _vial(
    label: VialLabel, directions: tuple[str, ...], *, is_more: bool = False, ends: float = VIAL_ENDS
) -> tuple[list[Item], tuple[str, ...]]:
    """Lay out the vial's own part; give what of the directions is left for a further label."""
    head = _Column(SIDE, TOP, INNER)
    _write_person(head, label)
    _write_medicine(head, label)
    head.rule()
    foot = _foot(label, is_more=is_more)
    room = ends - foot.y - 5 - head.y - 5
    size, lines, left = _that_fit(directions, room)
    for line in lines:
        head.write(line, size, is_bold=True, leading=1.25)
    if left:
        head.write(GOES_ON, OTHER)
    head.rule()
    lowered = [_up(item, foot.y - ends + 4) for item in foot.items]
    cut = Stroke(x=0, y=ends - 1, to_x=WIDTH, to_y=ends - 1, is_dashed=True)
    return [*head.items, *lowered, cut], left


def _write_person(head: _Column, label: VialLabel) -> None:
    born = f"born {said_day(label.born_on)}" if label.born_on else ""
    start = head.y
    born_width = width_of(born, OTHER)
    if width_of(label.patient, 14, is_bold=True) + born_width + 8 <= head.width:
        head.write(label.patient, 14, is_bold=True, leading=1.15)
        head.items.append(Words(x=head.x + head.width - born_width, y=start + 4.5, size=OTHER, text=born))
    else:
        head.write(label.patient, 14, is_bold=True, leading=1.15)
        head.write(born, OTHER)


def _write_medicine(head: _Column, label: VialLabel) -> None:
    size = 13.0 if width_of(label.medicine, 13, is_bold=True) <= head.width else SMALLEST_CRITICAL
    head.write(label.medicine, size, is_bold=True, leading=1.2)
    if not label.generic_for:
        return
    words, last = f"generic for {label.generic_for}", head.items[-1]
    x = last.x + width_of(last.text, size, is_bold=True) + 6 if isinstance(last, Words) else head.width
    if x + width_of(words, OTHER) <= head.x + head.width:
        _must_be_printable(words)
        head.items.append(Words(x=x, y=last.y + size - OTHER, size=OTHER, text=words))
    else:
        head.write(words, OTHER)


def _that_fit(directions: tuple[str, ...], room: float) -> tuple[float, tuple[str, ...], tuple[str, ...]]:
    """Give the largest size at which all directions fit; else as many lines as fit at the smallest, and the rest."""
    for size in (LARGE, SMALLEST_CRITICAL):
        lines = _all_lines(directions, size)
        if len(lines) * size * 1.25 <= room:
            return size, lines, ()
    # The line that says so needs room too.
    fit = int((room - OTHER * LEADING) // (SMALLEST_CRITICAL * 1.25))
    if fit < 1:
        raise NoRoom("The label has no room for a line of directions.")
    return SMALLEST_CRITICAL, lines[:fit], lines[fit:]


def _all_lines(directions: tuple[str, ...], size: float) -> tuple[str, ...]:
    return tuple(line for each in directions for line in wrapped(each, size, INNER, is_bold=True))


def _foot(label: VialLabel, *, is_more: bool) -> _Column:
    """Lay out what stands under the directions, from zero down; the caller lowers it to the edge."""
    foot = _Column(SIDE, 0, INNER)
    if marks := " · ".join(filter(None, (label.mark, PRACTICE if label.is_practice else ""))):
        foot.write(marks, STAFF, is_bold=True)
    if is_more:
        foot.write(f"Rx {label.rx_number}, goes with the label of {said_day(label.filled_on)}", STAFF)
        return foot
    if label.caution:
        foot.write(label.caution, STAFF)
    amount = f"{label.quantity}, {label.part}" if label.part else label.quantity
    foot.write(f"{amount} · {label.refills}", OTHER, is_bold=True)
    code = Square(x=WIDTH - SIDE - 18 * Square(x=0, y=0, text="").module - 4, y=foot.y + 3, text=label.code)
    foot.items.append(code)
    foot.width = code.x - SIDE - 8
    if label.use_before_on:
        foot.write(f"Use before {said_day(label.use_before_on)}", OTHER, is_bold=True)
    foot.write(f"Rx {label.rx_number} · filled {said_day(label.filled_on)}", STAFF)
    checked = f" · checked by {label.checked_by}" if label.checked_by else ""
    foot.write(f"{label.prescriber}{checked}", STAFF)
    if label.looks or label.maker:
        foot.write(" ".join(filter(None, (label.looks, f"Made by {label.maker}" if label.maker else ""))), STAFF)
    foot.width = INNER
    where, one_line = f"{label.pharmacy}, {label.address}", f"{label.pharmacy}, {label.address} · {label.phone}"
    for line in (one_line,) if width_of(one_line, STAFF) <= foot.width else (where, label.phone):
        foot.write(line, STAFF)
    return foot


def _warnings(warnings: tuple[Warning, ...]) -> list[Item]:
    """Lay out the auxiliary labels: one or two side by side with large pictures, three below each other."""
    if not warnings:
        return []
    cut = Stroke(x=0, y=WARNINGS_END, to_x=WIDTH, to_y=WARNINGS_END, is_dashed=True)
    if len(warnings) == 3:
        return [*(item for place, each in enumerate(warnings) for item in _warning_row(each, place)), cut]
    wide = WIDTH / len(warnings)
    return [*(item for place, each in enumerate(warnings) for item in _warning(each, place * wide, wide)), cut]


def _warning(warning: Warning, x: float, width: float) -> list[Item]:
    room = WARNINGS_END - VIAL_ENDS - 4
    for size in (11.0, OTHER, STAFF):
        lines = wrapped(warning.words, size, width - 29 - 22, is_bold=True)
        if len(lines) * size * 1.18 <= room:
            top = VIAL_ENDS + 2 + (room - len(lines) * size * 1.18) / 2
            words = [
                Words(x=x + 44, y=top + at * size * 1.18, size=size, text=line, is_bold=True)
                for at, line in enumerate(lines)
            ]
            return [Picture(x=x + 8, y=VIAL_ENDS + 8, size=29, name=warning.picture), *words]
    raise DoesNotFit(f"The warning “{warning.words}” does not fit.")


def _warning_row(warning: Warning, place: int) -> list[Item]:
    y = VIAL_ENDS + 1.5 + place * 14.4
    for size in (OTHER, STAFF):
        if width_of(warning.words, size, is_bold=True) <= WIDTH - 36:
            words = Words(x=28, y=y + 1, size=size, text=warning.words, is_bold=True)
            return [Picture(x=10, y=y, size=13, name=warning.picture), words]
    raise DoesNotFit(f"The warning “{warning.words}” does not fit on a line.")


def _bag(tag: BagTag) -> list[Item]:
    """Lay out a bag tag in the lower part of a sheet."""
    place_width = width_of(tag.place, 26, is_bold=True)
    column = _Column(SIDE, WARNINGS_END + TOP, INNER - place_width - 10)
    column.write(tag.name, _largest(tag.name, column.width), is_bold=True, leading=1.1)
    column.items.append(
        Words(x=WIDTH - SIDE - place_width, y=WARNINGS_END + TOP, size=26, text=tag.place, is_bold=True)
    )
    column.y = max(column.y, WARNINGS_END + TOP + 30)
    column.width = INNER
    if tag.is_practice:
        column.write(PRACTICE, OTHER, is_bold=True)
    column.write(" · ".join(filter(None, (tag.items, tag.since))), 10)
    for flag in tag.flags:
        column.write(flag, 11, is_bold=True)
    for first, second, third in tag.rows:
        _row(column, first, second, third)
    bars = Stripes(x=SIDE + 8, y=HEIGHT - 42, height=25, text=tag.code)
    if column.y > bars.y - 4:
        raise DoesNotFit("The bag's tag has more lines than fit: print one for each bag.")
    return [*column.items, bars, Words(x=SIDE + 8, y=HEIGHT - 15, size=STAFF, text=tag.code)]


def _largest(name: str, width: float) -> float:
    """Give the largest size at which every part of a name fits into its column."""
    widest = max((width_of(part, 1, is_bold=True) for part in re.findall(r"[^\s-]+-?", name)), default=0)
    return next((size for size in TAG_SIZES if widest * size <= width), TAG_SIZES[-1])


def _row(column: _Column, first: str, second: str, third: str) -> None:
    y = column.y + 2
    _must_be_printable(f"{first}{second}{third}")
    if width_of(second, OTHER) > 135:
        raise DoesNotFit(f"“{second}” is wider than its column.")
    column.items += [
        Words(x=column.x, y=y, size=OTHER, text=first, is_bold=True),
        Words(x=column.x + 84, y=y, size=OTHER, text=second),
        Words(x=column.x + column.width - width_of(third, OTHER), y=y, size=OTHER, text=third),
    ]
    column.y = y + OTHER * LEADING
    column.rule()


def _other_language(label: VialLabel) -> list[Sheet]:
    """Lay out the directions in the patient's own language, said to be unreviewed: nobody has checked them."""
    other = replace(label, directions=label.directions_other, directions_other="", generic_for="")
    left, sheets = direction_lines(other.directions), []
    while left:
        items, left = _vial(other, left, is_more=True)
        note = _Column(SIDE, VIAL_ENDS + 6, INNER)
        note.write(f"Translation ({label.language_other}), not reviewed. The English label counts.", OTHER)
        sheets.append(Sheet(items=(*items, *note.items)))
    return sheets


def _up(item: Item, by: float) -> Item:
    if isinstance(item, Stroke):
        return replace(item, y=item.y - by, to_y=item.to_y - by)
    return replace(item, y=item.y - by)


def _must_be_printable(text: str) -> None:
    strange = [letter for letter in text if not letter.isspace() and ord(letter) not in _fonts()]
    if strange:
        raise DoesNotFit(f"The letter “{strange[0]}” cannot be printed: write it in letters the label has.")


@cache
def _fonts() -> frozenset[int]:
    for name in (PLAIN, BOLD):
        registerFont(TTFont(name, f"{name}.ttf"))
    return frozenset(TTFont(PLAIN, f"{PLAIN}.ttf").face.charToGlyph)
