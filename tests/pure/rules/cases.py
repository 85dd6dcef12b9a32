"""For every rule at least one case that passes and one that is stopped; the tidy test counts them.

Each row: the rule, what passes, what is stopped and a word of its sentence. Sources stand with the rules themselves.
"""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

from pestle.rules import arrival, authority, checking, claims, entry, handover, partial, product, waiting
from pestle.rules.facts import LotFacts, Origin, PartialBasis
from pestle.rules.rule import Rule
from pestle.terms.schedule import Schedule
from tests.pure.good_facts import (
    ADMINISTRATIVE,
    CERTIFIED,
    GOOD_CLAIM,
    GOOD_PRESCRIPTION,
    LEAD,
    LOT,
    MICHIGAN,
    NOW,
    NOWHERE,
    OTHER_NDC,
    PHARMACIST,
    SERIOUS,
    TECHNICIAN,
    THERAPY,
    TODAY,
    controlled,
    fill_facts,
)
from tests.pure.rules.buying_cases import BUYING_CASES
from tests.pure.rules.counting_cases import COUNTING_CASES
from tests.pure.rules.moving_cases import MOVING_CASES
from tests.pure.rules.people_cases import PEOPLE_CASES
from tests.pure.rules.recall_cases import RECALL_CASES
from tests.pure.rules.return_cases import RETURN_CASES
from tests.pure.rules.suspect_cases import SUSPECT_CASES

II, III, IV, V = Schedule.II, Schedule.III, Schedule.IV, Schedule.V
UNABLE, REQUESTED, CARE = PartialBasis.UNABLE_TO_SUPPLY, PartialBasis.ON_REQUEST, PartialBasis.LONG_TERM_CARE
FIRST_PART = datetime(2026, 11, 20, 18, 48, tzinfo=UTC)


def rx(**changes: Any) -> Any:
    return replace(GOOD_PRESCRIPTION, **changes)


def claim(**changes: Any) -> Any:
    return replace(GOOD_CLAIM, **changes)


def billed(unit: str, said: int, words: str, *, form: str = "", units: int | None = None, typed: int = 0) -> Any:
    """A first fill of a product billed in a unit, whose original says a number and words."""
    return fill_facts(
        is_first_fill=True, unit_billed=unit, quantity=Decimal(typed or said), quantity_said=Decimal(said),
        unit_said=words, dosage_form=form, package_units=None if units is None else Decimal(units),
    )  # fmt: skip


