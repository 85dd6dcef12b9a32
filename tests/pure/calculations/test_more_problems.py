"""Worked answers from other published sources than the collected problems, each cited."""

from decimal import Decimal
from fractions import Fraction

import pytest

from pestle.calculations.catalogue import work
from pestle.calculations.practice import shown
from pestle.calculations.typed import read_call

CASES = [
    # CMS: the example of the NPI check digit standard.
    ("npi-check number=1234567893", "yes"),
    # GS1: the UPC-A example 0 36000 29145 2.
    ("gtin-check-digit digits=03600029145", "2"),
    # USP <1160>: normal saline holds 154 mEq/L of sodium; 0.9 g/100 mL, NaCl 58.44.
    ("milliequivalents mass='0.9% w/v' molar_mass='58.44 g/mol' valence=1 --nearest 1", "154 mEq/L"),
    # Label of potassium chloride injection: 2 mEq/mL is 149 mg/mL.
    ("mass-from-milliequivalents equivalents='2 mEq/mL' molar_mass='74.55 g/mol' valence=1 --in mg/mL --nearest 1",
     "149 mg/mL"),
    # Label of sodium bicarbonate 8.4%: 1 mEq/mL.
    ("salt-milliequivalents salt='sodium bicarbonate' mass='84 mg/mL' --in mEq/mL --nearest 0.01", "1 mEq/mL"),
    # Label of magnesium sulfate 50%: 4.06 mEq/mL.
    ("salt-milliequivalents salt='magnesium sulfate heptahydrate' mass='500 mg/mL' --in mEq/mL --nearest 0.01",
     "4.06 mEq/mL"),
    # Devine 1974: 73 kg for a man of 70 in.
    ("ideal-body-weight height='70 in' sex=male", "73 kg"),
    # NKF calculator of CKD-EPI 2021: man of 50, creatinine 1.0 mg/dL gives 92.
    ("ckd-epi age='50 years' creatinine='1 mg/dL' sex=male", "92 mL/min/1.73 m2"),
    # NKF calculator of CKD-EPI 2021: woman of 60, creatinine 0.8 mg/dL gives 84.
    ("ckd-epi age='60 years' creatinine='0.8 mg/dL' sex=female", "84 mL/min/1.73 m2"),
    # FDA 2010: the highest carboplatin dose for AUC 5 is 750 mg.
    ("carboplatin target='5 mg.min/mL' rate='140 mL/min'", "750 mg"),
    # CDC 2022, box on MME: oxycodone ER 10 mg four a day is 60 MME.
    ("opioid-daily drug=oxycodone strength='10 mg/tablet' daily='4 tablets/day'", "60 MME/day"),
    # USP <1160>: tetracaine HCl 1% (E 0.18), 30 mL needs 0.216 g NaCl (0.27 − 0.054).
    ("sodium-chloride-needed volume='30 mL' drugs=1% values=0.18", "0.216 g"),
    # 21 CFR 1306.22: six months after 31 August is the last day of February.
    ("prescription-ends written=2026-08-31 schedule=iv", "2027-02-28"),
    # Six-hour half-life of Tc-99m (6.01 h): half of 20 mCi is left after one.
    ("decay start='20 mCi' half_life='6.01 h' time='6.01 h'", "10 mCi"),
    # DST: 1:30 am EST to 3:30 am EDT on 8 March 2026 is one hour.
    ("elapsed-time start=2026-03-08T01:30-05:00 end=2026-03-08T03:30-04:00", "1 h"),
    # CDC vaccine toolkit: 36 °F lies in the refrigerator, 60 °F in none but the excursions.
    ("storage-band reading='40 °F'", "refrigerator"),
    # USP <41>: repeatability below 0.41 d counts as 0.41 d; 2,000 × 0.41 × 0.1 mg.
    ("minimum-weight repeatability='0.01 mg' readability='0.1 mg'", "82 mg"),
    # FDA packaging: NDC 0574-4072-05 in a GTIN with indicator 0 is 0 03 0574407205 5.
    ("ndc-gtin ndc=0574-4072-05", "00305744072055"),
]  # fmt: skip


@pytest.mark.parametrize(("call", "answer"), CASES)
def test_a_published_answer_is_met(call: str, answer: str) -> None:
    name, given, options = read_call(call)

    assert shown(work(name, given, **options)) == answer


def test_every_answer_keeps_its_exact_number() -> None:
    answer = work("infusion-rate", {"volume": "1 L", "time": "7 h"})

    assert answer.exact == Fraction(1000, 7)


def test_the_two_conventions_are_told_apart() -> None:
    usual = work("convert", {"amount": "16 fl oz", "to": "mL"})
    exact = work("convert", {"amount": "16 fl oz", "to": "mL", "convention": "exact"})

    assert (shown(usual), shown(exact)) == ("480 mL", "473.1765 mL")
    assert "pharmacy convention" in usual.warnings[0].text


@pytest.mark.parametrize(
    ("amount", "usual", "exact"),
    [
        ("1 pint", "480 mL", "473.1765 mL"),
        ("2 pints", "960 mL", "946.3529 mL"),
        ("1 quart", "960 mL", "946.3529 mL"),
        ("1 gallon", "3,840 mL", "3,785.4118 mL"),
        ("2 tsp", "10 mL", "9.8578 mL"),
        ("3 tbsp", "45 mL", "44.3603 mL"),
    ],
)
def test_every_household_measure_has_both_figures(amount: str, usual: str, exact: str) -> None:
    as_usual = work("convert", {"amount": amount, "to": "mL"})
    exactly = work("convert", {"amount": amount, "to": "mL", "convention": "exact"})

    assert (shown(as_usual), shown(exactly)) == (usual, exact)
    assert "pharmacy convention" in as_usual.warnings[0].text


def test_a_grain_has_the_pharmacys_round_figure_too() -> None:
    rounded = work("convert", {"amount": "2 grains", "to": "mg", "convention": "pharmacy"})

    assert rounded.value in {Decimal(120), Decimal(130)}
    assert "round figures" in rounded.warnings[0].text
