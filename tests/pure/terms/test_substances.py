"""Substances with and without their salt."""

import pytest

from pestle.terms.drugs.substances import base_substance, base_substances, without_water


@pytest.mark.parametrize(
    ("name", "base"),
    [
        ("AMLODIPINE BESYLATE", "amlodipine"),
        ("metoprolol succinate", "metoprolol"),
        ("POTASSIUM CHLORIDE", "potassium"),
        ("WARFARIN SODIUM", "warfarin"),
        ("ATORVASTATIN CALCIUM TRIHYDRATE", "atorvastatin"),
        ("ISOSORBIDE DINITRATE", "isosorbide dinitrate"),
        ("DIMETHYL FUMARATE", "dimethyl fumarate"),
        ("CALCIUM", "calcium"),
        ("", ""),
    ],
)
def test_the_salt_is_left_out_but_never_the_drug(name: str, base: str) -> None:
    assert base_substance(name) == base


def test_base_names_are_given_once() -> None:
    assert base_substances(["AMPHETAMINE SULFATE", "AMPHETAMINE ASPARTATE"]) == ("amphetamine",)


def test_crystal_water_goes_and_the_salt_stays() -> None:
    assert without_water("ATORVASTATIN CALCIUM TRIHYDRATE") == "atorvastatin calcium"
    assert without_water("DOXYCYCLINE HYCLATE") == "doxycycline hyclate"
