"""Strengths as the FDA directory writes them."""

import pytest

from pestle.terms.drugs.listed_strength import ListedStrength, read_strengths


def _read(amount: str, unit: str) -> ListedStrength:
    read = ListedStrength.read(amount, unit)
    assert read is not None
    return read


@pytest.mark.parametrize(
    ("amount", "unit", "shown"),
    [
        ("10", "mg/1", "10 mg"),
        ("50", "ug/1", "50 mcg"),
        (".5", "mg/g", "0.05%"),
        ("1", "g/100g", "1%"),
        ("160", "mg/5mL", "160 mg/5 mL"),
        ("30", "mg/.3mL", "30 mg/0.3 mL"),
        ("100", "[iU]/mL", "100 units/mL"),
        ("25", "ug/h", "25 mcg/h"),
    ],
)
def test_a_strength_is_written_as_people_read_it(amount: str, unit: str, shown: str) -> None:
    assert str(_read(amount, unit)) == shown


@pytest.mark.parametrize(("amount", "unit"), [("", "mg/1"), ("ten", "mg/1"), ("10", "mg"), ("10", "")])
def test_a_strength_that_makes_no_sense_is_not_read(amount: str, unit: str) -> None:
    assert ListedStrength.read(amount, unit) is None


def test_half_a_gram_and_five_hundred_milligrams_are_one_strength() -> None:
    assert _read(".5", "g/1").key(by_concentration=False) == _read("500", "mg/1").key(by_concentration=False)


def test_syringes_of_one_concentration_stay_apart_and_bottles_do_not() -> None:
    small, large = _read("30", "mg/.3mL"), _read("100", "mg/mL")

    assert small.key(by_concentration=False) != large.key(by_concentration=False)
    assert small.key(by_concentration=True) == large.key(by_concentration=True)


def test_two_lists_of_unlike_length_are_not_read() -> None:
    assert read_strengths("10; 20", "mg/1") == ()
    assert len(read_strengths("10; 20", "mg/1; mg/1")) == 2
