"""The frozen facts that rules see: what is true of a fill, a prescription, a claim or a sale at one moment."""

from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum

from pestle.terms.roles import Role
from pestle.terms.schedule import Schedule


class PartialBasis(StrEnum):
    """The legal ground on which less than the whole is handed over now."""

    NONE = ""
    UNABLE_TO_SUPPLY = "unable to supply"
    ON_REQUEST = "requested by patient or prescriber"
    LONG_TERM_CARE = "long-term care or terminal illness"
    NOT_CONTROLLED = "not controlled"


class Origin(StrEnum):
    """Where a prescription came from, with the code of NCPDP field 419-DJ."""

    UNKNOWN = "0"
    WRITTEN = "1"
    TELEPHONE = "2"
    ELECTRONIC = "3"
    FAX = "4"
    TRANSFER = "5"


@dataclass(frozen=True, slots=True)
class BoardValues:
    """What differs between boards of pharmacy, as one board has it; None where the board's row is missing."""

    board: str
    issue_life_days: int | None = None
    issue_life_days_schedule_ii: int | None = None
    cites_issue_life: str = ""
    technician_may_take_new_verbal: frozenset[Role] = frozenset()
    technician_may_transfer: frozenset[Role] = frozenset()
    technician_may_offer_counsel: bool | None = None
    counsel_is_required_for: frozenset[str] = frozenset()
    controlled_needs_identification: frozenset[Schedule] = frozenset()
    returns_controlled_to_stock: bool | None = None
    technician_product_verification: bool | None = None
    label_needs: frozenset[str] = frozenset()
    reviewed_by: str = ""


@dataclass(frozen=True, slots=True)
class LotFacts:
    """One lot taken for a fill."""

    number: str
    expires_on: date | None
    quantity: Decimal
    is_recalled: bool = False
    ndc: str = ""


@dataclass(frozen=True, slots=True)
class DurFacts:
    """One thing the drug-use review found, and whether a pharmacist has decided it."""

    code: str
    sentence: str
    is_serious: bool
    is_decided: bool


@dataclass(frozen=True, slots=True)
class RejectFacts:
    """One reject a payer gave, and who may clear it."""

    code: str
    is_pharmacists: bool
    is_open: bool = True


@dataclass(frozen=True, slots=True)
class FillFacts:
    """Everything the rules may ask of one fill at one moment. Quantities are in the product's billing unit."""

    state: str
    at: datetime
    today: date
    board: BoardValues
    held_from: str = ""
    roles: frozenset[Role] = frozenset()
    worker_id: int | None = None

    # The authority.
    schedule: Schedule = Schedule.UNKNOWN
    origin: Origin = Origin.UNKNOWN
    issued_on: date | None = None
    earliest_fill_on: date | None = None
    is_first_fill: bool = True
    number: int = 1
    refills_authorized: int = 0
    is_authority_open: bool = True
    quantity_authorized: Decimal = Decimal(0)
    quantity_dispensed_before: Decimal = Decimal(0)
    prescriber_npi_is_valid: bool = True
    prescriber_may_prescribe_schedule: bool | None = None
    cancel_is_asked: bool = False
    signature_is_claimed: bool | None = None
    is_for_the_record: bool = False
    promised_at: datetime | None = None
    earliest_promise_at: datetime | None = None

    # What is to be dispensed.
    patient_is_matched: bool = True
    prescriber_is_matched: bool = True
    product_is_matched: bool = True
    allergies_were_asked: bool = True
    quantity: Decimal = Decimal(0)
    days_supply: int | None = None
    quantity_said: Decimal | None = None
    unit_said: str = ""
    unit_billed: str = ""
    package_units: Decimal | None = None
    dosage_form: str = ""
    directions: str = ""
    directions_need_clarification: bool = False
    last_dispensed_on: date | None = None
    last_days_supply: int | None = None
    changes_the_order: bool = False
    duplicates_open: int = 0

    # The claim.
    claim_is_open: bool = False
    claim_is_paid: bool = False
    has_live_plan: bool = False
    rejects: tuple[RejectFacts, ...] = ()
    same_resubmissions: int = 0
    clarification_codes: tuple[str, ...] = ()
    gives_dur_answer: bool = False
    store_goes_on_unbilled: bool = False
    is_unbilled_promise: bool = False

    # The check.
    dur: tuple[DurFacts, ...] = ()
    marked_fields: tuple[str, ...] = ()
    checked: frozenset[str] = frozenset()
    unchanged_refill_skips_check: bool = False
    calculations_open: tuple[str, ...] = ()

    # The product in the hand.
    ndc_expected: str = ""
    ndcs_scanned: tuple[str, ...] = ()
    lots: tuple[LotFacts, ...] = ()
    counted: Decimal | None = None
    second_count: Decimal | None = None
    second_counter_id: int | None = None
    needs_second_count: bool = False
    needs_back_count: bool = False
    rest_is_counted: bool = False
    label_is_missing: tuple[str, ...] = ()
    has_caution_legend: bool = False
    package_is_child_resistant: bool = True
    child_resistant_is_waived: bool = False
    child_resistant_is_exempt: bool = False
    is_compound: bool = False
    ingredients_said: int = 0
    ingredients_typed: int = 0
    medication_guide_is_due: bool = False
    leaflet: str = ""
    filled_by_id: int | None = None
    label_was_scanned: bool = False

    # A part of the whole.
    partial_basis: PartialBasis = PartialBasis.NONE
    partial_first_at: datetime | None = None

    # Waiting.
    waiting_for: str = ""
    owner_is_named: bool = False
    wakes_at: datetime | None = None

    # The hand-over.
    place: str = ""
    in_recall: bool = False
    return_due_on: date | None = None
    window_ends_on: date | None = None
    identifiers_agree: bool = False
    bag_was_scanned: bool = False
    counsel_is_required: bool = False
    counsel_answer: str = ""
    signature_is_captured: bool = False
    identification_is_recorded: bool = False
    is_paid_for: bool = False
    reversal_is_done: bool = True
    witness_id: int | None = None
    reason: str = ""
    given: frozenset[str] = field(default_factory=frozenset)


@dataclass(frozen=True, slots=True)
class PrescriptionFacts:
    """What the rules may ask of a prescription, the authority behind its fills."""

    state: str
    at: datetime
    today: date
    board: BoardValues
    held_from: str = ""
    roles: frozenset[Role] = frozenset()
    schedule: Schedule = Schedule.UNKNOWN
    origin: Origin = Origin.UNKNOWN
    issued_on: date | None = None
    refills_authorized: int = 0
    fills_dispensed: int = 0
    open_fills: int = 0
    is_verbal: bool = False
    reason: str = ""


@dataclass(frozen=True, slots=True)
class ClaimFacts:
    """What the rules may ask of one claim conversation with a payer."""

    state: str
    at: datetime
    held_from: str = ""
    roles: frozenset[Role] = frozenset()
    attempts: int = 0
    fill_is_sold: bool = False
    reason: str = ""


@dataclass(frozen=True, slots=True)
class NoticeFacts:
    """What the rules may ask of one call or hand-over note."""

    state: str
    at: datetime
    held_from: str = ""
    roles: frozenset[Role] = frozenset()


@dataclass(frozen=True, slots=True)
class MessageFacts:
    """What the rules may ask of one message to or from a partner."""

    state: str
    at: datetime
    held_from: str = ""
    roles: frozenset[Role] = frozenset()
    attempts: int = 0
    attempts_allowed: int = 0
