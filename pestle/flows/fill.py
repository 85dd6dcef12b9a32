"""The life of a fill, from arrival to the patient's hand: the table that queues, buttons and tests are read from."""

from enum import StrEnum

from pestle.flows.machine import NEW, RETURN, STAY, Machine, Step
from pestle.rules import arrival, authority, checking, claims, entry, handover, partial, product, waiting
from pestle.rules.facts import FillFacts
from pestle.terms.roles import BENCH, LEADS, PHARMACISTS, PROGRAM, REGISTER


class FillState(StrEnum):
    """Where a fill is. Each fill is in exactly one of these."""

    RECEIVED = "received"
    IN_ENTRY = "in_entry"
    PROFILED = "profiled"
    ADJUDICATING = "adjudicating"
    REJECTED = "rejected"
    UNANSWERED = "unanswered"
    AWAITING_AUTHORIZATION = "awaiting_authorization"
    AWAITING_CHECK = "awaiting_check"
    QUEUED = "queued"
    OUT_OF_STOCK = "out_of_stock"
    OWED = "owed"
    FILLED = "filled"
    VERIFIED = "verified"
    BAGGED = "bagged"
    IN_WILL_CALL = "in_will_call"
    OUT_FOR_DELIVERY = "out_for_delivery"
    RETURN_DUE = "return_due"
    RECALL_HELD = "recall_held"
    HELD = "held"
    SOLD = "sold"
    REFUND_REVIEW = "refund_review"
    REFUNDED = "refunded"
    RECALL_NOTIFIED = "recall_notified"
    RETURNED = "returned"
    CLOSED_SHORT = "closed_short"
    CANCELLED = "cancelled"
    EXPIRED = "expired"
    REFUSED = "refused"
    TRANSFERRED_OUT = "transferred_out"


S = FillState

HAS_STOCK_IN_BASKET = (S.FILLED, S.VERIFIED, S.BAGGED)
BEFORE_STOCK = (
    S.RECEIVED, S.IN_ENTRY, S.PROFILED, S.REJECTED, S.UNANSWERED, S.AWAITING_AUTHORIZATION,
    S.AWAITING_CHECK, S.QUEUED, S.OUT_OF_STOCK, S.OWED,
)  # fmt: skip

# Where a fill that went on before its plan answered may be when the answer is no.
PROMISED = (S.AWAITING_CHECK, S.QUEUED, S.OUT_OF_STOCK, *HAS_STOCK_IN_BASKET, S.IN_WILL_CALL, S.RETURN_DUE)

_AUTHORITY = (
    authority.authority_is_open,
    authority.prescription_is_not_from_the_future,
    authority.prescription_is_within_its_life,
    authority.schedule_ii_is_never_refilled,
    authority.schedule_iii_and_iv_have_five_refills,
    authority.schedule_iii_and_iv_last_six_months,
    authority.fill_is_not_before_its_earliest_date,
    authority.refills_remain,
    authority.total_stays_within_what_was_authorized,
    authority.schedule_is_known,
    authority.prescriber_may_prescribe_this,
    arrival.prescriber_has_not_cancelled,
    arrival.electronic_controlled_is_signed,
    arrival.prescriber_wants_it_filled,
)
_ENTRY = (
    entry.patient_is_known,
    entry.prescriber_is_known,
    entry.product_is_chosen,
    entry.compound_names_its_ingredients,
    entry.quantity_is_given,
    entry.quantity_is_in_the_billing_unit,
    entry.directions_are_given,
    entry.directions_are_clear,
    entry.days_supply_is_given,
    entry.allergies_are_asked,
    entry.duplicate_is_answered,
    entry.fax_or_paper_original_suits_schedule_ii,
    entry.refill_is_not_too_soon,
    *_AUTHORITY,
)
_PARTIAL = (
    partial.schedule_ii_part_has_a_basis,
    partial.schedule_ii_part_is_the_pharmacists,
    partial.rest_of_unable_to_supply_within_72_hours,
    partial.rest_of_requested_part_within_30_days,
    partial.rest_for_long_term_care_within_60_days,
)
_CLOCKS = (
    partial.rest_of_unable_to_supply_within_72_hours,
    partial.rest_of_requested_part_within_30_days,
    partial.rest_for_long_term_care_within_60_days,
    authority.schedule_iii_and_iv_last_six_months,
    arrival.prescriber_has_not_cancelled,
)
_PRODUCT = (
    arrival.prescriber_has_not_cancelled,
    product.compound_is_not_counted_from_a_bottle,
    product.label_was_scanned,
    product.every_bottle_was_scanned_and_agrees,
    product.lot_is_in_date,
    product.lot_is_not_recalled,
    product.lot_outlasts_the_supply,
    product.lots_add_up_to_the_count,
    product.controlled_is_counted_twice,
    product.rest_was_counted,
    product.closure_is_child_resistant,
    product.medication_guide_goes_with_it,
    product.label_is_complete,
    product.transfer_caution_is_on_the_label,
)
_RESEND = (
    claims.therapy_rejects_are_the_pharmacists,
    claims.third_same_claim_asks_the_pharmacist,
    claims.clarification_code_has_a_reason,
    claims.at_most_three_clarification_codes,
    claims.dur_answer_is_the_pharmacists,
)
_WAITS = (waiting.wait_has_a_reason, waiting.wait_has_an_owner, waiting.wait_wakes_up)
_HAND_OVER = (
    arrival.prescriber_has_not_cancelled,
    handover.two_identifiers_agree,
    handover.bag_was_scanned,
    handover.nothing_in_the_bag_is_recalled,
    handover.nothing_in_the_bag_is_expired,
    handover.claim_is_closed,
    handover.pickup_window_is_open,
    handover.counselling_was_offered,
    handover.offer_is_made_by_who_may,
    handover.accepted_counselling_was_done,
    handover.identification_is_recorded,
    handover.price_is_paid,
    handover.signature_is_captured,
)
_DELIVERY = (
    arrival.prescriber_has_not_cancelled,
    handover.nothing_in_the_bag_is_recalled,
    handover.nothing_in_the_bag_is_expired,
    handover.claim_is_closed,
    handover.pickup_window_is_open,
)
_RETURN = (
    handover.nothing_in_the_bag_is_recalled,
    handover.controlled_return_has_a_witness,
    handover.board_lets_controlled_go_back,
    handover.reversal_was_accepted,
)

