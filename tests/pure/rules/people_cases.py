"""For every rule about people: what passes, what is stopped, and a word of its sentence."""

from dataclasses import replace
from typing import Any

from pestle.rules import people
from pestle.rules.people import PinFacts, RolesFacts
from pestle.rules.rule import Rule
from pestle.terms.roles import Role

IN_CHARGE = frozenset({Role.PHARMACIST_IN_CHARGE})
TECHNICIAN = frozenset({Role.TECHNICIAN})
PHARMACIST = frozenset({Role.PHARMACIST})
ADMINISTRATOR = frozenset({Role.ADMINISTRATOR})
GOOD_CHANGE = RolesFacts(by=IN_CHARGE, is_oneself=False, after=TECHNICIAN, others_in_charge=1)
LEAD = frozenset({Role.LEAD_TECHNICIAN})
GOOD_PIN = PinFacts(pin="730194", is_oneself=True)


def change(**given: Any) -> RolesFacts:
    """A change of roles that is right but for what is given."""
    return replace(GOOD_CHANGE, **given)


def pin(text: str, **given: Any) -> PinFacts:
    """A new PIN that is right but for what is given."""
    return replace(GOOD_PIN, pin=text, **given)


# fmt: off
PEOPLE_CASES: tuple[tuple[Rule[Any], Any, Any, str], ...] = (
    # rule                                         passes                                           is stopped                                                       because it says
    (people.people_are_kept_by_who_is_in_charge,   change(by=ADMINISTRATOR),                        change(by=TECHNICIAN),                                           "in charge"),
    (people.people_are_kept_by_who_is_in_charge,   change(),                                        change(by=PHARMACIST),                                           "in charge"),
    (people.nobody_changes_their_own_roles,        change(),                                        change(is_oneself=True),                                         "own roles"),
    (people.the_program_is_nobody,                 change(),                                        change(after=frozenset({Role.PROGRAM})),                         "nobody"),
    (people.the_program_is_nobody,                 change(),                                        change(before=frozenset({Role.PROGRAM})),                        "nobody"),
    (people.administrator_and_auditor_stand_alone, change(after=ADMINISTRATOR),                     change(after=ADMINISTRATOR | TECHNICIAN),                        "nothing else"),
    (people.administrator_and_auditor_stand_alone, change(after=frozenset({Role.AUDITOR})),         change(after=frozenset({Role.AUDITOR, Role.CASHIER})),           "nothing else"),
    (people.pharmacist_has_a_licence,              change(after=PHARMACIST, licence="5302-04711"),  change(after=PHARMACIST, licence="  "),                          "licence"),
    (people.somebody_stays_in_charge,              change(before=IN_CHARGE),                        change(before=IN_CHARGE, others_in_charge=0),                    "another"),
    (people.somebody_stays_in_charge,              change(before=IN_CHARGE, after=frozenset()),     change(before=IN_CHARGE, after=frozenset(), others_in_charge=0), "another"),
    (people.pin_is_six_digits_or_more,             pin("401772"),                                   pin("73019"),                                                    "6 to 12"),
    (people.pin_is_six_digits_or_more,             pin("730194820193"),                             pin("7301948201937"),                                            "6 to 12"),
    (people.pin_is_six_digits_or_more,             pin("730194"),                                   pin("73019a"),                                                   "6 to 12"),
    (people.pin_is_six_digits_or_more,             pin("730194"),                                   pin("٧٣٠١٩٤"),                                                   "6 to 12"),
    (people.pin_is_not_easily_guessed,             pin("120120"),                                   pin("123456"),                                                   "choose another"),
    (people.pin_is_not_easily_guessed,             pin("99019901"),                                 pin("890123"),                                                   "choose another"),
    (people.pin_is_not_easily_guessed,             pin("645312"),                                   pin("654321"),                                                   "choose another"),
    (people.pin_is_not_easily_guessed,             pin("777801"),                                   pin("777777"),                                                   "choose another"),
    (people.pin_is_not_easily_guessed,             pin("121213"),                                   pin("121212"),                                                   "choose another"),
    (people.pin_is_set_by_its_owner_or_who_may_as_much, pin("730194", is_oneself=False, by=LEAD, whose=TECHNICIAN), pin("730194", is_oneself=False, by=TECHNICIAN, whose=TECHNICIAN),      "choose anew"),
    (people.pin_is_set_by_its_owner_or_who_may_as_much, pin("730194", is_oneself=False, by=PHARMACIST, whose=PHARMACIST),   pin("730194", is_oneself=False, by=LEAD, whose=PHARMACIST),       "by its owner"),
    (people.pin_is_set_by_its_owner_or_who_may_as_much, pin("730194", is_oneself=False, by=IN_CHARGE, whose=IN_CHARGE),   pin("730194", is_oneself=False, by=PHARMACIST, whose=IN_CHARGE),        "by its owner"),
)
# fmt: on
