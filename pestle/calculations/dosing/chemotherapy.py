"""Section 22: chemotherapy doses and their rounding."""

from decimal import Decimal
from fractions import Fraction

from pestle.calculations.amount import Amount
from pestle.calculations.figures import rounded
from pestle.calculations.inputs import Input
from pestle.calculations.limits import HIGH_ALERT
from pestle.calculations.registry import Working, calculation, stated, working
from pestle.calculations.worked import Asks, CannotCalculate, Step, Warned

SECOND = HIGH_ALERT["chemotherapy"]
TOLERANCE = Input("tolerance", "%", limit="percent", default="10%", draw="10%|5%")
CITES = "HOPA dose rounding position statement (10%; stricter sites 5%)"


@calculation(
    name="chemotherapy-dose",
    title="Chemotherapy dose",
    section=22,
    topic="chemotherapy",
    keywords="mg/m2, BSA, cap, vincristine",
    formula="dose = dose per m2 × surface area, at most the cap",
    inputs=(
        Input("per_area", "mg/m2|unit/m2", "dose per m2", draw="50..175/25 mg/m2|1.4 mg/m2"),
        Input("area", "m2", limit="surface area", draw="1.4..2.3/0.05 m2"),
        Input("cap", "mg|unit", "highest dose", is_optional=True),
    ),
    answer="mg|unit",
    nearest="0.1",
    cites="order; actual body weight",
    second_calculation=SECOND,
    question="{per_area} for {area}: dose?",
)
def chemotherapy_dose(*, per_area: Amount, area: Amount, cap: Amount | None) -> Working[Decimal]:
    """Gives the dose; vincristine is usually capped at 2 mg and never given into the spine."""
    full = per_area * area
    if cap is not None and full > cap:
        warnings = (Warned(f"{full.in_unit(cap.unit)} is capped at {cap}."),)
        before = (Step("dose per m2 × area", "{} × {}", full.in_unit(cap.unit), (per_area, area)),)
        return working(
            cap,
            "the smaller of {} and {}",
            full.in_unit(cap.unit),
            cap,
            before=before,
            back=("dose before the cap ÷ area", full / area, per_area),
            warnings=warnings,
        )
    return working(full, "{} × {}", per_area, area, back=("dose ÷ area", full / area, per_area))


@calculation(
    name="dose-change",
    title="Percent change of a rounded dose",
    section=22,
    topic="chemotherapy",
    keywords="dose rounding, percent difference",
    formula="change = (rounded − ordered) ÷ ordered × 100",
    inputs=(
        Input("ordered", "mg|unit|mL", draw="310..990/10 mg"),
        Input("rounded", "mg|unit|mL", draw="300..1,000/50 mg"),
    ),
    answer="%",
    cites=CITES,
    second_calculation=SECOND,
    question="{ordered} is rounded to {rounded}: percent change?",
)
def dose_change(ordered: Amount, rounded: Amount) -> Working[Decimal]:
    """Gives how much a dose changes by rounding; below nothing when it becomes less."""
    change = ((rounded - ordered) / ordered).to("%")
    return working(
        change,
        "({} − {}) ÷ {} × 100",
        rounded,
        ordered,
        ordered,
        back=("ordered × (1 + change)", ordered * (1 + change.base), rounded),
    )


@calculation(
    name="rounding-allowed",
    title="Is this rounding within the limit?",
    section=22,
    topic="chemotherapy",
    keywords="dose rounding, within 10%, vial",
    formula="|rounded − ordered| ÷ ordered ≤ tolerance",
    inputs=(
        Input("ordered", "mg|unit", draw="310..990/10 mg"),
        Input("rounded", "mg|unit", draw="300..1,000/50 mg"),
        TOLERANCE,
    ),
    cites=CITES,
    is_reviewed=False,
    second_calculation=SECOND,
)
def rounding_allowed(*, ordered: Amount, rounded: Amount, tolerance: Amount) -> Working[bool]:
    """Says whether a rounded dose lies within the tolerance of the ordered one."""
    off = Amount.of(abs(((rounded - ordered) / ordered).base * 100), "%")
    return stated(
        off <= tolerance,
        Step("|rounded − ordered| ÷ ordered × 100", "|{} − {}| ÷ {} × 100", off, (rounded, ordered, ordered)),
    )


@calculation(
    name="round-to-vial",
    title="Round a dose to whole vials",
    section=22,
    topic="chemotherapy",
    keywords="vial rounding, biologic, waste",
    formula="dose = nearest whole number of vials, when within the tolerance",
    inputs=(
        Input("ordered", "mg|unit", draw="310..990/10 mg"),
        Input("vial", "mg|unit", "size of one vial", draw="50 mg|100 mg"),
        TOLERANCE,
    ),
    answer="mg|unit",
    nearest="0.1",
    cites=CITES,
    is_reviewed=False,
    second_calculation=SECOND,
    question="{ordered} from vials of {vial}, rounded to whole vials when within {tolerance}: dose?",
)
def round_to_vial(*, ordered: Amount, vial: Amount, tolerance: Amount) -> Working[Decimal]:
    """Gives the rounded dose, or the ordered one when rounding would change it too much; beside it the vials."""
    count = rounded((ordered / vial).base, Fraction(1))
    near = vial * count
    off = Amount.of(abs(((near - ordered) / ordered).base * 100), "%")
    is_near = off <= tolerance and count > 0
    vials = Amount.of(-((-(ordered / vial).base) // 1) if not is_near else count, "vial")
    before = (
        Step("nearest whole vials", "{} ÷ {}", Amount.of(count), (ordered, vial)),
        Step("change", "|{} − {}| ÷ {}", off, (near, ordered, ordered)),
    )
    warnings = (
        () if is_near else (Warned(f"Rounding would change the dose by {off}: not rounded.", Asks.CARE, "ordered"),)
    )
    return working(
        near if is_near else ordered,
        "{} is {} {}",
        off,
        "within" if is_near else "beyond",
        tolerance,
        before=before,
        also=(("vials", vials, ""),),
        warnings=warnings,
    )


@calculation(
    name="lifetime-dose",
    title="Lifetime dose",
    section=22,
    topic="chemotherapy",
    keywords="cumulative, doxorubicin, bleomycin, anthracycline",
    formula="total = given before + this dose",
    inputs=(
        Input("before", "mg/m2|unit", "given before", may_be_zero=True, draw="0..400/50 mg/m2"),
        Input("dose", "mg/m2|unit", "this dose", draw="30..75/15 mg/m2"),
        Input("most", "mg/m2|unit", "lifetime limit", draw="450 mg/m2|550 mg/m2"),
    ),
    answer="mg/m2|unit",
    nearest="0.1",
    cites="limit from the product; doxorubicin 450 to 550 mg/m2, bleomycin 400 units are drafts",
    is_reviewed=False,
    second_calculation=SECOND,
    question="{before} given before, now {dose}, lifetime limit {most}: total?",
)
def lifetime_dose(*, before: Amount, dose: Amount, most: Amount) -> Working[Decimal]:
    """Gives the total so far; refuses to pass the lifetime limit in silence."""
    if before.unit.dimensions != dose.unit.dimensions or most.unit.dimensions != dose.unit.dimensions:
        raise CannotCalculate("most", f"{most}, {before} and {dose} are not in the same kind of unit.")
    total = before + dose
    warnings = (
        (Warned(f"{total} is above the lifetime limit of {most}.", Asks.REASON, "dose", is_reviewed=False),)
        if total > most
        else ()
    )
    return working(
        total, "{} + {}", before, dose, back=("total − given before", total - before, dose), warnings=warnings
    )
