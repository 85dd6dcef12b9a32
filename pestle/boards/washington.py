"""Washington Pharmacy Quality Assurance Commission. Sources stand beside each value; a licensed person reviews them."""

from pestle.rules.facts import BoardValues
from pestle.terms.schedule import Schedule

VALUES = BoardValues(
    board="Washington",
    issue_life_days=365,
    issue_life_days_schedule_ii=180,
    technician_may_take_new_verbal=frozenset(),  # WAC 246-945-320(1)(a)
    technician_may_transfer=frozenset(),  # WAC 246-945-320(1)(a)
    technician_may_offer_counsel=True,
    controlled_needs_identification=frozenset({Schedule.II, Schedule.III, Schedule.IV, Schedule.V}),
    technician_product_verification=False,
)
