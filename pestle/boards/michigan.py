"""Michigan Board of Pharmacy. Effective dates and sources stand beside each value; a licensed person reviews them."""

from pestle.rules.facts import BoardValues
from pestle.terms.roles import Role
from pestle.terms.schedule import Schedule

_TRAINED = frozenset({Role.CERTIFIED_TECHNICIAN, Role.LEAD_TECHNICIAN, Role.INTERN})

VALUES = BoardValues(
    board="Michigan",
    issue_life_days=365,
    issue_life_days_schedule_ii=90,
    technician_may_take_new_verbal=_TRAINED,  # MCL 333.17739(1)(f), non-controlled
    technician_may_transfer=_TRAINED,  # MCL 333.17739(1)(b), non-controlled
    technician_may_offer_counsel=True,
    controlled_needs_identification=frozenset({Schedule.II, Schedule.III, Schedule.IV, Schedule.V}),
    returns_controlled_to_stock=True,
    technician_product_verification=False,
)
