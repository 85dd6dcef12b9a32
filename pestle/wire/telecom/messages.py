"""What the payer says in words, and the next fill date it may say in figures."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Final

from pestle.wire.telecom.errors import UnfitError
from pestle.wire.telecom.picture import picture, read_value
from pestle.wire.telecom.response_segments import MessageLine, Verdict
from pestle.wire.telecom.table import SEGMENTS

NEXT_FILL_QUALIFIER: Final = "10"
CONTINUES: Final = "+"
LINE_WIDTH: Final = SEGMENTS["AM21"].fields["FQ"].picture.size
DAY: Final = picture("date")


@dataclass(frozen=True, slots=True, kw_only=True)
class NextFill:
    """The day from which the payer says it will pay again; that qualifier 10 means this is unreviewed."""

    on: date
    is_reviewed: bool = False


def message_texts(verdict: Verdict) -> tuple[str, ...]:
    """Give the payer's additional messages, lines that go on joined into one; the next fill date is left out."""
    texts = [""]
    for line in _lines_of_text(verdict):
        texts[-1] += line.text or ""
        if line.continuity == CONTINUES:
            texts[-1] += _lost_blank(line)
        else:
            texts.append("")
    return tuple(text for text in texts if text)


def next_fill(verdict: Verdict) -> NextFill | None:
    """Give the next fill date when a message line is marked as one and holds a day, else nothing."""
    days = (_next_fill_day(line) for line in verdict.messages)
    return next((NextFill(on=day) for day in days if day is not None), None)


def _lines_of_text(verdict: Verdict) -> Iterator[MessageLine]:
    return (line for line in verdict.messages if _next_fill_day(line) is None)


def _lost_blank(line: MessageLine) -> str:
    # A line that is not full has lost the blanks at its end, so one is put back.
    return "" if len(line.text or "") == LINE_WIDTH else " "


def _next_fill_day(line: MessageLine) -> date | None:
    if line.qualifier != NEXT_FILL_QUALIFIER or line.text is None:
        return None
    try:
        day = read_value(DAY, line.text.strip())
    except UnfitError:
        return None
    return day if isinstance(day, date) else None
