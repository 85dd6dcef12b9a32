"""What the codes in SCRIPT messages mean.

Source: our re-tabulation of SCRIPT 2017071 (read July 2026 from public code and messages). A code that is not here
is shown as it came.
"""

from pestle.terms.schedule import Schedule

# C38046 means unspecified as well as not controlled, and C48672 is schedule I, which no pharmacy dispenses:
# neither may be taken for "not controlled".
DEA_SCHEDULES = {
    "C48675": Schedule.II,
    "C48676": Schedule.III,
    "C48677": Schedule.IV,
    "C48679": Schedule.V,
}


def schedule_of(code: str) -> Schedule:
    """Give the schedule behind a DEASchedule code; every other code, and none, is UNKNOWN and must be asked."""
    return DEA_SCHEDULES.get(code, Schedule.UNKNOWN)


STATUS_CODES = {
    "000": "taken by the network",
    "001": "taken; messages are waiting",
    "002": "no more messages",
    "003": "taken; nothing to fetch",
    "005": "taken; the password is about to expire",
    "010": "accepted by the final receiver",
}

ERROR_CODES = {
    "600": "communication problem; try again later",
    "601": "the receiver cannot work on it",
    "602": "error in the receiver's system",
    "700": "configuration error",
    "900": "rejected",
}

DESCRIPTION_CODES = {
    "008": "timed out",
    "103": "cardholder's name",
    "134": "quantity sufficient with 0 is not valid",
    "144": "number of refills is not valid",
    "210": "send again",
    "220": "duplicate",
    "500": "XML cannot be read",
    "1000": "an element cannot be identified",
    "2000": "the form is right, the content is not",
    "3000": "breaks a rule of the standard",
    "4000": "cannot be delivered",
    "4010": "bad response from the receiver",
    "4020": "error at the network",
    "4030": "the sender may not send this type",
    "4040": "the receiver does not take this type",
}

CHANGE_REQUESTS = {
    "G": "generic substitution",
    "T": "therapeutic interchange",
    "P": "prior authorization required",
    "D": "drug use evaluation",
    "S": "clarification",
    "OS": "out of stock",
    "U": "prescriber's authorization",
}

CHANGE_SUB_CODES = {
    "A": "state licence",
    "B": "DEA licence in the state",
    "C": "DEA class",
    "D": "state controlled substance registration",
    "E": "state controlled substance registration by class",
    "F": "NADEAN",
    "G": "NPI",
    "H": "enrolment with the plan",
    "I": "authority to prescribe",
    "J": "REMS enrolment",
    "K": "lock-in",
    "L": "supervising prescriber",
    "M": "certificate number",
}

RENEWAL_DENIALS = {
    "AA": "patient unknown to the prescriber",
    "AB": "patient never under the prescriber's care",
    "AC": "patient no longer under the prescriber's care",
    "AD": "refill too soon",
    "AE": "medicine never prescribed for the patient",
    "AF": "patient should contact the provider first",
    "AG": "refill not appropriate",
    "AM": "patient needs an appointment",
    "AN": "prescriber not with this practice",
    "AP": "answered by other means",
    "BE": "at the patient's request",
    "CZ": "patient is allergic",
    "DA": "medicine discontinued",
}

CHANGE_DENIALS = {
    **{code: RENEWAL_DENIALS[code] for code in ("AA", "AB", "AC", "AE", "AF")},
    "AL": "change not appropriate",
    **{code: RENEWAL_DENIALS[code] for code in ("AM", "AN")},
    "AO": "no attempt will be made at prior authorization",
    **{code: RENEWAL_DENIALS[code] for code in ("AP", "BE")},
}

CANCEL_DENIALS = {
    **{code: RENEWAL_DENIALS[code] for code in ("AA", "AB", "AC", "AP")},
    "AR": "already transferred to another pharmacy",
}

FILL_REASONS = {
    "DF": "generic given",
    "DG": "interchange given",
    "DH": "profile only",
    "FT": "automated dispensing system",
    "FV": "cycle fill",
    "BJ": "out of stock",
    "FW": "patient asked for less",
    "FX": "prescriber allowed less",
    "FY": "payer's limit",
    "FZ": "limit by regulation",
    "BF": "conscience",
    "BG": "not this pharmacy's patient",
    "BP": "back-ordered",
    "BQ": "discontinued by the maker",
    "BT": "recalled",
    "CS": "prescription not found",
    "DB": "drug use evaluation",
    "DC": "no refills left or expired",
    "DD": "will not be stocked",
    "DE": "prior authorization denied",
    "FS": "out of stock",
    "AA": "patient unknown",
    "AB": "patient never under care",
    "AC": "patient no longer under care",
    "AD": "refill too soon",
    "AG": "not appropriate",
    "AO": "no prior authorization",
}

VALIDATIONS = {
    "GM": "active",
    "GN": "inactive",
    "GP": "has authority for the product class",
    "GQ": "has authority for the type",
    "GR": "has a supervising prescriber",
    "GS": "registered",
    "GT": "enrolled",
    "GU": "assigned",
}

DO_NOT_FILL = {
    "Y": "do not dispense; for the record only",
    "H": "hold until the patient or prescriber asks",
    "E": "cover copy of a Schedule II emergency order given by telephone",
}

FILL_INDICATORS = (
    "All Fill Statuses",
    "All Fill Statuses Except Transferred",
    "Dispensed And Partially Dispensed",
    "Partially Dispensed And Not Dispensed",
    "Not Dispensed And Transferred",
    "Partially Dispensed",
    "Not Dispensed",
    "Cancel All Fill Statuses",
)
