"""Which reject is whose: judgement of therapy is the pharmacist's, all else a technician may clear."""

from pestle.terms.schedule import Schedule

# 88 drug use review; 80 diagnosis; 922 to 925 opioid limits (42 CFR 456.703(h)); unreviewed.
THERAPY = frozenset({"80", "88", "922", "923", "924", "925"})
TOO_SOON = "79"
# 70 product not covered, with the codes plans use beside it; unreviewed.
NOT_COVERED = frozenset({"70", "MR"})


def is_pharmacists(code: str, *, schedule: Schedule) -> bool:
    """This will tell whether a reject asks for judgement of therapy, or for an early controlled drug."""
    return code in THERAPY or (code == TOO_SOON and schedule.may_be_controlled)
