"""Tall-man letters. Names and their spelling: FDA list of established name pairs, and ISMP's additional list."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pestle.terms.drugs.tall_man import Segment, split_tall_man

LIST = {
    "hydroxyzine": "hydrOXYzine",
    "hydralazine": "hydrALAZINE",
    "prednisone": "predniSONE",
    "dobutamine": "DOBUTamine",
    "zyprexa": "ZyPREXA",
    "solu-medrol": "SOLU-Medrol",
    "metoprolol tartrate": "metoprolol TARTRATE",
}


def marked(name: str) -> str:
    return "".join(f"[{each.text}]" if each.is_tall else each.text for each in split_tall_man(name, LIST))


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("hydroxyzine HCl 25 mg tablet", "hydr[OXY]zine HCl 25 mg tablet"),
        ("HYDROXYZINE HCL 25 MG", "hydr[OXY]zine HCL 25 MG"),
        ("hydralazine", "hydr[ALAZINE]"),
        ("predniSONE 5 mg", "predni[SONE] 5 mg"),
        ("dobutamine", "[DOBUT]amine"),
        ("Zyprexa 10 mg", "Zy[PREXA] 10 mg"),
        ("solu-medrol 40 mg vial", "[SOLU]-Medrol 40 mg vial"),
        ("metoprolol tartrate 25 mg", "metoprolol [TARTRATE] 25 mg"),
        ("metoprolol succinate 25 mg", "metoprolol succinate 25 mg"),
        ("lisinopril/prednisone", "lisinopril/predni[SONE]"),
    ],
)
def test_the_part_that_differs_is_tall(name: str, expected: str) -> None:
    assert marked(name) == expected


@pytest.mark.parametrize("name", ["methylprednisone", "prednisonetrial", "lisinopril 10 mg", ""])
def test_a_name_that_is_not_in_the_list_stays_as_it_came(name: str) -> None:
    assert split_tall_man(name, LIST) == ((Segment(name),) if name else ())


@given(st.text(max_size=60))
def test_nothing_of_a_name_is_ever_lost(name: str) -> None:
    joined = "".join(each.text for each in split_tall_man(name, LIST))

    assert joined.lower() == name.lower() or joined.casefold() == name.casefold()
