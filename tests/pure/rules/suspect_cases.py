"""Cases of the rules of suspect product: for each one that passes and one that is stopped."""

from dataclasses import replace
from typing import Any

from pestle.rules import recalls
from pestle.rules.rule import Rule
from pestle.rules.withdrawn_facts import SuspectFacts
from tests.pure.good_facts import GOOD_SUSPECT


def suspect(**changes: Any) -> SuspectFacts:
    return replace(GOOD_SUSPECT, **changes)


# fmt: off
SUSPECT_CASES: tuple[tuple[Rule[Any], Any, Any, str], ...] = (
    # rule                                   passes                                is stopped                             because it says
    (recalls.suspicion_has_a_reason,        suspect(reason="Seal broken."),       suspect(reason=" "),                   "what makes it suspect"),
    (recalls.enough_packages_are_verified,  suspect(packages=2, verified=2),      suspect(packages=2, verified=1),       "1 of 2 packages"),
    (recalls.enough_packages_are_verified,  suspect(packages=30, verified=3),     suspect(packages=31, verified=3),      "3 of 4 packages"),
    (recalls.enough_packages_are_verified,  suspect(packages=9, verified=3),      suspect(packages=9, verified=2),       "2 of 3 packages"),
    (recalls.nothing_was_denied,            suspect(not_verified=0),              suspect(not_verified=1),               "does not know 1"),
    (recalls.judgement_has_a_reason,        suspect(reason="All verified."),      suspect(reason=""),                    "what the investigation found"),
    (recalls.form_is_complete,              suspect(form_lacks=()),               suspect(form_lacks=("description",)),  "description"),
    (recalls.fda_and_partners_were_told,    suspect(is_told=True),                suspect(is_told=False),                "Form 3911"),
    (recalls.fda_agreed_to_end_it,          suspect(reason="Letter of Dec 3."),   suspect(reason=""),                    "FDA agreed"),
)
# fmt: on
