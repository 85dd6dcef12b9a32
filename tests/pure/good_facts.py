"""Facts in which nothing is wrong: a test changes the one thing it is about."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

from pestle.boards import board_named
from pestle.rules.buying_facts import DeliveryFacts, OrderFacts, TakenFacts
from pestle.rules.counting_facts import DiscrepancyFacts
from pestle.rules.facts import (
    ClaimFacts,
    DurFacts,
    FillFacts,
    LotFacts,
    MessageFacts,
    NoticeFacts,
    Origin,
    PartialBasis,
    PrescriptionFacts,
    RejectFacts,
)
from pestle.rules.withdrawn_facts import BroughtBackFacts, OutdatedFacts, RecallFacts, ReturnFacts, SuspectFacts
from pestle.terms.roles import Role
from pestle.terms.schedule import Schedule

NOW = datetime(2026, 11, 23, 18, 48, tzinfo=UTC)
TODAY = date(2026, 11, 23)
MICHIGAN = board_named("Michigan")
NOWHERE = board_named("Nowhere")
TECHNICIAN = frozenset({Role.TECHNICIAN})
CERTIFIED = frozenset({Role.CERTIFIED_TECHNICIAN})
LEAD = frozenset({Role.LEAD_TECHNICIAN})
PHARMACIST = frozenset({Role.PHARMACIST})
NDC, OTHER_NDC = "68180098001", "68180098101"

LOT = LotFacts("24A0187", date(2027, 5, 31), Decimal(30), ndc=NDC)
SERIOUS = DurFacts("DD", "Warfarin with ibuprofen: bleeding.", is_serious=True, is_decided=False)
ADMINISTRATIVE = RejectFacts("79", is_pharmacists=False)
THERAPY = RejectFacts("88", is_pharmacists=True)

GOOD_FILL = FillFacts(
    state="received",
    at=NOW,
    today=TODAY,
    board=MICHIGAN,
    roles=TECHNICIAN,
    worker_id=1,
    schedule=Schedule.NONE,
    origin=Origin.ELECTRONIC,
    issued_on=date(2026, 11, 20),
    refills_authorized=2,
    quantity_authorized=Decimal(90),
    prescriber_may_prescribe_schedule=True,
    quantity=Decimal(30),
    days_supply=30,
    directions="Take 1 tablet by mouth every day.",
    marked_fields=("quantity",),
    unchanged_refill_skips_check=True,
    is_first_fill=False,
    ndc_expected=NDC,
    ndcs_scanned=(NDC,),
    lots=(LOT,),
    counted=Decimal(30),
    has_caution_legend=True,
    filled_by_id=2,
    label_was_scanned=True,
    store_goes_on_unbilled=True,
    waiting_for="patient calls back",
    owner_is_named=True,
    wakes_at=NOW + timedelta(hours=2),
    place="W-12",
    identifiers_agree=True,
    bag_was_scanned=True,
    counsel_answer="refused",
    signature_is_captured=True,
    identification_is_recorded=True,
    is_paid_for=True,
    witness_id=3,
    reason="The patient asked for it.",
    return_due_on=date(2026, 12, 3),
    window_ends_on=date(2026, 12, 3),
    checked=frozenset({"data", "product"}),
)
GOOD_PRESCRIPTION = PrescriptionFacts(
    state="active", at=NOW, today=TODAY, board=MICHIGAN, roles=CERTIFIED, schedule=Schedule.NONE, reason="Asked to."
)
GOOD_CLAIM = ClaimFacts(state="paid", at=NOW, roles=TECHNICIAN, reason="Spoke to Lee, reference 4471.")
GOOD_MESSAGE = MessageFacts(state="waiting", at=NOW, attempts_allowed=12)
GOOD_NOTICE = NoticeFacts(state="ringing", at=NOW)
GOOD_ORDER = OrderFacts(state="draft", at=NOW, roles=TECHNICIAN, packages=3, schedules=frozenset({Schedule.NONE}))
GOOD_TAKEN = TakenFacts(lot_number="24A0187", expires_on=date(2028, 5, 31), packages=2)
GOOD_DELIVERY = DeliveryFacts(
    state="receiving", at=NOW, today=TODAY, roles=TECHNICIAN, worker_id=1, taken=GOOD_TAKEN, reason="One broke."
)

GOOD_DISCREPANCY = DiscrepancyFacts(
    state="open", at=NOW, roles=PHARMACIST, worker_id=2, found_by_id=1, reason="A bottle stood behind.", explanations=1
)


def fill_facts(**changes: Any) -> FillFacts:
    """A fill in which nothing is wrong but for the changes."""
    return replace(GOOD_FILL, **changes)


def controlled(schedule: Schedule, **changes: Any) -> FillFacts:
    """A controlled drug's fill in which nothing is wrong but for the changes."""
    basis = PartialBasis.ON_REQUEST if schedule is Schedule.II else PartialBasis.NONE
    return replace(GOOD_FILL, **{"schedule": schedule, "partial_basis": basis, **changes})


GOOD_RECALL = RecallFacts(
    state="stopped", at=NOW, roles=CERTIFIED, lots=1, depth="consumer", is_answered=True, reason="Form sent."
)

GOOD_RETURN = ReturnFacts(
    state="gathering", at=NOW, today=TODAY, roles=CERTIFIED, lines=1, authorization="RA-1", credited=Decimal(10)
)
GOOD_BROUGHT_BACK = BroughtBackFacts(is_recalled=True)
GOOD_OUTDATED = OutdatedFacts(today=TODAY, expires_on=date(2026, 11, 22))
GOOD_SUSPECT = SuspectFacts(state="suspect", at=NOW, roles=CERTIFIED, verified=1, is_told=True, reason="Seal broken.")
