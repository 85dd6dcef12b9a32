"""Lots from one number to another: which numbers lie between."""

import re
from dataclasses import dataclass

LONGEST = 20_000
# The last run of digits counts; what stands before and after it must be the same at both ends.
_COUNTED = re.compile(r"(?P<head>.*?)(?P<digits>\d+)(?P<tail>\D*)")


@dataclass(frozen=True, slots=True)
class LotRange:
    """All lots from a first to a last number of the same shape.

    `is_said` tells whether words say so ("through"); a bare hyphen may also be part of one lot number.
    """

    first: str
    last: str
    is_said: bool = True

    def holds(self, number: str) -> bool:
        """This will say whether a lot number of the same shape lies between first and last, both included."""
        bounds = [_parts(each) for each in (self.first, number.strip().upper(), self.last)]
        if any(each is None for each in bounds):
            return False
        low, asked, high = (each for each in bounds if each is not None)
        return low[0] == asked[0] == high[0] and low[1] <= asked[1] <= high[1]


def range_of(first: str, last: str, *, is_said: bool) -> LotRange | None:
    """This will make a range of two numbers of the same shape, or nothing where none lies between."""
    low, high = _parts(first.upper()), _parts(last.upper())
    if low is None or high is None or low[0] != high[0] or not 0 <= high[1] - low[1] <= LONGEST:
        return None
    return LotRange(first.upper(), last.upper(), is_said)


def _parts(number: str) -> tuple[tuple[str, int, str], int] | None:
    """Give the shape of a number (what stands before, how many digits, what stands after) and what it counts."""
    found = _COUNTED.fullmatch(number)
    if found is None:
        return None
    return (found["head"], len(found["digits"]), found["tail"]), int(found["digits"])
