"""Guard rails: impossible input is refused, unlikely input waits for a reason, high alert asks for a second person."""

from decimal import Decimal

import pytest

from pestle.calculations.amount import Amount
from pestle.calculations.catalogue import every, work
from pestle.calculations.infusion.rates import infusion_rate
from pestle.calculations.limits import LIMITS, limit
from pestle.calculations.second import compare
from pestle.calculations.typed import read_call
from pestle.calculations.worked import Asks, CannotCalculate, NeedsReason, Worked


def worked(call: str) -> Worked[object]:
    name, given, options = read_call(call)
    return work(name, given, **options)  # type: ignore[return-value]


IMPOSSIBLE = [
    # call                                                                             field
    ("surface-area height=170 weight='70 kg'",                                         "height"),
    ("surface-area height='170 in' weight='70 kg'",                                    "height"),
    ("surface-area height='70 kg' weight='70 kg'",                                     "height"),
    ("surface-area height='170 cm' weight='500 kg'",                                   "weight"),
    ("surface-area height='170 cm' weight='-70 kg'",                                   "weight"),
    ("surface-area height='170 cm' weight='0 kg'",                                     "weight"),
    ("surface-area height='170 cm'",                                                   "weight"),
    ("surface-area height='170 cm' weight='70 kg' formula=boyd",                       "formula"),
    ("surface-area height='170 cm' weight='70 kg' age='5 years'",                      "age"),
    ("dilution stock=5% wanted=10% quantity='1 L'",                                    "wanted"),
    ("dilution stock=5% wanted='1 mEq/mL' quantity='1 L'",                             "wanted"),
    ("alligation-alternate higher=20% lower=5% target=25% total='1 kg'",               "target"),
    ("alligation-alternate higher=5% lower=20% target=10% total='1 kg'",               "higher"),
    ("alligation-add present=5% quantity='10 g' added=20% target=20%",                 "target"),
    ("water-to-add total='1 L' parts='600 mL; 500 mL'",                                "parts"),
    ("diluent-volume drug='500 mg' strength='500 mg/mL' powder_volume='1 mL'",         "strength"),
    ("creatinine-clearance age='40 years' weight='70 kg' creatinine='88 mg/dL' sex=male", "creatinine"),
    ("ideal-body-weight height='55 in' sex=male",                                      "height"),
    ("sodium-chloride-needed volume='10 mL' drugs='5 g' values=0.3",                   "drugs"),
    ("freezing-point-saline volume='10 mL' depression=0.6",                            "depression"),
    ("percent-strength part='20 g' whole='10 g'",                                      "part"),
    ("infusion-rate volume='10 L' time='1 h'",                                         "answer"),
    ("infusion-rate volume='1 L' time='1 h' --nearest zero",                           "nearest"),
    ("infusion-rate volume='100 mL' time='1 h' --in mg",                               "answer_in"),
    ("total-authorised quantity='30 tablets' refills=6 schedule=iv",                   "refills"),
    ("total-authorised quantity='30 tablets' refills=1 schedule=ii",                   "refills"),
    ("mean-kinetic-temperature readings='20 °C; 85 °C'",                               "readings"),
    ("roman-to-number numeral=IC",                                                     "numeral"),
    ("military-time time='13:05 PM'",                                                  "time"),
    ("expiry-date printed=03/04/27 seen_on=2026-01-15",                                "printed"),
    ("gs1-expiry digits=271300 seen_on=2026-01-15",                                    "digits"),
    ("ndc-11 ndc=1234567890",                                                          "ndc"),
    ("dea-check number=12345",                                                         "number"),
    ("divided-dose per_kg='90 mg/kg/day' weight='35 kg' times='2 doses/day' most='1,000 mg/dose'", "per_kg"),
    ("dose-by-weight per_kg='5 mg' weight='70 kg'",                                    "per_kg"),
    ("cost-of quantity='30 tablets' unit_price='$4/g'",                                "unit_price"),
    ("beyond-use-nonsterile made_on=2026-01-20 preparation=nonaqueous earliest_component=2025-12-01",
     "earliest_component"),
    ("split-tablets dose='7 mg' strength='25 mg/tablet' times='1 dose/day' days='30 days'", "strength"),
    ("dose-volume dose='0.001 mg' concentration='100 mg/mL'",                          "nearest"),
]  # fmt: skip


@pytest.mark.parametrize(("call", "field"), IMPOSSIBLE)
def test_an_impossible_input_is_refused_by_name(call: str, field: str) -> None:
    with pytest.raises(CannotCalculate) as refused:
        worked(call)

    assert refused.value.field == field
    assert not isinstance(refused.value, NeedsReason)


UNLIKELY = [
    ("surface-area height='220 cm' weight='70 kg'",                                     "height"),
    ("body-mass-index height='190 cm' weight='250 kg'",                                 "weight"),
    ("mass-of-volume volume='36 mL' specific_gravity=2.86",                             "specific_gravity"),
    ("creatinine-clearance age='101 years' weight='70 kg' creatinine='1 mg/dL' sex=male", "age"),
    ("price-for-margin cost=$10 margin=97%",                                            "margin"),
    ("carboplatin target='9 mg.min/mL' rate='90 mL/min'",                               "target"),
]  # fmt: skip


@pytest.mark.parametrize(("call", "field"), UNLIKELY)
def test_an_unlikely_input_waits_for_a_reason(call: str, field: str) -> None:
    with pytest.raises(NeedsReason) as asked:
        worked(call)
    accepted = worked(f"{call} --because 'measured twice'")

    assert asked.value.field == field
    assert any(warned.field == field and "measured twice" in warned.text for warned in accepted.warnings)


