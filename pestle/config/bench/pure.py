"""The pure part: directions read and written, simple calculations, how long the import takes, and the peers."""

import importlib.util
import subprocess
import sys
from collections.abc import Callable
from decimal import Decimal
from fractions import Fraction

from pestle.calculations import catalogue
from pestle.calculations.amount import Amount
from pestle.config.bench.figures import Figure, Floor, Outcome, a_second
from pestle.terms.sig import read_directions, write_directions

SIGS = (
    "1 tab po tid pc & hs prn", "i-ii gtt ou q4-6h", "inject 12u sc qam and 10u qpm", "2 puffs q4h prn", "1 po qd",
    "Take 1 tablet by mouth every day.", "take 1 capsule by mouth twice daily with food", "1 tab po bid x 10 days",
    "Take 2 tablets by mouth every 6 hours as needed for pain, max 8 tablets per day", "apply to affected area bid",
    "5 mL po tid x 7d", "1 spray each nostril qd", "take one tablet by mouth at bedtime", "1 patch q72h",
    "Inject 0.4 mL under the skin once a week on Monday", "instill 1 drop into both eyes every evening",
)  # fmt: skip
# Simple calculations with their amounts already read, as a page or another calculation has them.
CALCULATIONS: tuple[tuple[str, dict[str, tuple[int, str]]], ...] = (
    ("units-per-dose", {"dose": (500, "mg"), "strength": (250, "mg/tablet")}),
    ("dilution", {"stock": (50, "%"), "wanted": (10, "%"), "quantity": (500, "mL")}),
    ("proportion", {"first": (250, "mg"), "per": (5, "mL"), "wanted": (12, "mL")}),
)
# What a program imports that only calculates and reads directions; and all the pure folders together.
LIBRARY = ("terms.sig", "calculations.catalogue")
ALL_PURE = (*LIBRARY, "rules.catalogue", "ledger.first_expiring", "flows.fill", "wire.scan", "wire.telecom", "wire.zpl")
IMPORTS = 7


def pure(is_quick: bool) -> Outcome:
    """Measure the pure part on one core."""
    seconds = 0.75 if is_quick else 3.0
    outcome = Outcome("pure", f"{len(SIGS)} directions of several kinds, each read anew; one core, by what it computes")
    outcome.figures = [
        Figure(
            name="directions read and written in English", unit="a second", goal=5_000,
            value=a_second(_read_sigs, seconds=seconds),
            floor=Floor(what="the text cut at its blanks", value=a_second(_cut_sigs, seconds=seconds)),
        ),
        *_calculations(seconds),
        *_imports(),
    ]  # fmt: skip
    _beside_peers(outcome, seconds)
    return outcome


def _read_sigs() -> int:
    for text in SIGS:
        write_directions(read_directions(text))
    return len(SIGS)


def _cut_sigs() -> int:
    for text in SIGS:
        text.lower().split()
    return len(SIGS)


def _calculations(seconds: float) -> list[Figure]:
    given = [
        (catalogue.named(name), {field: Amount.of(*amount) for field, amount in inputs.items()})
        for name, inputs in CALCULATIONS
    ]

    def calculate() -> int:
        for entry, amounts in given:
            entry.work(amounts)
        return len(given)

    return [
        Figure(
            name="simple calculations with their working",
            unit="a second",
            goal=50_000,
            value=a_second(calculate, seconds=seconds),
            floor=Floor(
                what="the same arithmetic on bare fractions, no unit, no working",
                value=a_second(_bare_arithmetic, seconds=seconds),
            ),
            note=", ".join(name for name, _ in CALCULATIONS),
        )
    ]


def _bare_arithmetic() -> int:
    for first, second, third in ((500, 250, 1), (10, 50, 500), (250, 5, 12)):
        Decimal((Fraction(first) / Fraction(second) * third).numerator)
    return 3


def _imports() -> list[Figure]:
    bare = _import_ms("import dataclasses, decimal, fractions, re, enum, datetime")
    floor = Floor(what="the modules of Python's own library that they stand on", value=bare)
    return [
        Figure(
            name=f"import of {words}",
            value=_import_ms(f"import {', '.join(f'pestle.{name}' for name in names)}"),
            unit="ms of computing",
            more_is_better=False,
            goal=goal,
            floor=floor,
            note=", ".join(names),
        )
        for words, names, goal in (
            ("calculations and directions", LIBRARY, 150),
            ("all the pure folders", ALL_PURE, None),
        )
    ]


def _import_ms(statement: str) -> float:
    timed = f"import time; begun = time.process_time(); {statement}; print(time.process_time() - begun)"
    asked = [sys.executable, "-c", timed]
    told = [subprocess.run(asked, capture_output=True, text=True, check=True).stdout for _ in range(IMPORTS)]
    return round(min(map(float, told)) * 1000, 1)


# ---------------------------------------------------------------------------------------------------------------- peers


def _beside_peers(outcome: Outcome, seconds: float) -> None:
    """Measure what others do of the same, where it is installed; say so where it is not."""
    for package, name, ours, peer, times in (
        ("pint", "a conversion in exact decimals, beside pint", _convert, _pint_conversion, 10),
        ("parsigs", "directions read, beside parsigs", _read_only_sigs, _parsigs, 10),
    ):
        if importlib.util.find_spec(package) is None:
            outcome.skipped.append(f"{name}: {package} is not installed here")
            continue
        try:
            theirs = peer()
        except Exception as trouble:
            outcome.skipped.append(f"{name}: {package} does not run here ({type(trouble).__name__})")
            continue
        here, there = a_second(ours, seconds=seconds), a_second(theirs, seconds=seconds)
        outcome.figures.append(
            Figure(
                name=name, value=round(here / there, 1), unit=f"times as fast as {package}", goal=times,
                note=f"{here:,.0f} beside {there:,.0f} a second",
            )
        )  # fmt: skip


def _read_only_sigs() -> int:
    for text in SIGS:
        read_directions(text)
    return len(SIGS)


def _convert() -> int:
    Amount.of(Decimal("2.5"), "g").to("mg")
    return 1


def _pint_conversion() -> Callable[[], int]:
    pint = importlib.import_module("pint")
    registry = pint.UnitRegistry(non_int_type=Decimal)

    def convert() -> int:
        registry.Quantity(Decimal("2.5"), "gram").to("milligram")
        return 1

    return convert


def _parsigs() -> Callable[[], int]:
    parser = importlib.import_module("parsigs.parse_sig_api").SigParser()

    def read() -> int:
        for text in SIGS:
            parser.parse(text)
        return len(SIGS)

    return read
