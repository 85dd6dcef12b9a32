"""A calculation on paper for the pharmacist's check: inputs, working, warnings, and who stands for it."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from functools import cache
from io import BytesIO
from typing import Any
from zoneinfo import ZoneInfo

from reportlab.lib.colors import HexColor
from reportlab.lib.fonts import addMapping
from reportlab.lib.pagesizes import LETTER
from reportlab.lib.styles import ParagraphStyle
from reportlab.pdfbase.ttfonts import TTFont
from reportlab.platypus import Flowable, Paragraph, SimpleDocTemplate, Spacer, Table, TableStyle

from pestle.calculations import telling
from pestle.calculations.worked import Worked
from pestle.records.calculations import KeptCalculation
from pestle.records.people import Worker
from pestle.records.pharmacies import Pharmacy
from pestle.stations.bench.label_sheets import BOLD, PLAIN, width_of

MARGIN, WIDE = 54, LETTER[0] - 108
QUIET, LINE = HexColor("#555555"), HexColor("#999999")
_TEXT = ParagraphStyle("text", fontName=PLAIN, fontSize=10, leading=14)
_STRONG = ParagraphStyle("strong", parent=_TEXT, fontName=BOLD)
_HEAD = ParagraphStyle("head", parent=_STRONG, fontSize=13, leading=18, spaceBefore=10)
_ANSWER = ParagraphStyle("answer", parent=_STRONG, fontSize=18, leading=24)
_SMALL = ParagraphStyle("small", parent=_TEXT, fontSize=8.5, leading=11, textColor=QUIET)

_PLAIN = {
    "&": "&amp;", "<": "&lt;", ">": "&gt;", "\N{MINUS SIGN}": "\N{EN DASH}", "⁻": "^\N{EN DASH}", "⁵": "5",
    "Δ": "delta ", "κ": "kappa", "α": "alpha",
}  # fmt: skip

Lines = Iterable[tuple[str, str]]


def of_kept(kept: KeptCalculation) -> bytes:
    """This will give the sheet of a calculation kept with a fill, as PDF."""
    _fonts()
    rx, patient = kept.fill.prescription, kept.fill.prescription.patient
    package = kept.fill.package
    about = [
        ("Prescription", f"{rx.rx_number}, fill {kept.fill.number}"),
        ("Patient", f"{patient.full_name}, born {_day(patient.birth_on)}" if patient else "not matched yet"),
        ("Drug", str(package.product) if package else "not chosen yet"),
        ("Directions", rx.directions or "none yet"),
    ]
    parts = [*_not_for_use(kept), *_body(kept.title, kept.worked, about), *_people(kept)]
    return _drawn(parts, pharmacy=kept.fill.pharmacy, foot=f"Calculation {kept.pk}, {kept.state_words}.")


def loose(title: str, worked: Worked[Any], *, pharmacy: Pharmacy, at: datetime) -> bytes:
    """This will give the sheet of a calculation that belongs to no patient, as PDF."""
    _fonts()
    parts = [*_body(title, telling.machine_form(worked), ()), *_lines(("Calculated by", ""), ("Checked by (RPh)", ""))]
    when = at.astimezone(ZoneInfo(pharmacy.time_zone))
    return _drawn(parts, pharmacy=pharmacy, foot=f"Printed {_moment(when)}. Not kept with any prescription.")


def _body(title: str, worked: Mapping[str, Any], about: Lines) -> list[Flowable]:
    parts: list[Flowable] = [Paragraph(_safe(title), _HEAD)]
    if about := list(about):
        parts.append(_table(about))
    answer = f"{worked['value']} {worked['unit']}".strip()
    parts += [Paragraph(_safe(answer), _ANSWER)]
    further = [(each["name"], f"{each['value']} {each['unit']}".strip()) for each in worked["also"]]
    parts += [_table(further)] if further else []
    parts += [Paragraph("What went in", _HEAD), _table(_named(worked["inputs"]))]
    steps = [(each["formula"], f"{each['numbers']} = {each['result']}") for each in worked["steps"]]
    steps += [("Check backwards", worked["check"]["text"])] if worked["check"] else []
    parts += [
        Paragraph("Working", _HEAD),
        _table([(f"{n}. {words}", total) for n, (words, total) in enumerate(steps, 1)]),
    ]
    return [*parts, *_warnings(worked), Spacer(1, 6), Paragraph(_safe(_source(worked)), _SMALL)]


def _not_for_use(kept: KeptCalculation) -> list[Flowable]:
    return [] if kept.is_settled else [Paragraph(_safe(f"NOT FOR USE: {kept.state_words}."), _ANSWER)]


def _warnings(worked: Mapping[str, Any]) -> list[Flowable]:
    said = [_warning(each) for each in worked["warnings"]]
    said += [worked["second_calculation"]] if worked["second_calculation"] else []
    return [Paragraph("Mind", _HEAD), *(Paragraph(_safe(each), _TEXT) for each in said)] if said else []


def _warning(warned: Mapping[str, Any]) -> str:
    return str(warned["text"]) if warned["reviewed"] else f"{warned['text']} (unreviewed limit)"


def _source(worked: Mapping[str, Any]) -> str:
    parts = [f"Rounded {worked['rounding']}." if worked["rounding"] else "", f"Source: {worked['citation']}."]
    parts += ["" if worked["reviewed"] else "A figure used here is not reviewed yet."]
    return " ".join(part for part in parts if part)


def _people(kept: KeptCalculation) -> list[Flowable]:
    rows = [("Calculated by", _signed(kept.by, kept.at, kept))]
    if kept.second_reason:
        rows.append(("Second, from the order", _second(kept)))
    if kept.set_aside_at is not None:
        rows.append(("Set aside", f"{_moment(_local(kept, kept.set_aside_at))}: {kept.set_aside_because}"))
    rows.append(("Checked by (RPh)", _signed(kept.checked_by, kept.checked_at, kept)))
    return _lines(*rows)


def _second(kept: KeptCalculation) -> str:
    if kept.second_by is None:
        return ""
    verdict = "agrees" if kept.second_agrees else f"DIFFERS: {'; '.join(kept.differences)}"
    return f"{_signed(kept.second_by, kept.second_at, kept)}: {kept.second_answer}, {verdict}"


def _signed(worker: Worker | None, at: datetime | None, kept: KeptCalculation) -> str:
    if worker is None or at is None:
        return ""
    return f"{' '.join(filter(None, (worker.full_name, worker.credential)))}, {_moment(_local(kept, at))}"


def _lines(*rows: tuple[str, str]) -> list[Flowable]:
    """Give signatures: a name where there is one, else a line to sign on."""
    cells = [[Paragraph(_safe(label), _TEXT), Paragraph(_safe(signed), _STRONG)] for label, signed in rows]
    table = Table(cells, colWidths=[150, WIDE - 150], rowHeights=None)
    unsigned = [("LINEBELOW", (1, at), (1, at), 0.7, LINE) for at, (_, signed) in enumerate(rows) if not signed]
    table.setStyle(
        TableStyle([("VALIGN", (0, 0), (-1, -1), "BOTTOM"), ("TOPPADDING", (0, 0), (-1, -1), 12), *unsigned])
    )
    return [Spacer(1, 12), table]


def _table(rows: Lines) -> Table:
    cells = [[Paragraph(_safe(words), _TEXT), Paragraph(_safe(value), _TEXT)] for words, value in rows]
    table = Table(cells, colWidths=[WIDE * 0.42, WIDE * 0.58])
    ruled = TableStyle([("LINEBELOW", (0, 0), (-1, -1), 0.4, LINE), ("VALIGN", (0, 0), (-1, -1), "TOP")])
    table.setStyle(ruled)
    return table


def _named(inputs: Mapping[str, str]) -> Lines:
    return [(name.replace("_", " "), value) for name, value in inputs.items()] or [("nothing", "")]


@cache
def _letters() -> frozenset[int]:
    return frozenset(TTFont(PLAIN, f"{PLAIN}.ttf").face.charToGlyph)


@cache
def _fonts() -> None:
    """Register the fonts, which happens where the first width is asked for, and name each as a family of its own."""
    width_of("a", 9)
    for font in (PLAIN, BOLD):
        for is_bold in (0, 1):
            addMapping(font, is_bold, 0, font)


def _drawn(parts: list[Flowable], *, pharmacy: Pharmacy, foot: str) -> bytes:
    kept = BytesIO()
    page = SimpleDocTemplate(
        kept, pagesize=LETTER, leftMargin=MARGIN, rightMargin=MARGIN, topMargin=MARGIN, bottomMargin=MARGIN,
        title="Calculation", invariant=True,
    )  # fmt: skip
    head = [Paragraph(_safe(pharmacy.name), _STRONG), Paragraph("Calculation sheet", _SMALL)]
    if pharmacy.is_practice:
        head.append(Paragraph("PRACTICE", _STRONG))
    page.build([*head, *parts, Spacer(1, 14), Paragraph(_safe(foot), _SMALL)])
    return kept.getvalue()


def _safe(text: str) -> str:
    """Write the signs that a paragraph would read as marks as they are, and those the font lacks in plain letters."""
    for sign, plain in _PLAIN.items():
        text = text.replace(sign, plain)
    return "".join(letter if letter.isspace() or ord(letter) in _letters() else "?" for letter in text)


def _local(kept: KeptCalculation, at: datetime) -> datetime:
    return at.astimezone(ZoneInfo(kept.fill.pharmacy.time_zone))


def _moment(at: datetime) -> str:
    return f"{at:%b} {at.day}, {at.year} {at:%H:%M}"


def _day(on: Any) -> str:
    return f"{on:%b} {on.day}, {on.year}" if on else "not known"
