"""What must be done about a recall or a suspect product before it is closed, and within what time."""

from datetime import timedelta

from pestle.rules.rule import rule
from pestle.rules.withdrawn_facts import RecallFacts, SuspectFacts
from pestle.terms.roles import PHARMACISTS

WHOLESALE, RETAIL, CONSUMER = "wholesale", "retail", "consumer"
DEPTHS = (CONSUMER, RETAIL, WHOLESALE)
# Our own targets, not reviewed: no regulation gives a pharmacy hours for this (21 CFR 7.42 sets depth and class).
PULL_WITHIN = {"Class I": timedelta(hours=1), "Class II": timedelta(hours=24), "Class III": timedelta(hours=72)}
TELL_WITHIN = {"Class I": timedelta(hours=12), "Class II": timedelta(hours=24), "Class III": timedelta(hours=72)}


def pull_within(classification: str) -> timedelta:
    """This will give how soon stock of a recalled lot is pulled; an unknown class is the most serious one."""
    return PULL_WITHIN.get(classification, PULL_WITHIN["Class I"])


def tell_within(classification: str) -> timedelta:
    """This will give how soon patients are told; an unknown class is the most serious one."""
    return TELL_WITHIN.get(classification, TELL_WITHIN["Class I"])


@rule(cites="21 CFR 7.49(c), 7.59", field="lots")
def recall_names_a_lot_here(recall: RecallFacts) -> str | None:
    """A recall is opened only for lots that this pharmacy has or had."""
    return None if recall.lots else "Name at least one lot that is or was here."


@rule(cites="house rule: a reason stands beside every exception", field="reason")
def lifting_a_recall_has_a_reason(recall: RecallFacts) -> str | None:
    """A recall is taken back only with a reason."""
    return None if recall.reason.strip() else "Write why these lots are not recalled after all."


@rule(cites="21 CFR 7.49(d): follow the instructions and tell further consignees", field="pull")
def everything_was_pulled(recall: RecallFacts) -> str | None:
    """A recall is closed when nothing of its lots stands where it could be dispensed."""
    if recall.places_to_pull:
        return f"Stock still stands at {recall.places_to_pull} places: scan it into the recall hold."
    return None


@rule(cites="21 CFR 7.49(d)", field="fills")
def no_fill_still_waits(recall: RecallFacts) -> str | None:
    """A recall is closed when every fill it stopped was replaced or given up."""
    if recall.fills_stopped:
        return f"{recall.fills_stopped} stopped fills wait: fill them again, or give them up."
    return None


@rule(cites="21 CFR 7.42(b)(1)(i): depth of recall", field="told", lifted_by=PHARMACISTS)
def every_patient_was_told(recall: RecallFacts) -> str | None:
    """Where a recall goes down to the consumer, or its depth is not said, each patient who has some of it is told."""
    if recall.depth in {RETAIL, WHOLESALE} or not recall.patients_to_tell:
        return None
    return f"{recall.patients_to_tell} patients are still to be told: call them, or say why not."


@rule(cites="21 CFR 7.49(d), 7.53: the firm counts its answers", field="answer", lifted_by=PHARMACISTS)
def notice_was_answered(recall: RecallFacts) -> str | None:
    """A recall is closed when the firm or its agent was answered, also where nothing was found."""
    return None if recall.is_answered else "Answer the notice first: write what was sent, to whom."


@rule(cites="21 CFR 7.42(b)(1): depth of recall", field="depth")
def depth_is_one_of_three(recall: RecallFacts) -> str | None:
    """How deep a recall goes is one of three words of the firm's letter."""
    if recall.depth in DEPTHS:
        return None
    return "Choose how deep the letter says it goes: consumer, retail or wholesale."


@rule(cites="house rule: what was done is written down", field="answer")
def answer_says_what_was_sent(recall: RecallFacts) -> str | None:
    """The answer to a notice is kept in words."""
    return None if recall.reason.strip() else "Write what was answered, to whom and how."


# 21 U.S.C. 360eee-1(d)(4)(B)(ii): the FDA and trading partners hear of it not later than 24 hours after.
TELL_FDA_WITHIN = timedelta(hours=24)
# 21 U.S.C. 360eee-1(b)(4)(C): a maker answers a request for verification within 24 hours.
ANSWER_WITHIN = timedelta(hours=24)
FEWEST_VERIFIED, PERCENT_VERIFIED = 3, 10


def packages_to_verify(packages: int) -> int:
    """This will give how many packages are verified: three or one in ten, whichever is more; all where fewer."""
    tenth = -(-packages * PERCENT_VERIFIED // 100)
    return min(packages, max(FEWEST_VERIFIED, tenth))


@rule(cites="21 U.S.C. 360eee(21)", field="because")
def suspicion_has_a_reason(suspect: SuspectFacts) -> str | None:
    """What makes a product suspect is written down."""
    return None if suspect.reason.strip() else "Write what makes it suspect: seal, print, serial number, seller."


@rule(cites="21 U.S.C. 360eee-1(d)(4)(A)(ii)", field="verified", lifted_by=PHARMACISTS)
def enough_packages_are_verified(suspect: SuspectFacts) -> str | None:
    """A product is cleared when three packages, or one in ten, whichever is more, were verified with the maker."""
    wanted = packages_to_verify(suspect.packages)
    if suspect.verified >= wanted:
        return None
    return f"{suspect.verified} of {wanted} packages are verified: ask the maker about the rest."


@rule(cites="21 U.S.C. 360eee-1(d)(4)(A)(iii)", field="verified")
def nothing_was_denied(suspect: SuspectFacts) -> str | None:
    """A product whose maker did not know one of its packages is not cleared."""
    if suspect.not_verified:
        return f"The maker does not know {suspect.not_verified} of them: call it illegitimate, or ask again."
    return None


@rule(cites="house rule: a reason stands beside every exception", field="reason")
def judgement_has_a_reason(suspect: SuspectFacts) -> str | None:
    """Whoever clears or condemns a product says why."""
    return None if suspect.reason.strip() else "Write what the investigation found."


@rule(cites="21 U.S.C. 360eee-1(d)(4)(B)(ii); Form FDA 3911", field="form")
def form_is_complete(suspect: SuspectFacts) -> str | None:
    """The notification carries what Form FDA 3911 asks for."""
    if suspect.form_lacks:
        return f"The form lacks: {', '.join(suspect.form_lacks)}. Write it before it is sent."
    return None


@rule(cites="21 U.S.C. 360eee-1(d)(4)(B)(ii), (iv)", field="told")
def fda_and_partners_were_told(suspect: SuspectFacts) -> str | None:
    """A notification is ended only after it was made."""
    return (
        None
        if suspect.is_told
        else "Tell the FDA by Form 3911 and the trading partners first: record that it was sent."
    )


@rule(cites="21 U.S.C. 360eee-1(d)(4)(B)(iv)", field="reason")
def fda_agreed_to_end_it(suspect: SuspectFacts) -> str | None:
    """A notification ends when the FDA agrees, in words that are kept."""
    return None if suspect.reason.strip() else "Write when and how the FDA agreed to end the notification."
