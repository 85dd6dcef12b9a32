"""The rules about people together: nothing else stands in the way of what is right."""

import pytest

from pestle.rules.people import CHANGE_ROLES, SET_PIN, PinFacts, RolesFacts
from pestle.rules.rule import findings
from tests.pure.rules.people_cases import PEOPLE_CASES


@pytest.mark.parametrize("facts", [case[1] for case in PEOPLE_CASES])
def test_what_passes_one_rule_about_people_passes_them_all(facts: RolesFacts | PinFacts) -> None:
    stands_in_the_way = findings(SET_PIN if isinstance(facts, PinFacts) else CHANGE_ROLES, facts)

    assert stands_in_the_way == ()
