"""Numbers and moments as the trade writes them: days, clocks, lateness, ages, money and quantities."""

from datetime import date, datetime, timedelta
from decimal import Decimal

from django.conf import settings
from django.template import Context, Library
from django.utils import timezone
from django.utils.translation import get_language_info

from pestle.terms import patient_words
from pestle.terms.decimals import plain
from pestle.terms.money import Money
from pestle.terms.patient_words import SaidToPatient
from pestle.terms.quantity import Quantity

register = Library()

NOT_KNOWN = "–"
MINUS = "\N{MINUS SIGN}"
NO_BREAK = "\N{NO-BREAK SPACE}"


@register.filter(expects_localtime=True)
def day(value: date | datetime | None) -> str:
    """Write a day as `Nov 23, 2026`."""
    return f"{value:%b} {value.day}, {value.year}" if value else NOT_KNOWN


@register.filter(expects_localtime=True)
def short_day(value: date | datetime | None) -> str:
    """Write a day of this year as `Nov 23`."""
    return f"{value:%b} {value.day}" if value else NOT_KNOWN


@register.filter(expects_localtime=True)
def week_day(value: date | datetime | None) -> str:
    """Write a day as `Mon Nov 23`."""
    return f"{value:%a} {value:%b} {value.day}" if value else NOT_KNOWN


@register.filter(expects_localtime=True)
def long_day(value: date | datetime | None) -> str:
    """Write a day as `Monday, November 23, 2026`."""
    return f"{value:%A}, {value:%B} {value.day}, {value.year}" if value else NOT_KNOWN


@register.filter(expects_localtime=True)
def typed_day(value: date | datetime | None) -> str:
    """Write a day as it is typed into a field: `11/23/2026`; nothing stays empty."""
    return f"{value:%m/%d/%Y}" if value else ""


@register.filter
def said_day(value: date | str | None) -> str:
    """Write a day as somebody sent it, 2026-11-23, in the form it is typed here; what is no day stays as it came."""
    try:
        return typed_day(date.fromisoformat(value)) if isinstance(value, str) else typed_day(value)
    except ValueError:
        return str(value)


@register.filter
def phone(value: str) -> str:
    """Write ten digits as `(734) 555-0142`; anything else stays as it is."""
    if len(value) != 10 or not value.isdecimal():
        return value
    return f"({value[:3]}) {value[3:6]}-{value[6:]}".replace(" ", NO_BREAK)


@register.filter
def page_words(value: str) -> str:
    """Write the name of an address as people would say it: `claims:coverage` is claims, coverage."""
    return value.replace(":", ", ").replace("_", " ")


@register.filter
def language(value: str) -> str:
    """Write a language's name for its code: `es` is Spanish."""
    try:
        return str(get_language_info(value)["name"])
    except KeyError:
        return value


@register.filter(expects_localtime=True)
def clock(value: datetime | None, hours: int = 12) -> str:
    """Write a moment as `2:20 pm`, or `14:20` where the house counts 24 hours."""
    if value is None:
        return NOT_KNOWN
    return f"{value:%H:%M}" if hours == 24 else f"{value.hour % 12 or 12}:{value:%M}{NO_BREAK}{_half(value)}"


@register.filter(expects_localtime=True)
def clock_seconds(value: datetime | None, hours: int = 12) -> str:
    """Write a moment to the second: `1:44:10 pm` or `13:44:10`."""
    if value is None:
        return NOT_KNOWN
    return f"{value:%H:%M:%S}" if hours == 24 else f"{value.hour % 12 or 12}:{value:%M:%S}{NO_BREAK}{_half(value)}"


@register.filter(expects_localtime=True)
def stamp(value: datetime | None) -> str:
    """Write a moment for a script, with the offset of this house's clock."""
    return value.isoformat() if value else ""


@register.simple_tag
def said_to_patient(name: str, language: str) -> SaidToPatient:
    """Give a sentence for the patient, in English and in their own language where it is written here."""
    return patient_words.said_to_patient(name, language, reviewed=settings.REVIEWED_LANGUAGES)


