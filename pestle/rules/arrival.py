"""What may stand against a prescription as it arrives, and what its prescriber says of it later."""

from pestle.rules.facts import FillFacts, Origin
from pestle.rules.rule import rule
from pestle.terms.roles import LEADS, PHARMACISTS
from pestle.terms.schedule import Schedule

CONTROLLED = frozenset({Schedule.II, Schedule.III, Schedule.IV, Schedule.V})


@rule(cites="house rule: an honest promise", field="promised_at", lifted_by=LEADS)
def promise_can_be_kept(fill: FillFacts) -> str | None:
    """Nothing is promised for a time before all that waits ahead of it can be done."""
    if fill.promised_at is None or fill.earliest_promise_at is None:
        return None
    if fill.promised_at < fill.earliest_promise_at:
        late = -(-(fill.earliest_promise_at - fill.promised_at).total_seconds() // 60)
        return f"What waits ahead takes {late:.0f} minutes longer than this promise: promise a later time."
    return None


@rule(cites="NCPDP SCRIPT CancelRx; 21 U.S.C. 353(b)(1)", lifted_by=PHARMACISTS)
def prescriber_has_not_cancelled(fill: FillFacts) -> str | None:
    """What the prescriber has cancelled goes no step further, wherever it is."""
    return "The prescriber has cancelled this prescription." if fill.cancel_is_asked else None


@rule(cites="21 CFR 1311.100, 1311.200(f)", field="origin")
def electronic_controlled_is_signed(fill: FillFacts) -> str | None:
    """An electronic prescription for a controlled substance says that it was signed."""
    if fill.schedule in CONTROLLED and fill.origin is Origin.ELECTRONIC and fill.signature_is_claimed is False:
        return "This controlled prescription came without a signature: call the prescriber for a valid one."
    return None


@rule(cites="NCPDP SCRIPT DoNotFill", lifted_by=PHARMACISTS)
def prescriber_wants_it_filled(fill: FillFacts) -> str | None:
    """What a prescriber sends for the record only, or to cover an emergency order by telephone, is not dispensed."""
    if fill.is_for_the_record:
        return "The prescriber wrote: do not dispense, for the record only."
    return None
