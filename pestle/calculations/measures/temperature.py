"""Section 2: degrees, storage bands and the mean kinetic temperature."""

from decimal import Decimal
from fractions import Fraction

from pestle.calculations.amount import Amount
from pestle.calculations.figures import exponential, logarithm, written
from pestle.calculations.inputs import Input
from pestle.calculations.registry import Working, calculation, stated, working
from pestle.calculations.worked import Step

ABSOLUTE_ZERO = Fraction("273.15")
# USP <659>; the two vaccine bands are from the CDC vaccine storage and handling toolkit.
BANDS = (
    ("vaccine freezer", -50, -15),
    ("freezer", -25, -10),
    ("refrigerator", 2, 8),
    ("cool", 8, 15),
    ("controlled room temperature", 20, 25),
    ("excursion of controlled room temperature", 15, 30),
    ("warm", 30, 40),
    ("ultra-cold", -90, -60),
)


@calculation(
    name="temperature",
    title="Fahrenheit and Celsius",
    section=2,
    topic="temperature",
    keywords="degrees, F to C, C to F, fever, fridge",
    formula="°C = (°F − 32) × 5 ÷ 9, or °F = °C × 9 ÷ 5 + 32",
    inputs=(Input("reading", "°C|°F", may_be_negative=True, may_be_zero=True, draw="32..104/2 °F|2..40/1 °C"),),
    answer="°C|°F",
    nearest="0.1",
    cites="definition of the two scales",
    question="What is {reading} on the other scale (°C or °F)?",
)
def temperature(reading: Amount) -> Working[Decimal]:
    """Gives the same temperature on the other scale."""
    if reading.unit.symbol == "°F":
        answer = Amount.of((reading.value - 32) * 5 / 9, "°C")
        back = Amount.of(answer.value * 9 / 5 + 32, "°F")
        return working(answer, "({} − 32) × 5 ÷ 9", reading, back=("°C × 9 ÷ 5 + 32", back, reading))
    answer = Amount.of(reading.value * 9 / 5 + 32, "°F")
    back = Amount.of((answer.value - 32) * 5 / 9, "°C")
    return working(answer, "{} × 9 ÷ 5 + 32", reading, back=("(°F − 32) × 5 ÷ 9", back, reading))


@calculation(
    name="mean-kinetic-temperature",
    title="Mean kinetic temperature",
    section=2,
    topic="temperature",
    keywords="MKT, storage, excursion, data logger",
    formula="T = (ΔH/R) ÷ −ln(mean of e^(−ΔH/RT)), ΔH/R = 10,000 K",
    inputs=(
        Input(
            "readings",
            "°C",
            limit="probe reading",
            is_list=True,
            may_be_negative=True,
            may_be_zero=True,
            draw="20 °C; 25 °C; 30 °C|5 °C; 8 °C; 3 °C|22 °C; 24 °C; 29 °C; 21 °C",
        ),
    ),
    answer="°C",
    nearest="0.1",
    cites="USP <1079.2>, ΔH = 83.144 kJ/mol",
    question="Equal-time readings: {readings}. Mean kinetic temperature in °C?",
)
def mean_kinetic_temperature(readings: tuple[Amount, ...]) -> Working[Decimal]:
    """Gives the single temperature that does the same harm as the readings; a gap in them must not be filled in."""
    terms = [exponential(-10000 / (reading.value + ABSOLUTE_ZERO)) for reading in readings]
    mean = sum(terms, Fraction(0)) / len(terms)
    kelvins = 10000 / -logarithm(mean)
    average = exponential(-10000 / kelvins)
    before = (
        Step("mean of e^(−10,000 ÷ T)", f"{len(terms)} readings", f"{float_free(mean)}"),
        Step("T in kelvins", "10,000 ÷ −ln(mean)", Amount.of(kelvins, "K")),
    )
    answer = Amount.of(kelvins - ABSOLUTE_ZERO, "°C")
    return working(
        answer,
        "{} − 273.15",
        Amount.of(kelvins, "K"),
        before=before,
        back=("e^(−10,000 ÷ T)", Amount.of(average), Amount.of(mean)),
    )


@calculation(
    name="storage-band",
    title="Storage band of a temperature",
    section=2,
    topic="temperature",
    keywords="refrigerator, freezer, room temperature, excursion, vaccine",
    formula="the bands that hold the reading",
    inputs=(
        Input("reading", "°C|°F", may_be_negative=True, may_be_zero=True, draw="2..8/1 °C|16..30/1 °C|36..46/2 °F"),
    ),
    cites="USP <659>; CDC vaccine storage and handling toolkit",
)
def storage_band(reading: Amount) -> Working[str]:
    """Gives the names of the storage bands a reading lies in."""
    celsius = reading if reading.unit.symbol == "°C" else Amount.of((reading.value - 32) * 5 / 9, "°C")
    names = [name for name, low, high in BANDS if low <= celsius.value <= high]
    answer = "; ".join(names) or "outside every storage band"
    bands = ", ".join(f"{name} {low} to {high} °C" for name, low, high in BANDS if name in names)
    return stated(answer, Step("the bands that hold the reading", f"{celsius}", bands or answer))


def float_free(value: Fraction) -> str:
    """Write a very small number as parts of a thousand million million."""
    return f"{written(value * 10**15)} × 10⁻¹⁵"