@register.simple_tag(takes_context=True)
def at(context: Context, value: datetime | None) -> str:
    """Write a moment by the clock this house uses, 12 or 24 hours."""
    frame = context.get("frame")
    zone = frame.now.tzinfo if frame else None
    local = timezone.localtime(value, zone) if value and timezone.is_aware(value) else value
    return clock(local, frame.hours if frame else 12)


@register.filter
def lateness(promised: datetime | None, now: datetime) -> str:
    """Tell a promise from now: `late 8 min`, `in 29 min`, `now`."""
    if promised is None:
        return "no promise given"
    left = promised - now
    if abs(left) < timedelta(minutes=1):
        return "now"
    return f"late{NO_BREAK}{span(-left)}" if left < timedelta(0) else f"in{NO_BREAK}{span(left)}"


@register.filter
def is_late(promised: datetime | None, now: datetime) -> bool:
    """Say whether a promise has passed."""
    return promised is not None and promised < now


@register.filter
def age(since: date | datetime | None, now: datetime) -> str:
    """Tell how long something has waited: `6 min`, `2 h 5 min`, `10 days`."""
    if since is None:
        return NOT_KNOWN
    if not isinstance(since, datetime):
        return _counted((timezone.localtime(now).date() - since).days, "day")
    return span(now - since)


@register.filter
def years_old(born: date | str | None, today: date) -> str:
    """Tell a person's age: `58 y`; under two years in months, as doses are."""
    # Where nobody is matched yet, a template has an empty text for the birth date.
    if not isinstance(born, date):
        return NOT_KNOWN
    months = (today.year - born.year) * 12 + today.month - born.month - (today.day < born.day)
    return f"{months // 12}{NO_BREAK}y" if months >= 24 else f"{months}{NO_BREAK}mo"


@register.filter
def span(length: timedelta | None) -> str:
    """Write a length of time in its two largest units: `52 min`, `1 h 5 min`, `3 days`."""
    if length is None:
        return NOT_KNOWN
    minutes = int(length.total_seconds() // 60)
    if minutes < 1:
        return "under 1 min".replace(" ", NO_BREAK)
    if minutes < 60:
        return f"{minutes}{NO_BREAK}min"
    if minutes < 24 * 60:
        rest = f" {minutes % 60}{NO_BREAK}min" if minutes % 60 else ""
        return f"{minutes // 60}{NO_BREAK}h{rest}"
    return _counted(minutes // (24 * 60), "day")


@register.filter
def money(value: Money | Decimal | int | None) -> str:
    """Write dollars as `$1,234.50`; what is not known is a dash, never $0.00."""
    if value is None or value == "":
        return NOT_KNOWN
    amount = value.amount if isinstance(value, Money) else Decimal(value)
    return f"{MINUS if amount < 0 else ''}${abs(amount):,.2f}"


@register.filter
def quantity(value: Quantity | Decimal | int | None, unit: str = "") -> str:
    """Write an amount as `1,250 mg` or `0.5 mL`: a leading zero always, a trailing zero never, unit never parted."""
    if value is None or value == "":
        return NOT_KNOWN
    amount = value.amount if isinstance(value, Quantity) else Decimal(value)
    symbol = unit or (value.unit.symbol if isinstance(value, Quantity) else "")
    return f"{MINUS if amount < 0 else ''}{_grouped(abs(amount))}{NO_BREAK + symbol if symbol else ''}"


@register.filter
def counted(value: int, word: str) -> str:
    """Count something in words: `1 tablet`, `4 tablets`; write an irregular plural as `person,people`."""
    return _counted(value, word)


def _counted(value: int, word: str) -> str:
    one, _, many = word.partition(",")
    return f"{value:,}{NO_BREAK}{one if value == 1 else many or one + 's'}"


def _grouped(amount: Decimal) -> str:
    whole, point, rest = plain(amount).partition(".")
    return f"{int(whole):,}{point}{rest}"


def _half(value: datetime) -> str:
    return "am" if value.hour < 12 else "pm"
