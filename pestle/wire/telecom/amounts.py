"""Do the figures add up? Payers differ in what they fill in, so a difference is a warning and never a refusal."""

from collections.abc import Iterable
from decimal import Decimal

from pestle.wire.telecom.request_segments import Pricing
from pestle.wire.telecom.response_segments import PaidAmounts


def sum_of_charges(pricing: Pricing) -> Decimal:
    """Add up what the gross amount due (430-DU) should be, in dollars, without the patient's payment (433-DX)."""
    return _sum(
        (
            pricing.ingredient_cost,
            pricing.dispensing_fee,
            pricing.professional_fee,
            pricing.incentive,
            pricing.flat_tax,
            pricing.percentage_tax,
            *(other.amount for other in pricing.other_amounts),
        )
    )


def sum_paid(paid: PaidAmounts) -> Decimal:
    """Add up what the total paid (509-F9) should be by its parts, in dollars."""
    parts = (
        paid.ingredient_cost,
        paid.dispensing_fee,
        paid.incentive,
        paid.professional_fee,
        paid.flat_tax,
        paid.percentage_tax,
        *(other.amount for other in paid.other_amounts),
    )
    return _sum(parts) - paid.patient_pay - (paid.other_payer_amount or 0)


def sum_of_patient_parts(paid: PaidAmounts) -> Decimal:
    """Add up what the patient's pay (505-F5) should be by its parts, in dollars; plan assistance is negative."""
    return _sum(
        (
            paid.deductible,
            paid.copay,
            paid.coinsurance,
            paid.over_benefit_maximum,
            paid.patient_tax,
            paid.brand_selection,
            paid.non_preferred_selection,
            paid.brand_non_preferred_selection,
            paid.network_selection,
            paid.coverage_gap,
            paid.processor_fee,
            paid.plan_assistance,
        )
    )


def _sum(amounts: Iterable[Decimal | None]) -> Decimal:
    return sum((amount for amount in amounts if amount is not None), Decimal(0))
