"""All calculations together: find one by its name or by typing what one wants."""

from collections.abc import Mapping
from typing import Any

from pestle.calculations.business import prices, stock
from pestle.calculations.compounding import (
    alligation,
    beyond_use,
    density,
    dilution,
    electrolytes,
    isotonicity,
    reconstitution,
    scaling,
    strength,
    weighing,
)
from pestle.calculations.dispensing import refills, supply, tapers
from pestle.calculations.dosing import (
    body_weight,
    by_weight,
    chemotherapy,
    historic,
    kidney,
    loading,
    opioid,
    surface_area,
)
from pestle.calculations.infusion import drips, nutrition, rates
from pestle.calculations.limits import LIMITS, Limit
from pestle.calculations.measures import conversion, dates, identifiers, numerals, temperature
from pestle.calculations.registry import CALCULATIONS, Calculation
from pestle.calculations.worked import Answer, CannotCalculate, Worked

SUBJECTS = (
    conversion, temperature, strength, scaling, dilution, alligation, density, weighing, electrolytes, isotonicity,
    by_weight, surface_area, historic, body_weight, kidney, rates, drips, reconstitution, supply, tapers, refills,
    opioid, loading, nutrition, chemotherapy, prices, stock, numerals, dates, beyond_use, identifiers,
)  # fmt: skip


def every() -> tuple[Calculation[Any, Any], ...]:
    """Give every calculation in the order of the sections."""
    return tuple(sorted(CALCULATIONS.values(), key=lambda entry: (entry.section, entry.topic)))


def topics() -> tuple[str, ...]:
    """Give the topics in the order of the sections."""
    return tuple(dict.fromkeys(entry.topic for entry in every()))


def named(name: str) -> Calculation[Any, Any]:
    """Give the calculation of this name; CannotCalculate with the nearest names when there is none."""
    found = CALCULATIONS.get(name.strip().lower())
    if found is not None:
        return found
    near = ", ".join(entry.name for entry in find(name)[:5])
    raise CannotCalculate(
        "", f"there is no calculation called {name[:40]!r}.{f' Did you mean {near}?' if near else ''}"
    )


def find(wanted: str) -> list[Calculation[Any, Any]]:
    """Give the calculations whose name, title or keywords have every word typed; best first."""
    words = wanted.lower().replace("-", " ").split()[:8]
    scored = [(_score(entry, words), entry) for entry in every()]
    return [entry for score, entry in sorted(scored, key=lambda pair: -pair[0]) if score > 0]


def work(
    name: str,
    given: Mapping[str, object],
    *,
    nearest: str = "",
    answer_in: str = "",
    because: str = "",
    limits: Mapping[str, Limit] = LIMITS,
) -> Worked[Answer]:
    """Work a named calculation from written inputs, such as {"volume": "500 mL", "time": "4 h"}."""
    entry = named(name)
    return entry.work(given, nearest=nearest, answer_in=answer_in, because=because, limits=limits)


def _score(entry: Calculation[Any, Any], words: list[str]) -> int:
    keys = [keyword.lower() for keyword in entry.keywords]
    total = 8 if " ".join(words) in keys else 0
    for word in words:
        if word in entry.name.split("-") or word in keys:
            total += 4
        elif word in f"{entry.name} {entry.title}".lower():
            total += 2
        elif any(word in key for key in keys) or word in entry.topic:
            total += 1
        else:
            return 0
    return total
