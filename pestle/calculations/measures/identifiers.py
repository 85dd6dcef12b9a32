"""Section 25: check digits and the written forms of an NDC."""

import re

from pestle.calculations.inputs import Input, Kind
from pestle.calculations.registry import Working, calculation, stated
from pestle.calculations.worked import CannotCalculate, Step, Warned
from pestle.terms.dea_number import DeaNumber, dea_check_digit
from pestle.terms.gtin import Gtin, gs1_check_digit
from pestle.terms.npi import Npi, npi_check_digit

NDC = re.compile(r"(\d{4,6})-(\d{3,4})-(\d{1,2})")
SHAPES = {(4, 4, 2), (5, 3, 2), (5, 4, 1), (5, 4, 2), (6, 4, 2)}
NOT_PROOF = "A right check digit finds typing errors; it does not prove registration."


@calculation(
    name="dea-check",
    title="Check a DEA number",
    section=25,
    topic="identifiers",
    keywords="DEA, check digit, prescriber",
    formula="last digit of (d1 + d3 + d5) + 2 × (d2 + d4 + d6) = d7",
    inputs=(Input("number", kind=Kind.TEXT, draw="AJ5184279|BT3452147|FM1234563|AB1234563"),),
    cites="DEA; 21 CFR 1301",
    warning=NOT_PROOF,
)
def dea_check(number: str) -> Working[bool]:
    """Says whether the check digit is right, and what it would be."""
    wanted = number.strip().upper()
    if not re.fullmatch(r"[A-Z][A-Z9][0-9]{7}", wanted):
        raise CannotCalculate("number", f"{number[:40]!r} is not two letters and seven digits.")
    steps = _dea_steps(wanted[2:8])
    try:
        DeaNumber.read(wanted)
    except ValueError as error:
        return stated(False, *steps, warnings=(Warned(str(error)),))
    return stated(True, *steps)


@calculation(
    name="dea-check-digit",
    title="Check digit of a DEA number",
    section=25,
    topic="identifiers",
    keywords="DEA",
    formula="last digit of (d1 + d3 + d5) + 2 × (d2 + d4 + d6)",
    inputs=(Input("digits", kind=Kind.TEXT, label="first six digits", draw="123456|518427|345214|777213|204816"),),
    cites="DEA; 21 CFR 1301",
    question="Check digit of DEA digits {digits}?",
)
def dea_check_digit_of(digits: str) -> Working[str]:
    """Gives the seventh digit."""
    _only_digits(digits, 6)
    return stated(dea_check_digit(digits), *_dea_steps(digits))


@calculation(
    name="npi-check",
    title="Check an NPI",
    section=25,
    topic="identifiers",
    keywords="NPI, Luhn",
    formula="Luhn over 80840 and the ten digits",
    inputs=(Input("number", kind=Kind.TEXT, draw="1558598797|1234567890|1245319599|1234567893"),),
    cites="45 CFR 162.406; CMS",
    warning="A right check digit does not prove that the NPI was issued.",
)
def npi_check(number: str) -> Working[bool]:
    """Says whether an NPI is well formed."""
    wanted = number.strip()
    _only_digits(wanted, 10, "number")
    step = Step("check digit by Luhn with 24 for 80840", wanted[:9], npi_check_digit(wanted[:9]))
    try:
        Npi(wanted)
    except ValueError as error:
        return stated(False, step, warnings=(Warned(str(error)),))
    return stated(True, step)


@calculation(
    name="npi-check-digit",
    title="Check digit of an NPI",
    section=25,
    topic="identifiers",
    keywords="NPI, Luhn",
    formula="Luhn over 80840 and nine digits",
    inputs=(Input("digits", kind=Kind.TEXT, label="first nine digits", draw="123456789|155859879|124531959"),),
    cites="45 CFR 162.406; CMS",
    question="Check digit of NPI digits {digits}?",
)
def npi_check_digit_of(digits: str) -> Working[str]:
    """Gives the tenth digit."""
    _only_digits(digits, 9)
    return stated(npi_check_digit(digits), Step("Luhn with 24 for 80840", digits, npi_check_digit(digits)))


@calculation(
    name="ndc-11",
    title="NDC in 11 digits",
    section=25,
    topic="identifiers",
    keywords="NDC, 5-4-2, HIPAA, billing",
    formula="each part filled with zeros in front to 5-4-2",
    inputs=(
        Input(
            "ndc",
            kind=Kind.TEXT,
            label="NDC with its dashes",
            draw="1234-5678-90|0574-4072-05|51655-089-52|58118-1397-3",
        ),
    ),
    cites="21 CFR 207.33; 45 CFR 162.1002",
    question="11-digit form of NDC {ndc}, with dashes?",
)
def ndc_11(ndc: str) -> Working[str]:
    """Gives 5-4-2; ten digits without dashes can be read in three ways and are refused."""
    parts = _segments(ndc)
    if len(parts[0]) == 6 and parts[0][0] != "0":
        raise CannotCalculate("ndc", "a six-digit labeler does not fit into 11 digits.")
    return _padded(ndc, parts[0][-5:] if len(parts[0]) == 6 else parts[0], parts[1], parts[2], 5)


