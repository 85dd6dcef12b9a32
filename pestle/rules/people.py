"""Who may be what at a pharmacy: rules for inviting, changing roles and retiring, and for a PIN."""

from dataclasses import dataclass

from pestle.rules.rule import rule
from pestle.terms.roles import PHARMACISTS, TECHNICIANS, Role

STANDS_ALONE = frozenset({Role.ADMINISTRATOR, Role.AUDITOR})
KEEPS_PEOPLE = frozenset({Role.PHARMACIST_IN_CHARGE, Role.ADMINISTRATOR})
PIN_DIGITS = range(6, 13)


@dataclass(frozen=True, slots=True)
class RolesFacts:
    """What is true of a change of somebody's roles; `before` is empty for an invitation, `after` when they leave."""

    by: frozenset[Role]
    is_oneself: bool
    before: frozenset[Role] = frozenset()
    after: frozenset[Role] = frozenset()
    licence: str = ""
    others_in_charge: int = 0


@dataclass(frozen=True, slots=True)
class PinFacts:
    """What is true of a new PIN. The PIN itself is seen here and nowhere kept."""

    pin: str
    is_oneself: bool
    by: frozenset[Role] = frozenset()
    whose: frozenset[Role] = frozenset()


@rule(cites="45 CFR 164.308(a)(4): access is authorised", field="roles")
def people_are_kept_by_who_is_in_charge(change: RolesFacts) -> str | None:
    """Only the pharmacist in charge or an administrator invites, changes roles or retires."""
    if change.by.isdisjoint(KEEPS_PEOPLE):
        return "People and their roles are kept by the pharmacist in charge or an administrator."
    return None


@rule(cites="house rule: nobody gives themselves a right", field="roles")
def nobody_changes_their_own_roles(change: RolesFacts) -> str | None:
    """Somebody else changes a person's roles, or ends their work."""
    return "Nobody changes their own roles: ask somebody else who may." if change.is_oneself else None


@rule(cites="house rule: the program's own name is nobody's", field="roles")
def the_program_is_nobody(change: RolesFacts) -> str | None:
    """The role under which the program acts is given to no person."""
    if Role.PROGRAM in change.after | change.before:
        return "The program's own role is given to nobody, and never taken away."
    return None


@rule(cites="45 CFR 164.502(b): minimum necessary; 164.308(a)(3)", field="roles")
def administrator_and_auditor_stand_alone(change: RolesFacts) -> str | None:
    """Who keeps accounts, and who audits, does not also work at the bench."""
    alone = change.after & STANDS_ALONE
    if alone and len(change.after) > 1:
        return f"Who is {min(alone).value} is nothing else here: it would open patients or the bench to them."
    return None


@rule(cites="state boards of pharmacy: a pharmacist practises under a licence", field="licence")
def pharmacist_has_a_licence(change: RolesFacts) -> str | None:
    """A pharmacist is entered with the number of their licence."""
    if change.after & PHARMACISTS and not change.licence.strip():
        return "Give the licence number of the pharmacist."
    return None


@rule(cites="state boards of pharmacy: every pharmacy has a pharmacist in charge", field="roles")
def somebody_stays_in_charge(change: RolesFacts) -> str | None:
    """The last pharmacist in charge is not taken away."""
    leaves = Role.PHARMACIST_IN_CHARGE in change.before - change.after
    if leaves and not change.others_in_charge:
        return "Name another pharmacist in charge first: a pharmacy is never without one."
    return None


@rule(cites="NIST SP 800-63B-4 3.2.10: activation secrets of 6 digits or more", field="pin")
def pin_is_six_digits_or_more(new: PinFacts) -> str | None:
    """A PIN is 6 to 12 digits."""
    is_right = new.pin.isascii() and new.pin.isdigit() and len(new.pin) in PIN_DIGITS
    return None if is_right else "A PIN is 6 to 12 digits: choose one."


@rule(cites="NIST SP 800-63B-4 3.1.1.2: commonly used values are refused", field="pin")
def pin_is_not_easily_guessed(new: PinFacts) -> str | None:
    """A PIN is no run of digits up or down, and not one or two digits over and over."""
    steps = {(int(b) - int(a)) % 10 for a, b in zip(new.pin, new.pin[1:], strict=False) if (a + b).isdigit()}
    if len(set(new.pin)) < 3 or steps in ({1}, {9}, {0}):
        return "This PIN is one of the first anybody would try: choose another."
    return None


def may_help(by: frozenset[Role], whose: frozenset[Role]) -> bool:
    """Whether somebody may let another choose a PIN or a badge anew: never of who may do what they may not.

    Whoever holds another's badge and PIN is that person to the program.
    """
    if Role.PHARMACIST_IN_CHARGE in by:
        return True
    if Role.PHARMACIST in by:
        return whose.isdisjoint(KEEPS_PEOPLE | STANDS_ALONE)
    return Role.LEAD_TECHNICIAN in by and whose <= TECHNICIANS | {Role.INTERN, Role.CASHIER}


@rule(cites="house rule: a PIN is its owner's; 45 CFR 164.312(d)", field="pin")
def pin_is_set_by_its_owner_or_who_may_as_much(new: PinFacts) -> str | None:
    """Somebody sets their own PIN, or a lead who may do all that they may lets them choose a new one."""
    if new.is_oneself or may_help(new.by, new.whose):
        return None
    if not new.whose.isdisjoint(PHARMACISTS | STANDS_ALONE):
        return "The PIN of a pharmacist is set by its owner, or by a pharmacist who may do as much."
    return "A lead technician or a pharmacist can let somebody choose anew."


CHANGE_ROLES = (
    people_are_kept_by_who_is_in_charge,
    nobody_changes_their_own_roles,
    the_program_is_nobody,
    administrator_and_auditor_stand_alone,
    pharmacist_has_a_licence,
    somebody_stays_in_charge,
)
SET_PIN = (pin_is_six_digits_or_more, pin_is_not_easily_guessed, pin_is_set_by_its_owner_or_who_may_as_much)
