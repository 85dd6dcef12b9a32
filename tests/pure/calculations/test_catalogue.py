"""The table of calculations: complete, found by typing, sound under any input, and the manual is its image."""

from collections.abc import Callable
from itertools import islice
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pestle.calculations.catalogue import every, find, named, work
from pestle.calculations.page import catalogue_page
from pestle.calculations.practice import problem, seeded
from pestle.calculations.worked import CannotCalculate

DOCS = Path(__file__).parents[3] / "docs" / "calculations.md"
NAMES = [entry.name for entry in every()]
TYPED = st.one_of(
    st.sampled_from(
        ["5 mg", "250 mL", "7%", "1:1000", "0", "-1 mg", "3 doses/day", "70 kg", "5", "2026-01-31", "12 units/mL", "$4"]
    ),
    st.text(max_size=30),
)


def test_every_section_of_pure_arithmetic_is_there() -> None:
    assert {entry.section for entry in every()} >= set(range(1, 26)) - {17}


@pytest.mark.parametrize("name", NAMES)
def test_a_calculation_tells_formula_units_errors_and_source(name: str) -> None:
    entry = named(name)

    assert entry.citation
    assert entry.formula
    for part in (
        "Formula:",
        "Answer:",
        "Source:",
        "Raises CannotCalculate",
        *(f"{each.name}:" for each in entry.inputs),
    ):
        assert part in (entry.__doc__ or "")


@pytest.mark.parametrize("name", [entry.name for entry in every() if entry.question])
def test_drawn_numbers_are_always_worked_and_checked_backwards(name: str) -> None:
    draw = seeded(f"numbers for {name}")

    for _ in range(6):
        answer = problem(named(name), draw).worked
        assert answer.check is None or answer.check.agrees
        assert answer.exact is None or answer.rounding


def test_nearly_every_number_can_be_checked_backwards() -> None:
    draw = seeded("backwards")
    without = {
        entry.name
        for entry in every()
        if entry.question
        and problem(entry, draw).worked.exact is not None
        and problem(entry, draw).worked.check is None
    }

    assert without <= {"ckd-epi", "elapsed-time", "reimbursement", "round-to-vial", "nutrition-osmoles"}


@pytest.mark.parametrize(
    ("typed", "first"),
    [("bsa", "surface-area"), ("drip rate", "drop-rate"), ("crcl", "creatinine-clearance"), ("mme", "opioid-daily"),
     ("ibw", "ideal-body-weight"),
     ("powder volume", "powder-volume"), ("gir", "glucose-rate"), ("eoq", "economic-order")],
)  # fmt: skip
def test_a_calculation_is_found_by_what_one_wants(typed: str, first: str) -> None:
    assert first in [entry.name for entry in find(typed)[:3]]


def test_a_misspelt_name_names_the_nearest() -> None:
    with pytest.raises(CannotCalculate, match="surface-area"):
        work("surface", {})


@settings(max_examples=400, deadline=None)
@given(st.sampled_from(NAMES), st.data())
def test_any_input_gives_an_answer_or_a_refusal_with_its_field(name: str, data: st.DataObject) -> None:
    entry = named(name)
    given_inputs = {each.name: data.draw(TYPED) for each in entry.inputs}

    refusal = refusal_of(lambda: entry.work(given_inputs))

    assert refusal is None or (refusal.field and refusal.reason)


@settings(max_examples=100)
@given(st.integers(1, 98), st.integers(1, 98), st.integers(1, 98), st.integers(1, 5000))
def test_alligation_parts_reproduce_the_target(one: int, two: int, three: int, total: int) -> None:
    low, target, high = sorted((one, two, three))
    if not low < target < high:
        return
    given_inputs = {"higher": f"{high}%", "lower": f"{low}%", "target": f"{target}%", "total": f"{total} g"}

    answer = work("alligation-alternate", given_inputs, nearest="0.000001")
    other = answer.other("lower").exact

    assert answer.exact is not None
    assert other is not None
    assert answer.exact * high + other * low == total * target
    assert answer.exact + other == total


@settings(max_examples=60)
@given(st.integers(1, 3999))
def test_a_roman_numeral_is_read_back(number: int) -> None:
    numeral = work("number-to-roman", {"number": str(number)}).value

    assert work("roman-to-number", {"numeral": str(numeral)}).value == number


def test_the_manual_is_written_from_the_table() -> None:
    assert DOCS.read_text(encoding="utf-8") == f"{catalogue_page()}\n", (
        "run: pestle calc --markdown > docs/calculations.md"
    )


def test_the_same_seed_draws_the_same_problem() -> None:
    entry = named("dilution")
    first = [problem(entry, draw).question for draw in islice(iter(lambda: seeded("a"), None), 3)]

    assert len(set(first)) == 1


def refusal_of(act: Callable[[], object]) -> CannotCalculate | None:
    """Give the refusal of an act, nothing when it was done."""
    try:
        act()
    except CannotCalculate as refused:
        return refused
    return None
