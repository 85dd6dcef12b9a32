"""Section 24: Roman numerals and the 24-hour clock."""

import re
from datetime import datetime, timedelta
from decimal import Decimal
from fractions import Fraction

from pestle.calculations.amount import Amount
from pestle.calculations.inputs import Input, Kind
from pestle.calculations.registry import Working, calculation, stated, working
from pestle.calculations.worked import CannotCalculate, Check, Step, Warned

ROMAN = re.compile(r"(M{0,3})(CM|CD|D?C{0,4})(XC|XL|L?X{0,4})(IX|IV|V?I{0,4})(SS)?")
VALUES = {
    "M": 1000,
    "CM": 900,
    "D": 500,
    "CD": 400,
    "C": 100,
    "XC": 90,
    "L": 50,
    "XL": 40,
    "X": 10,
    "IX": 9,
    "V": 5,
    "IV": 4,
    "I": 1,
}
CLOCK_12 = re.compile(r"(\d{1,2})(?::(\d{2}))? ?([ap])\.?m\.?", re.IGNORECASE)
CLOCK_24 = re.compile(r"([01]?\d|2[0-3]):?([0-5]\d)")
WORDS = {"noon": "12:00 pm", "midnight": "12:00 am"}


@calculation(
    name="roman-to-number",
    title="Roman numeral to number",
    section=24,
    topic="numerals and time",
    keywords="roman, ss, numeral, disp #",
    formula="sum of the numerals; I, X and C before a larger one count down",
    inputs=(Input("numeral", kind=Kind.TEXT, draw="XLVIII|CDXLIV|XCIX|XXIV|iss|viiss|LXXV|XL|CXX|iii"),),
    answer="",
    nearest="0.5",
    cites="USP apothecary notation",
    question="Value of {numeral}?",
)
def roman_to_number(numeral: str) -> Working[Decimal]:
    """Gives the number; ss is a half. IC is refused: only I before V and X, X before L and C, C before D and M."""
    wanted = numeral.upper().replace(" ", "")
    found = ROMAN.fullmatch(wanted)
    if found is None or not wanted:
        raise CannotCalculate("numeral", f"{numeral[:40]!r} is not a Roman numeral.")
    parts = [part for part in re.findall(r"CM|CD|XC|XL|IX|IV|SS|[MDCLXVI]", wanted) if part]
    total = sum((Fraction(1, 2) if part == "SS" else Fraction(VALUES[part]) for part in parts), Fraction(0))
    odd = any(letter * 4 in wanted for letter in "IXC")
    warnings = (Warned("Four of one numeral in a row: read it back to the prescriber."),) if odd else ()
    numbers = " + ".join(str(Amount.of(Fraction(1, 2) if part == "SS" else VALUES[part])) for part in parts)
    again = to_roman(int(total)) + ("SS" if total.denominator == 2 else "")
    back = None if odd else ("numeral of the answer", Amount.of(total), Amount.of(total if again == wanted else -total))
    return working(Amount.of(total), numbers, back=back, warnings=warnings)


@calculation(
    name="number-to-roman",
    title="Number to Roman numeral",
    section=24,
    topic="numerals and time",
    keywords="roman, numeral",
    formula="largest numerals first",
    inputs=(Input("number", "", draw="4..150/1"),),
    cites="USP apothecary notation",
    question="Write {number} as a Roman numeral.",
)
def number_to_roman(number: Amount) -> Working[str]:
    """Gives the numeral of a whole number from 1 to 3,999."""
    if number.base.denominator != 1 or not 1 <= number.base <= 3999:
        raise CannotCalculate("number", f"{number} is not a whole number from 1 to 3,999.")
    numeral = to_roman(int(number.base))
    again = sum(VALUES[part] for part in re.findall(r"CM|CD|XC|XL|IX|IV|[MDCLXVI]", numeral))
    return stated(
        numeral,
        Step("largest numerals first", f"{number}", numeral),
        check=Check("value of the numeral", again, int(number.base), again == number.base),
    )


@calculation(
    name="military-time",
    title="24-hour time",
    section=24,
    topic="numerals and time",
    keywords="military, 24-hour, clock",
    formula="afternoon hours + 12; 12 am is 00",
    inputs=(Input("time", kind=Kind.TEXT, draw="12:15 AM|1:05 PM|9:30 AM|11:59 PM|noon|midnight|5 pm"),),
    cites="24-hour clock; midnight is 0000, the start of a day",
    question="Write {time} in 24-hour form.",
)
def military_time(time: str) -> Working[str]:
    """Gives four digits; noon is 1200 and midnight 0000."""
    found = CLOCK_12.fullmatch(WORDS.get(time.strip().lower(), time.strip()))
    if found is None or not 1 <= int(found[1]) <= 12 or int(found[2] or 0) > 59:
        raise CannotCalculate("time", f"{time[:40]!r} is not a time such as 1:05 PM.")
    hour = int(found[1]) % 12 + (12 if found[3].lower() == "p" else 0)
    answer = f"{hour:02d}{found[2] or '00'}"
    return stated(answer, Step("hour of 24", f"{found[1]} {found[3].lower()}m", f"{hour:02d}"))


@calculation(
    name="twelve-hour-time",
    title="12-hour time",
    section=24,
    topic="numerals and time",
    keywords="am, pm, clock",
    formula="hours above 12 − 12; 00 is 12 am",
    inputs=(Input("time", kind=Kind.TEXT, draw="0015|1305|0930|2359|1200"),),
    cites="24-hour clock",
    question="Write {time} with am or pm.",
)
def twelve_hour_time(time: str) -> Working[str]:
    """Gives a time with am or pm."""
    found = CLOCK_24.fullmatch(time.strip())
    if found is None or len(time.strip()) < 4:
        raise CannotCalculate("time", f"{time[:40]!r} is not a time such as 1305.")
    hour = int(found[1])
    answer = f"{hour % 12 or 12}:{found[2]} {'am' if hour < 12 else 'pm'}"
    return stated(answer, Step("hour of 12", time, answer))


@calculation(
    name="elapsed-time",
    title="Time between two moments",
    section=24,
    topic="numerals and time",
    keywords="interval, daylight saving, hours between doses",
    formula="elapsed = end − start, both with their offset from UTC",
    inputs=(
        Input("start", kind=Kind.MOMENT, draw="2026-03-01T09:30|2026-03-01T21:00"),
        Input("end", kind=Kind.MOMENT, draw="2026-03-02T06:00|2026-03-02T13:15"),
    ),
    answer="h",
    nearest="0.01",
    cites="elapsed time, not wall-clock time, across a change of clocks",
    question="Hours from {start} to {end}?",
)
def elapsed_time(start: datetime, end: datetime) -> Working[Decimal]:
    """Gives hours; write the offset (2026-03-08T01:30-05:00) when clocks change in between."""
    if (start.tzinfo is None) != (end.tzinfo is None):
        raise CannotCalculate("end", "give both moments with their offset, or both without.")
    passed = end - start
    if passed < timedelta(0):
        raise CannotCalculate("end", "lies before the start.")
    hours = Amount.of(Fraction(passed // timedelta(seconds=1), 3600), "h")
    warnings = () if start.tzinfo else (Warned("Without an offset from UTC a change of clocks is not seen."),)
    return working(hours, f"{end.isoformat()} − {start.isoformat()}", warnings=warnings)


def to_roman(number: int) -> str:
    """Write a whole number with the largest numerals first."""
    text = ""
    for numeral, value in VALUES.items():
        count, number = divmod(number, value)
        text += numeral * count
    return text
