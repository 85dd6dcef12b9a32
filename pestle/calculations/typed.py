"""A calculation as one types it: its name, key=value pairs and options."""

import re
import shlex
from collections.abc import Iterable, Mapping
from typing import Any

from pestle.calculations.inputs import Input, Kind
from pestle.calculations.registry import Calculation
from pestle.calculations.units import unit_named
from pestle.calculations.worked import CannotCalculate

LONGEST = 2000
BARE = re.compile(r"-?[\d,.]+(?:[ -]\d+/\d+|/\d+)?")
OPTIONS = {"--nearest": "nearest", "--in": "answer_in", "--because": "because"}


def read_call(line: str) -> tuple[str, dict[str, str], dict[str, str]]:
    """Read `dilution stock=20% wanted=4% quantity="250 mL" --nearest 1` into name, inputs and options."""
    if len(line) > LONGEST:
        raise CannotCalculate("", "that is too long for a calculation.")
    try:
        words = shlex.split(line)
    except ValueError as error:
        raise CannotCalculate("", f"{str(error).lower()}.") from None
    if not words:
        raise CannotCalculate("", "name a calculation.")
    given, options, name = [], {}, words[0]
    rest = iter(words[1:])
    for word in rest:
        if word in OPTIONS:
            options[OPTIONS[word]] = next(rest, "")
        else:
            given.append(word)
    return name, read_pairs(given), options


def read_pairs(words: Iterable[str]) -> dict[str, str]:
    """Read key=value words; CannotCalculate for a word without = or a key that comes twice."""
    pairs: dict[str, str] = {}
    for word in words:
        key, equals, value = word.partition("=")
        if not equals:
            raise CannotCalculate("", f"{word[:40]!r} is not an input: write name=value.")
        if key in pairs:
            raise CannotCalculate(key, "is given twice.")
        pairs[key] = value
    return pairs


def with_units(entry: Calculation[Any, Any], typed: Mapping[str, str], units: Mapping[str, str]) -> dict[str, str]:
    """Join what was typed in a field with the unit shown beside it; a unit typed with the number goes before.

    What was left empty is left out; of a list each value takes the unit.
    """
    given = {}
    for wanted in entry.inputs:
        text = typed.get(wanted.name, "").strip()
        if text:
            given[wanted.name] = _with_unit(wanted, text, units.get(wanted.name, "").strip())
    return given


def units_beside(wanted: Input) -> tuple[str, ...]:
    """Give the units to choose from beside a field, the usual one first; empty where a number or text stands alone."""
    if wanted.kind is not Kind.AMOUNT:
        return ()
    drawn = [_unit_of(choice) for part in wanted.draw.split("|") for choice in part.split("; ") if choice]
    known = [] if wanted.unit == "any" else wanted.unit.split("|")
    usual = next((unit for unit in drawn if unit in known), "")
    listed = [usual, *known, *(drawn if wanted.unit == "any" or len(known) > 1 else [])]
    # tablet and tablets are one unit: the first spelling stays.
    spelt = {unit_named(unit): unit for unit in reversed(listed) if unit}
    return tuple(unit for unit in dict.fromkeys(listed) if unit in spelt.values())


def _with_unit(wanted: Input, text: str, unit: str) -> str:
    if not unit or wanted.kind is not Kind.AMOUNT:
        return text
    parts = [part.strip() for part in text.split(";")] if wanted.is_list else [text]
    return "; ".join(f"{part} {unit}" if BARE.fullmatch(part) else part for part in parts)


def _unit_of(drawn: str) -> str:
    if drawn.startswith(("1:", "$")):
        return ""
    text = drawn.partition("/")[2] if ".." in drawn else drawn
    return text.lstrip("-0123456789.,").strip()
