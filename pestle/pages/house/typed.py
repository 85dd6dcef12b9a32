"""Reads what a form holds: a chosen row, an amount, a moment. What cannot be read is refused, never guessed."""

from datetime import datetime
from decimal import Decimal
from zoneinfo import ZoneInfo

from pestle.pages.house.request import Request
from pestle.terms.days import is_in_our_time
from pestle.terms.decimals import typed_decimal, typed_whole
from pestle.terms.findings import refuse

chosen = typed_whole


def one_chosen(text: str, field: str) -> int:
    """Give the number of the row that was chosen; Refused where none was."""
    found = chosen(text)
    if found is None:
        raise refuse("Choose one.", rule="one_is_chosen", field=field)
    return found


def number(text: str, field: str) -> Decimal:
    """Give an amount as it was typed; Refused for what is no amount."""
    found = typed_decimal(text)
    if found is None:
        raise refuse("Type a number.", rule="a_number", field=field)
    return found


def moment(request: Request, name: str) -> datetime | None:
    """Give a day and a time that were typed by the clock of this pharmacy; None where nothing was typed."""
    text = request.POST.get(name, "").strip()
    if not text:
        return None
    try:
        typed = datetime.fromisoformat(text)
    except ValueError:
        typed = None
    if typed is None or typed.tzinfo is not None or not is_in_our_time(typed.date()):
        raise refuse("Type a day and a time.", rule="moment", field=name)
    return typed.replace(tzinfo=ZoneInfo(request.pharmacy.time_zone))