# fmt: off
FILL: Machine[FillFacts] = Machine("fill", (
    #     verb                     from                                    to                        who                 rules and movement
    Step("receive",               (NEW,),                                  S.RECEIVED,               BENCH | PROGRAM,    (arrival.promise_can_be_kept,), title="Receive"),
    Step("take_over",             (NEW,),                                  S.SOLD,                   PROGRAM,            title="Take over from an earlier system"),
    Step("owe",                   (NEW,),                                  S.OWED,                   BENCH,              (*_PARTIAL, *_WAITS), title="Owe the rest"),
    Step("begin_entry",           (S.RECEIVED,),                           S.IN_ENTRY,               BENCH,              title="Start entry"),
    Step("begin_entry",           (S.PROFILED,),                           S.IN_ENTRY,               BENCH,              _AUTHORITY, title="Fill now"),
    Step("store",                 (S.RECEIVED, S.IN_ENTRY),                S.PROFILED,               BENCH,              _WAITS, title="Put on profile"),
    Step("refuse",                (S.RECEIVED, S.IN_ENTRY, S.AWAITING_CHECK), S.REFUSED,             PHARMACISTS,        (checking.reason_is_given, claims.claim_is_settled), title="Refuse to fill"),

    Step("send_claim",            (S.IN_ENTRY,),                           S.ADJUDICATING,           BENCH,              _ENTRY, title="Send claim"),
    Step("charge_cash",           (S.IN_ENTRY,),                           S.AWAITING_CHECK,         BENCH,              (*_ENTRY, claims.controlled_for_cash_beside_a_plan_is_the_pharmacists), title="Charge cash"),
    Step("charge_cash",           (S.REJECTED, S.UNANSWERED, S.AWAITING_AUTHORIZATION), S.AWAITING_CHECK, BENCH,        (claims.controlled_for_cash_beside_a_plan_is_the_pharmacists,), title="Charge cash"),
    Step("be_paid",               (S.ADJUDICATING,),                       S.AWAITING_CHECK,         PROGRAM),
    Step("be_rejected",           (S.ADJUDICATING,),                       S.REJECTED,               PROGRAM),
    Step("go_unanswered",         (S.ADJUDICATING,),                       S.UNANSWERED,             PROGRAM),
    Step("resend",                (S.REJECTED, S.AWAITING_AUTHORIZATION),  S.ADJUDICATING,           BENCH | PROGRAM,    _RESEND,            title="Resend claim"),
    Step("resend",                (S.UNANSWERED,),                         S.ADJUDICATING,           BENCH | PROGRAM,    title="Resend claim"),
    Step("ask_authorization",     (S.REJECTED,),                           S.AWAITING_AUTHORIZATION, BENCH,              _WAITS, title="Ask prior authorization"),
    Step("go_on_unbilled",        (S.UNANSWERED,),                         S.AWAITING_CHECK,         BENCH,              (claims.store_goes_on_unbilled,), title="Go on, bill later"),
    Step("charge_cash",           PROMISED,                                STAY,                     BENCH,              (claims.fill_went_on_unbilled, claims.controlled_for_cash_beside_a_plan_is_the_pharmacists), title="Charge cash"),
    Step("resend",                PROMISED,                                STAY,                     BENCH | PROGRAM,    (claims.promise_was_rejected, *_RESEND), title="Resend claim"),
    Step("take_back",             (S.AWAITING_CHECK, S.QUEUED),            S.REJECTED,               BENCH,              (claims.promise_was_rejected, checking.reason_is_given), title="Take back to claims"),
    Step("take_back",             HAS_STOCK_IN_BASKET,                     S.REJECTED,               BENCH,              (claims.promise_was_rejected, checking.reason_is_given), moves="put_back", title="Take back to claims"),
    Step("ask_prescriber",        (S.REJECTED, S.AWAITING_AUTHORIZATION),  S.HELD,                   PHARMACISTS,        (*_WAITS, checking.reason_is_given), title="Ask the prescriber for a change"),
    Step("rebill",                (S.AWAITING_CHECK, S.QUEUED),            S.ADJUDICATING,           BENCH,              (checking.order_changes_are_the_pharmacists, authority.total_stays_within_what_was_authorized), title="Change and bill again"),
    Step("rebill",                HAS_STOCK_IN_BASKET,                     S.ADJUDICATING,           BENCH,              (checking.order_changes_are_the_pharmacists, authority.total_stays_within_what_was_authorized), moves="put_back", title="Change and bill again"),

    Step("approve",               (S.AWAITING_CHECK,),                     S.QUEUED,                 PHARMACISTS,        (checking.every_alert_is_decided, arrival.prescriber_has_not_cancelled), title="Approve"),
    Step("pass_unchanged",        (S.AWAITING_CHECK,),                     S.QUEUED,                 PROGRAM,            (checking.unchanged_refill_may_skip_the_check,)),
    Step("send_back_to_entry",    (S.AWAITING_CHECK, S.QUEUED),            S.IN_ENTRY,               PHARMACISTS,        (checking.send_back_names_a_field,), title="Send back to entry"),
    Step("send_back_to_entry",    HAS_STOCK_IN_BASKET,                     S.IN_ENTRY,               PHARMACISTS,        (checking.send_back_names_a_field,), moves="put_back", title="Send back to entry"),

    Step("count",                 (S.QUEUED,),                             S.FILLED,                 BENCH,              _PRODUCT, moves="take_to_basket", title="Finish filling"),
    Step("run_out",               (S.QUEUED,),                             S.OUT_OF_STOCK,           BENCH | PROGRAM,    _WAITS, title="Out of stock"),
    Step("restock",               (S.OUT_OF_STOCK,),                       S.QUEUED,                 BENCH | PROGRAM,    title="Stock is here"),
    Step("fill_the_rest",         (S.OWED,),                               S.QUEUED,                 BENCH | PROGRAM,    _CLOCKS, title="Fill the rest"),
    Step("close_short",           (S.OWED, S.OUT_OF_STOCK),                S.CLOSED_SHORT,           BENCH,              (checking.reason_is_given, partial.schedule_ii_part_is_the_pharmacists), title="Close short"),
    Step("lapse",                 (S.OWED,),                               S.CLOSED_SHORT,           PROGRAM),

    Step("verify",                (S.FILLED,),                             S.VERIFIED,               PHARMACISTS,        (arrival.prescriber_has_not_cancelled, checking.checker_is_not_the_filler, checking.high_alert_is_calculated_twice, checking.data_and_product_are_both_checked, product.lot_is_in_date, product.lot_is_not_recalled, checking.every_alert_is_decided), title="Verify"),
    Step("send_back_to_filling",  (S.FILLED, S.VERIFIED),                  S.QUEUED,                 PHARMACISTS,        (checking.send_back_names_a_field,), moves="put_back", title="Send back"),
    Step("bag",                   (S.VERIFIED,),                           S.BAGGED,                 BENCH,              (arrival.prescriber_has_not_cancelled,), title="Bag"),
    Step("shelve",                (S.BAGGED,),                             S.IN_WILL_CALL,           BENCH,              (arrival.prescriber_has_not_cancelled, handover.place_is_known, handover.nothing_in_the_bag_is_recalled), moves="to_will_call", title="Put in will-call"),
    Step("send_out",              (S.IN_WILL_CALL,),                       S.OUT_FOR_DELIVERY,       BENCH,              _DELIVERY, moves="to_driver", title="Send out"),
    Step("bring_back",            (S.OUT_FOR_DELIVERY,),                   S.IN_WILL_CALL,           BENCH,              (handover.place_is_known,), moves="from_driver", title="Came back"),
    Step("deliver",               (S.OUT_FOR_DELIVERY,),                   S.SOLD,                   REGISTER,           (*_DELIVERY, handover.counselling_was_offered, handover.offer_is_made_by_who_may, handover.accepted_counselling_was_done, handover.identification_is_recorded, handover.price_is_paid, handover.signature_is_captured), moves="driver_to_patient", title="Delivered"),
    Step("sell",                  (S.IN_WILL_CALL,),                       S.SOLD,                   REGISTER,           _HAND_OVER, moves="to_patient", title="Sell"),

    Step("come_due",              (S.IN_WILL_CALL,),                       S.RETURN_DUE,             PROGRAM),
    Step("keep_longer",           (S.RETURN_DUE,),                         S.IN_WILL_CALL,           BENCH,              (handover.pickup_window_is_open, checking.reason_is_given), title="Keep longer"),
    Step("return_to_stock",       (S.IN_WILL_CALL, S.RETURN_DUE),          S.RETURNED,               BENCH | PROGRAM,    _RETURN, moves="back_to_shelf", title="Return to stock"),

    Step("hold_for_recall",       (S.IN_WILL_CALL, S.RETURN_DUE),          S.RECALL_HELD,            PHARMACISTS | PROGRAM, moves="will_call_to_quarantine", title="Hold for recall"),
    Step("hold_for_recall",       HAS_STOCK_IN_BASKET,                     S.RECALL_HELD,            PHARMACISTS | PROGRAM, moves="basket_to_quarantine", title="Hold for recall"),
    Step("replace",               (S.RECALL_HELD,),                        S.QUEUED,                 PHARMACISTS,        title="Fill again"),
    Step("give_up",               (S.RECALL_HELD,),                        S.CANCELLED,              PHARMACISTS,        (checking.reason_is_given, claims.claim_is_settled), title="Do not replace"),
    Step("tell_of_recall",        (S.SOLD,),                               S.RECALL_NOTIFIED,        BENCH,              (checking.reason_is_given,), title="Patient told"),
    Step("ask_refund",            (S.SOLD,),                               S.REFUND_REVIEW,          REGISTER,           (checking.reason_is_given,), title="Ask for refund"),
    Step("refund",                (S.REFUND_REVIEW,),                      S.REFUNDED,               LEADS,              (checking.reason_is_given,), title="Refund"),
    Step("deny_refund",           (S.REFUND_REVIEW,),                      S.SOLD,                   LEADS,              (checking.reason_is_given,), title="No refund"),

    Step("hold",                  BEFORE_STOCK,                            S.HELD,                   BENCH,              _WAITS, title="Hold"),
    Step("unhold",                (S.HELD,),                               RETURN,                   BENCH | PROGRAM,    title="Take up again"),
    Step("cancel",                (*BEFORE_STOCK, S.HELD),                 S.CANCELLED,              BENCH | PROGRAM,    (checking.reason_is_given, claims.claim_is_settled), title="Cancel"),
    Step("cancel",                HAS_STOCK_IN_BASKET,                     S.CANCELLED,              BENCH,              (checking.reason_is_given, claims.claim_is_settled), moves="put_back", title="Cancel"),
    Step("transfer_out",          (S.RECEIVED, S.IN_ENTRY, S.PROFILED, S.OUT_OF_STOCK, S.HELD), S.TRANSFERRED_OUT, BENCH, (checking.reason_is_given, claims.claim_is_settled), title="Transfer out"),
    Step("expire",                (S.RECEIVED, S.PROFILED, S.HELD),        S.EXPIRED,                PROGRAM),
), finals=frozenset({
    S.SOLD, S.REFUNDED, S.RECALL_NOTIFIED, S.RETURNED, S.CLOSED_SHORT, S.CANCELLED, S.EXPIRED, S.REFUSED, S.TRANSFERRED_OUT,
}), waits=frozenset({
    S.PROFILED, S.UNANSWERED, S.AWAITING_AUTHORIZATION, S.OUT_OF_STOCK, S.OWED, S.HELD,
}))
# fmt: on