# fmt: off
CASES: tuple[tuple[Rule[Any], Any, Any, str], ...] = (
    # rule                                              passes                                                     is stopped                                                        because it says
    (authority.schedule_ii_is_never_refilled,           controlled(II, number=1),                                  controlled(II, number=2),                                         "new prescription"),
    (authority.schedule_ii_is_never_refilled,           controlled(III, number=2),                                 controlled(II, number=6),                                         "new prescription"),
    (authority.schedule_iii_and_iv_have_five_refills,   controlled(III, number=6),                                 controlled(III, number=7),                                        "sixth"),
    (authority.schedule_iii_and_iv_have_five_refills,   controlled(V, number=7),                                   controlled(IV, number=7),                                         "sixth"),
    (authority.schedule_iii_and_iv_last_six_months,     controlled(IV, issued_on=date(2026, 5, 23)),               controlled(IV, issued_on=date(2026, 5, 22)),                      "until Nov 22, 2026"),
    (authority.schedule_iii_and_iv_last_six_months,     controlled(III, issued_on=date(2025, 8, 31), today=date(2026, 2, 28)), controlled(III, issued_on=date(2025, 8, 31), today=date(2026, 3, 1)), "Feb 28, 2026"),
    (authority.prescription_is_within_its_life,         fill_facts(issued_on=date(2025, 11, 23)),                  fill_facts(issued_on=date(2025, 11, 22)),                         "good for 365 days"),
    (authority.prescription_is_within_its_life,         controlled(II, issued_on=date(2026, 8, 25)),               controlled(II, issued_on=date(2026, 8, 24)),                      "good for 90 days"),
    (authority.prescription_is_within_its_life,         fill_facts(),                                              fill_facts(board=NOWHERE),                                        "has no row"),
    (authority.prescription_is_within_its_life,         fill_facts(),                                              fill_facts(issued_on=None),                                       "missing"),
    (authority.prescription_is_not_from_the_future,     fill_facts(issued_on=TODAY),                               fill_facts(issued_on=date(2026, 11, 24)),                         "future"),
    (authority.fill_is_not_before_its_earliest_date,    fill_facts(earliest_fill_on=TODAY),                        fill_facts(earliest_fill_on=date(2026, 11, 24)),                  "not before Nov 24"),
    (authority.refills_remain,                          fill_facts(number=3, refills_authorized=2),                fill_facts(number=4, refills_authorized=2),                       "All 2 refills"),
    (authority.total_stays_within_what_was_authorized,  fill_facts(quantity_dispensed_before=Decimal(60)),         fill_facts(quantity_dispensed_before=Decimal(61)),                "1 more than the 90"),
    (authority.authority_is_open,                       fill_facts(),                                              fill_facts(is_authority_open=False),                              "closed"),
    (authority.prescriber_may_prescribe_this,           fill_facts(prescriber_may_prescribe_schedule=None),        controlled(IV, prescriber_may_prescribe_schedule=False),          "DEA number"),
    (authority.prescriber_may_prescribe_this,           controlled(II),                                            fill_facts(prescriber_npi_is_valid=False),                        "NPI"),
    (authority.schedule_is_known,                       fill_facts(),                                              fill_facts(schedule=Schedule.UNKNOWN),                            "not known"),
    (arrival.promise_can_be_kept,                       fill_facts(promised_at=NOW, earliest_promise_at=NOW),      fill_facts(promised_at=NOW, earliest_promise_at=NOW + timedelta(minutes=9)), "9 minutes longer"),
    (arrival.prescriber_has_not_cancelled,              fill_facts(),                                              fill_facts(cancel_is_asked=True),                                 "has cancelled"),
    (arrival.electronic_controlled_is_signed,           controlled(IV, signature_is_claimed=True),                 controlled(IV, signature_is_claimed=False),                       "without a signature"),
    (arrival.electronic_controlled_is_signed,           controlled(II, signature_is_claimed=False, origin=Origin.WRITTEN), controlled(V, signature_is_claimed=False),                "without a signature"),
    (arrival.prescriber_wants_it_filled,                fill_facts(),                                              fill_facts(is_for_the_record=True),                               "for the record"),
    (entry.patient_is_known,                            fill_facts(),                                              fill_facts(patient_is_matched=False),                             "whose"),
    (entry.prescriber_is_known,                         fill_facts(),                                              fill_facts(prescriber_is_matched=False),                          "prescriber"),
    (entry.product_is_chosen,                           fill_facts(),                                              fill_facts(product_is_matched=False),                             "drug"),
    (entry.allergies_are_asked,                         fill_facts(),                                              fill_facts(allergies_were_asked=False),                           "allergies"),
    (entry.compound_names_its_ingredients,              fill_facts(is_compound=True, ingredients_said=2, ingredients_typed=2), fill_facts(is_compound=True, ingredients_said=3, ingredients_typed=2), "The original names 3"),
    (entry.compound_names_its_ingredients,              fill_facts(),                                              fill_facts(is_compound=True, ingredients_typed=1),                "1 ingredients typed"),
    (entry.quantity_is_given,                           fill_facts(quantity=Decimal("0.5")),                       fill_facts(quantity=Decimal(0)),                                  "quantity"),
    (entry.quantity_is_in_the_billing_unit,             billed("ML", 1, "milliliter"),                             billed("ML", 1, ""),                                              "1 and no unit"),
    (entry.quantity_is_in_the_billing_unit,             billed("EA", 1, "", form="TABLET"),                        billed("EA", 1, "", form="INHALANT"),                             "billed in pieces"),
    (entry.quantity_is_in_the_billing_unit,             billed("ML", 1, "vial", units=1),                          billed("ML", 2, "vial", units=10),                                "2 vial"),
    (entry.quantity_is_in_the_billing_unit,             billed("EA", 30, "tablet", form="TABLET"),                 billed("GM", 1, "inhaler", units=8),                              "how many g"),
    (entry.quantity_is_in_the_billing_unit,             billed("ML", 15, "box", typed=9),                          billed("ML", 3, "box"),                                           "billed in mL"),
    (entry.days_supply_is_given,                        fill_facts(days_supply=1),                                 fill_facts(days_supply=None),                                     "1 to 999"),
    (entry.days_supply_is_given,                        fill_facts(days_supply=999),                               fill_facts(days_supply=1000),                                     "1 to 999"),
    (entry.directions_are_given,                        fill_facts(),                                              fill_facts(directions="  "),                                      "directions"),
    (entry.directions_are_clear,                        fill_facts(),                                              fill_facts(directions_need_clarification=True),                   "not clear"),
    (entry.duplicate_is_answered,                       fill_facts(),                                              fill_facts(duplicates_open=1),                                    "already here"),
    (entry.refill_is_not_too_soon,                      fill_facts(number=2, last_dispensed_on=date(2026, 10, 31), last_days_supply=30), fill_facts(number=2, last_dispensed_on=date(2026, 11, 1), last_days_supply=30), "75 % is 23"),
    (entry.refill_is_not_too_soon,                      controlled(IV, number=2, last_dispensed_on=date(2026, 10, 27), last_days_supply=30), controlled(IV, number=2, last_dispensed_on=date(2026, 10, 28), last_days_supply=30), "90 % is 27"),
    (entry.refill_is_not_too_soon,                      fill_facts(number=1, last_dispensed_on=TODAY, last_days_supply=30), fill_facts(number=2, last_dispensed_on=TODAY, last_days_supply=1), "0 days ago"),
    (entry.fax_or_paper_original_suits_schedule_ii,     controlled(II, origin=Origin.WRITTEN),                     controlled(II, origin=Origin.FAX),                                "written original"),
    (entry.fax_or_paper_original_suits_schedule_ii,     controlled(II, origin=Origin.TELEPHONE, roles=PHARMACIST, given=frozenset({"emergency"})), controlled(II, origin=Origin.TELEPHONE, roles=TECHNICIAN, given=frozenset({"emergency"})), "written original"),
    (claims.therapy_rejects_are_the_pharmacists,        fill_facts(rejects=(ADMINISTRATIVE,)),                     fill_facts(rejects=(ADMINISTRATIVE, THERAPY)),                    "Reject 88"),
    (claims.therapy_rejects_are_the_pharmacists,        fill_facts(rejects=(THERAPY,), roles=PHARMACIST),          fill_facts(rejects=(THERAPY,), roles=LEAD),                       "Reject 88"),
    (claims.third_same_claim_asks_the_pharmacist,       fill_facts(same_resubmissions=1),                          fill_facts(same_resubmissions=2),                                 "sent twice"),
    (claims.clarification_code_has_a_reason,            fill_facts(clarification_codes=("3",), reason="away"),     fill_facts(clarification_codes=("3",), reason=" "),               "auditor"),
    (claims.at_most_three_clarification_codes,          fill_facts(clarification_codes=("3", "5", "7")),           fill_facts(clarification_codes=("3", "4", "5", "7")),             "Three"),
    (claims.dur_answer_is_the_pharmacists,              fill_facts(gives_dur_answer=True, roles=PHARMACIST),       fill_facts(gives_dur_answer=True, roles=LEAD),                    "lay it ready"),
    (claims.controlled_for_cash_beside_a_plan_is_the_pharmacists, controlled(IV, has_live_plan=False),             controlled(IV, has_live_plan=True),                               "pharmacist decides"),
    (claims.store_goes_on_unbilled,                     fill_facts(),                                              fill_facts(store_goes_on_unbilled=False),                         "before the payer"),
    (claims.fill_went_on_unbilled,                      fill_facts(is_unbilled_promise=True),                      fill_facts(),                                                     "did not go on unbilled"),
    (claims.promise_was_rejected,                       fill_facts(is_unbilled_promise=True, rejects=(ADMINISTRATIVE,)), fill_facts(rejects=(ADMINISTRATIVE,)),                       "did not go on unbilled"),
    (claims.promise_was_rejected,                       fill_facts(is_unbilled_promise=True, rejects=(THERAPY,)),  fill_facts(is_unbilled_promise=True),                             "not said no"),
    (claims.sold_claim_is_reversed_by_a_lead,           claim(fill_is_sold=True, roles=LEAD),                      claim(fill_is_sold=True),                                         "lead technician"),
    (claims.claim_is_settled,                           fill_facts(),                                              fill_facts(claim_is_paid=True),                                   "reverse it first"),
    (checking.every_alert_is_decided,                   fill_facts(dur=(replace(SERIOUS, is_decided=True),)),      fill_facts(dur=(SERIOUS, SERIOUS)),                               "and 1 more"),
    (checking.high_alert_is_calculated_twice,           fill_facts(),                                              fill_facts(calculations_open=("Pump rate of a drip",)),           "second person's own"),
    (checking.send_back_names_a_field,                  fill_facts(),                                              fill_facts(marked_fields=()),                                     "Mark the field"),
    (checking.reason_is_given,                          fill_facts(),                                              fill_facts(reason=" "),                                           "reason"),
    (checking.checker_is_not_the_filler,                fill_facts(filled_by_id=2, worker_id=1),                   fill_facts(filled_by_id=1, worker_id=1),                          "You filled"),
    (checking.data_and_product_are_both_checked,        fill_facts(),                                              fill_facts(checked=frozenset({"data"})),                          "yet: product"),
    (checking.data_and_product_are_both_checked,        fill_facts(),                                              fill_facts(checked=frozenset()),                                  "data and product"),
    (checking.unchanged_refill_may_skip_the_check,      fill_facts(),                                              fill_facts(is_first_fill=True),                                   "pharmacist checks"),
    (checking.order_changes_are_the_pharmacists,        fill_facts(changes_the_order=True, roles=PHARMACIST),      fill_facts(changes_the_order=True),                               "pharmacist's"),
    (product.every_bottle_was_scanned_and_agrees,       fill_facts(),                                              fill_facts(ndcs_scanned=(LOT.ndc, OTHER_NDC)),                    "the bottle is 68180098101"),
    (product.every_bottle_was_scanned_and_agrees,       fill_facts(),                                              fill_facts(ndcs_scanned=()),                                      "Scan the bottle"),
    (product.lot_is_in_date,                            fill_facts(lots=(replace(LOT, expires_on=TODAY),)),        fill_facts(lots=(replace(LOT, expires_on=date(2026, 11, 22)),)),  "expired Nov 22"),
    (product.lot_is_in_date,                            fill_facts(),                                              fill_facts(lots=(replace(LOT, expires_on=None),)),                "no expiry"),
    (product.lot_is_not_recalled,                       fill_facts(),                                              fill_facts(lots=(LOT, replace(LOT, is_recalled=True))),           "recalled"),
    (product.lot_outlasts_the_supply,                   fill_facts(lots=(replace(LOT, expires_on=date(2026, 12, 23)),)), fill_facts(lots=(replace(LOT, expires_on=date(2026, 12, 22)),)), "before 30 days"),
    (product.lots_add_up_to_the_count,                  fill_facts(),                                              fill_facts(counted=Decimal(29)),                                  "Counted 29"),
    (product.lots_add_up_to_the_count,                  fill_facts(lots=(replace(LOT, quantity=Decimal(20)), replace(LOT, quantity=Decimal(10)))), fill_facts(lots=(replace(LOT, quantity=Decimal(20)),)), "add up to 20"),
    (product.controlled_is_counted_twice,               fill_facts(needs_second_count=True, second_count=Decimal(30)), fill_facts(needs_second_count=True),                          "second time"),
    (product.rest_was_counted,                          fill_facts(needs_back_count=True, rest_is_counted=True), fill_facts(needs_back_count=True),                              "what remains"),
    (product.rest_was_counted,                          fill_facts(rest_is_counted=False),                         fill_facts(needs_back_count=True, rest_is_counted=False),         "counted back"),
    (product.controlled_is_counted_twice,               fill_facts(needs_second_count=False),                      fill_facts(needs_second_count=True, second_count=Decimal(31)),    "differ"),
    (product.closure_is_child_resistant,                fill_facts(package_is_child_resistant=False, child_resistant_is_waived=True), fill_facts(package_is_child_resistant=False),  "child-resistant"),
    (product.medication_guide_goes_with_it,             fill_facts(medication_guide_is_due=True, leaflet="attached"), fill_facts(medication_guide_is_due=True),                     "print and attach it"),
    (product.label_is_complete,                         fill_facts(),                                              fill_facts(label_is_missing=("prescriber", "directions")),        "prescriber, directions"),
    (product.transfer_caution_is_on_the_label,          controlled(V, has_caution_legend=False),                   controlled(IV, has_caution_legend=False),                         "290.5"),
    (product.compound_is_not_counted_from_a_bottle,     fill_facts(),                                              fill_facts(is_compound=True),                                     "hold it for the pharmacist"),
    (product.label_was_scanned,                         fill_facts(),                                              fill_facts(label_was_scanned=False),                              "label first"),
    (partial.schedule_ii_part_has_a_basis,              controlled(II, partial_basis=REQUESTED),                   controlled(II, partial_basis=PartialBasis.NONE),                  "why only a part"),
    (partial.schedule_ii_part_is_the_pharmacists,       controlled(II, roles=PHARMACIST),                          controlled(II, roles=LEAD),                                       "pharmacist confirms"),
    (partial.rest_of_unable_to_supply_within_72_hours,  controlled(II, partial_basis=UNABLE, partial_first_at=FIRST_PART), controlled(II, partial_basis=UNABLE, partial_first_at=FIRST_PART - timedelta(seconds=1)), "72 hours"),
    (partial.rest_of_requested_part_within_30_days,     controlled(II, issued_on=date(2026, 10, 24)),              controlled(II, issued_on=date(2026, 10, 23)),                     "until Nov 22"),
    (partial.rest_for_long_term_care_within_60_days,    controlled(II, partial_basis=CARE, issued_on=date(2026, 9, 24)), controlled(II, partial_basis=CARE, issued_on=date(2026, 9, 23)), "until Nov 22"),
    (handover.two_identifiers_agree,                    fill_facts(),                                              fill_facts(identifiers_agree=False),                              "birth date"),
    (handover.bag_was_scanned,                          fill_facts(),                                              fill_facts(bag_was_scanned=False),                                "Scan this bag"),
    (handover.counselling_was_offered,                  fill_facts(),                                              fill_facts(counsel_answer=""),                                    "Offer counselling"),
    (handover.accepted_counselling_was_done,            fill_facts(counsel_answer="done"),                         fill_facts(counsel_answer="accepted"),                            "pharmacist counsels"),
    (handover.accepted_counselling_was_done,            fill_facts(counsel_answer="refused", counsel_is_required=True), fill_facts(counsel_answer="", counsel_is_required=True),     "pharmacist counsels"),
    (handover.signature_is_captured,                    fill_facts(),                                              fill_facts(signature_is_captured=False),                          "signature"),
    (handover.identification_is_recorded,               controlled(IV),                                            controlled(IV, identification_is_recorded=False),                 "identification"),
    (handover.claim_is_closed,                          fill_facts(),                                              fill_facts(claim_is_open=True),                                   "no answer yet"),
    (handover.claim_is_closed,                          fill_facts(),                                              fill_facts(is_unbilled_promise=True),                             "no answer yet"),
    (handover.offer_is_made_by_who_may,                 fill_facts(board=MICHIGAN),                                fill_facts(board=NOWHERE),                                        "has no row"),
    (handover.offer_is_made_by_who_may,                 fill_facts(board=NOWHERE, roles=PHARMACIST),               fill_facts(board=NOWHERE, roles=LEAD),                            "a pharmacist does"),
    (handover.pickup_window_is_open,                    fill_facts(window_ends_on=TODAY),                          fill_facts(window_ends_on=date(2026, 11, 22)),                    "ended Nov 22"),
    (handover.pickup_window_is_open,                    fill_facts(return_due_on=date(2026, 11, 1)),               fill_facts(window_ends_on=date(2026, 11, 22)),                    "bill again"),
    (handover.nothing_in_the_bag_is_recalled,           fill_facts(),                                              fill_facts(in_recall=True),                                       "under recall"),
    (handover.nothing_in_the_bag_is_expired,            fill_facts(),                                              fill_facts(lots=(LotFacts("X", date(2026, 11, 1), Decimal(1)),)), "while it waited"),
    (handover.price_is_paid,                            fill_facts(),                                              fill_facts(is_paid_for=False),                                    "payment"),
    (handover.place_is_known,                           fill_facts(),                                              fill_facts(place=""),                                             "place"),
    (handover.controlled_return_has_a_witness,          controlled(IV),                                            controlled(IV, witness_id=None),                                  "second person"),
    (handover.controlled_return_has_a_witness,          fill_facts(witness_id=None),                               controlled(IV, witness_id=1, worker_id=1),                        "second person"),
    (handover.board_lets_controlled_go_back,            controlled(IV, board=MICHIGAN),                            controlled(IV, board=NOWHERE),                                    "has no row"),
    (handover.reversal_was_accepted,                    fill_facts(),                                              fill_facts(reversal_is_done=False),                               "not accepted"),
    (waiting.wait_has_a_reason,                         fill_facts(),                                              fill_facts(waiting_for=""),                                       "waits for"),
    (waiting.wait_has_an_owner,                         fill_facts(),                                              fill_facts(owner_is_named=False),                                 "looks after"),
    (waiting.wait_wakes_up,                             fill_facts(),                                              fill_facts(wakes_at=NOW),                                         "wakes up"),
    (waiting.controlled_transfer_is_the_pharmacists,    rx(schedule=IV, roles=PHARMACIST),                         rx(schedule=IV),                                                  "pharmacist to pharmacist"),
    (waiting.board_lets_this_worker_transfer,           rx(roles=CERTIFIED),                                       rx(roles=TECHNICIAN),                                             "no row"),
    (waiting.new_verbal_is_taken_by_who_may,            rx(is_verbal=True),                                        rx(is_verbal=True, schedule=IV),                                  "by a pharmacist"),
    (waiting.new_verbal_is_taken_by_who_may,            rx(is_verbal=True, schedule=IV, roles=PHARMACIST),         rx(is_verbal=True, roles=TECHNICIAN),                             "no row"),
    (waiting.no_fill_is_open,                           rx(),                                                      rx(open_fills=1),                                                 "still open"),
    (waiting.ending_has_a_reason,                       rx(),                                                      rx(reason=""),                                                    "reason"),
    (waiting.manual_reversal_has_proof,                 claim(),                                                   claim(reason=""),                                                 "reference"),
    *PEOPLE_CASES,
    *BUYING_CASES,
    *RECALL_CASES,
    *COUNTING_CASES,
    *MOVING_CASES,
    *RETURN_CASES,
    *SUSPECT_CASES,
)
# fmt: on