@calculation(
    name="ndc-12",
    title="NDC in 12 digits",
    section=25,
    topic="identifiers",
    keywords="NDC, 6-4-2, 2033",
    formula="each part filled with zeros in front to 6-4-2",
    inputs=(Input("ndc", kind=Kind.TEXT, label="NDC with its dashes", draw="1234-5678-90|58118-1397-3|51655-089-52"),),
    cites="91 FR 10749 (5 March 2026), effective 7 March 2033",
    question="12-digit form of NDC {ndc}, with dashes?",
)
def ndc_12(ndc: str) -> Working[str]:
    """Gives 6-4-2, the form of the FDA's final rule."""
    return _padded(ndc, *_segments(ndc), 6)


@calculation(
    name="gtin-check-digit",
    title="Check digit of a GTIN or UPC",
    section=25,
    topic="identifiers",
    keywords="GTIN, UPC, barcode, mod 10",
    formula="weights 3, 1, 3 … from the right; the sum to the next ten",
    inputs=(
        Input("digits", kind=Kind.TEXT, label="all but the last digit", draw="0030071015523|0030574407205|03600029145"),
    ),
    cites="GS1 General Specifications 7.9",
    question="Check digit of {digits}?",
)
def gtin_check_digit(digits: str) -> Working[str]:
    """Gives the last digit of a GTIN of 8, 12, 13 or 14 digits."""
    if len(digits) not in {7, 11, 12, 13}:
        raise CannotCalculate("digits", "give 7, 11, 12 or 13 digits.")
    _only_digits(digits, len(digits))
    return stated(gs1_check_digit(digits), Step("weights 3, 1 … from the right", digits, gs1_check_digit(digits)))


@calculation(
    name="ndc-gtin",
    title="GTIN of an NDC",
    section=25,
    topic="identifiers",
    keywords="GTIN-14, NDC, barcode, GS1, serialised",
    formula="indicator + 03 + ten NDC digits + check digit",
    inputs=(
        Input(
            "ndc", kind=Kind.TEXT, label="ten-digit NDC with its dashes", draw="0574-4072-05|58118-139-73|0071-0155-23"
        ),
    ),
    cites="GS1 US and FDA: GTIN of a drug package",
    question="GTIN-14 of NDC {ndc} (indicator 0)?",
)
def ndc_gtin(ndc: str) -> Working[str]:
    """Gives the GTIN-14 of a single package."""
    digits = "".join(_segments(ndc))
    if len(digits) != 10:
        raise CannotCalculate("ndc", "a GTIN holds the ten-digit NDC: give it in its printed form.")
    answer = Gtin.for_us_drug(digits).digits
    return stated(answer, Step("0 + 03 + NDC + check digit", f"0 03 {digits} {answer[-1]}", answer))


def _segments(ndc: str) -> tuple[str, str, str]:
    found = NDC.fullmatch(ndc.strip())
    if found is None or tuple(map(len, found.groups())) not in SHAPES:
        raise CannotCalculate(
            "ndc", f"{ndc[:40]!r} is not an NDC with its dashes (4-4-2, 5-3-2, 5-4-1, 5-4-2 or 6-4-2)."
        )
    return found[1], found[2], found[3]


def _padded(ndc: str, labeler: str, product: str, package: str, width: int) -> Working[str]:
    answer = f"{labeler.zfill(width)}-{product.zfill(4)}-{package.zfill(2)}"
    return stated(answer, Step(f"fill to {width}-4-2", ndc, answer))


def _dea_steps(digits: str) -> tuple[Step, ...]:
    odd, even = digits[0::2], digits[1::2]
    first, second = sum(map(int, odd)), sum(map(int, even))
    total = first + 2 * second
    return (
        Step("d1 + d3 + d5", " + ".join(odd), first),
        Step("2 × (d2 + d4 + d6)", f"2 × ({' + '.join(even)})", 2 * second),
        Step("last digit of the sum", f"{first} + {2 * second} = {total}, last digit", total % 10),
    )


def _only_digits(digits: str, count: int, field: str = "digits") -> None:
    if len(digits) != count or not digits.isascii() or not digits.isdigit():
        raise CannotCalculate(field, f"{digits[:40]!r} is not {count} digits.")
