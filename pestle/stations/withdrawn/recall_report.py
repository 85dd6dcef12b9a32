"""The closing report of a recall as PDF: the notice, what was pulled, who was told, what was answered, by whom."""

from collections.abc import Iterator
from datetime import date, datetime
from io import BytesIO
from textwrap import wrap
from zoneinfo import ZoneInfo

from reportlab.pdfgen.canvas import Canvas

from pestle.stations.bench.label_sheets import BOLD, PLAIN, width_of
from pestle.stations.bench.label_texts import said_day
from pestle.stations.withdrawn.recall_desk import RecallDesk
from pestle.terms.decimals import plain

WIDTH, HEIGHT, MARGIN = 612.0, 792.0, 54.0
SMALL, LARGE, LINE = 9.0, 13.0, 13.0
LETTERS_IN_A_LINE, MOST_LETTERS = 88, 9_000
Printed = tuple[str, bool]


def as_pdf(shown: RecallDesk, at: datetime) -> bytes:
    """This will give the report on letter paper; patients stand by prescription number: it may go to the firm."""
    kept = BytesIO()
    canvas = Canvas(kept, pagesize=(WIDTH, HEIGHT), invariant=True, pageCompression=False)
    canvas.setTitle(f"Recall {shown.recall.notice_number}")
    width_of("", SMALL)  # Registers the fonts.
    y = HEIGHT - MARGIN
    for text, is_head in _lines(shown, at):
        if y < MARGIN:
            canvas.showPage()
            y = HEIGHT - MARGIN
        canvas.setFont(BOLD if is_head else PLAIN, LARGE if is_head else SMALL)
        y -= LINE * (1.6 if is_head else 1)
        canvas.drawString(MARGIN, y, text)
    canvas.showPage()
    canvas.save()
    return kept.getvalue()


def _lines(shown: RecallDesk, at: datetime) -> Iterator[Printed]:
    for text, is_head in _said(shown, at):
        if is_head:
            yield text, True
        else:
            yield from ((line, False) for line in wrap(_printable(text), LETTERS_IN_A_LINE))


def _said(shown: RecallDesk, at: datetime) -> Iterator[Printed]:
    recall, pharmacy = shown.recall, shown.recall.pharmacy
    zone = ZoneInfo(pharmacy.time_zone)
    yield f"Recall {recall.notice_number}, {recall.classification or 'class not said'}", True
    yield f"{pharmacy.name}, {pharmacy.address}, {pharmacy.city} {pharmacy.state} {pharmacy.postal_code}", False
    yield f"Printed {_moment(at, zone)}. State: {recall.state_words}. Depth: {recall.depth or 'not said'}.", False
    yield "The notice", True
    yield f"{recall.firm}: {recall.product_description}", False
    yield f"Reason: {recall.reason}", False
    yield f"Lots: {recall.lots_text or 'none named'}", False
    yield "Lots here", True
    for match in shown.matches:
        yield f"Lot {match.lot.number}, expires {_day(match.lot.expires_on)}: {match.because}.", False
    yield "Pulled", True
    yield from ((line, False) for line in _pulled(shown, zone))
    yield "Still standing", True
    for row in shown.standing:
        yield f"Lot {row.lot.number}: {plain(row.quantity)} at {row.place.name}.", False
    if not shown.standing:
        yield "Nothing.", False
    yield "Handed over", True
    yield f"{len(shown.had)} hand-overs, {shown.told} told.", False
    for had in shown.had:
        fill = had.taken.fill
        kind = "lot presumed" if had.taken.is_presumed else "lot scanned"
        sold = _moment(fill.sold_at, zone) if fill.sold_at else "–"
        told = "told" if had.is_told else "NOT told"
        yield f"Rx {fill.prescription.rx_number}, {sold}, {plain(had.taken.quantity)}, {kind}: {told}.", False
    yield "Answer to the notice", True
    yield f"{_moment(recall.answered_at, zone)}: {recall.answer}" if recall.answered_at else "None yet.", False
    yield "History", True
    for event in shown.events:
        yield f"{_moment(event.at, zone)}  {event.verb.replace('_', ' ')}  {event.worker.short_name}", False


def _pulled(shown: RecallDesk, zone: ZoneInfo) -> Iterator[str]:
    pulls = [event for event in shown.events if event.verb == "pull"]
    for event in pulls:
        told = event.details
        seen = f", {told['seen']} seen" if "seen" in told else ""
        yield f"{_moment(event.at, zone)}: lot {told['lot']}, {told['book']} from {told['from']}{seen}."
    if not pulls:
        yield "Nothing of it stood here."


def _moment(at: datetime, zone: ZoneInfo) -> str:
    here = at.astimezone(zone)
    return f"{here:%Y-%m-%d %H:%M}"


def _printable(text: str) -> str:
    """Leave out what no printer knows; a lot text longer than two pages is cut, and says so."""
    told = "".join(sign if sign.isprintable() and ord(sign) < 0x250 else " " for sign in text)
    return told if len(told) <= MOST_LETTERS else f"{told[:MOST_LETTERS]} ... (cut here: the notice says more)"


def _day(day: date | None) -> str:
    return said_day(day) if day else "not known"
