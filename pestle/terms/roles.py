"""Who a worker is today: the parts people play in a pharmacy."""

from enum import StrEnum


class Role(StrEnum):
    """A part a worker plays at one pharmacy; a worker may play several."""

    TECHNICIAN = "technician"
    CERTIFIED_TECHNICIAN = "certified technician"
    LEAD_TECHNICIAN = "lead technician"
    INTERN = "intern"
    PHARMACIST = "pharmacist"
    PHARMACIST_IN_CHARGE = "pharmacist in charge"
    CASHIER = "cashier"
    AUDITOR = "auditor"
    ADMINISTRATOR = "administrator"
    PROGRAM = "program"


PHARMACISTS = frozenset({Role.PHARMACIST, Role.PHARMACIST_IN_CHARGE})
TECHNICIANS = frozenset({Role.TECHNICIAN, Role.CERTIFIED_TECHNICIAN, Role.LEAD_TECHNICIAN})
LEADS = PHARMACISTS | {Role.LEAD_TECHNICIAN}
BENCH = TECHNICIANS | PHARMACISTS | {Role.INTERN}
REGISTER = BENCH | {Role.CASHIER}
PROGRAM = frozenset({Role.PROGRAM})
NOBODY: frozenset[Role] = frozenset()

# An administrator keeps accounts and settings and sees no patient; an auditor reads and changes nothing.
MAY_SEE_PATIENTS = REGISTER | {Role.AUDITOR}


def spoken(roles: frozenset[Role]) -> str:
    """This will name a set of roles in the words of a sentence, widest known name first: "a pharmacist"."""
    if not roles:
        return "nobody"
    for group, words in _GROUPS:
        if roles == group:
            return words
    return " or ".join(sorted(role.value for role in roles))


_GROUPS = (
    (REGISTER | PROGRAM, "anyone at the counter"),
    (REGISTER, "anyone at the counter"),
    (BENCH | PROGRAM, "a technician, an intern or a pharmacist"),
    (BENCH, "a technician, an intern or a pharmacist"),
    (LEADS, "a lead technician or a pharmacist"),
    (PHARMACISTS | PROGRAM, "a pharmacist"),
    (PHARMACISTS, "a pharmacist"),
    (TECHNICIANS, "a technician"),
    (PROGRAM, "the program by itself"),
)