def test_a_reason_of_blanks_is_no_reason() -> None:
    with pytest.raises(NeedsReason):
        worked("surface-area height='220 cm' weight='70 kg' --because '  '")


ASKS_AFTERWARDS = [
    "infusion-rate volume='1 L' time='3 h'",
    "creatinine-clearance age='20 years' weight='110 kg' creatinine='0.5 mg/dL' sex=male",
    "potassium-rate dose='40 mEq' volume='500 mL' time='1 h'",
    "weight-drip dose='30 mcg/kg/min' weight='70 kg' concentration='400 mg/250 mL' drug=dopamine",
    "calcium-phosphate calcium='15 mEq/L' phosphate='20 mmol/L'",
    "lifetime-dose before='430 mg/m2' dose='60 mg/m2' most='450 mg/m2'",
    "markup cost=$20 price=$10",
]


@pytest.mark.parametrize("call", ASKS_AFTERWARDS)
def test_an_unlikely_answer_asks_for_a_reason(call: str) -> None:
    assert any(warned.asks is Asks.REASON for warned in worked(call).warnings)


HIGH_ALERT = [
    ("weight-drip dose='18 units/kg/h' weight='80 kg' concentration='25,000 units/250 mL' drug=heparin", "Heparin"),
    ("weight-drip dose='18 units/kg/h' weight='80 kg' concentration='25,000 units/250 mL'", "Drug measured in units"),
    ("drip dose='2 mg/h' concentration='100 mg/100 mL' drug=morphine", "Opioid"),
    ("opioid-patch rate='25 mcg/h'", "Opioid"),
    ("chemotherapy-dose per_area='75 mg/m2' area='1.8 m2'", "Chemotherapy"),
    ("carboplatin target='5 mg.min/mL' rate='90 mL/min'", "Chemotherapy"),
    ("nutrition-energy dextrose='200 g'", "Parenteral nutrition"),
    ("dose-by-weight per_kg='10 mg/kg/dose' weight='12 kg'", "Weight of a child"),
    ("dose-volume dose='30 mEq' concentration='2 mEq/mL'", "Concentrated electrolyte"),
    ("dose-volume dose='10 units' concentration='100 units/mL'", "Drug measured in units"),
]


@pytest.mark.parametrize(("call", "word"), HIGH_ALERT)
def test_a_high_alert_class_asks_for_a_second_calculation(call: str, word: str) -> None:
    assert worked(call).second_calculation.startswith(word)


def test_an_adult_dose_in_mg_asks_for_nobody() -> None:
    assert not worked("dose-by-weight per_kg='10 mg/kg/dose' weight='70 kg'").second_calculation


def test_two_people_who_agree_agree() -> None:
    order = "chemotherapy-dose per_area='75 mg/m2' area='1.8 m2'"

    assert compare(worked(order), worked(order)).agrees


def test_two_people_with_the_same_answer_from_other_inputs_do_not_agree() -> None:
    first = worked("chemotherapy-dose per_area='75 mg/m2' area='1.8 m2'")
    second = worked("chemotherapy-dose per_area='67.5 mg/m2' area='2 m2'")

    compared = compare(first, second)

    assert first.value == second.value
    assert not compared.agrees
    assert compared.differences[0] == "area: 1.8 m2 against 2 m2"


def test_limits_of_the_pharmacy_take_the_place_of_ours() -> None:
    own = dict(LIMITS) | {"pump rate": limit(("", "100 mL/h"), is_reviewed=True)}

    with pytest.raises(CannotCalculate, match="above 100 mL/h"):
        infusion_rate.work({"volume": "500 mL", "time": "4 h"}, limits=own)


def test_an_unreviewed_limit_says_so() -> None:
    warned = worked("infusion-rate volume='1 L' time='3 h'").warnings[0]

    assert not warned.is_reviewed
    assert str(warned).endswith("(unreviewed limit)")


@pytest.mark.parametrize(
    "name", ["beyond-use-nonsterile", "beyond-use-sterile", "beyond-use-category-1", "potassium-rate"]
)
def test_a_draft_figure_shows_as_unreviewed(name: str) -> None:
    assert not next(entry for entry in every() if entry.name == name).is_reviewed


def test_historic_rules_are_marked_for_examinations_only() -> None:
    answer = worked("young-rule age='4 years' adult_dose='400 mg'")

    assert "not for patient use" in answer.warnings[0].text


def test_rounding_that_matters_is_told() -> None:
    answer = worked("infusion-rate volume='1 mL' time='6 h'")

    assert answer.value == Decimal("0.2")
    assert "20.0%" in answer.warnings[0].text


def test_a_calculation_called_with_amounts_gives_a_decimal() -> None:
    answer = infusion_rate(volume=Amount.read("500 mL"), time=Amount.read("8 h"))

    assert answer.value == Decimal("62.5")
    assert (answer.unit, answer.rounding) == ("mL/h", "half up to the nearest 0.1 mL/h")
    assert [str(step) for step in answer.steps] == ["rate = volume ÷ time: 500 mL ÷ 8 h = 62.5 mL/h"]
    assert str(answer.check) == "rate × time = 500 mL, agrees with 500 mL"


def test_a_small_dose_is_not_rounded_away() -> None:
    dose = worked("dose-by-weight per_kg='0.5 mcg/kg/dose' weight='3 kg'")
    drip = worked("weight-drip-dose rate='3 mL/h' concentration='4 mg/250 mL' weight='70 kg'")

    assert (dose.value, dose.unit) == (Decimal("0.0015"), "mg/dose")
    assert (drip.value, drip.unit) == (Decimal("0.0114"), "mcg/kg/min")
