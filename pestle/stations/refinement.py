"""Turns the database's no into ours."""

from collections.abc import Iterator
from contextlib import contextmanager

import psycopg
from django.core.exceptions import ObjectDoesNotExist
from django.db import DataError, IntegrityError, OperationalError
from procrastinate.exceptions import ConnectorException

from pestle.terms.findings import refuse

SENTENCES = {
    "an_inside_place_never_holds_less_than_nothing": "There is not that much of this lot at this place.",
    "event_numbered_once": "Somebody else took a step on this at the same moment: look at it again.",
    "one_live_fill_of_each_number_and_part": "This fill of the prescription is already under way.",
    "what_waits_has_a_reason_and_wakes_up": "What waits needs a reason and a time when it wakes up.",
    "one_standing_claim_for_each_plan_of_a_fill": "A claim to this plan is already out for this fill.",
    "rx_number_once": "This prescription number is taken: try again.",
    "message_once_per_partner": "This message has already arrived.",
    "document_once": "This document is already here.",
    "one_plan_in_each_order": "The patient already has a plan in this place of the billing order.",
    "plan_by_bin_and_pcn": "A plan with this BIN and PCN is already here.",
    "bag_code_once": "This bag code is taken: take another bag.",
    "lot_once_in_a_fill": "This lot is already in this fill.",
    "one_worker_at_a_bench_at_a_time": "Somebody else just took this bench.",
    "records_account_username_key": "Somebody already signs in under this name: choose another.",
    "a_shorthand_has_one_meaning": "This code was proposed by somebody else a moment ago: look at it first.",
    "prescriber_once": "This prescriber is here already: choose them from the list.",
    "recall_once": "Somebody else just began this recall: look at Recalls again.",
    "recall_match_once": "Somebody else just looked for the same lots: look at Recalls again.",
    "a_serial_is_asked_about_once": "This serial number was asked about already: wait for its answer.",
    "lot_once_on_a_return": "Somebody else just put this lot on the return: look at it again.",
    "badge_belongs_to_one_worker": "This badge belongs to somebody else.",
    "a_code_stands_for_one_product": "Somebody just proposed a product for this code: it waits for a second person.",
    "a_figure_of_a_package_once": "Somebody just wrote down what this package says: look at it again.",
    "an_ingredient_once_in_a_compound": "Somebody just added this ingredient: look at the compound again.",
    "a_problem_is_answered_once": "This problem was answered a moment ago, and the first answer stands: go on.",
    "one_back_count_of_a_version": "What remains was just typed for this fill: look at it again, then count.",
    "claim_numbered_once": "Somebody else just sent a claim of this fill: look at it again.",
    "dur_finding_once": "This alert was just written by somebody else: look at the fill again.",
    "fill_once_in_a_sale": "This fill is already in this sale: scan each bag once.",
    "order_number_once": "This order number is taken: try again.",
    "order_line_once": "Somebody else just added a line to this order: look at it again.",
    "delivery_once": "Somebody just opened a delivery with this number: look at Receiving.",
    "delivery_line_once": "Somebody else just took in another product of this delivery: scan yours again.",
    "supplier_invoice_once": "This invoice has already arrived.",
    "traced_once": "This serial number has already arrived in tracing data.",
    "stocked_once": "Somebody just gave this product its shelf: scan it again.",
    "place_name_once": "There is already a place with this name: choose another name.",
    "bench_name_once": "There is already a bench with this name: choose another name.",
    "partner_name_once": "There is already a partner with this name: choose another name.",
    "worker_once_per_pharmacy": "This account already works here: look at People.",
}
# By the number PostgreSQL gives the refusal of a value.
_VALUES = {
    "22001": "Something that was typed is too long to be kept: shorten it.",
    "22003": "A number that was typed is too large to be kept.",
}
# What an act is told by its number; another row that is missing is a fault of ours.
_NAMED = {
    "Fill": "fill", "Prescription": "prescription", "Claim": "claim", "Message": "message", "Bag": "bag", "Lot": "lot",
    "Place": "place", "Package": "package", "Product": "product", "Patient": "patient", "Prescriber": "prescriber",
    "Coverage": "plan", "DurFinding": "alert",
}  # fmt: skip


@contextmanager
def refined() -> Iterator[None]:
    """This will turn what the database said no to into a refusal: a named constraint, a value that does not fit, a row
    that is not there or another pharmacy's; anything else passes on as a fault.
    """
    try:
        with _database_behind_jobs():
            yield
    except ObjectDoesNotExist as missing:
        named = type(missing).__qualname__.partition(".")[0]
        if named not in _NAMED:
            raise
        raise refuse(
            f"There is no such {_NAMED[named]} in this pharmacy: ask for the page again.", rule="row_is_here"
        ) from missing
    except DataError as fault:
        number = str(getattr(fault.__cause__, "sqlstate", ""))
        if number not in _VALUES:
            raise
        raise refuse(_VALUES[number], rule="value_fits", cites="house rule: the database holds it") from fault
    except IntegrityError as fault:
        name = _constraint(fault)
        if name not in SENTENCES:
            raise
        raise refuse(SENTENCES[name], rule=name, cites="house rule: the database holds it") from fault
    except OperationalError as fault:
        if "deadlock" not in str(fault):
            raise
        raise refuse("Two acts met at the same moment; yours was not done: try again.", rule="deadlock") from fault


@contextmanager
def _database_behind_jobs() -> Iterator[None]:
    """Say what the database said where a job could not be asked for: their library has one exception for everything,
    and whoever meets a database that is away must be told to try again.
    """
    try:
        yield
    except ConnectorException as fault:
        if not isinstance(fault.__cause__, psycopg.OperationalError):
            raise
        raise OperationalError(*fault.__cause__.args) from fault.__cause__


def _constraint(fault: IntegrityError) -> str:
    diagnosis = getattr(fault.__cause__, "diag", None)
    return str(getattr(diagnosis, "constraint_name", "") or "")
